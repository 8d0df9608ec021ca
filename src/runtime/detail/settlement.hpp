// The end of a job: the commits that make it terminal or requeue it, each under the writer lock in one batch.
#pragma once
#include "jobs/failure.hpp"
#include "ports/executor.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Pays, anchors, applies effects and closes the job in one commit, which announces the receipt. The executor's result
// must belong to this record's order; `stopped_by` is why the run was asked to stop. Calls `interrupt` between pieces
// of work on the effects. Errors: infrastructure (the result does not belong to the order, the node's key cannot sign,
// or the node is shutting down); nothing changes then.
[[nodiscard]] Result<jobs::JobRecord> settle_run(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                                 const ports::ExecutionResult& result,
                                                 ports::StopReason stopped_by = ports::StopReason::none,
                                                 const WorkBudget::Interrupt& interrupt = {});

// Ends an attempt that failed in the infrastructure, by the row of its cause: the job returns to submitted, or fails
// uncharged.
[[nodiscard]] Result<jobs::JobRecord> fail_attempt(NodeState& node, const model::JobId& id, jobs::FailureCause cause,
                                                   const Error& error);
[[nodiscard]] Result<jobs::JobRecord> stage_failed_attempt(NodeState& node, jobs::JobRecord record,
                                                           jobs::FailureCause cause, const Error& error,
                                                           Staging& staging);

// Ends an open job by `event`, without a receipt, and releases everything that it holds, in the given staging. Payments
// of a settled job stay. Errors: invalid_state.
[[nodiscard]] Result<jobs::JobRecord> stage_release(NodeState& node, jobs::JobRecord record, jobs::JobEvent event,
                                                    std::string text, Staging& staging);

// Returns the current record of an open job. Errors: not_found.
[[nodiscard]] Result<jobs::JobRecord> open_record(const NodeState& node, const model::JobId& id);

// Ends an open job whose deadline has passed, by its row of the obligations (jobs/obligation.hpp). Errors:
// invalid_state.
[[nodiscard]] Result<jobs::JobRecord> stage_overdue(NodeState& node, jobs::JobRecord record, Staging& staging);
// Does the same in a separate commit. Errors: not_found, invalid_state.
[[nodiscard]] Result<jobs::JobRecord> expire_job(NodeState& node, const model::JobId& id);

}  // namespace icn::runtime::detail
