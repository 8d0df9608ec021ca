// Goal: a state store of the first release is upgraded to this program's version, wherever the upgrade is interrupted.
#include "runtime/store_version.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "core/log.hpp"
#include "economy/ledger.hpp"
#include "jobs/job_book.hpp"
#include "model/keys.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/transfers.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kJobs = 5'000;

// Fails like a power cut after `commits_left` commits.
class CutStore : public testing::FakeStateStore {
 public:
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    if (commits_left == 0) return fail(ErrorCode::storage, "the power is gone");
    --commits_left;
    ++commits;
    return FakeStateStore::commit(batches);
  }
  std::uint64_t commits_left = UINT64_MAX;
  std::uint64_t commits = 0;
};

std::string golden(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream("tests/golden/first_release/" + name, std::ios::binary).rdbuf();
  return text.str();
}

// Its number is 77, in two bytes; others of two bytes behind their head take three.
Bytes record_v1(std::uint64_t number) {
  std::string bytes = golden("job_record_v1.cbor");
  const std::string before{0x07, 0x18, 0x4d};  // the phase, then the number
  const std::size_t at = bytes.find(before);
  EXPECT_NE(at, std::string::npos);
  const std::string after{0x07, 0x19, static_cast<char>(number >> 8), static_cast<char>(number)};
  return bytes_of(bytes.replace(at, before.size(), after));
}

class StoreVersion : public ::testing::Test {
 protected:
  StoreVersion() {
    set_log_level(LogLevel::error);  // each upgrade logs a warning
    const auto ledger = economy::Ledger::open(old_).value();
    std::uint64_t time = 0;
    for (const auto& linked : {std::vector{testing::grant("g", "alice", 1'000)},
                               {testing::reserve("r", "alice", 300), testing::fee("f", "alice", 7)}}) {
      ports::Batch batch;
      EXPECT_TRUE(ledger->apply(linked, model::UnixMs{++time}, batch));
      old_.commit_one(batch);
    }
    hash_ = ledger->state_hash();
    ports::Batch batch;
    ledger->checkpoint(batch);
    old_.commit_one(batch);
    std::erase_if(old_.pairs,
                  [](const auto& pair) { return text_of(pair.first).starts_with(model::keys::kLedgerAccount); });
    for (auto& [key, value] : old_.pairs) {
      if (text_of(key).starts_with(model::keys::kLedgerCheckpoint))
        value = bytes_of(golden("ledger_checkpoint_v2.bin"));
    }
    for (std::uint64_t number = 256; number < 256 + kJobs; ++number)
      old_.pairs[model::key_of(model::keys::kJob, number)] = record_v1(number);
    set_version(old_, 4);
  }
  ~StoreVersion() override { set_log_level(LogLevel::warning); }

  static void set_version(testing::FakeStateStore& store, std::uint8_t version) {
    ports::Batch batch;
    put_store_version(version, batch);
    store.commit_one(batch);
  }

  testing::FakeStateStore old_;
  ipld::Digest hash_{};
};

TEST_F(StoreVersion, AnOldStoreIsUpgradedWhole) {
  CutStore store;
  store.pairs = old_.pairs;
  ASSERT_TRUE(upgrade_store(store));
  EXPECT_EQ(read_store_version(store), kStoreVersion);
  const auto ledger = economy::Ledger::open(store).value();
  EXPECT_EQ(ledger->state_hash(), hash_);
  EXPECT_TRUE(economy::audit_from_journal(store, *ledger)) << "the index of accounts was made";
  for (const std::uint64_t number : {std::uint64_t{256}, 255 + kJobs}) {
    const Bytes& record = store.pairs.at(model::key_of(model::keys::kJob, number));
    EXPECT_EQ(record.front() >> 5, 5) << "a map";
    EXPECT_EQ(jobs::JobRecord::from_bytes(record)->number, number);
    EXPECT_TRUE(store.pairs.contains(model::key_of(model::keys::kJobStory, number)));
  }
  const std::uint64_t commits = store.commits;
  ASSERT_TRUE(upgrade_store(store));
  EXPECT_EQ(store.commits, commits) << "nothing is left to do";
}

TEST_F(StoreVersion, AnUpgradeThatWasCutOffAnywhereEndsAsOneThatWasNot) {
  CutStore whole;
  whole.pairs = old_.pairs;
  ASSERT_TRUE(upgrade_store(whole));
  ASSERT_GE(whole.commits, 5U) << "the checkpoint, the records in pieces, the version";
  for (std::uint64_t cut = 0; cut < whole.commits; ++cut) {
    CutStore store;
    store.pairs = old_.pairs;
    store.commits_left = cut;
    EXPECT_EQ(upgrade_store(store).error().code, ErrorCode::storage);
    EXPECT_EQ(read_store_version(store), 4) << "written last";
    store.commits_left = UINT64_MAX;
    ASSERT_TRUE(upgrade_store(store));
    EXPECT_EQ(store.pairs, whole.pairs) << "cut after " << cut << " commits";
  }
}

TEST_F(StoreVersion, WhatIsNewerOrTooOldIsRefusedUnchanged) {
  for (const std::uint8_t version : Bytes{0, 3, kStoreVersion + 1, 255}) {
    set_version(old_, version);
    const auto before = old_.pairs;
    const auto refused = upgrade_store(old_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unsupported_version);
    EXPECT_NE(refused.error().detail.find(version > kStoreVersion ? "newer" : "older"), std::string::npos);
    EXPECT_EQ(old_.pairs, before);
  }
  testing::FakeStateStore empty;
  EXPECT_EQ(upgrade_store(empty).error().code, ErrorCode::not_found);
}

TEST_F(StoreVersion, ARecordThatDoesNotReadIsNamedAndStopsTheUpgrade) {
  old_.pairs[model::key_of(model::keys::kJob, 300)] = Bytes{0x80};
  const auto refused = upgrade_store(old_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find(to_hex(model::key_of(model::keys::kJob, 300))), std::string::npos);
  EXPECT_EQ(read_store_version(old_), 4);
}

}  // namespace
}  // namespace icn::runtime
