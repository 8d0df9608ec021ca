#include "economy/detail/state.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "model/keys.hpp"
#include "model/transfer_codes.hpp"

namespace icn::economy::detail {

using model::AccountKey;
using model::Mana;
using model::SystemAccount;
using model::Transfer;
using model::TransferPhase;

namespace {

__extension__ using Wide = unsigned __int128;

// Only the two sources of mana may owe; every other account spends only what it has.
bool may_owe(const AccountKey& key) {
  return key.kind == AccountKey::Kind::system &&
         (key.system == SystemAccount::issuance || key.system == SystemAccount::regeneration);
}

tl::unexpected<Error> bad(const Transfer& transfer, std::string_view rule, std::string_view what) {
  return refuse(ErrorCode::invalid_argument, std::string(rule),
                fmt::format("transfer {} {}: {}; nothing changed", transfer_code_name(transfer.code),
                            to_hex(ByteView(transfer.id).first(8)), what));
}

// The invariant that check_room() maintains: only a source owes, and reserves are covered.
void check_account(const Account& account) {
  ICN_CHECK(may_owe(account.key) ||
            (account.debits <= account.credits && account.debits_pending <= account.credits - account.debits));
}

tl::unexpected<Error> too_large(const AccountKey& key) {
  return refuse(ErrorCode::limit_exceeded, std::string(rules::kAccountTotal),
                "the totals of " + key.to_text() + " would exceed 64 bits of µmana; nothing changed");
}

}  // namespace

std::uint32_t Books::intern(const AccountKey& key) {
  const auto [at, fresh] = numbers_.try_emplace(key, static_cast<std::uint32_t>(accounts_.size()));
  if (fresh) accounts_.push_back({key, 0, 0, 0, 0, {}});
  return at->second;
}

const Account* Books::find_account(const AccountKey& key) const {
  const auto found = numbers_.find(key);
  return found == numbers_.end() ? nullptr : &accounts_[found->second];
}

Entry Books::entry_of(const Transfer& transfer) {
  return {transfer.id,    intern(transfer.debit), intern(transfer.credit), transfer.amount, transfer.code,
          transfer.phase, transfer.user_data,     transfer.pending_id,     sequence + 1};
}

const Entry* Books::find_entry(const model::TransferId& id) const {
  const Entry* entry = recent_.find(id);
  for (auto at = generations_.rbegin(); entry == nullptr && at != generations_.rend(); ++at)
    entry = (*at)->log.find(id);
  return entry;
}

Transfer Books::transfer_of(const Entry& entry) const {
  return Transfer{entry.id,
                  accounts_[entry.debit].key,
                  accounts_[entry.credit].key,
                  entry.amount,
                  entry.code,
                  entry.user_data,
                  entry.phase,
                  entry.pending_id};
}

Books::Recalled Books::recall(const Transfer& transfer) const {
  const Entry* entry = find_entry(transfer.id);
  if (entry == nullptr) return Recalled::unknown;
  return transfer_of(*entry) == transfer ? Recalled::same : Recalled::other;
}

Result<void> Books::apply(std::span<const Transfer> linked) {
  undo_.known_accounts = accounts_.size();
  undo_.known_transfers = recent_.size();
  undo_.accounts.clear();
  undo_.opened.clear();
  undo_.closed.clear();
  for (const Transfer& transfer : linked) {
    if (auto applied = apply_one(transfer); !applied) {
      roll_back();
      return applied;
    }
  }
  for (const auto& [number, before] : undo_.accounts) check_account(accounts_[number]);
  transfers += linked.size();
  return {};
}

Result<void> Books::apply_one(const Transfer& transfer) {
  const model::TransferRow* row = model::find_transfer_row(transfer.code);
  if (row == nullptr) return bad(transfer, rules::kCode, "unknown code");
  if (!row->debit.admits(transfer.debit) || !row->credit.admits(transfer.credit)) {
    return bad(transfer, rules::kAccounts,
               "this code does not move mana from " + transfer.debit.to_text() + " to " + transfer.credit.to_text());
  }
  if (!row->has_phase(transfer.phase)) return bad(transfer, rules::kPhase, "this code does not have this phase");
  const bool closes = transfer.phase == TransferPhase::post || transfer.phase == TransferPhase::void_;
  if (!closes && transfer.pending_id != model::TransferId{}) {
    return bad(transfer, rules::kPendingId, "it has a pending id but closes no reserve");
  }
  const bool accrues = row->shape == model::TransferShape::accrual;
  if (!accrues && (transfer.amount.umana == 0) != (transfer.phase == TransferPhase::void_)) {
    return bad(transfer, rules::kAmount, "a void has amount 0, and nothing else does");
  }
  const Entry entry = entry_of(transfer);
  if (recent_.add(entry) == TransferLog::Added::id_taken) {
    return bad(transfer, rules::kDuplicate, "its id occurs twice in the list");
  }
  const auto [debit, credit] = std::pair(entry.debit, entry.credit);
  undo_.accounts.emplace_back(debit, accounts_[debit]);
  undo_.accounts.emplace_back(credit, accounts_[credit]);
  if (accrues) return regenerate(transfer, debit, credit);
  switch (transfer.phase) {
    case TransferPhase::single:
      return move(transfer, debit, credit);
    case TransferPhase::pending:
      return reserve(transfer, debit, credit);
    case TransferPhase::post:
    case TransferPhase::void_:
      return close(transfer, debit, credit);
  }
  return bad(transfer, rules::kPhase, "unknown phase");
}

std::uint64_t Books::issued() const {
  std::uint64_t sum = 0;  // check_room() keeps it within 64 bits
  for (const SystemAccount source : {SystemAccount::issuance, SystemAccount::regeneration}) {
    const Account* account = find_account(AccountKey::of(source));
    if (account != nullptr) sum += account->debits;
  }
  return sum;
}

Result<void> Books::check_room(const Account& debit, const Account& credit, std::uint64_t amount) const {
  if (may_owe(debit.key)) {
    if (Wide{issued()} + amount > UINT64_MAX) return too_large(debit.key);
  } else {
    // Never below zero: apply() keeps debits + debits_pending <= credits.
    const std::uint64_t available = debit.credits - debit.debits - debit.debits_pending;
    if (amount > available) {
      return refuse(ErrorCode::insufficient_mana, std::string(rules::kAvailable),
                    debit.key.to_text() + " has " + Mana{available}.to_text() + " available, " +
                        Mana{amount}.to_text() + " is needed; nothing changed");
    }
  }
  // Reserves count as if they were posted, so that a post never finds a full account.
  if (Wide{credit.credits} + credit.credits_pending + amount > UINT64_MAX) return too_large(credit.key);
  return {};
}

Result<void> Books::move(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit) {
  ICN_TRY(check_room(accounts_[debit], accounts_[credit], transfer.amount.umana));
  accounts_[debit].debits += transfer.amount.umana;
  accounts_[credit].credits += transfer.amount.umana;
  return {};
}

Result<void> Books::reserve(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit) {
  ICN_TRY(check_room(accounts_[debit], accounts_[credit], transfer.amount.umana));
  accounts_[debit].debits_pending += transfer.amount.umana;
  accounts_[credit].credits_pending += transfer.amount.umana;
  pendings.emplace(transfer.id, Pending{debit, credit, transfer.amount, transfer.code});
  undo_.opened.push_back(transfer.id);
  return {};
}

Result<void> Books::close(const Transfer& transfer, std::uint32_t debit, std::uint32_t credit) {
  const auto found = pendings.find(transfer.pending_id);
  if (found == pendings.end()) {
    return bad(transfer, rules::kReserveClosed, "the reserve it names is unknown or already closed");
  }
  const Pending pending = found->second;
  if (pending.debit != debit || pending.credit != credit || pending.code != transfer.code) {
    return bad(transfer, rules::kReserveOther, "the reserve it names has other accounts or another code");
  }
  if (transfer.amount > pending.amount) {
    return bad(transfer, rules::kReserveAmount,
               "it takes " + transfer.amount.to_text() + " from a reserve of " + pending.amount.to_text());
  }
  // A reserve's amount is part of both accounts' sums.
  ICN_CHECK(accounts_[debit].debits_pending >= pending.amount.umana);
  ICN_CHECK(accounts_[credit].credits_pending >= pending.amount.umana);
  accounts_[debit].debits_pending -= pending.amount.umana;
  accounts_[credit].credits_pending -= pending.amount.umana;
  accounts_[debit].debits += transfer.amount.umana;
  accounts_[credit].credits += transfer.amount.umana;
  undo_.closed.emplace_back(transfer.pending_id, pending);
  pendings.erase(found);
  return {};
}

void Books::roll_back() {
  for (auto at = undo_.accounts.rbegin(); at != undo_.accounts.rend(); ++at) accounts_[at->first] = at->second;
  while (recent_.size() > undo_.known_transfers) recent_.remove_newest();
  for (const auto& [id, pending] : undo_.closed) pendings.emplace(id, pending);
  for (const model::TransferId& id : undo_.opened) pendings.erase(id);
  // Refusals leave no account behind: they cost the caller nothing, so they must not use memory either.
  while (accounts_.size() > undo_.known_accounts) {
    numbers_.erase(accounts_.back().key);
    accounts_.pop_back();
  }
}

namespace {

tl::unexpected<Error> bad_record(std::uint64_t sequence, std::string_view what) {
  return fail(ErrorCode::corrupted,
              fmt::format("ledger journal record {}: {}; restore the state store from a backup", sequence, what));
}

// Whether `key` is that of journal record `sequence`.
bool is_record_key(ByteView key, std::uint64_t sequence) {
  return key.size() == model::keys::kLedgerJournal.size() + 8 && read_be64(key.data() + key.size() - 8) == sequence;
}

}  // namespace

Result<Record> Books::replay_record(ByteView key, ByteView value) {
  const std::uint64_t expected = sequence + 1;
  if (!is_record_key(key, expected)) return bad_record(expected, "it is missing");
  Record record = ICN_TRY(decode_record(value, expected, chain));
  for (const Transfer& transfer : record.transfers) {
    if (find_entry(transfer.id) != nullptr) return bad_record(expected, "one of its transfers was already applied");
  }
  if (auto applied = apply(record.transfers); !applied) return bad_record(expected, applied.error().detail);
  sequence = expected;
  chain = record.chain;
  return record;
}

const TransferLog& Books::seal() {
  generations_.push_back(std::make_unique<Generation>(Generation{sequence, std::move(recent_)}));
  recent_ = TransferLog();
  return generations_.back()->log;
}

std::vector<std::uint64_t> Books::generations() const {
  std::vector<std::uint64_t> checkpoints;
  for (const auto& generation : generations_) checkpoints.push_back(generation->checkpoint);
  return checkpoints;
}

void Books::forget(std::size_t generations) {
  if (generations == 0) return;
  generations_.erase(generations_.begin(), generations_.begin() + static_cast<std::ptrdiff_t>(generations));
  forgets_ = true;
}

void Books::forget_all() {
  generations_.clear();
  recent_ = TransferLog();
  forgets_ = true;
}

std::size_t Books::remembered() const {
  std::size_t count = recent_.size();
  for (const auto& generation : generations_) count += generation->log.size();
  return count;
}

std::optional<Transfer> Books::find_transfer(const model::TransferId& id) const {
  const Entry* entry = find_entry(id);
  if (entry == nullptr) return std::nullopt;
  return transfer_of(*entry);
}

std::vector<AccountTotals> Books::totals() const {
  std::vector<AccountTotals> totals;
  totals.reserve(accounts_.size());
  for (const Account& account : accounts_) {
    // Named only by reserves that were all voided: equivalent to an account that was never named.
    if (account.debits == 0 && account.credits == 0 && account.debits_pending == 0 && account.credits_pending == 0)
      continue;
    totals.push_back({account.key, account.debits, account.credits, account.debits_pending, account.credits_pending});
  }
  std::sort(totals.begin(), totals.end(), [](const auto& a, const auto& b) { return a.account < b.account; });
  return totals;
}

Result<Record> decode_unchained(ByteView key, ByteView value) {
  if (key.size() != model::keys::kLedgerJournal.size() + 8) {
    return fail(ErrorCode::corrupted, "a key of the ledger's journal is malformed");
  }
  const std::uint64_t sequence = read_be64(key.data() + key.size() - 8);
  return decode_record(value, sequence, std::nullopt);
}

}  // namespace icn::economy::detail
