// The majority's way to another clerk: without the present one, more than half of the members hand the log of the scope
// over to this node. (With it, a proposal of the kind clerk does that.) Thread safe.
#pragma once
#include "core/result.hpp"
#include "model/hand_over.hpp"

namespace icn::runtime {

class NodeState;

// For members to sign: the hand-over of the log at its present end to `clerk`.
[[nodiscard]] model::HandOver prepare_hand_over(const NodeState& node, const model::Did& clerk);
// Enters it as the first entry of the new clerk, this node, and returns its position. Errors: permission_denied with
// the rule not_clerk (it names another node) or hand_over_majority; conflict (the log has gone on); invalid_signature;
// unsupported_version; storage.
[[nodiscard]] Result<std::uint64_t> take_over_log(NodeState& node, const model::SignedHandOver& hand_over);

}  // namespace icn::runtime
