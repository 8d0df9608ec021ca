// The ledger's checkpoints: written in steps, read at opening, upgraded.
#include <fmt/core.h>

#include <algorithm>

#include "economy/detail/account_index.hpp"
#include "economy/detail/checkpoint_writer.hpp"
#include "economy/detail/state.hpp"
#include "economy/detail/stored_journal.hpp"

namespace icn::economy {

using detail::for_each_record;
using detail::part_key;
using detail::stored_checkpoints;
using detail::StoredCheckpoint;

namespace {

constexpr std::size_t kCheckpointsKept = 2;  // the newest, and one in case the newest turns out to be unreadable
constexpr std::size_t kUpgradePage = 4'096;  // records whose account rows are written at a time

Result<Bytes> joined_parts(const ports::StateReader& store, const StoredCheckpoint& stored) {
  Bytes bytes;
  ICN_TRY(store.scan(part_key(stored.sequence, 0), model::key_of(model::keys::kLedgerCheckpoint, stored.sequence + 1),
                     [&](ByteView, ByteView value) {
                       append(bytes, value);
                       return true;
                     }));
  return bytes;
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

Ledger::State::State(const ports::StateReader* reader) : store(reader), index(reader) {}
Ledger::State::~State() = default;

void Ledger::State::forget_durable() {
  std::vector<std::uint64_t> newest;
  {
    Lock lock(mutex);
    newest = books.generations();
  }
  // Commits keep their order: if a checkpoint is durable, all earlier ones were.
  while (!newest.empty()) {
    const auto is_durable = store == nullptr ? Result<bool>(false) : detail::has_checkpoint(*store, newest.back());
    if (is_durable && *is_durable) break;
    newest.pop_back();
  }
  Lock lock(mutex);
  books.forget(newest.size());
}

bool Ledger::State::advance_checkpoint(ports::Batch& batch) {
  if (writer != nullptr) {
    if (writer->step(batch)) return true;
    checkpoints.push_back({writer->sequence(), writer->parts()});
    writer.reset();
    while (checkpoints.size() > kCheckpointsKept) {
      dropped.push_back(checkpoints.front());
      checkpoints.erase(checkpoints.begin());
    }
  } else if (!dropped.empty()) {
    batch.erase(part_key(dropped.front().sequence, dropped_parts));
    if (++dropped_parts == dropped.front().parts) {
      dropped.erase(dropped.begin());
      dropped_parts = 0;
    }
  }
  return !dropped.empty();
}

void Ledger::begin_checkpoint(ports::Batch& batch) {
  Lock applying(state_->applying);
  state_->forget_durable();
  while (state_->advance_checkpoint(batch)) {
  }
  // Erased first: one of them may have this very sequence and more parts.
  for (const State::Kept& kept : state_->unreadable) erase_parts(kept.sequence, kept.parts, batch);
  state_->unreadable.clear();
  Lock lock(state_->mutex);
  if (state_->since_checkpoint == 0) return;
  const detail::TransferLog& log = state_->books.seal();
  state_->writer = std::make_unique<detail::CheckpointWriter>(state_->books, log);
  state_->since_checkpoint = 0;
}

bool Ledger::continue_checkpoint(ports::Batch& batch) {
  Lock applying(state_->applying);
  return state_->advance_checkpoint(batch);
}

void Ledger::checkpoint(ports::Batch& batch) {
  begin_checkpoint(batch);
  while (continue_checkpoint(batch)) {
  }
}

Result<std::unique_ptr<Ledger>> Ledger::open(const ports::StateStore& store) {
  std::unique_ptr<Ledger> ledger(new Ledger(std::make_unique<State>(&store)));
  State& state = *ledger->state_;
  Lock applying(state.applying);
  Lock lock(state.mutex);
  std::vector<StoredCheckpoint> stored = ICN_TRY(stored_checkpoints(store));
  std::erase_if(stored, [&](const StoredCheckpoint& one) ICN_REQUIRES(state.applying) {
    if (!one.is_complete) state.unreadable.push_back({one.sequence, one.parts});
    return !one.is_complete;
  });
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

Result<void> upgrade_checkpoints(ports::StateStore& store) {
  for (const StoredCheckpoint& stored : ICN_TRY(stored_checkpoints(store))) {
    const auto books = detail::Books::decode(ICN_TRY(joined_parts(store, stored)));
    // An unreadable one is skipped, as in open(), and so is one that was not written to its end.
    if (!books && books.error().code == ErrorCode::unsupported_version) return fail(books.error());
    if (!books || books->sequence != stored.sequence) continue;
    ports::Batch batch;
    erase_parts(stored.sequence, stored.parts, batch);
    detail::CheckpointWriter writer(*books, detail::TransferLog());
    while (writer.step(batch)) {
    }
    ICN_TRY(store.commit({&batch, 1}));
  }
  return index_accounts(store, ICN_TRY(detail::indexed_up_to(store)));
}

}  // namespace icn::economy
