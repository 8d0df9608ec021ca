// How a job ends: the commits that make it terminal or put it back, each under the writer lock in one batch.
#pragma once
#include "ports/executor.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Pays, anchors, applies effects and closes the job: one commit, which announces the receipt. The executor's result
// must be of this record's order. Errors: infrastructure (the result does not belong to the order, or the node's key
// does not sign); nothing changed then.
[[nodiscard]] Result<jobs::JobRecord> settle_run(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                                 const ports::ExecutionResult& result);

// An attempt that the infrastructure failed: back to submitted, or failed uncharged when `cause` is final or the
// attempts are used up. A `cause` of a shutdown does not count as an attempt.
enum class Attempt : std::uint8_t { counts, does_not_count, final };
[[nodiscard]] Result<jobs::JobRecord> fail_attempt(NodeState& node, const model::JobId& id, const Error& cause,
                                                   Attempt attempt);

// Releases everything of an open job with `event` (cancel, expire, give_up) in the given staging. Errors:
// invalid_state.
[[nodiscard]] Result<jobs::JobRecord> stage_release(NodeState& node, jobs::JobRecord record, jobs::JobEvent event,
                                                    std::string text, Staging& staging);

// The open record as it is now. Errors: not_found.
[[nodiscard]] Result<jobs::JobRecord> open_record(const NodeState& node, const model::JobId& id);

// Releases everything of an open job that can no longer run, in one commit. Errors: not_found, invalid_state.
[[nodiscard]] Result<jobs::JobRecord> expire_job(NodeState& node, const model::JobId& id);

}  // namespace icn::runtime::detail
