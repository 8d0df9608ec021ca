// Goal: a duplicate is distinguished from a conflict regardless of age, memory holds no more than the transfers since
// the last checkpoint but one, and wrong index rows are found.
#include <gtest/gtest.h>

#include <set>

#include "economy/ledger.hpp"
#include "model/keys.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

using model::Transfer;
using model::UnixMs;

class SlowlyDying : public testing::FakeStateStore {
 public:
  Result<std::optional<Bytes>> get(ByteView key) const override {
    if (dead) return fail(ErrorCode::storage, "the disk is gone");
    return FakeStateStore::get(key);
  }
  bool dead = false;
};

Bytes row_key(const model::TransferId& id) {
  return model::key_of(model::keys::kLedgerTransfer, ByteView(id).first(16));
}

class LedgerIndex : public ::testing::Test {
 protected:
  LedgerIndex() { reopen(); }
  void reopen() {
    auto opened = Ledger::open(store_);
    ASSERT_TRUE(opened) << opened.error().detail;
    ledger_ = *std::move(opened);
  }
  Result<Applied> try_apply(const std::vector<Transfer>& linked, ports::Batch& batch) {
    return ledger_->apply(linked, UnixMs{++time_}, batch);
  }
  void apply(const std::vector<Transfer>& linked) {
    ports::Batch batch;
    ASSERT_EQ(try_apply(linked, batch), Applied::now);
    store_.commit_one(batch);
  }
  void checkpoint() {
    ports::Batch batch;
    ledger_->checkpoint(batch);
    store_.commit_one(batch);
  }
  // A grant, a linked list with an open reserve, and its settlement; then a checkpoint.
  void old_times() {
    apply({grant_});
    apply({reserve_, fee_});
    apply({post_, payout_});
    checkpoint();
  }
  void expect_old_times_known() {
    const ipld::Digest before = ledger_->state_hash();
    ports::Batch batch;
    EXPECT_EQ(try_apply({grant_}, batch), Applied::before);
    EXPECT_EQ(try_apply({fee_, reserve_}, batch), Applied::before);
    EXPECT_EQ(try_apply({post_, payout_}, batch), Applied::before);
    EXPECT_EQ(try_apply({reserve_, post_}, batch), Applied::before) << "from two records, all applied";
    for (Transfer changed : {grant_, fee_, post_}) {
      changed.user_data = testing::id_named("other");
      EXPECT_EQ(try_apply({changed}, batch).error().code, ErrorCode::conflict);
    }
    EXPECT_EQ(try_apply({testing::grant("fresh", "bob", 1), grant_}, batch).error().code, ErrorCode::conflict);
    EXPECT_TRUE(batch.empty());
    EXPECT_EQ(ledger_->state_hash(), before);
    for (const Transfer& transfer : {grant_, reserve_, fee_, post_, payout_}) {
      EXPECT_EQ(ledger_->find(transfer.id).value(), transfer);
    }
    EXPECT_FALSE(ledger_->find(testing::id_named("never")).value());
  }
  std::set<std::uint64_t> checkpoints() const {
    std::set<std::uint64_t> sequences;
    const std::size_t prefix = model::keys::kLedgerCheckpoint.size();
    for (const auto& [key, value] : store_.pairs)
      if (text_of(key).starts_with(model::keys::kLedgerCheckpoint)) sequences.insert(read_be64(key.data() + prefix));
    return sequences;
  }
  std::size_t rows() const {
    std::size_t count = 0;
    for (const auto& [key, value] : store_.pairs) count += text_of(key).starts_with(model::keys::kLedgerTransfer);
    return count;
  }
  // Empty if the audit finds no fault.
  std::optional<ErrorCode> audited() const {
    const auto report = audit_from_journal(store_, *ledger_);
    return report ? std::nullopt : std::optional(report.error().code);
  }

