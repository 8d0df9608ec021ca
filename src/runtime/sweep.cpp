#include "runtime/sweep.hpp"

#include "runtime/detail/settlement.hpp"

namespace icn::runtime {

Result<SweepReport> sweep_jobs(NodeState& node) {
  SweepReport report;
  const Error interrupted{ErrorCode::infrastructure, "the node ended while the job ran", {}};
  for (const jobs::JobRecord& record : node.jobs().open_jobs()) {
    if (node.running().runs(record.id)) continue;
    if (record.phase == jobs::JobPhase::executing || record.phase == jobs::JobPhase::assigned) {
      const jobs::JobRecord now = ICN_TRY(detail::fail_attempt(node, record.id, interrupted, detail::Attempt::counts));
      ++(jobs::is_terminal(now.phase) ? report.given_up : report.runnable_again);
      if (jobs::is_terminal(now.phase)) continue;
    }
    if (node.now() >= record.deadlines.start_by) {
      ICN_TRY(detail::expire_job(node, record.id));
      ++report.expired;
    }
  }
  // Its caller sends what the outbox still holds.
  ICN_TRY(node.committer().wait_for_staged());
  return report;
}

}  // namespace icn::runtime
