#include "runtime/reputation.hpp"

#include <algorithm>

#include "runtime/detail/regeneration.hpp"
#include "runtime/detail/world.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

Result<ReputationPage> reputation_history(const NodeState& node, const model::Did& did, std::uint64_t before,
                                          std::uint64_t count) {
  ReputationPage page;
  if (count == 0) return page;
  const std::uint64_t end = std::min(before, node.reputation().changes(did) + 1);
  // Memory may be ahead of the store.
  ICN_TRY(node.books().wait_for_staged());
  const std::uint64_t from = end > count ? end - count : 1;
  const auto visit = [&](const reputation::Change& change) {
    if (change.number >= end) return false;
    page.changes.push_back(change);
    return true;
  };
  ICN_TRY(reputation::for_each_change(node.state_store(), did, from, visit));
  std::reverse(page.changes.begin(), page.changes.end());
  // A score of an older release has no history before its first change here.
  if (from > 1 && !page.changes.empty()) page.next = from;
  return page;
}

Result<void> decay_reputation(NodeState& node) {
  const auto stage = [&](Staging& staging) -> Result<void> {
    const reputation::Rules rules = reputation::Rules::of(node.scope().parameters());
    const model::UnixMs now = node.now();
    detail::accrue_before_change(node, node.reputation().decaying(rules, now), now, detail::rates_of(node), staging);
    node.reputation().decay(rules, now, staging.batch);
    detail::advance_checkpoint(node, staging);
    return {};
  };
  // Some scores at a time, so that others commit in between.
  bool any = false;
  while (node.reputation().decay_is_due(reputation::Rules::of(node.scope().parameters()), node.now())) {
    ICN_TRY(node.committer().commit_later(stage));
    any = true;
  }
  return any ? node.committer().wait_for_staged() : Result<void>{};
}

}  // namespace icn::runtime
