#include "runtime/detail/credits.hpp"

#include "governance/job_policy.hpp"
#include "runtime/detail/governance_money.hpp"

namespace icn::runtime::detail {

Result<void> check_credit(const NodeState& node, const model::Scope& scope, const model::Did& delegate,
                          const model::Did& account, model::Mana sum) {
  ICN_TRY(governance::check_delegate_credit(scope, delegate, account));
  ICN_TRY(require_home(node, scope.find(account)->home, account));
  ICN_TRY(node.mana_limits().check_credit(scope, delegate, sum));
  // What the settlement itself releases is not counted on.
  const auto treasury = model::AccountKey::of(model::SystemAccount::treasury);
  const model::Mana available = node.ledger().balance(treasury).available();
  if (sum <= available) return {};
  return refuse(
      ErrorCode::insufficient_mana, "balance",
      "the treasury has " + available.to_text() + " of the " + sum.to_text() + " to credit; nothing was credited",
      std::string(model::system_account_name(model::SystemAccount::treasury)));
}

void limit_credits(const NodeState& node, const RunEnd& run, PreparedEffects& effects) {
  if (effects.money.credits.empty()) return;
  const model::Scope scope = node.scope();
  model::Mana sum;
  std::vector<jobs::MoneyEffects::Credit> kept;
  for (const jobs::MoneyEffects::Credit& credit : effects.money.credits) {
    const model::Mana next = sum.plus(credit.amount).value_or(model::Mana{UINT64_MAX});
    const Result<void> allowed = check_credit(node, scope, run.record.submitter, credit.account, next);
    if (allowed) {
      sum = next;
      kept.push_back(credit);
      continue;
    }
    effects.refused.add(refusal_text(credit.call_index, allowed.error().detail));
    if (run.job.effects == model::EffectsMode::all_or_none) return drop_all(effects, std::string(kAllOrNone));
  }
  effects.money.credits = std::move(kept);
}

void count_credits(NodeState& node, const RunEnd& run, const PreparedEffects& effects, ports::Batch& batch) {
  model::Mana sum;
  for (const jobs::MoneyEffects::Credit& credit : effects.money.credits) sum.umana += credit.amount.umana;
  node.mana_limits().count_credit(node.scope(), run.record.submitter, sum, batch);
}

}  // namespace icn::runtime::detail
