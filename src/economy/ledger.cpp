#include "economy/ledger.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/check.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/state.hpp"
#include "economy/transfer_rules.hpp"
#include "model/keys.hpp"

namespace icn::economy {

using model::Mana;
using model::Transfer;
using model::TransferPhase;

Ledger::Ledger() : state_(std::make_unique<State>()) {}
Ledger::~Ledger() = default;

Result<Applied> Ledger::apply(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch) {
  if (linked.empty()) return fail(ErrorCode::invalid_argument, "no transfer was given");
  if (linked.size() > detail::kLinkedMax) {
    return refuse(ErrorCode::limit_exceeded, "max_linked_transfers",
                  std::to_string(linked.size()) + " linked transfers, at most 4096; nothing changed");
  }
  Lock lock(state_->mutex);
  detail::Books& books = state_->books;
  if (ICN_TRY(books.applied_before(linked))) return Applied::before;
  ICN_TRY(books.apply(linked));
  detail::Encoded encoded = detail::encode_record(linked, time, books.chain);
  books.chain = encoded.chain;
  ++books.sequence;
  batch.put(model::key_of(model::keys::kLedgerJournal, books.sequence), std::move(encoded.record));
  ++state_->since_checkpoint;
  return Applied::now;
}

Balance Ledger::balance(const model::AccountKey& account) const {
  Lock lock(state_->mutex);
  const detail::Account* found = state_->books.find_account(account);
  if (found == nullptr) return {};
  const std::uint64_t posted = found->credits >= found->debits ? found->credits - found->debits : 0;
  return {Mana{posted}, Mana{found->debits_pending}};
}

std::optional<Transfer> Ledger::find(const model::TransferId& id) const {
  Lock lock(state_->mutex);
  return state_->books.find_transfer(id);
}

std::optional<Mana> Ledger::open_pending(const model::TransferId& id) const {
  Lock lock(state_->mutex);
  const auto& pendings = state_->books.pendings;
  const auto found = pendings.find(id);
  if (found == pendings.end()) return std::nullopt;
  return found->second.amount;
}

std::vector<AccountTotals> Ledger::accounts() const {
  Lock lock(state_->mutex);
  return state_->books.totals();
}

std::uint64_t Ledger::sequence() const {
  Lock lock(state_->mutex);
  return state_->books.sequence;
}

ipld::Digest Ledger::state_hash() const {
  Lock lock(state_->mutex);
  return state_->books.hash();
}

Result<AuditReport> Ledger::audit() const {
  Lock lock(state_->mutex);
  return state_->books.audit();
}

std::uint64_t Ledger::journal_since_checkpoint() const {
  Lock lock(state_->mutex);
  return state_->since_checkpoint;
}

namespace {

constexpr std::size_t kPartBytes = 8 * 1024 * 1024;

Bytes part_key(std::uint64_t sequence, std::uint64_t part) {
  Bytes key = model::key_of(model::keys::kLedgerCheckpoint, sequence);
  append_be64(key, part);
  return key;
}

struct StoredCheckpoint {
  std::uint64_t sequence = 0;
  Bytes bytes;
  std::uint64_t parts = 0;
};

// All stored checkpoints, oldest first, with their parts joined.
Result<std::vector<StoredCheckpoint>> stored_checkpoints(const ports::StateStore& store) {
  std::vector<StoredCheckpoint> found;
  const Bytes begin = model::key_of(model::keys::kLedgerCheckpoint);
  ICN_TRY(store.scan(begin, model::end_of(model::keys::kLedgerCheckpoint), [&](ByteView key, ByteView value) {
    if (key.size() != begin.size() + 16) return true;  // no checkpoint of ours
    const std::uint64_t sequence = read_be64(key.data() + begin.size());
    if (found.empty() || found.back().sequence != sequence) found.push_back({sequence, {}, 0});
    append(found.back().bytes, value);
    ++found.back().parts;
    return true;
  }));
  return found;
}

// Replays records from `from` on into `books`; verifies chain, rules and sums of each.
Result<std::uint64_t> replay(const ports::StateStore& store, std::uint64_t from, detail::Books& books) {
  Result<void> outcome;
  std::uint64_t count = 0;
  ICN_TRY(store.scan(model::key_of(model::keys::kLedgerJournal, from), model::end_of(model::keys::kLedgerJournal),
                     [&](ByteView key, ByteView value) {
                       outcome = books.replay_record(key, value);
                       ++count;
                       return outcome.has_value();
                     }));
  if (!outcome) return fail(outcome.error());
  return count;
}

}  // namespace

void Ledger::checkpoint(ports::Batch& batch) {
  Lock lock(state_->mutex);
  if (state_->since_checkpoint == 0) return;
  const auto erase = [&](const State::Kept& kept) {
    for (std::uint64_t i = 0; i < kept.parts; ++i) batch.erase(part_key(kept.sequence, i));
  };
  // Erased first: one of them may stand at this very sequence, with more parts.
  for (const State::Kept& kept : state_->unreadable) erase(kept);
  state_->unreadable.clear();
  const std::uint64_t sequence_now = state_->books.sequence;
  const Bytes bytes = state_->books.encode();
  std::uint64_t part = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kPartBytes) {
    const std::size_t length = std::min(kPartBytes, bytes.size() - at);
    batch.put(part_key(sequence_now, part++), copy_of(ByteView(bytes).subspan(at, length)));
  }
  state_->checkpoints.push_back({sequence_now, part});
  // The one before stays, should the newest turn out unreadable.
  while (state_->checkpoints.size() > 2) {
    erase(state_->checkpoints.front());
    state_->checkpoints.erase(state_->checkpoints.begin());
  }
  state_->since_checkpoint = 0;
}

