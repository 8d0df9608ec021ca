#include "runtime/detail/spending.hpp"

#include <map>

#include "runtime/detail/regeneration.hpp"

namespace icn::runtime::detail {
namespace {

// What each member pays or reserves: the ends of earlier reserves are none of it.
std::map<model::Did, model::Mana> spent_by(std::span<const model::Transfer> linked) {
  std::map<model::Did, model::Mana> spent;
  for (const model::Transfer& transfer : linked) {
    const bool ends = transfer.phase == model::TransferPhase::post || transfer.phase == model::TransferPhase::void_;
    if (ends || transfer.debit.kind != model::AccountKey::Kind::did) continue;
    model::Mana& sum = spent[transfer.debit.did];
    sum = sum.plus(transfer.amount).value_or(model::Mana{UINT64_MAX});
  }
  return spent;
}

}  // namespace

Result<void> check_spending(const NodeState& node, const model::Scope& scope, const model::Did& member,
                            model::Mana amount) {
  return node.mana_limits().check(scope, member, amount);
}

Result<void> spend(NodeState& node, std::span<const model::Transfer> linked, model::UnixMs time, Staging& staging) {
  const model::Scope scope = node.scope();
  const std::map<model::Did, model::Mana> spent = spent_by(linked);
  for (const auto& [member, amount] : spent) {
    const Result<void> allowed = check_spending(node, scope, member, amount);
    // The same act again gets its answer again, whatever else was spent since.
    if (!allowed && !ICN_TRY(node.ledger().find(linked.front().id))) return allowed;
  }
  const economy::Applied applied = ICN_TRY(apply_transfers(node, linked, time, staging));
  if (applied == economy::Applied::before) return {};
  for (const auto& [member, amount] : spent) node.mana_limits().count(scope, member, amount, staging.batch);
  return {};
}

}  // namespace icn::runtime::detail
