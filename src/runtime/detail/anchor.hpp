// Anchors: the signed DAG blocks with which a home vouches for other blocks, and those of receipts by their keys in the
// state store.
#pragma once
#include "model/dag_block.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// A signed DAG block; the CID of its envelope identifies the anchor.
struct Anchor {
  ipld::Block payload;
  ipld::Block envelope;
};
// `what` is what the links are. Errors: those of the node's signer.
[[nodiscard]] Result<Anchor> sign_anchor(const NodeState& node, std::string_view what,
                                         std::vector<model::DagLink> links, model::UnixMs now);
// Of a receipt.
[[nodiscard]] Result<Anchor> make_anchor(const NodeState& node, const ipld::Block& receipt,
                                         const ipld::Cid& order_envelope, const ipld::Cid& authority,
                                         model::UnixMs now);
// State key: receipt envelope → anchor envelope.
[[nodiscard]] Bytes anchor_key(const ipld::Cid& receipt);
[[nodiscard]] Result<std::optional<ipld::Cid>> find_anchor(const NodeState& node, const ipld::Cid& receipt);

}  // namespace icn::runtime::detail
