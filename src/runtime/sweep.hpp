// The sweep of open jobs: ends overdue jobs and resumes those that an earlier process left. Thread safe; one commit for
// many jobs.
//
// Level-triggered: it checks the state of each open job (jobs/obligation.hpp), not events. NodeState::open() sweeps
// once; a running node sweeps periodically.
#pragma once
#include <cstddef>

#include "core/result.hpp"

namespace icn::runtime {

class NodeState;

struct SweepReport {
  std::size_t expired = 0;  // overdue jobs that were ended
  std::size_t runnable_again = 0;
  std::size_t given_up = 0;
  std::size_t stopping = 0;  // overdue jobs running here that were asked to stop
};
inline constexpr std::size_t kSweptAtOnce = 256;  // most jobs per commit
// Ends and releases jobs past the deadline of their phase, uncharged. Makes interrupted runs runnable again; those
// without attempts left fail uncharged. Then passes the fees of ended epochs to the treasury (runtime/mana_epoch.hpp),
// takes the decay of reputation that is due, writes a checkpoint of governance if one is due, and sends what remains in
// the outbox. A job that cannot be ended does not
// delay the others; its error is returned at the end. Errors: storage, corrupted.
[[nodiscard]] Result<SweepReport> sweep_jobs(NodeState& node);

}  // namespace icn::runtime
