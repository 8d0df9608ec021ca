#include "economy/detail/state.hpp"

#include <algorithm>

#include "economy/transfer_rules.hpp"
#include "model/keys.hpp"

namespace icn::economy::detail {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;
using model::Transfer;
using model::TransferPhase;

// What apply() must put back when a later transfer of the list is refused.
struct Books::Undo {
  std::vector<std::pair<std::uint32_t, Account>> accounts;  // as they were, oldest first
  std::vector<model::TransferId> entries;                   // added
  std::vector<model::TransferId> opened;
  std::vector<std::pair<model::TransferId, Pending>> closed;
};

namespace {

// Only the two sources of mana may owe; everybody else spends what they have.
bool may_owe(const AccountKey& key) {
  return key.kind == AccountKey::Kind::system && (key.system == SystemAccount::issuance || key.system == SystemAccount::regeneration);
}

tl::unexpected<Error> bad(const Transfer& transfer, std::string_view what) {
  return fail(ErrorCode::invalid_argument,
              "transfer " + std::string(transfer_code_name(transfer.code)) + " " + to_hex(ByteView(transfer.id).first(8)) + ": " +
                  std::string(what) + "; nothing changed");
}

tl::unexpected<Error> too_large(const AccountKey& key) {
  return refuse(ErrorCode::limit_exceeded, "max_account_total",
                "the totals of " + key.to_text() + " would exceed 64 bits of µmana; nothing changed");
}

}  // namespace

std::uint32_t Books::intern(const AccountKey& key) {
  const auto [at, fresh] = numbers_.try_emplace(key, static_cast<std::uint32_t>(accounts_.size()));
  if (fresh) accounts_.push_back({key, 0, 0, 0, 0});
  return at->second;
}

const Account* Books::find_account(const AccountKey& key) const {
  const auto found = numbers_.find(key);
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

Entry Books::entry_of(const Transfer& transfer) {
  return {intern(transfer.debit), intern(transfer.credit), transfer.amount, transfer.code, transfer.phase, transfer.user_data,
          transfer.pending_id};
}

bool Books::same(const Entry& entry, const Transfer& transfer) const {
  return accounts_[entry.debit].key == transfer.debit && accounts_[entry.credit].key == transfer.credit &&
         entry.amount == transfer.amount && entry.code == transfer.code && entry.phase == transfer.phase &&
         entry.user_data == transfer.user_data && entry.pending_id == transfer.pending_id;
}

Result<bool> Books::applied_before(std::span<const Transfer> linked) const {
  std::size_t known = 0;
  for (const Transfer& transfer : linked) {
    const auto found = entries_.find(transfer.id);
    if (found == entries_.end()) continue;
    if (!same(found->second, transfer)) {
      return fail(ErrorCode::conflict, "transfer " + to_hex(ByteView(transfer.id).first(8)) +
                                           " was applied before with other content; nothing changed");
    }
    ++known;
  }
  if (known != 0 && known != linked.size()) {
    return fail(ErrorCode::conflict, "some of the linked transfers were applied before and some were not; nothing changed");
  }
  return known != 0;
}

Result<void> Books::apply(std::span<const Transfer> linked) {
  Undo undo;
  for (const Transfer& transfer : linked) {
    if (auto applied = apply_one(transfer, undo); !applied) {
      roll_back(undo);
      return applied;
    }
  }
  return {};
}

Result<void> Books::apply_one(const Transfer& transfer, Undo& undo) {
  const TransferRule* rule = find_rule(transfer.code);
  if (rule == nullptr) return bad(transfer, "an unknown code");
  if (!rule->debit.admits(transfer.debit) || !rule->credit.admits(transfer.credit)) {
    return bad(transfer, "this code does not move mana from " + transfer.debit.to_text() + " to " + transfer.credit.to_text());
  }
  if ((rule->shape == Shape::single) != (transfer.phase == TransferPhase::single)) return bad(transfer, "a phase that this code does not have");
  const bool closes = transfer.phase == TransferPhase::post || transfer.phase == TransferPhase::void_;
  if (!closes && transfer.pending_id != model::TransferId{}) return bad(transfer, "a pending id although it closes nothing");
  if ((transfer.amount.umana == 0) != (transfer.phase == TransferPhase::void_)) return bad(transfer, "an amount of 0 is for voids, and only for them");
  const auto [entry, fresh] = entries_.try_emplace(transfer.id, entry_of(transfer));
  if (!fresh) return bad(transfer, "its id stands twice in the list");
  undo.entries.push_back(transfer.id);
  const std::uint32_t debit = entry->second.debit;
  const std::uint32_t credit = entry->second.credit;
  undo.accounts.emplace_back(debit, accounts_[debit]);
  undo.accounts.emplace_back(credit, accounts_[credit]);
  switch (transfer.phase) {
    case TransferPhase::single: return move(transfer, debit, credit, undo);
    case TransferPhase::pending: return reserve(transfer, debit, credit, undo);
    case TransferPhase::post:
    case TransferPhase::void_: return close(transfer, debit, credit, undo);
  }
  return bad(transfer, "an unknown phase");
}

Result<void> Books::check_available(const Account& account, std::uint64_t amount) const {
  if (may_owe(account.key)) return {};
  const std::uint64_t available = account.credits - account.debits - account.debits_pending;
  if (amount <= available) return {};
  return fail(ErrorCode::insufficient_mana, account.key.to_text() + " has " + Mana{available}.to_text() + " available, " +
                                                Mana{amount}.to_text() + " is needed; nothing changed");
}

Result<void> Books::move(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit, Undo&) {
  const std::uint64_t amount = transfer.amount.umana;
  ICN_TRY(check_available(accounts_[debit], amount));
  if (amount > UINT64_MAX - accounts_[debit].debits) return too_large(transfer.debit);
  if (amount > UINT64_MAX - accounts_[credit].credits) return too_large(transfer.credit);
  accounts_[debit].debits += amount;
  accounts_[credit].credits += amount;
  return {};
}

Result<void> Books::reserve(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit, Undo& undo) {
  const std::uint64_t amount = transfer.amount.umana;
  ICN_TRY(check_available(accounts_[debit], amount));
  if (amount > UINT64_MAX - accounts_[debit].debits_pending) return too_large(transfer.debit);
  if (amount > UINT64_MAX - accounts_[credit].credits_pending) return too_large(transfer.credit);
  accounts_[debit].debits_pending += amount;
  accounts_[credit].credits_pending += amount;
  pendings.emplace(transfer.id, Pending{debit, credit, transfer.amount, transfer.code});
  undo.opened.push_back(transfer.id);
  return {};
}

Result<void> Books::close(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit, Undo& undo) {
  const auto found = pendings.find(transfer.pending_id);
  if (found == pendings.end()) return bad(transfer, "the reserve it names is unknown, or was posted or voided before");
  const Pending pending = found->second;
  if (pending.debit != debit || pending.credit != credit || pending.code != transfer.code) return bad(transfer, "the reserve it names is between other accounts");
  const std::uint64_t amount = transfer.amount.umana;
  if (amount > pending.amount.umana) {
    return bad(transfer, "it takes " + transfer.amount.to_text() + " from a reserve of " + pending.amount.to_text());
  }
  if (amount > UINT64_MAX - accounts_[debit].debits) return too_large(transfer.debit);
  if (amount > UINT64_MAX - accounts_[credit].credits) return too_large(transfer.credit);
  accounts_[debit].debits_pending -= pending.amount.umana;
  accounts_[credit].credits_pending -= pending.amount.umana;
  accounts_[debit].debits += amount;
  accounts_[credit].credits += amount;
  undo.closed.emplace_back(transfer.pending_id, pending);
  pendings.erase(found);
  return {};
}

void Books::roll_back(const Undo& undo) {
  for (auto at = undo.accounts.rbegin(); at != undo.accounts.rend(); ++at) accounts_[at->first] = at->second;
  for (const model::TransferId& id : undo.entries) entries_.erase(id);
  for (const auto& [id, pending] : undo.closed) pendings.emplace(id, pending);
  for (const model::TransferId& id : undo.opened) pendings.erase(id);
}

Result<void> Books::replay_record(ByteView key, ByteView value) {
  const std::uint64_t expected = sequence + 1;
  if (key.size() != model::keys::kLedgerJournal.size() + 8 || read_be64(key.data() + key.size() - 8) != expected) {
    return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(expected) + " is missing; restore the state store from a backup");
  }
  const Record record = ICN_TRY(decode_record(value, expected, chain));
  if (auto applied = apply(record.transfers); !applied) {
    return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(expected) + ": " + applied.error().detail);
  }
  sequence = expected;
  chain = record.chain;
  return {};
}