  SlowlyDying store_;
  std::unique_ptr<Ledger> ledger_;
  std::uint64_t time_ = 0;
  const Transfer grant_ = testing::grant("g", "alice", 1'000);
  const Transfer reserve_ = testing::reserve("r", "alice", 300);
  const Transfer fee_ = testing::fee("f", "alice", 7);
  const Transfer post_ = testing::close_reserve("p", reserve_, 120);
  const Transfer payout_ = testing::payout("y", "node", 120);
};

TEST_F(LedgerIndex, ATransferFromBeforeTheCheckpointIsKnownAfterReopening) {
  old_times();
  expect_old_times_known();
  reopen();
  EXPECT_EQ(ledger_->remembered(), 0U);
  expect_old_times_known();
  EXPECT_EQ(audited(), std::nullopt);
}

TEST_F(LedgerIndex, RowsAreWrittenWithTheCheckpointOfTheirRecords) {
  apply({grant_});
  EXPECT_EQ(rows(), 0U);
  checkpoint();
  ASSERT_EQ(rows(), 1U);
  EXPECT_EQ(to_hex(store_.pairs.at(row_key(grant_.id))), "0000000000000001");
  apply({reserve_, fee_});
  reopen();
  EXPECT_EQ(ledger_->remembered(), 2U) << "the tail, which has no rows yet";
  checkpoint();
  EXPECT_EQ(to_hex(store_.pairs.at(row_key(fee_.id))), "0000000000000002");
  EXPECT_EQ(rows(), 3U);
}

TEST_F(LedgerIndex, WhatIsNotCommittedYetIsFoundInMemory) {
  apply({grant_});
  std::vector<ports::Batch> waiting(3);
  ASSERT_EQ(try_apply({reserve_, fee_}, waiting[0]), Applied::now);
  ledger_->checkpoint(waiting[0]);
  ASSERT_EQ(try_apply({post_, payout_}, waiting[1]), Applied::now);
  ledger_->checkpoint(waiting[1]);
  const Transfer later = testing::grant("later", "bob", 5);
  ASSERT_EQ(try_apply({later}, waiting[2]), Applied::now);
  ledger_->checkpoint(waiting[2]);
  EXPECT_EQ(ledger_->remembered(), 6U) << "no checkpoint is durable";
  expect_old_times_known();
  ASSERT_TRUE(store_.commit(waiting));
  apply({testing::grant("even later", "bob", 6)});
  checkpoint();
  EXPECT_EQ(ledger_->remembered(), 1U);
  expect_old_times_known();
  reopen();
  expect_old_times_known();
  EXPECT_EQ(audited(), std::nullopt);
}

TEST_F(LedgerIndex, MemoryHoldsWhatWasDoneSinceTheLastCheckpointButOne) {
  constexpr std::size_t kBetween = 100;
  for (std::size_t i = 0; i < 20 * kBetween; ++i) {
    apply({testing::grant("g" + std::to_string(i), "m" + std::to_string(i % 7), 1 + i)});
    if (i % kBetween == kBetween - 1) checkpoint();
    ASSERT_LE(ledger_->remembered(), 2 * kBetween);
    ASSERT_LE(ledger_->transfers_since_checkpoint(), kBetween);
  }
  EXPECT_EQ(ledger_->audit()->transfers, 20 * kBetween);
  EXPECT_EQ(rows(), 20 * kBetween);
  ports::Batch batch;
  for (std::size_t i = 0; i < 20 * kBetween; i += 37) {
    const Transfer old = testing::grant("g" + std::to_string(i), "m" + std::to_string(i % 7), 1 + i);
    ASSERT_EQ(try_apply({old}, batch), Applied::before);
  }
}

TEST_F(LedgerIndex, LiveReopenedAndReplayedBooksHaveOneHash) {
  old_times();
  apply({testing::grant("tail", "bob", 5)});
  const ipld::Digest live = ledger_->state_hash();
  EXPECT_EQ(audit_from_journal(store_, *ledger_)->state_hash, live);
  reopen();
  EXPECT_EQ(ledger_->state_hash(), live);
  EXPECT_EQ(ledger_->audit()->transfers, 6U);
  // A different history with the same balances is a different state.
  testing::FakeStateStore other;
  const auto twin = Ledger::open(other).value();
  ports::Batch batch;
  for (const Transfer& transfer :
       {testing::grant("g'", "alice", 1'000), testing::fee("f", "alice", 7), testing::grant("tail", "bob", 5)}) {
    ASSERT_TRUE(twin->apply(std::span(&transfer, 1), UnixMs{1}, batch));
  }
  EXPECT_NE(twin->state_hash(), live);
}

TEST_F(LedgerIndex, AnOlderCheckpointOrNoneKnowsTheSame) {
  old_times();
  const Transfer between = testing::reserve("between", "alice", 11);
  apply({between});
  checkpoint();
  apply({testing::grant("tail", "bob", 5)});
  std::vector<Bytes> keys;
  for (const auto& [key, value] : store_.pairs) {
    if (text_of(key).starts_with(model::keys::kLedgerCheckpoint)) keys.push_back(key);
  }
  ASSERT_EQ(keys.size(), 2U);
  const ipld::Digest live = ledger_->state_hash();
  for (const std::size_t damaged : {1U, 0U}) {
    store_.pairs[keys[damaged]][50] ^= 1;
    reopen();
    EXPECT_EQ(ledger_->state_hash(), live);
    EXPECT_EQ(ledger_->remembered(), 1U) << "the unreadable checkpoint had already been indexed";
    expect_old_times_known();
    ports::Batch batch;
    EXPECT_EQ(try_apply({between}, batch), Applied::before);
    EXPECT_EQ(audited(), std::nullopt);
  }
  checkpoint();
  reopen();
  EXPECT_EQ(ledger_->journal_since_checkpoint(), 0U);
  EXPECT_EQ(rows(), 7U);
  EXPECT_EQ(audited(), std::nullopt);
}

TEST_F(LedgerIndex, TheAuditFindsWhatTheIndexSaysFalsely) {
  old_times();
  apply({testing::grant("tail", "bob", 5)});
  const auto good = store_.pairs;
  EXPECT_EQ(audited(), std::nullopt);
  store_.pairs.erase(row_key(fee_.id));
  EXPECT_EQ(audited(), ErrorCode::corrupted) << "a row is missing";
  store_.pairs = good;
  store_.pairs[row_key(fee_.id)].back() = 3;
  EXPECT_EQ(audited(), ErrorCode::corrupted) << "a row names another record";
  store_.pairs = good;
  store_.pairs[row_key(fee_.id)].pop_back();
  EXPECT_EQ(audited(), ErrorCode::corrupted) << "a row is too short";
  store_.pairs = good;
  store_.pairs[row_key(testing::id_named("stray"))] = good.at(row_key(fee_.id));
  EXPECT_EQ(audited(), ErrorCode::corrupted) << "a row without a transfer";
  store_.pairs = good;
  store_.pairs[row_key(testing::id_named("tail"))] = good.at(row_key(fee_.id));
  EXPECT_EQ(audited(), ErrorCode::corrupted) << "a wrong row of a transfer after the last checkpoint";
  store_.pairs[row_key(testing::id_named("tail"))].back() = 4;
  EXPECT_EQ(audited(), std::nullopt) << "a checkpoint that is being written has rows before it is complete";
}

TEST_F(LedgerIndex, ARowThatNamesTheWrongRecordRefusesItsTransfer) {
  old_times();
  reopen();
  store_.pairs[row_key(fee_.id)].back() = 3;
  const ipld::Digest before = ledger_->state_hash();
  ports::Batch batch;
  EXPECT_EQ(try_apply({reserve_, fee_}, batch).error().code, ErrorCode::corrupted);
  EXPECT_EQ(ledger_->find(fee_.id).error().code, ErrorCode::corrupted);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(ledger_->state_hash(), before);
}

TEST_F(LedgerIndex, AStoreThatCannotBeReadRefusesWhatMemoryDoesNotKnow) {
  old_times();
  reopen();
  const Transfer fresh = testing::grant("fresh", "bob", 1);
  const ipld::Digest before = ledger_->state_hash();
  ports::Batch batch;
  store_.dead = true;
  EXPECT_EQ(try_apply({fresh}, batch).error().code, ErrorCode::storage);
  EXPECT_EQ(ledger_->find(grant_.id).error().code, ErrorCode::storage);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(ledger_->state_hash(), before);
  store_.dead = false;
  EXPECT_EQ(try_apply({fresh}, batch), Applied::now);
}

// Whatever part of a checkpoint is in the store when the process ends: the ledger opens to the same state, knows every
// transfer, passes its audit and completes the next checkpoint.
TEST_F(LedgerIndex, ACheckpointMayEndAfterAnyOfItsSteps) {
  constexpr std::size_t kAccounts = 3'000;  // more than one part
  std::vector<Transfer> grants;
  for (std::size_t i = 0; i < kAccounts; ++i)
    grants.push_back(testing::grant("g" + std::to_string(i), "m" + std::to_string(i), 1 + i));
  apply(grants);
  const auto spent = [](std::size_t i) { return testing::reserve("s" + std::to_string(i), "m2999", 1 + i); };
  apply({spent(0)});
  checkpoint();
  for (std::size_t i = 1; i <= 50; ++i) apply({spent(i)});
  const auto before = store_.pairs;
  const ipld::Digest state = ledger_->state_hash();
  std::size_t steps = 0;
  for (bool more = true; more; ++steps) {
    store_.pairs = before;
    reopen();
    ports::Batch batch;
    ledger_->begin_checkpoint(batch);
    more = true;
    for (std::size_t step = 0; more && step < steps; ++step) more = ledger_->continue_checkpoint(batch);
    store_.commit_one(batch);
    reopen();
    ASSERT_EQ(ledger_->state_hash(), state) << steps;
    ASSERT_EQ(audited(), std::nullopt) << steps;
    ASSERT_EQ(ledger_->journal_since_checkpoint(), more ? 50U : 0U) << steps;
    ports::Batch none;
    ASSERT_EQ(try_apply({spent(7)}, none), Applied::before) << steps;
    checkpoint();
    ASSERT_EQ(rows(), kAccounts + 51) << steps;
    ASSERT_EQ(checkpoints(), (std::set<std::uint64_t>{2, 52})) << steps;
    ASSERT_EQ(audited(), std::nullopt) << steps;
  }
  EXPECT_GT(steps, 8U) << "groups of rows, and parts";
}

// An unfinished checkpoint has rows of records that no complete one covers: a history lists each of them once.
TEST_F(LedgerIndex, AHistoryListsEachEntryOnceWhileACheckpointIsWritten) {
  old_times();
  for (int i = 0; i < 20; ++i) apply({testing::grant("later" + std::to_string(i), "alice", 1)});
  const auto listed = [&] {
    std::vector<std::uint64_t> sequences;
    EXPECT_TRUE(for_each_entry_of(store_, testing::account_named("alice"), 1, [&](const JournalEntry& entry) {
      sequences.push_back(entry.sequence);
      return true;
    }));
    return sequences;
  };
  const std::vector<std::uint64_t> before = listed();
  EXPECT_GT(before.size(), 20U);
  ports::Batch begun;
  ledger_->begin_checkpoint(begun);
  store_.commit_one(begun);
  EXPECT_EQ(listed(), before);
  for (bool more = true; more;) {
    ports::Batch step;
    more = ledger_->continue_checkpoint(step);
    store_.commit_one(step);
    ASSERT_EQ(listed(), before);
  }
}

TEST_F(LedgerIndex, AStepOfACheckpointIsSmallHoweverLargeTheLedger) {
  std::size_t number = 0;
  for (std::size_t list = 0; list < 10; ++list) {
    std::vector<Transfer> grants;
    for (std::size_t i = 0; i < 2'000; ++i, ++number)
      grants.push_back(testing::grant("g" + std::to_string(number), "m" + std::to_string(number), 1));
    apply(grants);
  }
  ports::Batch begin;
  ledger_->begin_checkpoint(begin);
  EXPECT_TRUE(begin.empty());
  std::size_t steps = 0;
  for (bool more = true; more; ++steps) {
    ports::Batch batch;
    more = ledger_->continue_checkpoint(batch);
    ASSERT_LE(batch.writes().size(), 200U) << steps;
    std::size_t bytes = 0;
    for (const auto& write : batch.writes()) bytes += write.value ? write.value->size() : 0;
    ASSERT_LE(bytes, 140U * 1'024) << steps;
    store_.commit_one(batch);
  }
  EXPECT_GT(steps, 100U);
  EXPECT_EQ(rows(), number);
  EXPECT_EQ(audited(), std::nullopt);
}

TEST_F(LedgerIndex, AnIdThatBeginsAsAnotherIsRefused) {
  old_times();
  reopen();
  Transfer twin = testing::grant("twin", "bob", 1);
  twin.id = grant_.id;
  twin.id.back() ^= 1;
  ports::Batch batch;
  EXPECT_EQ(try_apply({twin}, batch).error().code, ErrorCode::conflict);
  EXPECT_FALSE(ledger_->find(twin.id).value());
  EXPECT_EQ(ledger_->find(grant_.id).value(), grant_);
}

// Counts the reads for an account's history.
class CountedReads : public testing::FakeStateStore {
 public:
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return FakeStateStore::scan(begin, end, [&](ByteView key, ByteView value) {
      if (text_of(key).starts_with(model::keys::kLedgerJournal)) ++records;
      return visit(key, value);
    });
  }
  mutable std::uint64_t records = 0;
};

TEST(LedgerHistory, OfAnAccountIsFoundByItsIndex) {
  CountedReads store;
  const auto ledger = Ledger::open(store).value();
  std::vector<std::string> own;
  for (int i = 0; i < 1'000; ++i) {
    const bool of_alice = i % 300 == 7;
    const std::string id = "g" + std::to_string(i);
    const std::vector<Transfer> linked{testing::grant(id, of_alice ? "alice" : "bob", 10),
                                       testing::grant(id + "b", "carol", 1)};
    if (of_alice) own.push_back(to_hex(linked.front().id));
    ports::Batch batch;
    ASSERT_TRUE(ledger->apply(linked, UnixMs{1}, batch));
    if (i == 950) ledger->checkpoint(batch);
    store.commit_one(batch);
  }
  std::vector<std::string> seen;
  ASSERT_TRUE(for_each_entry_of(store, testing::account_named("alice"), 1, [&](const JournalEntry& entry) {
    seen.push_back(to_hex(entry.transfer.id));
    return true;
  }));
  EXPECT_EQ(seen, own);
  EXPECT_LT(store.records, 70U) << "its own, one after each, and those after the checkpoint";
  // From the middle, and only as far as the visitor wants.
  seen.clear();
  ASSERT_TRUE(for_each_entry_of(store, testing::account_named("alice"), 309, [&](const JournalEntry& entry) {
    seen.push_back(to_hex(entry.transfer.id));
    return false;
  }));
  EXPECT_EQ(seen, std::vector{own[2]});
  std::uint64_t of_carol = 0;
  ASSERT_TRUE(for_each_entry_of(store, testing::account_named("carol"), 1, [&](const JournalEntry&) {
    ++of_carol;
    return true;
  }));
  EXPECT_EQ(of_carol, 1'000U);
  std::uint64_t issued = 0;
  ASSERT_TRUE(for_each_entry_of(store, testing::account_named("ISSUANCE"), 1, [&](const JournalEntry&) {
    ++issued;
    return true;
  }));
  EXPECT_EQ(issued, 2'000U);
  EXPECT_TRUE(audit_from_journal(store, *ledger));
  // An extra row or a missing one is found.
  const auto first = store.pairs.lower_bound(model::key_of(model::keys::kLedgerAccount));
  const std::pair<Bytes, Bytes> row = *first;
  store.pairs.erase(first);
  EXPECT_EQ(audit_from_journal(store, *ledger).error().code, ErrorCode::corrupted);
  store.pairs.insert(row);
  Bytes stray = row.first;
  ++stray[5];
  store.pairs[stray] = {};
  EXPECT_EQ(audit_from_journal(store, *ledger).error().code, ErrorCode::corrupted);
}

}  // namespace
}  // namespace icn::economy
