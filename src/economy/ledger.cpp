#include "economy/ledger.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "core/check.hpp"
#include "economy/detail/account_index.hpp"
#include "economy/detail/journal.hpp"
#include "economy/detail/state.hpp"
#include "economy/detail/stored_journal.hpp"
#include "model/keys.hpp"

namespace icn::economy {

using detail::for_each_record;
using detail::indexed_up_to;
using detail::stored_checkpoints;
using detail::StoredCheckpoint;
using model::Mana;
using model::Transfer;

Ledger::Ledger() : Ledger(std::make_unique<State>(nullptr)) {}
Ledger::Ledger(std::unique_ptr<State> state) : state_(std::move(state)) {}
Ledger::~Ledger() = default;

Result<bool> Ledger::State::applied_before(std::span<const Transfer> linked) const {
  const auto conflict = [](const Transfer& transfer) {
    return refuse(ErrorCode::conflict, std::string(rules::kOtherContent),
                  "transfer " + to_hex(ByteView(transfer.id).first(8)) +
                      " was already applied with different content; nothing changed");
  };
  std::size_t known = 0;
  std::vector<const Transfer*> unknown;  // not in memory
  {
    Lock lock(mutex);
    const bool forgets = books.forgets();
    for (const Transfer& transfer : linked) {
      const auto recalled = books.recall(transfer);
      if (recalled == detail::Books::Recalled::other) return conflict(transfer);
      if (recalled == detail::Books::Recalled::same) ++known;
      if (recalled == detail::Books::Recalled::unknown && forgets) unknown.push_back(&transfer);
    }
  }
  for (const Transfer* transfer : unknown) {
    const std::optional<Transfer> found = ICN_TRY(index.find_like(transfer->id));
    if (!found) continue;
    if (*found != *transfer) return conflict(*transfer);
    ++known;
  }
  if (known != 0 && known != linked.size()) {
    return refuse(ErrorCode::conflict, std::string(rules::kPartlyApplied),
                  "only some of the linked transfers were already applied; nothing changed");
  }
  return known != 0;
}

void Ledger::State::forget_durable() {
  std::vector<model::TransferId> newest;
  {
    Lock lock(mutex);
    newest = books.generations();
  }
  // Commits keep their order: if part of a generation is durable, all earlier generations are.
  while (!newest.empty()) {
    const auto row = index.sequence_of(newest.back());
    if (row && *row) break;
    newest.pop_back();
  }
  Lock lock(mutex);
  books.forget(newest.size());
}

Result<Applied> Ledger::apply(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch) {
  return apply(linked, time, batch, RatesOf());
}

Result<void> Ledger::State::record(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch) {
  ICN_TRY(books.apply(linked));
  detail::Encoded encoded = detail::encode_record(linked, time, books.chain);
  books.chain = encoded.chain;
  ++books.sequence;
  batch.put(model::key_of(model::keys::kLedgerJournal, books.sequence), std::move(encoded.record));
  if (books.sequence == 1) opened = time;
  ++since_checkpoint;
  return {};
}

Result<Applied> Ledger::apply(std::span<const Transfer> linked, model::UnixMs time, ports::Batch& batch,
                              const RatesOf& rates_of) {
  if (linked.empty())
    return refuse(ErrorCode::invalid_argument, std::string(rules::kEmpty), "the list of transfers is empty");
  if (linked.size() > kLinkedMax) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kLinked),
                  fmt::format("{} linked transfers, at most {}; nothing changed", linked.size(), kLinkedMax));
  }
  Lock applying(state_->applying);
  if (ICN_TRY(state_->applied_before(linked))) return Applied::before;
  state_->gather_rates(linked, time, rates_of);
  Error error;
  {
    Lock lock(state_->mutex);
    state_->gather_accruals(time);
    std::vector<Transfer>& all = state_->accruals;
    if (!all.empty()) all.insert(all.end(), linked.begin(), linked.end());
    Result<void> recorded = state_->record(all.empty() ? linked : std::span<const Transfer>(all), time, batch);
    if (recorded) return Applied::now;
    error = std::move(recorded).error();
  }
  if (error.rule == rules::kAvailable) error.detail += state_->outlook(linked, time, rates_of);
  return fail(std::move(error));
}

Balance Ledger::balance(const model::AccountKey& account) const {
  Lock lock(state_->mutex);
  const detail::Account* found = state_->books.find_account(account);
  if (found == nullptr) return {};
  const std::uint64_t posted = found->credits >= found->debits ? found->credits - found->debits : 0;
  return {Mana{posted}, Mana{found->debits_pending}};
}