Result<void> Books::load_ids(const ports::StateStore& store, std::uint64_t end) {
  Result<void> outcome;
  std::uint64_t next = 1;
  ICN_TRY(store.scan(model::key_of(model::keys::kLedgerJournal, 1), model::key_of(model::keys::kLedgerJournal, end),
                     [&](ByteView key, ByteView value) {
                       auto record = decode_unchained(key, value);
                       if (record && read_be64(key.data() + key.size() - 8) != next) {
                         record = fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(next) + " is missing");
                       }
                       if (!record) {
                         outcome = fail(record.error());
                         return false;
                       }
                       for (const Transfer& transfer : record->transfers) entries_.emplace(transfer.id, entry_of(transfer));
                       ++next;
                       return true;
                     }));
  if (outcome && next != end) return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(next) + " is missing");
  return outcome;
}

std::optional<Transfer> Books::find_transfer(const model::TransferId& id) const {
  const auto found = entries_.find(id);
  if (found == entries_.end()) return std::nullopt;
  const Entry& entry = found->second;
  return Transfer{id,         accounts_[entry.debit].key, accounts_[entry.credit].key, entry.amount, entry.code,
                  entry.user_data, entry.phase,           entry.pending_id};
}

std::vector<AccountTotals> Books::totals() const {
  std::vector<AccountTotals> totals;
  totals.reserve(accounts_.size());
  for (const Account& account : accounts_) {
    // A refused transfer may have named an account first; it holds nothing and is not part of the state.
    if (account.debits == 0 && account.credits == 0 && account.debits_pending == 0 && account.credits_pending == 0) continue;
    totals.push_back({account.key, account.debits, account.credits, account.debits_pending, account.credits_pending});
  }
  std::sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) { return a.account < b.account; });
  return totals;
}

Result<Record> decode_unchained(ByteView key, ByteView value) {
  const std::uint64_t sequence = key.size() >= 8 ? read_be64(key.data() + key.size() - 8) : 0;
  if (value.size() < 11 + kTransferBytes + 32 || value[0] != kJournalVersion || (value.size() - 43) % kTransferBytes != 0) {
    return fail(ErrorCode::corrupted, "ledger journal record " + std::to_string(sequence) + " has a wrong length or version");
  }
  Record record;
  record.time = model::UnixMs{read_be64(value.data() + 1)};
  for (std::size_t at = 11; at + 32 < value.size(); at += kTransferBytes) {
    auto transfer = decode_transfer(value.subspan(at, kTransferBytes));
    if (!transfer) return fail(within("ledger journal record " + std::to_string(sequence), transfer.error()));
    record.transfers.push_back(*transfer);
  }
  return record;
}

}  // namespace icn::economy::detail
