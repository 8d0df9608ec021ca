#include "runtime/detail/anchor.hpp"

#include "model/keys.hpp"

namespace icn::runtime::detail {

Result<Anchor> sign_anchor(const NodeState& node, std::string_view what, std::vector<model::DagLink> links,
                           model::UnixMs now) {
  model::DagPayload payload;
  payload.time = now;
  payload.data = bytes_of(what);
  payload.links = std::move(links);
  payload.scope = node.scope().id();
  payload.author = node.node_did();
  Anchor anchor;
  anchor.payload = payload.to_block();
  model::DagEnvelope envelope;
  envelope.payload = anchor.payload.cid;
  envelope.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::dag_block, anchor.payload.cid));
  anchor.envelope = envelope.to_block();
  return anchor;
}

Result<Anchor> make_anchor(const NodeState& node, const ipld::Block& receipt, const ipld::Cid& order_envelope,
                           const ipld::Cid& authority, model::UnixMs now) {
  return sign_anchor(
      node, "receipt",
      {{authority, "authority", 0}, {order_envelope, "order", 0}, {receipt.cid, "receipt", receipt.bytes.size()}}, now);
}

Bytes anchor_key(const ipld::Cid& receipt) {
  const auto bytes = receipt.to_bytes();
  return model::key_of(model::keys::kAnchor, bytes);
}

Result<std::optional<ipld::Cid>> find_anchor(const NodeState& node, const ipld::Cid& receipt) {
  const std::optional<Bytes> at = ICN_TRY(node.state_store().get(anchor_key(receipt)));
  if (!at) return std::optional<ipld::Cid>();
  return std::optional(ICN_TRY(ipld::Cid::from_bytes(*at)));
}

}  // namespace icn::runtime::detail