Result<std::unique_ptr<Ledger>> Ledger::open(const ports::StateStore& store) {
  auto ledger = std::make_unique<Ledger>();
  State& state = *ledger->state_;
  Lock lock(state.mutex);
  // A checkpoint only saves time: an unreadable one is passed over, the journal is the truth.
  for (const StoredCheckpoint& stored : ICN_TRY(stored_checkpoints(store))) {
    auto books = detail::Books::decode(stored.bytes);
    if (!books && books.error().code == ErrorCode::unsupported_version) return fail(books.error());
    const State::Kept kept{stored.sequence, stored.parts};
    if (!books || books->sequence != stored.sequence) {
      state.unreadable.push_back(kept);
      continue;
    }
    state.checkpoints.push_back(kept);
    state.books = *std::move(books);
  }
  // Transfers before the checkpoint answer repeats, so they are read too, and their chain is checked.
  if (state.books.sequence > 0) ICN_TRY(state.books.load_transfers(store));
  state.since_checkpoint = ICN_TRY(replay(store, state.books.sequence + 1, state.books));
  ICN_TRY(state.books.check_sums());
  return ledger;
}

Result<void> for_each_entry(const ports::StateStore& store, std::uint64_t from,
                            const std::function<bool(const JournalEntry&)>& visit) {
  Result<void> outcome;
  ICN_TRY(store.scan(model::key_of(model::keys::kLedgerJournal, from), model::end_of(model::keys::kLedgerJournal),
                     [&](ByteView key, ByteView value) {
                       auto record = detail::decode_unchained(key, value);
                       if (!record) {
                         outcome = fail(record.error());
                         return false;
                       }
                       const std::uint64_t sequence = read_be64(key.data() + key.size() - 8);
                       for (const Transfer& transfer : record->transfers) {
                         if (!visit({sequence, record->time, transfer})) return false;
                       }
                       return true;
                     }));
  return outcome;
}

Result<AuditReport> audit_from_journal(const ports::StateStore& store, const Ledger& live) {
  detail::Books books;
  ICN_TRY(replay(store, 1, books));
  if (books.hash() != live.state_hash()) {
    return fail(ErrorCode::unbalanced,
                "replaying the journal from its beginning gives another state than the running ledger has");
  }
  return books.audit();
}

}  // namespace icn::economy
