#include "runtime/receipts.hpp"

#include "model/dag_block.hpp"
#include "runtime/detail/anchor.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/pinning.hpp"

namespace icn::runtime {
namespace {

// Verifies the signatures around one receipt. What this node anchored was verified with the keys of that time, so a key
// that was replaced since still counts; of anything else only keys in force do.
class Signatures {
 public:
  Signatures(const NodeState& node, bool is_recorded) : keys_(node.scope().keys()), is_recorded_(is_recorded) {}

  Result<void> check(model::SignatureTag tag, const ipld::Cid& body, const model::Did& signer,
                     const model::Signature& signature, std::string what, std::vector<ReceiptCheck>& held) const {
    Result<void> verified =
        is_recorded_ ? keys_.verify_recorded(tag, body, signer, signature) : keys_.verify(tag, body, signer, signature);
    if (!verified) return fail(within("the " + what, std::move(verified).error()));
    held.push_back({std::move(what), "by " + signer.to_text() + " over " + body.to_text()});
    return {};
  }

 private:
  model::SigningKeys keys_;
  bool is_recorded_;
};

tl::unexpected<Error> misfit(const std::string& what) {
  return fail(ErrorCode::conflict, "The receipt is invalid: " + what + ".");
}

// Checks that receipt body, order and job each name the next.
Result<void> check_links(VerifiedReceipt& out, const ports::DagStore& store) {
  out.receipt = ICN_TRY(detail::read_block<model::Receipt>(store, out.signed_receipt.receipt, "receipt body"));
  out.order = ICN_TRY(detail::read_block<model::Order>(store, out.receipt.order, "order"));
  out.job = ICN_TRY(detail::read_block<model::Job>(store, out.receipt.job.cid, "job"));
  if (out.order.job != out.receipt.job) return misfit("its order is for another job");
  out.held.push_back(
      {"links", "receipt → order " + out.receipt.order.to_text() + " → job " + out.receipt.job.to_text()});
  if (out.receipt.fuel > out.order.limits.max_fuel)
    return misfit("the receipt reports more fuel than the order allows");
  if (out.receipt.memory_pages > out.order.limits.max_memory_pages)
    return misfit("the receipt reports more memory than the order allows");
  out.held.push_back({"limits", std::to_string(out.receipt.fuel) + " of " + std::to_string(out.order.limits.max_fuel) +
                                    " fuel, " + std::to_string(out.receipt.memory_pages) + " of " +
                                    std::to_string(out.order.limits.max_memory_pages) + " pages"});
  return {};
}

// The content of an anchor block.
struct Anchored {
  ipld::Cid envelope;
  model::DagEnvelope signature;
  model::DagPayload payload;
  std::optional<ipld::Cid> receipt, order, authority;
};

Result<Anchored> read_anchor(const ports::DagStore& store, const ipld::Cid& envelope) {
  Anchored out;
  out.envelope = envelope;
  out.signature = ICN_TRY(detail::read_block<model::DagEnvelope>(store, envelope, "anchor"));
  out.payload = ICN_TRY(detail::read_block<model::DagPayload>(store, out.signature.payload, "anchor payload"));
  for (const model::DagLink& link : out.payload.links) {
    if (link.name == "receipt") out.receipt = link.cid;
    if (link.name == "order") out.order = link.cid;
    if (link.name == "authority") out.authority = link.cid;
  }
  if (!out.receipt || !out.order || !out.authority)
    return misfit("the DAG block " + envelope.to_text() + " anchors no receipt");
  return out;
}

// Finds the anchor that verifies `cid`: `cid` itself, or this node's anchor of the receipt `cid`.
Result<Anchored> find_anchor_of(const NodeState& node, const ipld::Cid& cid) {
  const ipld::Block block = ICN_TRY(node.dag_store().get(cid));
  if (model::DagEnvelope::from_bytes(block.bytes)) return read_anchor(node.dag_store(), cid);
  const auto receipt = ICN_TRY(detail::read_block<model::SignedReceipt>(node.dag_store(), cid, "receipt"));
  const std::optional<ipld::Cid> anchor = ICN_TRY(detail::find_anchor(node, cid));
  if (!anchor) {
    // Reports a forged receipt as forged, not as one that is anchored elsewhere.
    std::vector<ReceiptCheck> held;
    ICN_TRY(Signatures(node, false)
                .check(model::SignatureTag::receipt, receipt.receipt, receipt.executor, receipt.signature,
                       "receipt signature", held));
    return refuse(
        ErrorCode::not_found, "not_anchored",
        "The receipt " + cid.to_text() +
            " is not anchored in this node's DAG; a receipt of another node is found by the CID of its anchor.",
        cid.to_text());
  }
  Anchored out = ICN_TRY(read_anchor(node.dag_store(), *anchor));
  if (out.receipt != cid) return misfit("its anchor names another receipt");
  return out;
}

// Only the home of a job anchors its receipt.
Result<void> check_anchor(const Anchored& anchored, const Signatures& signatures, VerifiedReceipt& out) {
  if (anchored.payload.author != out.order.home)
    return misfit("its anchor was made by " + anchored.payload.author.to_text() +
                  ", not by the home node of its order");
  ICN_TRY(signatures.check(model::SignatureTag::dag_block, anchored.signature.payload, anchored.payload.author,
                           anchored.signature.signature, "anchor signature", out.held));
  out.anchor = anchored.envelope;
  out.held.push_back({"anchor", anchored.envelope.to_text()});
  return {};
}

Result<VerifiedReceipt> verify_at(const NodeState& node, const ipld::Cid& cid, std::size_t depth);

// The submitter's signature, or the parent's receipt whose effects name this job.
Result<void> check_authority(const NodeState& node, const ipld::Cid& authority, const Signatures& signatures,
                             VerifiedReceipt& out, std::size_t depth) {
  const ports::DagStore& store = node.dag_store();
  const ipld::Block block = ICN_TRY(store.get(authority));
  if (const Result<model::SignedJob> signed_job = model::SignedJob::from_bytes(block.bytes)) {
    if (signed_job->job != out.receipt.job) return misfit("the submitter's signature is for another job");
    return signatures.check(model::SignatureTag::job, out.receipt.job.cid, out.job.submitter, signed_job->signature,
                            "job signature", out.held);
  }
  if (depth == 0) return misfit("the chain of jobs that submitted it is too long");
  const VerifiedReceipt parent = ICN_TRY(verify_at(node, authority, depth - 1));
  if (!parent.job.grants.has(model::Capability::submit) || parent.job.submitter != out.job.submitter) {
    return misfit("the job that submitted it had no such grant");
  }
  const auto effects = ICN_TRY(detail::read_block<model::Effects>(store, parent.receipt.effects, "effects"));
  for (const model::Effect& effect : effects.list) {
    const auto* submit = std::get_if<model::SubmitJobEffect>(&effect.what);
    if (submit == nullptr || submit->job != out.receipt.job.cid) continue;
    out.held.push_back({"submitted by job", parent.receipt.job.to_text() + ", whose receipt is valid"});
    return {};
  }
  return misfit("the effects of the job named as its parent do not submit it");
}

Result<VerifiedReceipt> verify_at(const NodeState& node, const ipld::Cid& cid, std::size_t depth) {
  const ports::DagStore& store = node.dag_store();
  const Anchored anchored = ICN_TRY(find_anchor_of(node, cid));
  VerifiedReceipt out;
  out.envelope = *anchored.receipt;
  const Signatures signatures(node, ICN_TRY(detail::find_anchor(node, out.envelope)) == anchored.envelope);
  out.signed_receipt = ICN_TRY(detail::read_block<model::SignedReceipt>(store, out.envelope, "receipt"));
  ICN_TRY(signatures.check(model::SignatureTag::receipt, out.signed_receipt.receipt, out.signed_receipt.executor,
                           out.signed_receipt.signature, "receipt signature", out.held));
  ICN_TRY(check_links(out, store));
  ICN_TRY(check_anchor(anchored, signatures, out));
  const auto signed_order = ICN_TRY(detail::read_block<model::SignedOrder>(store, *anchored.order, "signed order"));
  if (signed_order.order != out.receipt.order || signed_order.home != out.order.home) {
    return misfit("the home's signature is for another order");
  }
  ICN_TRY(signatures.check(model::SignatureTag::order, out.receipt.order, out.order.home, signed_order.signature,
                           "order signature", out.held));
  ICN_TRY(check_authority(node, *anchored.authority, signatures, out, depth));
  return out;
}

}  // namespace

Result<VerifiedReceipt> verify_receipt(const NodeState& node, const ipld::Cid& cid) {
  return verify_at(node, cid, detail::kAuthorityDepthMax);
}

Result<ipld::Cid> anchor_receipt(NodeState& node, const model::SignedReceipt& receipt) {
  const ipld::Block envelope = receipt.to_block();
  ICN_TRY(
      node.scope().keys().verify(model::SignatureTag::receipt, receipt.receipt, receipt.executor, receipt.signature));
  if (const std::optional<ipld::Cid> anchored = ICN_TRY(detail::find_anchor(node, envelope.cid))) return *anchored;
  const auto body = ICN_TRY(detail::read_block<model::Receipt>(node.dag_store(), receipt.receipt, "receipt body"));
  const std::optional<jobs::JobRecord> record = ICN_TRY(node.jobs().find(body.job));
  if (!record || record->order != body.order) {
    return fail(ErrorCode::invalid_argument,
                "This node is not the home of the job " + body.job.to_text() + "; nothing was anchored.");
  }
  if (record->executor != receipt.executor) {
    return fail(ErrorCode::permission_denied,
                "The job " + body.job.to_text() + " was assigned to another executor; nothing was anchored.");
  }
  if (jobs::job_state_kind(record->phase) != jobs::JobState::Kind::assigned) {
    return fail(ErrorCode::invalid_state, "The job " + body.job.to_text() + " is " +
                                              std::string(jobs::phase_name(record->phase)) +
                                              " and takes no further receipt.");
  }
  detail::Anchor anchor =
      ICN_TRY(detail::make_anchor(node, envelope, record->order_envelope, record->authority, node.now()));
  const ipld::Cid at = anchor.envelope.cid;
  dag::Guard::Hold hold(node.blocks().guard());
  hold.add(envelope.cid);
  const auto stage = [&](Staging& staging) -> Result<ipld::Cid> {
    detail::pin_beside(node, *record, at, staging);
    const auto bytes = at.to_bytes();
    staging.batch.put(detail::anchor_key(envelope.cid), Bytes(bytes.begin(), bytes.end()));
    staging.add(envelope);
    staging.add(std::move(anchor.payload));
    staging.add(std::move(anchor.envelope));
    return at;
  };
  return node.committer().commit(stage);
}

}  // namespace icn::runtime
