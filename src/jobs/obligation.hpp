// The obligation in each waiting phase of a job, and the event that ends the phase at its deadline: one row per phase.
//
// The sweep (runtime/sweep.hpp) relies on these rows and the jobs' states, never on events alone, so no phase keeps a
// reserve, pin or lease beyond its deadline.
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "jobs/job_record.hpp"

namespace icn::jobs {

// Who must advance the job.
enum class Obliged : std::uint8_t { home, executor };

struct ObligationRow {
  JobPhase phase;
  Obliged owner;
  model::UnixMs model::Deadlines::*deadline;
  JobEvent overdue;       // applied at the deadline
  std::string_view text;  // reason reported for a job ended this way
};

// One row per non-terminal phase.
inline constexpr std::array kObligationTable{
    ObligationRow{JobPhase::submitted, Obliged::home, &model::Deadlines::start_by, JobEvent::expire,
                  "expired before it could run; everything reserved was released"},
    ObligationRow{JobPhase::bidding, Obliged::home, &model::Deadlines::start_by, JobEvent::expire,
                  "expired without an executor; everything reserved was released"},
    ObligationRow{JobPhase::assigned, Obliged::executor, &model::Deadlines::start_by, JobEvent::expire,
                  "expired before its executor started it; everything reserved was released"},
    ObligationRow{JobPhase::executing, Obliged::executor, &model::Deadlines::finish_by, JobEvent::expire,
                  "not finished in time, which is the executor's failure; everything reserved was released"},
    ObligationRow{JobPhase::delivered, Obliged::home, &model::Deadlines::settle_by, JobEvent::expire,
                  "not settled in time, which is the home's failure; everything reserved was released"},
    // Payments are final: only the dispute window ends.
    ObligationRow{JobPhase::settled, Obliged::home, &model::Deadlines::expires, JobEvent::complete,
                  "the time in which it could be disputed has ended"},
};

// Nothing for a terminal phase.
[[nodiscard]] const ObligationRow* find_obligation(JobPhase phase);
[[nodiscard]] bool is_overdue(const JobRecord& record, model::UnixMs now);
// The event that the sweep applies to an overdue job: the row's event, or `fail` for a settled job whose run did not
// succeed.
[[nodiscard]] JobEvent overdue_event(const JobRecord& record);

}  // namespace icn::jobs
