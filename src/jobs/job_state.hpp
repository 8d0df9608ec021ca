// The states of a job and the events allowed in each: one versioned table, state × event → state.
//
// Every state change goes through next_phase(); a pair without a row is refused. The numbers are stored, so they are
// append-only. The specification's JobState (Pending, Assigned, Completed, Failed) is a view.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ipld/cid.hpp"
#include "model/did.hpp"

namespace icn::jobs {

inline constexpr std::uint32_t kJobTableVersion = 3;

enum class JobPhase : std::uint8_t {
  submitted = 0,  // accepted, funds reserved, order signed; waits for an executor
  bidding = 1,    // executors may bid
  assigned = 2,   // one executor has it
  executing = 3,  // it runs
  delivered = 4,  // the receipt has arrived but is not settled
  settled = 5,    // paid; may be disputed until the window closes
  completed = 6,  // ended `ok` or `nonzero_exit`
  failed = 7,     // ended otherwise (charged), or attempts exhausted (uncharged)
  cancelled = 8,  // on request: before it ran (uncharged), or while it ran (charged what it used)
  expired = 9,    // no node ran it in time; uncharged
};

enum class JobEvent : std::uint8_t {
  open_bidding = 0,
  assign = 1,
  start = 2,
  attempt_failed = 3,  // infrastructure; the job waits for another attempt
  deliver = 4,
  settle = 5,    // with a dispute window above zero
  complete = 6,  // outcome `ok` or `nonzero_exit`
  fail = 7,      // any other outcome, unless it was stopped on request
  give_up = 8,   // attempts exhausted
  cancel = 9,
  expire = 10,
  reject = 11,  // the receipt is invalid; the job waits for another attempt
};

struct JobRow {
  JobPhase from;
  JobEvent event;
  JobPhase to;
};

inline constexpr std::array kJobTable{
    JobRow{JobPhase::submitted, JobEvent::open_bidding, JobPhase::bidding},
    JobRow{JobPhase::submitted, JobEvent::assign, JobPhase::assigned},
    JobRow{JobPhase::submitted, JobEvent::give_up, JobPhase::failed},
    JobRow{JobPhase::submitted, JobEvent::cancel, JobPhase::cancelled},
    JobRow{JobPhase::submitted, JobEvent::expire, JobPhase::expired},
    JobRow{JobPhase::bidding, JobEvent::assign, JobPhase::assigned},
    JobRow{JobPhase::bidding, JobEvent::give_up, JobPhase::failed},
    JobRow{JobPhase::bidding, JobEvent::cancel, JobPhase::cancelled},
    JobRow{JobPhase::bidding, JobEvent::expire, JobPhase::expired},
    JobRow{JobPhase::assigned, JobEvent::start, JobPhase::executing},
    JobRow{JobPhase::assigned, JobEvent::attempt_failed, JobPhase::submitted},
    JobRow{JobPhase::assigned, JobEvent::give_up, JobPhase::failed},
    JobRow{JobPhase::assigned, JobEvent::cancel, JobPhase::cancelled},
    JobRow{JobPhase::assigned, JobEvent::expire, JobPhase::expired},
    JobRow{JobPhase::executing, JobEvent::attempt_failed, JobPhase::submitted},
    JobRow{JobPhase::executing, JobEvent::deliver, JobPhase::delivered},
    JobRow{JobPhase::executing, JobEvent::give_up, JobPhase::failed},
    JobRow{JobPhase::executing, JobEvent::cancel, JobPhase::cancelled},
    JobRow{JobPhase::executing, JobEvent::expire, JobPhase::expired},
    JobRow{JobPhase::delivered, JobEvent::settle, JobPhase::settled},
    JobRow{JobPhase::delivered, JobEvent::complete, JobPhase::completed},
    JobRow{JobPhase::delivered, JobEvent::fail, JobPhase::failed},
    JobRow{JobPhase::delivered, JobEvent::cancel, JobPhase::cancelled},
    JobRow{JobPhase::delivered, JobEvent::reject, JobPhase::submitted},
    JobRow{JobPhase::delivered, JobEvent::give_up, JobPhase::failed},
    JobRow{JobPhase::delivered, JobEvent::expire, JobPhase::expired},
    JobRow{JobPhase::settled, JobEvent::complete, JobPhase::completed},
    JobRow{JobPhase::settled, JobEvent::fail, JobPhase::failed},
};

[[nodiscard]] std::string_view phase_name(JobPhase phase);
[[nodiscard]] std::optional<JobPhase> find_phase(std::string_view name);
[[nodiscard]] std::string_view event_name(JobEvent event);
// A terminal phase has no row that leaves it.
[[nodiscard]] bool is_terminal(JobPhase phase);
// Errors: invalid_state, naming the state and the attempted event.
[[nodiscard]] Result<JobPhase> next_phase(JobPhase from, JobEvent event);

// The specification's view of a job.
struct JobState {
  enum class Kind : std::uint8_t { pending, assigned, completed, failed } kind = Kind::pending;
  std::optional<model::Did> executor;  // assigned and completed
  std::optional<ipld::Cid> receipt;    // completed, and failed after a run
  std::string reason;                  // failed
  friend bool operator==(const JobState&, const JobState&) = default;
};
[[nodiscard]] std::string_view job_state_name(JobState::Kind kind);
[[nodiscard]] JobState::Kind job_state_kind(JobPhase phase);

}  // namespace icn::jobs
