#include "dag/usage.hpp"

#include <gtest/gtest.h>

#include "model/keys.hpp"
#include "testing/fake_dag_store.hpp"
#include "testing/fake_state_store.hpp"

namespace icn::dag {
namespace {

struct UsageTest : ::testing::Test {
  testing::FakeStateStore state;
  testing::FakeDagStore blocks;
  std::unique_ptr<Usage> usage = Usage::open(state).value();

  void put(std::size_t size, char fill) {
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(size, static_cast<std::uint8_t>(fill)));
    ASSERT_TRUE(blocks.put({&block, 1}));
  }
  void reopen() {
    ports::Batch batch;
    usage->stamp(batch);
    state.commit_one(batch);
    usage = Usage::open(state).value();
  }
};

TEST_F(UsageTest, TheFigureSurvivesAsItWasStamped) {
  EXPECT_EQ(usage->figures(), (Usage::Figures{0, 0}));
  usage->add(70);
  usage->set_counted(60, usage->added());
  usage->add(5);
  EXPECT_EQ(usage->figures(), (Usage::Figures{65, 5}));
  reopen();
  EXPECT_EQ(usage->figures(), (Usage::Figures{65, 5}));
  EXPECT_EQ(usage->added(), 0U);
}

TEST_F(UsageTest, WhatIsAddedDuringACountMayBeInIt) {
  usage->add(100);
  const std::uint64_t since = usage->added();
  usage->add(20);
  usage->set_counted(50, since);
  EXPECT_EQ(usage->figures(), (Usage::Figures{70, 20}));
}

TEST_F(UsageTest, TheLatestTimeNeverGoesBack) {
  EXPECT_EQ(usage->latest(model::UnixMs{500}).value, 500U);
  EXPECT_EQ(usage->latest(model::UnixMs{400}).value, 500U);
  reopen();
  EXPECT_EQ(usage->latest(model::UnixMs{10}).value, 500U);
  EXPECT_EQ(usage->latest(model::UnixMs{501}).value, 501U);
}

TEST_F(UsageTest, WithinTheQuotaNothingIsCounted) {
  put(500, 'a');
  usage->add(500);
  EXPECT_TRUE(check_quota({1'600, 400}, *usage, blocks, 400, "The job"));
  EXPECT_EQ(blocks.counts(), 0U);
}

TEST_F(UsageTest, ARefusalNamesTheQuotaAndTheBytes) {
  put(500, 'a');
  usage->add(500);
  const auto refused = check_quota({1'600, 400}, *usage, blocks, 401, "The job");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.error().rule, "dag_quota");
  for (const char* told :
       {"The job needs 401 bytes", "holds 500 bytes", "quota of 1600 bytes", "700 bytes of it are"}) {
    EXPECT_NE(refused.error().detail.find(told), std::string::npos) << told << " in " << refused.error().detail;
  }
}

TEST_F(UsageTest, BlocksCountedTwiceDoNotRefuse) {
  put(500, 'a');
  usage->add(500);
  usage->add(500);  // repeated
  EXPECT_TRUE(check_quota({1'600, 0}, *usage, blocks, 800, "The job"));
  EXPECT_EQ(blocks.counts(), 1U);
  EXPECT_EQ(usage->figures(), (Usage::Figures{500, 0}));
  // Full indeed: refused by the figure, without counting again.
  EXPECT_FALSE(check_quota({1'600, 0}, *usage, blocks, 801, "The job"));
  EXPECT_EQ(blocks.counts(), 1U);
}

TEST_F(UsageTest, AFullDiskTakesNothingNewWhateverTheQuotaIs) {
  std::optional<std::uint64_t> free = kDiskReserveBytes + 400;
  for (const std::uint64_t bytes : {std::uint64_t{0}, Quota{}.bytes}) {
    Quota quota{bytes, 0};
    quota.free_on_disk = [&] { return free; };
    EXPECT_TRUE(check_quota(quota, *usage, blocks, 400, "The job"));
    const auto refused = check_quota(quota, *usage, blocks, 401, "The job");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded) << "a refusal is not a failed disk";
    EXPECT_EQ(refused.error().rule, "disk_full");
    EXPECT_NE(refused.error().detail.find("the disk is full"), std::string::npos) << refused.error().detail;
    EXPECT_NE(refused.error().detail.find("Nothing was charged"), std::string::npos) << refused.error().detail;
    free = kDiskReserveBytes - 1;
    EXPECT_FALSE(check_quota(quota, *usage, blocks, 0, "The job"));
    free = std::nullopt;
    EXPECT_TRUE(check_quota(quota, *usage, blocks, 1 << 20, "The job")) << "unknown";
    free = kDiskReserveBytes + 400;
  }
}

TEST_F(UsageTest, CompiledModulesAndLogsHaveTheirSharesOfOneQuota) {
  for (const std::uint64_t bytes : {std::uint64_t{1'600}, std::uint64_t{1} << 30, std::uint64_t{1} << 40}) {
    const Quota quota{bytes, 0};
    EXPECT_EQ(quota.open_to_new() + quota.for_code() + quota.for_logs(), bytes);
    EXPECT_LE(quota.for_code(), Quota::kCodeBytesMax);
    EXPECT_LE(quota.for_logs(), Quota::kLogBytesMax);
  }
  EXPECT_EQ((Quota{0, 0}).for_code(), Quota::kCodeBytesMax) << "bounded without a quota too";
  EXPECT_EQ((Quota{0, 0}).for_logs(), Quota::kLogBytesMax);
}

TEST_F(UsageTest, TheReserveTakesAtMostHalfAndNoQuotaMeansNone) {
  EXPECT_EQ((Quota{1'600, 1'500}).open_to_new(), 650U);
  EXPECT_TRUE(check_quota({1'600, 1'500}, *usage, blocks, 650, "The job"));
  EXPECT_FALSE(check_quota({1'600, 1'500}, *usage, blocks, 651, "The job"));
  EXPECT_FALSE(check_quota({1'600, 1'500}, *usage, blocks, UINT64_MAX, "The job"));
  EXPECT_TRUE(check_quota({0, 0}, *usage, blocks, UINT64_MAX, "The job"));
}

TEST(ParseBytes, ReadsWholeNumbersWithAndWithoutAUnit) {
  EXPECT_EQ(parse_bytes("0").value(), 0U);
  EXPECT_EQ(parse_bytes("1073741824").value(), 1'073'741'824U);
  EXPECT_EQ(parse_bytes("3KiB").value(), 3'072U);
  EXPECT_EQ(parse_bytes("5MiB").value(), 5U << 20);
  EXPECT_EQ(parse_bytes("20GiB").value(), 20ULL << 30);
  EXPECT_EQ(parse_bytes("16777215TiB").value(), 16'777'215ULL << 40);
  for (const char* wrong :
       {"", "GiB", "-1", "+1", " 1", "1.5GiB", "5KB", "5 GiB", "5gib", "16777216TiB", "18446744073709551616", "0x10"}) {
    EXPECT_EQ(parse_bytes(wrong).error().code, ErrorCode::invalid_argument) << wrong;
  }
}

TEST_F(UsageTest, DamageIsAnError) {
  reopen();
  const Bytes key = model::key_of(model::keys::kDagUsage);
  const Bytes good = state.pairs[key];
  for (std::size_t length = 0; length < good.size(); ++length) {
    state.pairs[key] = Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_EQ(Usage::open(state).error().code, ErrorCode::corrupted) << length;
  }
  state.pairs[key] = good;
  state.pairs[key][1] = 2;
  EXPECT_EQ(Usage::open(state).error().code, ErrorCode::unsupported_version);
}

}  // namespace
}  // namespace icn::dag
