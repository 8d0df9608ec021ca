#include "economy/forecast.hpp"

namespace icn::economy {

std::uint64_t Forecast::reserve_of(const model::TransferId& id) const {
  const auto added = reserves_.find(id);
  if (added != reserves_.end()) return added->second;
  return ledger_.open_pending(id).value_or(model::Mana{}).umana;
}

void Forecast::add(std::span<const model::Transfer> transfers) {
  for (const model::Transfer& transfer : transfers) {
    Change& debit = changes_[transfer.debit];
    Change& credit = changes_[transfer.credit];
    if (transfer.phase == model::TransferPhase::pending) {
      debit.reserved += transfer.amount.umana;
      reserves_[transfer.id] = transfer.amount.umana;
      continue;
    }
    if (transfer.phase != model::TransferPhase::single) debit.reserved -= reserve_of(transfer.pending_id);
    debit.posted -= transfer.amount.umana;
    credit.posted += transfer.amount.umana;
  }
}

Balance Forecast::balance(const model::AccountKey& account) const {
  const Standing standing = ledger_.standing(account, time_, rates_of_);
  Balance balance{model::Mana{standing.balance.posted.umana + standing.due.umana}, standing.balance.reserved};
  const auto change = changes_.find(account);
  if (change == changes_.end()) return balance;
  balance.posted.umana += change->second.posted;
  balance.reserved.umana += change->second.reserved;
  return balance;
}

}  // namespace icn::economy
