#include "runtime/cancel.hpp"

#include "runtime/detail/settlement.hpp"

namespace icn::runtime {

Result<Cancelled> cancel_job(NodeState& node, const model::JobId& id) {
  bool stopping = false;
  const auto stage = [&](Staging& staging) -> Result<jobs::JobRecord> {
    jobs::JobRecord record = ICN_TRY(detail::open_record(node, id));
    if (jobs::is_terminal(record.phase)) {
      return fail(ErrorCode::invalid_state, "The job " + id.to_text() + " is already " +
                                                std::string(jobs::phase_name(record.phase)) + "; nothing was changed.");
    }
    if (node.running().stop(id, ports::StopReason::cancelled)) {
      stopping = true;
      return record;
    }
    return detail::stage_release(node, std::move(record), jobs::JobEvent::cancel,
                                 "cancelled before it ran; everything reserved was released", staging);
  };
  ICN_TRY(node.committer().commit(stage));
  if (stopping) return Cancelled::stopping;
  node.jobs().forget(id);
  return Cancelled::released;
}

}  // namespace icn::runtime
