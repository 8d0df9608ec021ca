// Goal: the journal is the truth: it opens to the same state from any checkpoint or none, and no damage to a record or
// a checkpoint goes unnoticed.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "economy/detail/journal.hpp"
#include "economy/ledger.hpp"
#include "model/keys.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/mutate.hpp"
#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

using model::Transfer;
using model::UnixMs;
using testing::FakeStateStore;

Bytes record_key(std::uint64_t sequence) { return model::key_of(model::keys::kLedgerJournal, sequence); }

class LedgerJournal : public ::testing::Test {
 protected:
  void apply(const std::vector<Transfer>& linked) {
    ports::Batch batch;
    const auto applied = ledger_->apply(linked, UnixMs{++time_}, batch);
    ASSERT_TRUE(applied) << applied.error().detail;
    store_.commit_one(batch);
  }
  void checkpoint() {
    ports::Batch batch;
    ledger_->checkpoint(batch);
    store_.commit_one(batch);
  }
  // Three records: a single transfer, a linked list with an open reserve, a settlement.
  void three_records() {
    apply({testing::grant("g1", "alice", 1'000)});
    reserve_ = testing::reserve("r1", "alice", 300);
    apply({reserve_, testing::fee("f1", "alice", 7)});
    apply({testing::close_reserve("p1", reserve_, 120), testing::payout("y1", "node", 120)});
  }
  void more_records(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      apply({testing::grant("more" + std::to_string(time_), "m" + std::to_string(i % 5), 10 + i)});
    }
  }
  std::vector<Bytes> checkpoint_keys() const {
    std::vector<Bytes> keys;
    for (const auto& [key, value] : store_.pairs) {
      if (text_of(key).starts_with(model::keys::kLedgerCheckpoint)) keys.push_back(key);
    }
    return keys;
  }
  void expect_opens_the_same(const std::string& what) const {
    const auto opened = Ledger::open(store_);
    ASSERT_TRUE(opened) << what << ": " << opened.error().detail;
    EXPECT_EQ((*opened)->state_hash(), ledger_->state_hash()) << what;
    EXPECT_EQ((*opened)->sequence(), ledger_->sequence()) << what;
    EXPECT_EQ((*opened)->accounts(), ledger_->accounts()) << what;
  }
  // The audit finds what opening does not read.
  Result<void> examine() const {
    const auto opened = ICN_TRY(Ledger::open(store_));
    ICN_TRY(audit_from_journal(store_, *opened));
    return {};
  }
  // The damage is reported with the record's number.
  void expect_corrupted(std::uint64_t sequence, const std::string& what) const {
    const auto opened = examine();
    ASSERT_FALSE(opened) << what;
    EXPECT_EQ(opened.error().code, ErrorCode::corrupted) << what;
    EXPECT_NE(opened.error().detail.find("record " + std::to_string(sequence) + ":"), std::string::npos)
        << what << ": " << opened.error().detail;
  }

  FakeStateStore store_;
  std::unique_ptr<Ledger> ledger_ = std::make_unique<Ledger>();
  Transfer reserve_;
  std::uint64_t time_ = 0;
};

TEST_F(LedgerJournal, ARecordHasTheseBytes) {
  Transfer transfer = testing::close_reserve("p1", testing::reserve("r1", "alice", 5), 3);
  transfer.user_data = testing::id_named("job");
  const auto encoded = detail::encode_record(std::span(&transfer, 1), UnixMs{0x0102030405060708}, ipld::Digest{});
  const std::string alice = to_hex(testing::did_named("alice").key());
  const std::string body =
      "01"
      "0102030405060708"
      "0001" +
      to_hex(testing::id_named("p1")) + "0100" + alice + "0004" + std::string(64, '0') +
      "0000000000000003"
      "04"
      "02" +
      to_hex(testing::id_named("job")) + to_hex(testing::id_named("r1"));
  Bytes hashed(32, 0);
  append(hashed, *from_hex(body));
  EXPECT_EQ(to_hex(encoded.record), body + to_hex(ipld::sha256(hashed)));
  EXPECT_EQ(encoded.record.size(), 217U);
  EXPECT_EQ(to_hex(encoded.chain), "a4745e376e0c4d0ba2c8fcc3284cd59dba54e8f4046db978019533e7a732cf9b");
}

TEST_F(LedgerJournal, AnEmptyStoreOpensToAnEmptyLedger) {
  expect_opens_the_same("empty");
  checkpoint();
  EXPECT_TRUE(store_.pairs.empty()) << "there was nothing to checkpoint";
}

TEST_F(LedgerJournal, OneApplyIsOneRecord) {
  three_records();
  EXPECT_EQ(store_.pairs.size(), 3U);
  EXPECT_EQ(ledger_->sequence(), 3U);
  expect_opens_the_same("three records");
}

TEST_F(LedgerJournal, EveryDamageToARecordIsTold) {
  three_records();
  for (const bool with_checkpoint : {false, true}) {
    if (with_checkpoint) checkpoint();
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
      const Bytes good = store_.pairs[record_key(sequence)];
      const auto check = [&](const Bytes& damaged, const std::string& what) {
        store_.pairs[record_key(sequence)] = damaged;
        const auto opened = examine();
        ASSERT_FALSE(opened) << "record " << sequence << " " << what;
        const bool newer = !damaged.empty() && damaged[0] > detail::kJournalVersion;
        EXPECT_EQ(opened.error().code, newer ? ErrorCode::unsupported_version : ErrorCode::corrupted) << what;
        EXPECT_NE(opened.error().detail.find("record " + std::to_string(sequence)), std::string::npos)
            << what << ": " << opened.error().detail;
      };
      testing::for_each_truncation(good, check);
      testing::for_each_bit_flip(good, check);
      Bytes longer = good;
      longer.push_back(0);
      check(longer, "one byte longer");
      store_.pairs[record_key(sequence)] = good;
    }
    expect_opens_the_same("undamaged again");
  }
}

TEST_F(LedgerJournal, AMissingOrMisplacedRecordIsTold) {
  three_records();
  for (const bool with_checkpoint : {false, true}) {
    if (with_checkpoint) checkpoint();
    const auto good = store_.pairs;
    for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) {
      store_.pairs.erase(record_key(sequence));
      expect_corrupted(sequence, "missing");
      store_.pairs = good;
    }
    std::swap(store_.pairs[record_key(1)], store_.pairs[record_key(2)]);
    expect_corrupted(1, "swapped");
    store_.pairs = good;
    store_.pairs[record_key(4)] = good.at(record_key(3));
    expect_corrupted(4, "is listed twice");
    store_.pairs = good;
    store_.pairs[record_key(5)] = good.at(record_key(3));
    expect_corrupted(4, "a gap");
    store_.pairs = good;
    Bytes odd = record_key(3);
    odd.push_back(0);
    store_.pairs[odd] = good.at(record_key(3));
    EXPECT_EQ(examine().error().code, ErrorCode::corrupted);
    store_.pairs = good;
  }
  store_.pairs.erase(record_key(3));
  expect_corrupted(3, "a checkpoint covers it");
}

