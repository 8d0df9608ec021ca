#include "model/dag_block.hpp"
#include "runtime/detail/closing.hpp"
#include "runtime/use_cases.hpp"

namespace icn::runtime {
namespace {

// A guest's job is authorised by its parent's receipt, that by its own parent's, and so on; no chain is longer.
constexpr std::size_t kAuthorityDepthMax = 16;

template <class Value>
Result<Value> read_block(const ports::DagStore& store, const ipld::Cid& cid, std::string_view what) {
  const Result<ipld::Block> block = store.get(cid);
  if (!block) return fail(within(std::string(what) + " " + cid.to_text(), block.error()));
  Result<Value> value = Value::from_bytes(block->bytes);
  if (!value) return fail(within(std::string(what) + " " + cid.to_text(), std::move(value).error()));
  return value;
}

Result<void> check_signature(model::SignatureTag tag, const ipld::Cid& body, const model::Did& signer,
                             const model::Signature& signature, std::string what, std::vector<ReceiptCheck>& held) {
  Result<void> verified = model::verify(tag, body, signer, signature);
  if (!verified) return fail(within("the " + what, std::move(verified).error()));
  held.push_back({std::move(what), "by " + signer.to_text() + " over " + body.to_text()});
  return {};
}

tl::unexpected<Error> misfit(const std::string& what) {
  return fail(ErrorCode::conflict, "The receipt does not hold: " + what + ".");
}

// Receipt body, order and job, each naming the next.
Result<void> check_links(VerifiedReceipt& out, const ports::DagStore& store) {
  out.receipt = ICN_TRY(read_block<model::Receipt>(store, out.signed_receipt.receipt, "receipt body"));
  out.order = ICN_TRY(read_block<model::Order>(store, out.receipt.order, "order"));
  out.job = ICN_TRY(read_block<model::Job>(store, out.receipt.job.cid, "job"));
  if (out.order.job != out.receipt.job) return misfit("its order is for another job");
  out.held.push_back(
      {"links", "receipt → order " + out.receipt.order.to_text() + " → job " + out.receipt.job.to_text()});
  if (out.receipt.fuel > out.order.limits.max_fuel) return misfit("it tells more fuel than the order's limit");
  if (out.receipt.memory_pages > out.order.limits.max_memory_pages)
    return misfit("it tells more memory than the order's limit");
  out.held.push_back({"limits", std::to_string(out.receipt.fuel) + " of " + std::to_string(out.order.limits.max_fuel) +
                                    " fuel, " + std::to_string(out.receipt.memory_pages) + " of " +
                                    std::to_string(out.order.limits.max_memory_pages) + " pages"});
  return {};
}

struct AnchorLinks {
  ipld::Cid authority;
  ipld::Cid order;
};

Result<AnchorLinks> check_anchor(const NodeState& node, const ipld::Cid& receipt, VerifiedReceipt& out) {
  out.anchor = ICN_TRY(detail::find_anchor(node, receipt));
  if (!out.anchor) {
    return fail(ErrorCode::not_found, "The receipt " + receipt.to_text() + " is not anchored in this node's DAG.");
  }
  const auto envelope = ICN_TRY(read_block<model::DagEnvelope>(node.dag_store(), *out.anchor, "anchor"));
  const auto payload = ICN_TRY(read_block<model::DagPayload>(node.dag_store(), envelope.payload, "anchor payload"));
  ICN_TRY(check_signature(model::SignatureTag::dag_block, envelope.payload, payload.author, envelope.signature,
                          "anchor signature", out.held));
  AnchorLinks links;
  bool names_receipt = false;
  for (const model::DagLink& link : payload.links) {
    if (link.name == "receipt") names_receipt = link.cid == receipt;
    if (link.name == "order") links.order = link.cid;
    if (link.name == "authority") links.authority = link.cid;
  }
  if (!names_receipt) return misfit("its anchor names another receipt");
  out.held.push_back({"anchor", out.anchor->to_text()});
  return links;
}

Result<VerifiedReceipt> verify_at(const NodeState& node, const ipld::Cid& receipt, std::size_t depth);

// The submitter's signature, or the parent's receipt whose effects name this job.
Result<void> check_authority(const NodeState& node, const ipld::Cid& authority, VerifiedReceipt& out,
                             std::size_t depth) {
  const ports::DagStore& store = node.dag_store();
  const ipld::Block block = ICN_TRY(store.get(authority));
  if (const Result<model::SignedJob> signed_job = model::SignedJob::from_bytes(block.bytes)) {
    if (signed_job->job != out.receipt.job) return misfit("the submitter's signature is for another job");
    return check_signature(model::SignatureTag::job, out.receipt.job.cid, out.job.submitter, signed_job->signature,
                           "job signature", out.held);
  }
  if (depth == 0) return misfit("the chain of jobs that submitted it is too long");
  const VerifiedReceipt parent = ICN_TRY(verify_at(node, authority, depth - 1));
  if (!parent.job.grants.has(model::Capability::submit) || parent.job.submitter != out.job.submitter) {
    return misfit("the job that submitted it was not granted that");
  }
  const auto effects = ICN_TRY(read_block<model::Effects>(store, parent.receipt.effects, "effects"));
  for (const model::Effect& effect : effects.list) {
    const auto* submit = std::get_if<model::SubmitJobEffect>(&effect.what);
    if (submit == nullptr || submit->job != out.receipt.job.cid) continue;
    out.held.push_back({"submitted by job", parent.receipt.job.to_text() + ", whose receipt holds"});
    return {};
  }
  return misfit("the effects of the job named as its parent do not submit it");
}

Result<VerifiedReceipt> verify_at(const NodeState& node, const ipld::Cid& receipt, std::size_t depth) {
  const ports::DagStore& store = node.dag_store();
  VerifiedReceipt out;
  out.envelope = receipt;
  out.signed_receipt = ICN_TRY(read_block<model::SignedReceipt>(store, receipt, "receipt"));
  ICN_TRY(check_signature(model::SignatureTag::receipt, out.signed_receipt.receipt, out.signed_receipt.executor,
                          out.signed_receipt.signature, "receipt signature", out.held));
  ICN_TRY(check_links(out, store));
  const AnchorLinks links = ICN_TRY(check_anchor(node, receipt, out));
  const auto signed_order = ICN_TRY(read_block<model::SignedOrder>(store, links.order, "signed order"));
  if (signed_order.order != out.receipt.order || signed_order.home != out.order.home) {
    return misfit("the home's signature is for another order");
  }
  ICN_TRY(check_signature(model::SignatureTag::order, out.receipt.order, out.order.home, signed_order.signature,
                          "order signature", out.held));
  ICN_TRY(check_authority(node, links.authority, out, depth));
  return out;
}

}  // namespace

Result<VerifiedReceipt> verify_receipt(const NodeState& node, const ipld::Cid& receipt) {
  return verify_at(node, receipt, kAuthorityDepthMax);
}

Result<ipld::Cid> anchor_receipt(NodeState& node, const model::SignedReceipt& receipt) {
  const ipld::Block envelope = receipt.to_block();
  ICN_TRY(model::verify(model::SignatureTag::receipt, receipt.receipt, receipt.executor, receipt.signature));
  if (const std::optional<ipld::Cid> anchored = ICN_TRY(detail::find_anchor(node, envelope.cid))) return *anchored;
  const auto body = ICN_TRY(read_block<model::Receipt>(node.dag_store(), receipt.receipt, "receipt body"));
  const std::optional<mesh::JobRecord> record = ICN_TRY(node.jobs().find(body.job));
  if (!record || record->order != body.order) {
    return fail(ErrorCode::invalid_argument,
                "This node is not the home of the job " + body.job.to_text() + "; nothing was anchored.");
  }
  if (record->executor != receipt.executor) {
    return fail(ErrorCode::permission_denied,
                "The job " + body.job.to_text() + " was assigned to another executor; nothing was anchored.");
  }
  if (mesh::job_state_kind(record->phase) != mesh::JobState::Kind::assigned) {
    return fail(ErrorCode::invalid_state, "The job " + body.job.to_text() + " is " +
                                              std::string(mesh::phase_name(record->phase)) +
                                              " and takes no further receipt.");
  }
  detail::Anchor anchor =
      ICN_TRY(detail::make_anchor(node, envelope, record->order_envelope, record->authority, node.now()));
  const ipld::Cid at = anchor.envelope.cid;
  const auto stage = [&](Staging& staging) -> Result<ipld::Cid> {
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
