#include "runtime/mana.hpp"

#include "runtime/detail/credits.hpp"
#include "runtime/detail/pace.hpp"
#include "runtime/detail/spending.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime {

AccountView view_account(const NodeState& node, const model::Did& did) {
  const economy::Standing now = detail::standing(node, model::AccountKey::of(did), node.now());
  const model::Mana posted{now.balance.posted.umana + now.due.umana};
  AccountView view{did, {posted, now.balance.reserved}, now.due, node.reputation().score(did)};
  // The state in memory may not be durable yet; if the disk fails, the process ends and reports nothing.
  static_cast<void>(node.books().wait_for_staged());
  return view;
}

Result<HistoryPage> mana_history(const NodeState& node, const model::AccountKey& account, std::uint64_t from,
                                 std::size_t count) {
  HistoryPage page;
  if (count == 0) return page;
  const auto visit = [&](const economy::JournalEntry& entry) {
    // Linked transfers share one sequence and stay on one page, so a page may be slightly longer than asked.
    if (page.entries.size() >= count && page.entries.back().sequence != entry.sequence) {
      page.next = entry.sequence;
      return false;
    }
    page.entries.push_back(entry);
    return true;
  };
  ICN_TRY(economy::for_each_entry_of(node.state_store(), account, from, visit));
  return page;
}

Result<economy::AuditReport> audit_mana(const NodeState& node) {
  // Idle only until the snapshot is taken, so journal and memory agree. The journal is read while others write.
  struct Moment {
    economy::AuditReport live;
    std::unique_ptr<ports::StateReader> state;
  };
  const Moment moment = ICN_TRY(node.books().when_idle([&node]() -> Result<Moment> {
    auto audited = ICN_TRY(node.ledger().audit());
    auto snapshot = ICN_TRY(node.state_store().snapshot());
    return Moment{std::move(audited), std::move(snapshot)};
  }));
  detail::Pace pace(node);
  return economy::audit_from_journal(*moment.state, moment.live.state_hash, economy::AccountRows::expected,
                                     [&pace] { pace.rest(); });
}

Result<void> spend_mana(NodeState& node, const model::Did& account, model::Mana amount, ByteView client_id) {
  if (amount.umana == 0) return fail(ErrorCode::invalid_argument, "An amount of 0 cannot be spent.");
  model::Transfer transfer;
  transfer.id = model::transfer_id("ICN-SPEND-v1", account.key(), client_id);
  transfer.debit = model::AccountKey::of(account);
  transfer.credit = model::AccountKey::of(model::SystemAccount::fees);
  transfer.amount = amount;
  transfer.code = model::TransferCode::fee;
  const auto stage = [&](Staging& staging) -> Result<void> {
    ICN_TRY(detail::spend(node, std::span(&transfer, 1), node.now(), staging));
    detail::advance_checkpoint(node, staging);
    return {};
  };
  return node.committer().commit(stage);
}

Result<void> credit_mana(NodeState& node, const model::Did& delegate, const model::Did& account, model::Mana amount,
                         ByteView client_id) {
  if (amount.umana == 0) return fail(ErrorCode::invalid_argument, "An amount of 0 cannot be credited.");
  model::Transfer transfer;
  transfer.id = model::transfer_id("ICN-CREDIT-v1", delegate.key(), client_id);
  transfer.debit = model::AccountKey::of(model::SystemAccount::treasury);
  transfer.credit = model::AccountKey::of(account);
  transfer.amount = amount;
  transfer.code = model::TransferCode::delegate_credit;
  const auto stage = [&](Staging& staging) -> Result<void> {
    const model::Scope scope = node.scope();
    ICN_TRY(detail::check_version(node, scope));
    const Result<void> allowed = detail::check_credit(node, scope, delegate, account, amount);
    // The same act again gets its answer again, whatever else was credited since.
    if (!allowed && !ICN_TRY(node.ledger().find(transfer.id))) return allowed;
    const auto applied = ICN_TRY(detail::apply_transfers(node, std::span(&transfer, 1), node.now(), staging));
    if (applied == economy::Applied::now) node.mana_limits().count_credit(scope, delegate, amount, staging.batch);
    detail::advance_checkpoint(node, staging);
    return {};
  };
  return node.committer().commit(stage);
}

}  // namespace icn::runtime
