// What a home owes for a job in each phase that waits, and what ends it at the deadline: one row per phase.
//
// The sweep (runtime/sweep.hpp) goes by the rows and the state of the jobs, never by events alone, so no phase keeps a
// reserve, a pin or a lease open for longer than its deadline.
#pragma once
#include <array>
#include <optional>
#include <string_view>

#include "jobs/job_record.hpp"

namespace icn::jobs {

// Who is to move a job on.
enum class Obliged : std::uint8_t { home, executor };

struct ObligationRow {
  JobPhase phase;
  Obliged owner;
  model::UnixMs model::Deadlines::*deadline;
  JobEvent overdue;       // what happens to the job at its deadline
  std::string_view text;  // what is said of a job that this ended
};

// Every phase that is not terminal has one row.
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
    // What was paid stays paid: only the time in which it may be disputed ends.
    ObligationRow{JobPhase::settled, Obliged::home, &model::Deadlines::expires, JobEvent::complete,
                  "the time in which it could be disputed has ended"},
};

// Nothing for a terminal phase.
[[nodiscard]] const ObligationRow* find_obligation(JobPhase phase);
[[nodiscard]] bool is_overdue(const JobRecord& record, model::UnixMs now);
// What the sweep does to a job that is overdue: the row's event, or `fail` for a settled job whose run did not succeed.
[[nodiscard]] JobEvent overdue_event(const JobRecord& record);

}  // namespace icn::jobs
