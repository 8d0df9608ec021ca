// Sums and hashes of the books: everything that reads the whole state.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/state.hpp"
#include "model/transfer_codes.hpp"

namespace icn::economy::detail {
namespace {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;

__extension__ using Wide = unsigned __int128;

std::string wide_text(Wide value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

template <class Map>
std::vector<model::TransferId> sorted_ids(const Map& map) {
  std::vector<model::TransferId> ids;
  ids.reserve(map.size());
  for (const auto& [id, value] : map) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

// Nothing where no account regenerates. The chain before it has a fixed width, so a state has one serialization.
void Books::hash_regeneration(ipld::Sha256& hash) const {
  std::vector<const Account*> regenerating;
  for (const Account& account : accounts_) {
    if (account.regeneration != Regeneration{}) regenerating.push_back(&account);
  }
  if (regenerating.empty()) return;
  std::sort(regenerating.begin(), regenerating.end(), [](const auto* a, const auto* b) { return a->key < b->key; });
  Bytes row;
  append_be64(row, regenerating.size());
  hash.update(row);
  for (const Account* account : regenerating) {
    row.clear();
    encode_account(row, account->key);
    const Regeneration& regeneration = account->regeneration;
    for (const std::uint64_t value : {regeneration.umana_per_hour, regeneration.accrued_ms, regeneration.remainder})
      append_be64(row, value);
    hash.update(row);
  }
}

ipld::Digest Books::hash() const {
  ipld::Sha256 hash;
  Bytes row;
  // Each section begins with its count, so two different states never serialize to the same bytes.
  const auto section = [&](std::size_t count) {
    row.clear();
    append_be64(row, count);
    hash.update(row);
  };
  const std::vector<AccountTotals> accounts = totals();
  section(accounts.size());
  for (const AccountTotals& account : accounts) {
    row.clear();
    encode_account(row, account.account);
    for (const std::uint64_t value :
         {account.debits, account.credits, account.debits_pending, account.credits_pending}) {
      append_be64(row, value);
    }
    hash.update(row);
  }
  section(pendings.size());
  for (const model::TransferId& id : sorted_ids(pendings)) {
    row.assign(id.begin(), id.end());
    append_be64(row, pendings.at(id).amount.umana);
    hash.update(row);
  }
  // The chain covers every record, and so every id that was applied.
  section(transfers);
  section(sequence);
  hash.update(chain);
  hash_regeneration(hash);
  return hash.finish();
}

Result<AuditReport> Books::check_sums() const {
  Wide debits = 0, credits = 0, debits_pending = 0, credits_pending = 0, reserved = 0, issued_sum = 0, held = 0;
  AuditReport report;
  for (const Account& account : accounts_) {
    debits += account.debits;
    credits += account.credits;
    debits_pending += account.debits_pending;
    credits_pending += account.credits_pending;
    const bool is_system = account.key.kind == AccountKey::Kind::system;
    if (is_system &&
        (account.key.system == SystemAccount::issuance || account.key.system == SystemAccount::regeneration)) {
      issued_sum += account.debits;
      continue;
    }
    if (account.debits > account.credits || account.debits_pending > account.credits - account.debits) {
      return fail(ErrorCode::unbalanced, account.key.to_text() + " has spent or reserved more than it received");
    }
    const Mana balance{account.credits - account.debits};
    if (!is_system) held += balance.umana - account.debits_pending;
    if (is_system && account.key.system == SystemAccount::treasury) report.treasury = balance;
    if (is_system && account.key.system == SystemAccount::fees) report.fees = balance;
    if (is_system && account.key.system == SystemAccount::escrow) report.escrow = balance;
    if (is_system && account.key.system == SystemAccount::slashed) report.slashed = balance;
  }
  for (const auto& [id, pending] : pendings) reserved += pending.amount.umana;
  if (debits != credits) {
    return fail(ErrorCode::unbalanced, "debits are " + wide_text(debits) + " µmana, credits " + wide_text(credits));
  }
  if (debits_pending != credits_pending || debits_pending != reserved) {
    return fail(ErrorCode::unbalanced, "accounts reserve " + wide_text(debits_pending) + " µmana and await " +
                                           wide_text(credits_pending) + ", open reserves sum to " +
                                           wide_text(reserved));
  }
  // Held and reserved amounts are part of what was issued.
  if (issued_sum > UINT64_MAX) {
    return fail(ErrorCode::unbalanced,
                "the total issued is " + wide_text(issued_sum) + " µmana, more than 64 bits hold");
  }
  report.transfers = transfers;
  report.issued = Mana{static_cast<std::uint64_t>(issued_sum)};
  report.member_held = Mana{static_cast<std::uint64_t>(held)};
  report.reserved = Mana{static_cast<std::uint64_t>(reserved)};
  report.pending_open = pendings.size();
  return report;
}

Result<AuditReport> Books::audit() const {
  AuditReport report = ICN_TRY(check_sums());
  report.accounts = totals().size();
  report.state_hash = hash();
  return report;
}

}  // namespace icn::economy::detail
