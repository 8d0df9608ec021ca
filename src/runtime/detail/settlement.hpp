// How a job ends: the commits that make it terminal or put it back, each under the writer lock in one batch.
#pragma once
#include "jobs/failure.hpp"
#include "ports/executor.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Pays, anchors, applies effects and closes the job: one commit, which announces the receipt. The executor's result
// must be of this record's order. `interrupt` is asked between pieces of work on the effects. Errors: infrastructure
// (the result does not belong to the order, the node's key does not sign, or the node is shutting down); nothing
// changed then.
[[nodiscard]] Result<jobs::JobRecord> settle_run(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                                 const ports::ExecutionResult& result,
                                                 const WorkBudget::Interrupt& interrupt = {});

// An attempt that the infrastructure failed, by the row of its cause: back to submitted, or failed uncharged.
[[nodiscard]] Result<jobs::JobRecord> fail_attempt(NodeState& node, const model::JobId& id, jobs::FailureCause cause,
                                                   const Error& error);
[[nodiscard]] Result<jobs::JobRecord> stage_failed_attempt(NodeState& node, jobs::JobRecord record,
                                                           jobs::FailureCause cause, const Error& error,
                                                           Staging& staging);

// Ends an open job without a receipt by `event` and releases everything that it holds, in the given staging; what a
// settled job paid stays paid. Errors: invalid_state.
[[nodiscard]] Result<jobs::JobRecord> stage_release(NodeState& node, jobs::JobRecord record, jobs::JobEvent event,
                                                    std::string text, Staging& staging);

// The open record as it is now. Errors: not_found.
[[nodiscard]] Result<jobs::JobRecord> open_record(const NodeState& node, const model::JobId& id);

// Ends an open job whose deadline has passed as its row of the obligations says (jobs/obligation.hpp). Errors:
// invalid_state.
[[nodiscard]] Result<jobs::JobRecord> stage_overdue(NodeState& node, jobs::JobRecord record, Staging& staging);
// The same in a commit of its own. Errors: not_found, invalid_state.
[[nodiscard]] Result<jobs::JobRecord> expire_job(NodeState& node, const model::JobId& id);

}  // namespace icn::runtime::detail
