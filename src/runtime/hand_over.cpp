#include "runtime/hand_over.hpp"

#include "runtime/detail/governance_entries.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime {

model::HandOver prepare_hand_over(const NodeState& node, const model::Did& clerk) {
  const model::Scope scope = node.scope();
  return {scope.id(), clerk, scope.head(), scope.position()};
}

Result<std::uint64_t> take_over_log(NodeState& node, const model::SignedHandOver& hand_over) {
  if (hand_over.body.clerk != node.node_did()) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kNotClerk),
                  "The members hand the log over to the node " + hand_over.body.clerk.to_text() +
                      ", which alone can sign the next entry; nothing was done.",
                  hand_over.body.clerk.to_text());
  }
  ICN_TRY(detail::check_version(node, node.scope()));
  const model::UnixMs now = node.now();
  detail::EntryDraft entry;
  entry.draft = [&] { return node.governance().draft(hand_over, now); };
  entry.hand_over = hand_over;
  const governance::Applied applied = ICN_TRY(detail::make_entry(node, entry, detail::Durable::now));
  ICN_TRY(node.committer().wait_for_staged());
  return applied.position;
}

}  // namespace icn::runtime
