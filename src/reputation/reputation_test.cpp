// Goal: reputation is earned once per receipt, within a pair's daily allowance, never falls below zero, and is the same
// after the store is opened again.
#include "reputation/reputation.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "model/keys.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/mutate.hpp"
#include "testing/transfers.hpp"

namespace icn::reputation {
namespace {

using testing::did_named;
using testing::id_named;

constexpr std::uint64_t kDayMs = 86'400'000;
constexpr std::uint64_t kPoint = Score::kPoint;

class ReputationTest : public ::testing::Test {
 protected:
  static Settled job(const std::string& receipt, const std::string& executor = "node",
                     const std::string& submitter = "alice") {
    Settled settled;
    settled.receipt = id_named(receipt);
    settled.executor = did_named(executor);
    settled.submitter = did_named(submitter);
    settled.time = model::UnixMs{kDayMs * 20'000};
    return settled;
  }
  void settle(const Settled& settled) {
    ports::Batch batch;
    const auto result = reputation_->settle(settled, rules_, batch);
    ASSERT_TRUE(result) << result.error().detail;
    writes_ = batch.writes().size();
    store_.commit_one(batch);
  }
  void penalise(const std::string& name) {
    ports::Batch batch;
    reputation_->penalise({did_named(name), id_named("a failed job"), model::UnixMs{kDayMs * 20'000}}, rules_, batch);
    store_.commit_one(batch);
  }
  std::size_t decay(std::uint64_t day) {
    ports::Batch batch;
    const bool due = reputation_->decay_is_due(rules_, model::UnixMs{day * kDayMs});
    const std::size_t changed = reputation_->decay(rules_, model::UnixMs{day * kDayMs}, batch);
    EXPECT_EQ(due, !batch.empty());
    if (!batch.empty()) store_.commit_one(batch);
    return changed;
  }
  std::vector<Change> history(const std::string& name, std::uint64_t from = 1) const {
    std::vector<Change> changes;
    EXPECT_TRUE(for_each_change(store_, did_named(name), from, [&](const Change& change) {
      changes.push_back(change);
      return true;
    }));
    return changes;
  }
  std::uint64_t score(const std::string& name) const { return reputation_->score(did_named(name)).micro_points; }
  void reopen() {
    auto opened = Reputation::open(store_);
    ASSERT_TRUE(opened) << opened.error().detail;
    reputation_ = *std::move(opened);
  }

  Rules rules_ = Rules::of({});
  testing::FakeStateStore store_;
  std::unique_ptr<Reputation> reputation_ = std::make_unique<Reputation>();
  std::size_t writes_ = 0;
};

TEST_F(ReputationTest, AStrangerHasNone) { EXPECT_EQ(score("nobody"), 0U); }

TEST_F(ReputationTest, AReceiptGivesTheExecutorAPointAndTheSubmitterATenth) {
  settle(job("r1"));
  EXPECT_EQ(score("node"), kPoint);
  EXPECT_EQ(score("alice"), kPoint / 10);
  EXPECT_EQ(reputation_->score(did_named("alice")).points_floor(), 0U);
}

TEST_F(ReputationTest, FuelGivesExtraPointsUpToTheirMaximum) {
  rules_.pair_points_per_day_max = 1'000;
  reopen();
  struct Row {
    std::uint64_t fuel, points;
  };
  std::uint64_t expected = 0;
  int number = 0;
  for (const Row& row : {Row{0, 1}, Row{999'999'999, 1}, Row{1'000'000'000, 2}, Row{2'999'999'999, 3},
                         Row{10'000'000'000, 11}, Row{11'000'000'000, 11}, Row{UINT64_MAX, 11}}) {
    Settled settled = job("fuel" + std::to_string(number++));
    settled.fuel = row.fuel;
    settle(settled);
    expected += row.points * kPoint;
    EXPECT_EQ(score("node"), expected) << row.fuel;
  }
}

TEST_F(ReputationTest, AReceiptCountsOnceAlsoAfterReopening) {
  settle(job("r1"));
  settle(job("r1"));
  EXPECT_EQ(writes_, 0U);
  reopen();
  settle(job("r1"));
  settle(job("r1", "other", "carol"));
  EXPECT_EQ(score("node"), kPoint);
  EXPECT_EQ(score("other"), 0U);
  EXPECT_EQ(score("carol"), 0U);
}

TEST_F(ReputationTest, MemoryHoldsTheNewestReceiptsOnly) {
  reopen();
  constexpr std::size_t kCount = 3 * Reputation::kSeenMax;
  ports::Batch waiting;
  for (std::size_t i = 0; i < kCount; ++i) {
    ASSERT_TRUE(reputation_->settle(job("r" + std::to_string(i), "node", "node"), rules_, waiting));
  }
  EXPECT_EQ(reputation_->remembered(), kCount) << "none of them is durable yet";
  store_.commit_one(waiting);
  for (std::size_t i = kCount; i < 2 * kCount; ++i) settle(job("r" + std::to_string(i), "node", "node"));
  EXPECT_LE(reputation_->remembered(), 2 * Reputation::kSeenMax);
  for (std::size_t i = 0; i < 2 * kCount; i += 997) {
    settle(job("r" + std::to_string(i), "other", "carol"));
    ASSERT_EQ(writes_, 0U) << "receipt " << i << " was already counted";
  }
  reopen();
  EXPECT_EQ(reputation_->remembered(), 0U);
  EXPECT_TRUE(reputation_->counted(id_named("r5")).value());
  EXPECT_FALSE(reputation_->counted(id_named("fresh")).value());
  settle(job("fresh", "other", "carol"));
  EXPECT_EQ(score("other"), kPoint);
  EXPECT_TRUE(reputation_->counted(id_named("fresh")).value());
}

TEST_F(ReputationTest, TheSameOperatorEarnsNothing) {
  Settled settled = job("r1");
  settled.operators = Operators::same;
  settle(settled);
  settle(job("r2", "alice", "alice"));
  EXPECT_EQ(score("node"), 0U);
  EXPECT_EQ(score("alice"), 0U);
  settled.operators = Operators::different;
  settle(settled);
  EXPECT_EQ(score("node"), 0U) << "the receipt was already seen";
}

TEST_F(ReputationTest, APairEarnsItsAllowanceADayWhoeverSubmits) {
  for (int i = 0; i < 4; ++i) settle(job("r" + std::to_string(i)));
  EXPECT_EQ(score("node"), 4 * kPoint);
  EXPECT_EQ(score("alice"), 4 * kPoint / 10);
  settle(job("r4"));
  EXPECT_EQ(score("node") + score("alice"), 5 * kPoint) << "both in total";
  reopen();
  settle(job("r5"));
  settle(job("turned", "alice", "node"));
  EXPECT_EQ(score("node") + score("alice"), 5 * kPoint) << "used up, also after reopening and in the other direction";
  settle(job("r6", "node", "carol"));
  EXPECT_EQ(score("carol"), kPoint / 10) << "another pair has a separate allowance";
}

TEST_F(ReputationTest, ANewDayHasANewAllowanceAndAClockSetBackHasNot) {
  rules_.pair_points_per_day_max = 1;
  reopen();
  Settled settled = job("a");
  settled.time = model::UnixMs{5 * kDayMs - 1};
  settle(settled);
  settled.receipt = id_named("b");
  settle(settled);
  EXPECT_EQ(score("node"), kPoint);
  settled.receipt = id_named("c");
  settled.time = model::UnixMs{5 * kDayMs};
  settle(settled);
  EXPECT_EQ(score("node"), 2 * kPoint);
  settled.receipt = id_named("d");
  settled.time = model::UnixMs{3 * kDayMs};
  settle(settled);
  EXPECT_EQ(score("node"), 2 * kPoint);
}

TEST_F(ReputationTest, AFaultTakesAPointAndNeverMoreThanThereIs) {
  settle(job("r1"));
  settle(job("r2"));
  penalise("node");
  EXPECT_EQ(score("node"), kPoint);
  penalise("node");
  penalise("node");
  penalise("stranger");
  EXPECT_EQ(score("node"), 0U);
  reopen();
  EXPECT_EQ(score("node"), 0U);
  settle(job("r3"));
  EXPECT_EQ(score("node"), kPoint);
}

TEST_F(ReputationTest, ScoresAreTheSameAfterReopening) {
  for (int i = 0; i < 50; ++i) settle(job("r" + std::to_string(i), "node" + std::to_string(i % 7)));
  penalise("node3");
  std::vector<std::uint64_t> before{score("alice")};
  for (int i = 0; i < 7; ++i) before.push_back(score("node" + std::to_string(i)));
  reopen();
  std::vector<std::uint64_t> after{score("alice")};
  for (int i = 0; i < 7; ++i) after.push_back(score("node" + std::to_string(i)));
  EXPECT_EQ(after, before);
}

TEST_F(ReputationTest, GovernedAmountsAtTheirExtremesStayWithin64Bits) {
  rules_ = {UINT64_MAX, 1, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, 0};
  reopen();
  Settled settled = job("r1");
  settled.fuel = UINT64_MAX;
  settle(settled);
  EXPECT_EQ(score("node"), UINT64_MAX);
  settle(job("r2", "node", "carol"));
  EXPECT_EQ(score("node"), UINT64_MAX);
  penalise("node");
  EXPECT_EQ(score("node"), 0U);
  rules_.fuel_per_extra_point = 0;
  rules_.pair_points_per_day_max = 0;
  reopen();
  settle(job("r3", "idle", "dora"));
  EXPECT_EQ(score("idle"), 0U);
  EXPECT_EQ(score("dora"), 0U);
}

TEST_F(ReputationTest, EveryChangeIsInTheHistoryWithWhatCausedIt) {
  settle(job("r1"));
  settle(job("r1"));
  settle(job("r2", "node", "bob"));
  penalise("node");
  penalise("stranger");
  reopen();
  settle(job("r3"));
  const std::vector<Change> node = history("node");
  ASSERT_EQ(node.size(), 4U);
  EXPECT_EQ(reputation_->changes(did_named("node")), 4U);
  Score before;
  for (std::size_t i = 0; i < node.size(); ++i) {
    EXPECT_EQ(node[i].number, i + 1);
    EXPECT_EQ(node[i].before, before) << "no change is left out";
    before = node[i].after;
  }
  EXPECT_EQ(before, reputation_->score(did_named("node")));
  EXPECT_EQ(node[0].receipt, id_named("r1"));
  EXPECT_EQ(node[0].other, did_named("alice"));
  EXPECT_EQ(node[1].receipt, id_named("r2"));
  EXPECT_EQ(node[2].reason, Reason::fault);
  EXPECT_EQ(node[2].job, id_named("a failed job"));
  EXPECT_FALSE(node[2].receipt);
  EXPECT_EQ(node[3].receipt, id_named("r3"));
  ASSERT_EQ(history("alice").size(), 2U);
  EXPECT_EQ(history("alice")[0].reason, Reason::submitted);
  EXPECT_EQ(history("node", 4).size(), 1U);
  EXPECT_TRUE(history("stranger").empty()) << "it had nothing to lose";
}

// What earns nothing has no row: a pair that has used up its allowance, the same operator, a failure.
TEST_F(ReputationTest, WhatEarnsNothingChangesNothing) {
  rules_.pair_points_per_day_max = 1;
  settle(job("r1"));
  settle(job("r2"));
  Settled own = job("r3", "other", "bob");
  own.operators = Operators::same;
  settle(own);
  // However much fuel it burnt.
  Settled failed = job("r4", "slow", "carol");
  failed.work = Work::failed;
  failed.fuel = UINT64_MAX;
  settle(failed);
  failed.work = Work::completed;
  settle(failed);
  EXPECT_TRUE(history("slow").empty()) << "the receipt was seen as one of a failure";
  EXPECT_TRUE(history("carol").empty());
  EXPECT_EQ(history("node").size(), 1U);
  EXPECT_TRUE(history("alice").empty()) << "the executor took the pair's point";
  EXPECT_TRUE(history("other").empty());
}

TEST_F(ReputationTest, AShareDecaysEachDayFromItsDecisionOn) {
  settle(job("r1"));
  EXPECT_EQ(decay(20'000), 0U) << "no share is governed";
  rules_.decay_ppm_per_day = 100'000;
  EXPECT_EQ(decay(20'100), 0U) << "it counts from now on";
  EXPECT_EQ(score("node"), kPoint);
  EXPECT_EQ(decay(20'100), 0U);
  EXPECT_EQ(decay(20'101), 2U);
  EXPECT_EQ(score("node"), 900'000U);
  EXPECT_EQ(decay(20'103), 2U);
  EXPECT_EQ(score("node"), 729'000U) << "two days";
  EXPECT_EQ(decay(20'050), 0U) << "a clock set back";
  EXPECT_EQ(decay(20'103), 0U) << "and forward again takes no day twice";
  reopen();
  EXPECT_EQ(decay(20'103), 0U);
  EXPECT_EQ(history("node").back().reason, Reason::decay);
  EXPECT_EQ(history("node").back().after.micro_points, 729'000U);
  // A clock a thousand years ahead takes no more than a month.
  std::uint64_t month = score("node");
  for (std::uint64_t i = 0; i < Reputation::kDecayDaysMax; ++i) month = month * 900'000 / 1'000'000;
  decay(400'000);
  EXPECT_EQ(score("node"), month);
  rules_.decay_ppm_per_day = 1'000'000;
  decay(400'001);
  decay(400'002);
  EXPECT_EQ(score("node"), 0U);
  EXPECT_EQ(decay(400'003), 0U) << "nothing is left to decay";
  rules_.decay_ppm_per_day = 0;
  decay(400'010);
  EXPECT_EQ(decay(400'011), 0U);
}

TEST_F(ReputationTest, ADecayOfManyScoresTakesSomeAtATimeAndEachOnce) {
  rules_.decay_ppm_per_day = 500'000;
  decay(20'000);
  constexpr std::size_t kMany = 2 * Reputation::kDecayedAtOnce + 10;
  for (std::size_t i = 0; i < kMany; ++i) settle(job(std::to_string(i), "node" + std::to_string(i), "alice"));
  const auto halved = [&] {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kMany; ++i) count += score("node" + std::to_string(i)) == kPoint / 2 ? 1 : 0;
    return count;
  };
  const model::UnixMs tomorrow{20'001 * kDayMs};
  EXPECT_EQ(reputation_->decaying(rules_, tomorrow).size(), Reputation::kDecayedAtOnce);
  EXPECT_EQ(decay(20'001), Reputation::kDecayedAtOnce);
  EXPECT_GE(halved(), Reputation::kDecayedAtOnce - 1) << "alice may be one of them";
  // The process ends in between, the next day comes, and the share changes: the decay that began goes on.
  reopen();
  rules_.decay_ppm_per_day = 900'000;
  EXPECT_EQ(decay(20'002), Reputation::kDecayedAtOnce);
  reopen();
  EXPECT_EQ(decay(20'002), kMany + 1 - 2 * Reputation::kDecayedAtOnce);
  EXPECT_EQ(halved(), kMany);
  EXPECT_EQ(decay(20'002), 0U) << "the new share counts from now on";
  EXPECT_FALSE(reputation_->decay_is_due(rules_, model::UnixMs{20'002 * kDayMs}));
  EXPECT_EQ(halved(), kMany);
  for (std::size_t i = 0; i < kMany; ++i) ASSERT_EQ(history("node" + std::to_string(i)).size(), 2U);
}

TEST_F(ReputationTest, AScoreOfTheReleaseBeforeIsReadAndGetsAHistory) {
  Bytes old{1};
  append_be64(old, 7 * kPoint);
  store_.pairs[model::key_of(model::keys::kReputation, did_named("node").key())] = old;
  reopen();
  EXPECT_EQ(score("node"), 7 * kPoint);
  settle(job("r1"));
  reopen();
  EXPECT_EQ(score("node"), 8 * kPoint);
  ASSERT_EQ(history("node").size(), 1U);
  EXPECT_EQ(history("node")[0].before.micro_points, 7 * kPoint);
}

TEST_F(ReputationTest, RecordsOfAWrongFormAreRefused) {
  settle(job("r1"));
  const auto good = store_.pairs;
  std::size_t refused = 0;
  for (const auto& [key, value] : good) {
    const bool changed = text_of(key).starts_with(model::keys::kReputationChange);
    const bool counted = changed || text_of(key).starts_with(model::keys::kReputationSeen);
    if (changed) {
      testing::for_each_truncation(value, [&, at = key](const Bytes& damaged, const std::string& what) {
        store_.pairs[at] = damaged;
        EXPECT_EQ(check_counted(store_).error().code, ErrorCode::corrupted) << what;
      });
    }
    if (!counted) {
      testing::for_each_truncation(value, [&, at = key](const Bytes& damaged, const std::string& what) {
        store_.pairs[at] = damaged;
        const auto opened = Reputation::open(store_);
        ASSERT_FALSE(opened) << what;
        EXPECT_EQ(opened.error().code, ErrorCode::corrupted) << what;
        ++refused;
      });
      Bytes newer = value;
      ++newer[0];
      store_.pairs[key] = newer;
      EXPECT_EQ(Reputation::open(store_).error().code, ErrorCode::unsupported_version);
    }
    store_.pairs = good;
    Bytes longer = key;
    longer.push_back(0);
    store_.pairs[longer] = value;
    if (counted) {
      EXPECT_EQ(check_counted(store_).error().code, ErrorCode::corrupted);
    } else {
      EXPECT_EQ(Reputation::open(store_).error().code, ErrorCode::corrupted);
    }
    store_.pairs = good;
    EXPECT_TRUE(check_counted(store_));
  }
  EXPECT_EQ(refused, 17U + 17U + 17U) << "two scores and a pair";
}

TEST_F(ReputationTest, ThreadsSettleEachReceiptOnce) {
  rules_.pair_points_per_day_max = 1'000'000;
  reopen();
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < 200; ++i) {
        ports::Batch batch;
        EXPECT_TRUE(reputation_->settle(job("r" + std::to_string(i)), rules_, batch));
        static_cast<void>(reputation_->score(did_named("node")));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(score("node"), 200 * kPoint);
  EXPECT_EQ(score("alice"), 200 * kPoint / 10);
}

}  // namespace
}  // namespace icn::reputation
