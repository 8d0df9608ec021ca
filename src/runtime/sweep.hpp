// The sweep of open jobs: ends what is overdue and takes up what an earlier process left. Thread safe; one commit for
// many jobs.
//
// Level-triggered: it looks at the state of each open job (jobs/obligation.hpp), not at events. NodeState::open does
// it; a node does it by the clock.
#pragma once
#include <cstddef>

#include "core/result.hpp"

namespace icn::runtime {

class NodeState;

struct SweepReport {
  std::size_t expired = 0;  // ended because they were overdue
  std::size_t runnable_again = 0;
  std::size_t given_up = 0;
  std::size_t stopping = 0;  // run here and are overdue: they were asked to stop
};
inline constexpr std::size_t kSweptAtOnce = 256;  // jobs of one commit
// Jobs past the deadline of their phase are ended and released, uncharged; interrupted runs become runnable again or,
// their attempts used up, fail uncharged; then what the outbox still holds is sent. A job that cannot be ended does not
// hold up others; its error is returned at the end. Errors: storage, corrupted.
[[nodiscard]] Result<SweepReport> sweep_jobs(NodeState& node);

}  // namespace icn::runtime