TEST_F(LedgerJournal, ARecordThatBreaksTheRulesIsToldThoughItsHashHolds) {
  three_records();
  const auto chain = [&] {
    ipld::Digest digest;
    const Bytes& last = store_.pairs[record_key(3)];
    std::copy(last.end() - 32, last.end(), digest.begin());
    return digest;
  }();
  Transfer other_way = testing::fee("x", "alice", 1);
  std::swap(other_way.debit, other_way.credit);
  for (const Transfer& transfer :
       {testing::fee("x", "alice", 100'000), other_way, testing::close_reserve("x", reserve_, 1),
        testing::grant("g1", "alice", 1'000), testing::grant("g1", "alice", 1)}) {
    store_.pairs[record_key(4)] = detail::encode_record(std::span(&transfer, 1), UnixMs{9}, chain).record;
    expect_corrupted(4, std::string(transfer_code_name(transfer.code)));
  }
}

TEST_F(LedgerJournal, ACodeOfANewerProgramIsNotTakenForDamage) {
  three_records();
  ipld::Digest chain;
  const Bytes& last = store_.pairs[record_key(3)];
  std::copy(last.end() - 32, last.end(), chain.begin());
  Transfer transfer = testing::fee("x", "alice", 1);
  transfer.code = static_cast<model::TransferCode>(200);
  store_.pairs[record_key(4)] = detail::encode_record(std::span(&transfer, 1), UnixMs{9}, chain).record;
  const auto opened = examine();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(opened.error().detail.find("record 4: a transfer has the code 200"), std::string::npos)
      << opened.error().detail;
}

TEST_F(LedgerJournal, ACheckpointOpensToTheSameState) {
  three_records();
  EXPECT_EQ(ledger_->journal_since_checkpoint(), 3U);
  checkpoint();
  EXPECT_EQ(ledger_->journal_since_checkpoint(), 0U);
  expect_opens_the_same("at the checkpoint");
  apply({testing::reserve("r2", "alice", 11)});
  expect_opens_the_same("one record later");
  const auto opened = Ledger::open(store_);
  EXPECT_EQ((*opened)->journal_since_checkpoint(), 1U);
  ports::Batch batch;
  EXPECT_EQ((*opened)->apply(std::vector{testing::fee("f1", "alice", 7), reserve_}, UnixMs{50}, batch),
            Applied::before);
  EXPECT_EQ((*opened)->apply(std::vector{testing::fee("f1", "alice", 8)}, UnixMs{50}, batch).error().code,
            ErrorCode::conflict);
  EXPECT_EQ((*opened)->find(reserve_.id).value(), reserve_);
  EXPECT_EQ((*opened)->open_pending(testing::id_named("r2")), model::Mana{11});
}

TEST_F(LedgerJournal, ADamagedCheckpointIsPassedOver) {
  three_records();
  checkpoint();
  apply({testing::reserve("r2", "alice", 11)});
  checkpoint();
  const std::vector<Bytes> keys = checkpoint_keys();
  ASSERT_EQ(keys.size(), 2U);
  for (const bool older_too : {false, true}) {
    if (older_too) store_.pairs[keys[0]][40] ^= 1;
    const Bytes good = store_.pairs[keys[1]];
    const auto check = [&](const Bytes& damaged, const std::string& what) {
      store_.pairs[keys[1]] = damaged;
      if (!damaged.empty() && damaged[0] > 3) {
        EXPECT_EQ(Ledger::open(store_).error().code, ErrorCode::unsupported_version) << what;
      } else {
        expect_opens_the_same(what);
      }
    };
    testing::for_each_truncation(good, check);
    testing::for_each_bit_flip(good, check);
    store_.pairs[keys[1]] = good;
  }
}

TEST_F(LedgerJournal, TwoCheckpointsStayAndUnreadableOnesGo) {
  for (int i = 0; i < 5; ++i) {
    more_records(3);
    checkpoint();
    EXPECT_EQ(checkpoint_keys().size(), std::min<std::size_t>(2, static_cast<std::size_t>(i) + 1));
  }
  // The newest is damaged and has an extra part; the next checkpoint is at the same record.
  Bytes extra = checkpoint_keys().back();
  store_.pairs[extra][20] ^= 1;
  extra.back() = 1;
  store_.pairs[extra] = Bytes(9, 9);
  ledger_ = *Ledger::open(store_);
  checkpoint();
  EXPECT_EQ(checkpoint_keys().size(), 2U);
  EXPECT_FALSE(store_.pairs.contains(extra));
  EXPECT_EQ((*Ledger::open(store_))->journal_since_checkpoint(), 0U) << "the new checkpoint is readable";
  expect_opens_the_same("after the repair");
}

TEST_F(LedgerJournal, ACheckpointOfAnotherJournalIsTold) {
  three_records();
  FakeStateStore other;
  Ledger stranger;
  for (int i = 0; i < 3; ++i) {
    ports::Batch batch;
    const Transfer grant = testing::grant("s" + std::to_string(i), "mallory", 1'000'000);
    ASSERT_TRUE(stranger.apply(std::span(&grant, 1), UnixMs{1}, batch));
    other.commit_one(batch);
  }
  ports::Batch batch;
  stranger.checkpoint(batch);
  store_.commit_one(batch);
  EXPECT_EQ(Ledger::open(store_).error().code, ErrorCode::corrupted);
}

TEST_F(LedgerJournal, ALargeCheckpointIsStoredInParts) {
  std::uint64_t number = 0;
  for (int i = 0; i < 34; ++i) {
    std::vector<Transfer> linked;
    for (std::size_t k = 0; k < 4'096; ++k) {
      const std::string name = std::to_string(number++);
      linked.push_back(testing::grant("g" + name, "m" + name, 1));
    }
    apply(linked);
  }
  ports::Batch none;
  std::vector<Transfer> too_many(kLinkedMax + 1, testing::grant("t", "alice", 1));
  EXPECT_EQ(ledger_->apply(too_many, UnixMs{1}, none).error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(ledger_->apply({}, UnixMs{1}, none).error().code, ErrorCode::invalid_argument);
  checkpoint();
  EXPECT_GT(checkpoint_keys().size(), 100U) << "139,265 accounts";
  more_records(1);
  const auto opened = Ledger::open(store_);
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->journal_since_checkpoint(), 1U);
  EXPECT_EQ((*opened)->state_hash(), ledger_->state_hash());
}

TEST_F(LedgerJournal, HistoryVisitsEveryTransferInOrder) {
  three_records();
  checkpoint();
  std::vector<std::string> seen;
  const auto visit = [&](const JournalEntry& entry) {
    seen.push_back(std::to_string(entry.sequence) + "@" + std::to_string(entry.time.value) + " " +
                   std::string(transfer_code_name(entry.transfer.code)) + " " +
                   std::to_string(entry.transfer.amount.umana));
    return seen.size() < 4;
  };
  ASSERT_TRUE(for_each_entry(store_, 0, visit));
  EXPECT_EQ(seen,
            (std::vector<std::string>{"1@1 grant 1000", "2@2 job_reserve 300", "2@2 fee 7", "3@3 job_reserve 120"}));
  seen.clear();
  ASSERT_TRUE(for_each_entry(store_, 3, visit));
  EXPECT_EQ(seen, (std::vector<std::string>{"3@3 job_reserve 120", "3@3 payout 120"}));
  store_.pairs[record_key(2)].pop_back();
  EXPECT_EQ(for_each_entry(store_, 0, visit).error().code, ErrorCode::corrupted);
}

TEST_F(LedgerJournal, TheAuditFromTheJournalFindsALedgerThatIsNotItsOwn) {
  three_records();
  checkpoint();
  const auto report = audit_from_journal(store_, *ledger_);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->transfers, 5U);
  EXPECT_EQ(report->issued, model::Mana{1'000});
  EXPECT_EQ(report->member_held, model::Mana{993});
  EXPECT_EQ(report->fees, model::Mana{7});
  EXPECT_EQ(report->escrow, model::Mana{0});
  EXPECT_EQ(report->pending_open, 0U);
  EXPECT_EQ(report->accounts, 5U);
  EXPECT_EQ(report->state_hash, ledger_->state_hash());
  EXPECT_EQ(audit_from_journal(store_, Ledger()).error().code, ErrorCode::unbalanced);
  store_.pairs[record_key(1)][60] ^= 1;
  EXPECT_EQ(audit_from_journal(store_, *ledger_).error().code, ErrorCode::corrupted);
}

// A checkpoint of the two records below: the offset at which its first account ends, and what follows.
constexpr std::size_t kFirstAccountEnd = 1 + 8 + 8 + 32 + 4 + 34 + 4 * 8;

class LedgerCheckpointBytes : public LedgerJournal {
 protected:
  LedgerCheckpointBytes() {
    apply({testing::grant("g", "alice", 1'000)});
    apply({testing::reserve("r", "alice", 300), testing::fee("f", "alice", 7)});
    checkpoint();
    key_ = checkpoint_keys().back();
    hash_ = ledger_->state_hash();
  }
  // The present checkpoint, with `bytes` replacing the flag after the first account.
  Bytes with_regeneration(const Bytes& bytes) const {
    Bytes edited = store_.pairs.at(key_);
    edited.resize(edited.size() - 32);
    const auto flag = edited.begin() + kFirstAccountEnd;
    EXPECT_EQ(*flag, 0);
    edited.insert(edited.erase(flag), bytes.begin(), bytes.end());
    append(edited, ipld::sha256(edited));
    return edited;
  }
  Bytes key_;
  ipld::Digest hash_{};
};

TEST_F(LedgerCheckpointBytes, OneOfTheFirstReleaseIsReadAndUpgraded) {
  const Bytes present = store_.pairs.at(key_);
  std::ostringstream old;
  old << std::ifstream("tests/golden/first_release/ledger_checkpoint_v2.bin", std::ios::binary).rdbuf();
  ASSERT_EQ(old.str()[0], 2);
  store_.pairs[key_] = bytes_of(old.str());
  EXPECT_EQ(Ledger::open(store_).value()->state_hash(), hash_);
  for (int again = 0; again < 2; ++again) {
    ASSERT_TRUE(upgrade_checkpoints(store_));
    EXPECT_EQ(to_hex(store_.pairs.at(key_)), to_hex(present));
  }
  EXPECT_EQ(Ledger::open(store_).value()->state_hash(), hash_);
}

TEST_F(LedgerCheckpointBytes, ADamagedOneIsLeftToTheJournalByAnUpgrade) {
  store_.pairs[key_].back() ^= 1;
  const Bytes damaged = store_.pairs[key_];
  ASSERT_TRUE(upgrade_checkpoints(store_));
  EXPECT_EQ(store_.pairs[key_], damaged);
  EXPECT_EQ(Ledger::open(store_).value()->state_hash(), hash_);
  store_.pairs[key_].front() = 4;
  EXPECT_EQ(upgrade_checkpoints(store_).error().code, ErrorCode::unsupported_version);
}

TEST_F(LedgerCheckpointBytes, TheStateOfRegenerationGoesFromCheckpointToCheckpoint) {
  Bytes regeneration{1};
  for (const std::uint64_t value : {600'000'000UL, 1'700'000'060'000UL, 999'999UL}) append_be64(regeneration, value);
  store_.pairs[key_] = with_regeneration(regeneration);
  ledger_ = Ledger::open(store_).value();
  EXPECT_NE(ledger_->state_hash(), hash_) << "the hash covers it";
  EXPECT_EQ(ledger_->journal_since_checkpoint(), 0U) << "it was read";
  more_records(1);
  checkpoint();
  const Bytes& next = store_.pairs.at(checkpoint_keys().back());
  EXPECT_EQ(to_hex(ByteView(next).subspan(kFirstAccountEnd, regeneration.size())), to_hex(regeneration));
}

TEST_F(LedgerCheckpointBytes, OneWithoutCanonicalRegenerationIsPassedOver) {
  for (const Bytes& bytes : {Bytes{2}, Bytes{1}, Bytes(25, 0), [] {
                               Bytes zero(25, 0);
                               zero[0] = 1;
                               return zero;
                             }()}) {
    FakeStateStore store;
    store.pairs = store_.pairs;
    store.pairs[key_] = with_regeneration(bytes);
    const auto ledger = Ledger::open(store).value();
    EXPECT_EQ(ledger->journal_since_checkpoint(), 2U) << to_hex(bytes);
    EXPECT_EQ(ledger->state_hash(), hash_);
  }
}

}  // namespace
}  // namespace icn::economy