Result<std::optional<Transfer>> Ledger::find(const model::TransferId& id) const {
  {
    Lock lock(state_->mutex);
    std::optional<Transfer> found = state_->books.find_transfer(id);
    if (found || !state_->books.forgets()) return found;
  }
  std::optional<Transfer> found = ICN_TRY(state_->index.find_like(id));
  if (found && found->id != id) found.reset();
  return found;
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

model::UnixMs Ledger::opened() const {
  Lock lock(state_->mutex);
  return state_->opened;
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

std::uint64_t Ledger::transfers_since_checkpoint() const {
  Lock lock(state_->mutex);
  return state_->books.recent();
}

std::uint64_t Ledger::remembered() const {
  Lock lock(state_->mutex);
  return state_->books.remembered();
}

namespace {

constexpr std::size_t kPartBytes = 8 * 1024 * 1024;
constexpr std::size_t kUpgradePage = 4'096;  // records whose account rows are written at a time
constexpr std::size_t kIndexPage = 256;      // rows of an account read per page

Bytes part_key(std::uint64_t sequence, std::uint64_t part) {
  Bytes key = model::key_of(model::keys::kLedgerCheckpoint, sequence);
  append_be64(key, part);
  return key;
}

Result<Bytes> joined_parts(const ports::StateReader& store, const StoredCheckpoint& stored) {
  Bytes bytes;
  ICN_TRY(store.scan(part_key(stored.sequence, 0), model::key_of(model::keys::kLedgerCheckpoint, stored.sequence + 1),
                     [&](ByteView, ByteView value) {
                       append(bytes, value);
                       return true;
                     }));
  return bytes;
}

// Cuts a checkpoint into parts; returns their number.
std::uint64_t put_parts(const detail::Books& books, ports::Batch& batch) {
  const Bytes bytes = books.encode();
  std::uint64_t part = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kPartBytes) {
    const std::size_t length = std::min(kPartBytes, bytes.size() - at);
    batch.put(part_key(books.sequence, part++), copy_of(ByteView(bytes).subspan(at, length)));
  }
  return part;
}

void erase_parts(std::uint64_t sequence, std::uint64_t parts, ports::Batch& batch) {
  for (std::uint64_t i = 0; i < parts; ++i) batch.erase(part_key(sequence, i));
}

// Checks the checkpoint's own record, which detects a checkpoint of another journal.
Result<void> check_base(const ports::StateStore& store, const detail::Books& books) {
  const Bytes key = model::key_of(model::keys::kLedgerJournal, books.sequence);
  const std::optional<Bytes> bytes = ICN_TRY(store.get(key));
  if (!bytes) {
    return fail(ErrorCode::corrupted,
                fmt::format("ledger journal record {}: it is missing, but a checkpoint covers it; restore the "
                            "state store from a backup",
                            books.sequence));
  }
  const detail::Record record = ICN_TRY(detail::decode_unchained(key, *bytes));
  if (record.chain == books.chain) return {};
  return fail(ErrorCode::corrupted,
              fmt::format("the ledger's checkpoint at record {} belongs to another journal; restore "
                          "the state store from a backup",
                          books.sequence));
}

}  // namespace

void Ledger::checkpoint(ports::Batch& batch) {
  Lock applying(state_->applying);
  state_->forget_durable();
  Lock lock(state_->mutex);
  if (state_->since_checkpoint == 0) return;
  state_->books.put_rows(batch);
  // Erased first: one of them may have this very sequence and more parts.
  for (const State::Kept& kept : state_->unreadable) erase_parts(kept.sequence, kept.parts, batch);
  state_->unreadable.clear();
  state_->checkpoints.push_back({state_->books.sequence, put_parts(state_->books, batch)});
  // The previous checkpoint is kept in case the newest turns out to be unreadable.
  while (state_->checkpoints.size() > 2) {
    erase_parts(state_->checkpoints.front().sequence, state_->checkpoints.front().parts, batch);
    state_->checkpoints.erase(state_->checkpoints.begin());
  }
  state_->since_checkpoint = 0;
}

Result<std::unique_ptr<Ledger>> Ledger::open(const ports::StateStore& store) {
  std::unique_ptr<Ledger> ledger(new Ledger(std::make_unique<State>(&store)));
  State& state = *ledger->state_;
  Lock lock(state.mutex);
  std::vector<StoredCheckpoint> stored = ICN_TRY(stored_checkpoints(store));
  const std::uint64_t indexed = stored.empty() ? 0 : stored.back().sequence;
  // A checkpoint only saves time; the journal is the truth. So an unreadable one is skipped.
  while (!stored.empty()) {
    auto books = detail::Books::decode(ICN_TRY(joined_parts(store, stored.back())));
    if (!books && books.error().code == ErrorCode::unsupported_version) return fail(books.error());
    if (books && books->sequence == stored.back().sequence) {
      state.books = *std::move(books);
      break;
    }
    state.unreadable.push_back({stored.back().sequence, stored.back().parts});
    stored.pop_back();
  }
  for (const StoredCheckpoint& readable : stored) state.checkpoints.push_back({readable.sequence, readable.parts});
  if (state.books.sequence > 0) ICN_TRY(check_base(store, state.books));
  const std::uint64_t base = state.books.sequence;
  ICN_TRY(for_each_record(store, base + 1, [&](ByteView key, ByteView value) ICN_REQUIRES(state.mutex) -> Result<bool> {
    detail::Books& books = state.books;
    ICN_TRY(books.replay_record(key, value));
    // What an unreadable checkpoint has indexed need not be remembered.
    if (books.sequence == indexed || (books.sequence < indexed && books.recent() >= detail::kReplayedMax))
      books.forget_all();
    return true;
  }));
  ICN_TRY(for_each_record(store, 1, [&](ByteView key, ByteView value) ICN_REQUIRES(state.mutex) -> Result<bool> {
    state.opened = ICN_TRY(detail::decode_unchained(key, value)).time;
    return false;
  }));
  state.since_checkpoint = state.books.sequence - base;
  ICN_TRY(state.books.check_sums());
  return ledger;
}

namespace {

// Writes the account rows of the records up to `newest`.
Result<void> index_accounts(ports::StateStore& store, std::uint64_t newest) {
  for (std::uint64_t from = 1; from <= newest; from += kUpgradePage) {
    ports::Batch rows;
    ICN_TRY(for_each_record(store, from, [&](ByteView key, ByteView value) -> Result<bool> {
      const std::uint64_t sequence = read_be64(key.data() + key.size() - 8);
      if (sequence > newest || sequence >= from + kUpgradePage) return false;
      const detail::Record record = ICN_TRY(detail::decode_unchained(key, value));
      for (const model::AccountKey& account : detail::accounts_of(record))
        detail::put_account_row(account, sequence, rows);
      return true;
    }));
    if (!rows.empty()) ICN_TRY(store.commit({&rows, 1}));
  }
  return {};
}

}  // namespace

Result<void> upgrade_checkpoints(ports::StateStore& store) {
  for (const StoredCheckpoint& stored : ICN_TRY(stored_checkpoints(store))) {
    const auto books = detail::Books::decode(ICN_TRY(joined_parts(store, stored)));
    // An unreadable one is skipped, as in open().
    if (!books && books.error().code == ErrorCode::unsupported_version) return fail(books.error());
    if (!books || books->sequence != stored.sequence) continue;
    ports::Batch batch;
    erase_parts(stored.sequence, stored.parts, batch);
    put_parts(*books, batch);
    ICN_TRY(store.commit({&batch, 1}));
  }
  return index_accounts(store, ICN_TRY(indexed_up_to(store)));
}

Result<void> for_each_entry_of(const ports::StateReader& store, const model::AccountKey& account, std::uint64_t from,
                               const std::function<bool(const JournalEntry&)>& visit, std::uint64_t until) {
  bool more = from < until;
  const auto visit_own = [&](const JournalEntry& entry) {
    if (entry.sequence >= until) return more = false;
    const bool names = entry.transfer.debit == account || entry.transfer.credit == account;
    if (names) more = visit(entry);
    return more;
  };
  const std::uint64_t indexed = detail::is_indexed(account) ? ICN_TRY(indexed_up_to(store)) : 0;
  while (more && from <= indexed) {
    const std::vector<std::uint64_t> sequences = ICN_TRY(detail::sequences_of(store, account, from, kIndexPage));
    for (auto at = sequences.begin(); more && at != sequences.end(); ++at) {
      const auto of_record = [&](const JournalEntry& entry) { return entry.sequence == *at && visit_own(entry); };
      ICN_TRY(for_each_entry(store, *at, of_record));
    }
    from = sequences.size() < kIndexPage ? indexed + 1 : sequences.back() + 1;
  }
  if (!more) return {};
  return for_each_entry(store, from, visit_own);
}

}  // namespace icn::economy
