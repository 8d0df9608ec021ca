// The ledger's regeneration: which accounts accrue with a change, and what is due on one.
#include <algorithm>
#include <map>

#include "core/check.hpp"
#include "economy/detail/state.hpp"

namespace icn::economy {

using model::AccountKey;
using model::Mana;
using model::Transfer;

namespace {

bool is_member(const AccountKey& account) { return account.kind == AccountKey::Kind::did; }

std::optional<AccountRates> rates_for(const AccountKey& account, const RatesOf& rates_of) {
  return rates_of && is_member(account) ? rates_of(account.did) : std::nullopt;
}

// What the transfers take from the available mana of each member.
std::map<AccountKey, std::uint64_t> demands_of(std::span<const Transfer> linked) {
  std::map<AccountKey, std::uint64_t> demands;
  for (const Transfer& transfer : linked) {
    const bool takes =
        transfer.phase == model::TransferPhase::single || transfer.phase == model::TransferPhase::pending;
    if (!takes || !is_member(transfer.debit)) continue;
    std::uint64_t& demand = demands[transfer.debit];
    demand = transfer.amount.umana > UINT64_MAX - demand ? UINT64_MAX : demand + transfer.amount.umana;
  }
  return demands;
}

// Of an account that has accrued up to `time`; nothing for one that has enough or never regenerates.
std::string outlook_of(const detail::Books::Accrual& account, const AccountRates& rates, model::UnixMs time,
                       std::uint64_t needed) {
  const std::uint64_t available = account.posted - account.reserved;
  if (needed <= available || rates.segments.empty() || rates.segments.back().umana_per_hour == 0) return {};
  const std::uint64_t cap = rates.segments.back().cap.umana;
  const Mana headroom{cap > account.posted ? cap - account.posted : 0};
  return outlook_text(ms_until_due(account.regeneration, rates, time, Mana{needed - available}, headroom));
}

}  // namespace

void Ledger::State::gather_rates(std::span<const Transfer> linked, model::UnixMs time, const RatesOf& rates_of) {
  rated.clear();
  if (!rates_of) return;
  {
    Lock lock(mutex);
    for (const Transfer& transfer : linked) {
      for (const AccountKey* key : {&transfer.debit, &transfer.credit}) {
        if (is_member(*key) && books.may_accrue(*key, time)) rated.push_back({*key, {}});
      }
    }
  }
  if (rated.size() > 1) {
    std::sort(rated.begin(), rated.end(), [](const Rated& a, const Rated& b) { return a.account < b.account; });
    const auto same = [](const Rated& a, const Rated& b) { return a.account == b.account; };
    rated.erase(std::unique(rated.begin(), rated.end(), same), rated.end());
  }
  std::erase_if(rated, [&](Rated& one) {
    const std::optional<AccountRates> rates = rates_of(one.account.did);
    if (rates) one.rates = *rates;
    return !rates;
  });
}

void Ledger::State::gather_accruals(model::UnixMs time) {
  accruals.clear();
  for (const Rated& one : rated) books.add_accruals(one.account, one.rates, time, accruals);
}

std::string Ledger::State::outlook(const AccountKey& account, std::uint64_t needed, model::UnixMs time,
                                   const RatesOf& rates_of) const {
  const std::optional<AccountRates> rates = rates_for(account, rates_of);
  if (!rates) return {};
  Lock lock(mutex);
  return outlook_of(books.accrued(account, *rates, time), *rates, time, needed);
}

std::string Ledger::State::outlook(std::span<const Transfer> linked, model::UnixMs time,
                                   const RatesOf& rates_of) const {
  for (const auto& [account, needed] : demands_of(linked)) {
    std::string text = outlook(account, needed, time, rates_of);
    if (!text.empty()) return ". " + text;
  }
  return {};
}

bool Ledger::accrue(std::span<const model::Did> members, model::UnixMs time, ports::Batch& batch,
                    const RatesOf& rates_of) {
  Lock applying(state_->applying);
  std::vector<Transfer> named(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) named[i].credit = AccountKey::of(members[i]);
  state_->gather_rates(named, time, rates_of);
  Lock lock(state_->mutex);
  state_->gather_accruals(time);
  if (state_->accruals.empty()) return false;
  // What the ledger computes itself it never refuses.
  ICN_CHECK(state_->record(state_->accruals, time, batch).has_value());
  return true;
}

Standing Ledger::standing(const AccountKey& account, model::UnixMs time, const RatesOf& rates_of) const {
  const std::optional<AccountRates> rates = rates_for(account, rates_of);
  if (!rates) return {balance(account), {}};
  Lock lock(state_->mutex);
  const detail::Books::Accrual after = state_->books.accrued(account, *rates, time);
  return {{Mana{after.posted - after.due}, Mana{after.reserved}}, Mana{after.due}};
}

std::string Ledger::outlook(const AccountKey& account, Mana needed, model::UnixMs time, const RatesOf& rates_of) const {
  return state_->outlook(account, needed.umana, time, rates_of);
}

Regeneration Ledger::regeneration(const AccountKey& account) const {
  Lock lock(state_->mutex);
  const detail::Account* const found = state_->books.find_account(account);
  return found == nullptr ? Regeneration{} : found->regeneration;
}

}  // namespace icn::economy
