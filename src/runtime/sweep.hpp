// The sweep of open jobs: ends what is overdue and takes up what an earlier process left. Thread safe; one commit for
// each job.
//
// Level-triggered: it looks at the state of each open job, not at events. NodeState::open does it; a daemon does it by
// the clock.
#pragma once
#include <cstddef>

#include "core/result.hpp"

namespace icn::runtime {

class NodeState;

struct SweepReport {
  std::size_t expired = 0;
  std::size_t runnable_again = 0;
  std::size_t given_up = 0;
};
// Jobs past their expiry or their start deadline are released, interrupted runs become runnable again or, their
// attempts used up, fail uncharged; then what the outbox still holds is sent. Errors: storage, corrupted.
[[nodiscard]] Result<SweepReport> sweep_jobs(NodeState& node);

}  // namespace icn::runtime
