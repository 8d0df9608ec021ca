// How a job begins and ends: its acceptance, and the three commits that make it terminal or put it back, each under the
// writer lock in one batch.
#pragma once
#include "ports/executor.hpp"
#include "runtime/use_cases.hpp"

namespace icn::runtime::detail {

// submit_job(); `later`: the answer is not durable yet and nobody was told of the job (Committer::commit_later), for a
// job whose settlement follows at once.
enum class WhenDurable : std::uint8_t { now, later };
[[nodiscard]] Result<SubmitAnswer> accept_job(NodeState& node, const SubmitRequest& request, WhenDurable when);
// Tells the mesh of an accepted job; a mesh that does not listen is logged.
void announce_accepted(const NodeState& node, const model::JobId& id, const model::Job& job);

// Pays, anchors, applies effects and closes the job: one commit, then the mesh is told; of the acceptance too when
// `accepted_untold`. The executor's result must be of this record's order.
// Errors: infrastructure (the result does not belong to the order, or the node's key does not sign); nothing changed
// then.
[[nodiscard]] Result<jobs::JobRecord> settle_run(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                                 const ports::ExecutionResult& result, bool accepted_untold);

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

// A DAG block that anchors a receipt, signed; the anchor is the envelope's CID.
struct Anchor {
  ipld::Block payload;
  ipld::Block envelope;
};
[[nodiscard]] Result<Anchor> make_anchor(const NodeState& node, const ipld::Block& receipt,
                                         const ipld::Cid& order_envelope, const ipld::Cid& authority,
                                         model::UnixMs now);
// State key: receipt envelope → anchor envelope.
[[nodiscard]] Bytes anchor_key(const ipld::Cid& receipt);
[[nodiscard]] Result<std::optional<ipld::Cid>> find_anchor(const NodeState& node, const ipld::Cid& receipt);

}  // namespace icn::runtime::detail
