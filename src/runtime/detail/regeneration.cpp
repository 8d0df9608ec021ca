#include "runtime/detail/regeneration.hpp"

#include <algorithm>

#include "governance/job_policy.hpp"

namespace icn::runtime::detail {

economy::RatesOf rates_of(const NodeState& node) {
  model::Scope scope = node.scope();
  const auto is_off = [](const economy::RateSegment& segment) { return segment.umana_per_hour == 0; };
  if (std::all_of(scope.mana_rates().begin(), scope.mana_rates().end(), is_off)) return {};
  return [&node, scope = std::move(scope),
          opened = node.ledger().opened()](const model::Did& did) -> std::optional<economy::AccountRates> {
    const model::MemberRecord* const member = scope.find(did);
    // At its home only: two homes must not issue the same mana.
    if (member == nullptr || member->status != model::MemberStatus::active || member->home != node.node_did())
      return std::nullopt;
    const bool frozen = !governance::check_not_frozen(scope, did);
    const std::uint64_t points = node.reputation().score(did).points_floor();
    return economy::AccountRates{scope.mana_rates(), frozen ? 0 : economy::percent_by_reputation(points),
                                 std::max(member->since_time, opened)};
  };
}

economy::Standing standing(const NodeState& node, const model::AccountKey& account, model::UnixMs time) {
  return node.ledger().standing(account, time, rates_of(node));
}

economy::Balance balance_with_due(const NodeState& node, const model::AccountKey& account, model::UnixMs time) {
  const economy::Standing now = standing(node, account, time);
  return {model::Mana{now.balance.posted.umana + now.due.umana}, now.balance.reserved};
}

Result<economy::Applied> apply_transfers(NodeState& node, std::span<const model::Transfer> linked, model::UnixMs time,
                                         Staging& staging) {
  return node.ledger().apply(linked, time, staging.batch, rates_of(node));
}

void accrue_before_change(NodeState& node, std::span<const model::Did> members, model::UnixMs time,
                          const economy::RatesOf& rates_before, Staging& staging) {
  // One call writes a bounded number of transfers.
  while (node.ledger().accrue(members, time, staging.batch, rates_before)) {
  }
}

}  // namespace icn::runtime::detail
