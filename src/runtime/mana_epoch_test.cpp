// Goal: at the end of an epoch the fees go to the treasury and a root of all accounts is anchored, each once, across
// restarts, crashes, threads and clocks that jump.
#include "runtime/mana_epoch.hpp"

#include <thread>

#include "runtime/blocks.hpp"
#include "runtime/proof.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kEpochMs = 3'600'000;

struct Fees : HomeFixture {
  Fees() {
    parameters["mana_epoch_secs"] = "3600";
    found();
    treasury_before = of_system(model::SystemAccount::treasury).whole_floor();
  }
  void spend(std::uint64_t mana) {
    const std::string id = std::to_string(++spends);
    ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{mana * model::Mana::kUnit}, view_of(id)));
  }
  void sweep() { ASSERT_TRUE(sweep_jobs(*node)); }
  std::uint64_t fees() const { return of_system(model::SystemAccount::fees).whole_floor(); }
  std::uint64_t received() const { return of_system(model::SystemAccount::treasury).whole_floor() - treasury_before; }
  std::size_t transfers() const {
    std::size_t count = 0;
    EXPECT_TRUE(economy::for_each_entry(node->state_store(), 1, [&](const economy::JournalEntry& entry) {
      count += entry.transfer.code == model::TransferCode::epoch_fees ? 1 : 0;
      return true;
    }));
    return count;
  }
  std::uint64_t treasury_before = 0;
  int spends = 0;
};

TEST_F(Fees, GoToTheTreasuryAtTheEndOfTheirEpochOnce) {
  spend(5);
  clock->now_ms += kEpochMs - 1;
  sweep();
  EXPECT_EQ(received(), 0U);
  clock->now_ms += 1;
  sweep();
  EXPECT_EQ(received(), 5U);
  EXPECT_EQ(fees(), 0U);
  // What is paid in the next epoch stays until that ends, however often a sweep looks.
  spend(3);
  for (int i = 0; i < 3; ++i) sweep();
  reopen();
  sweep();
  EXPECT_EQ(received(), 5U);
  EXPECT_EQ(fees(), 3U);
  clock->now_ms += kEpochMs;
  reopen();
  EXPECT_EQ(received(), 8U) << "opening sweeps";
  sweep();
  EXPECT_EQ(transfers(), 2U);
  expect_all_settled();
}

TEST_F(Fees, AnEpochWithoutFeesPostsNothing) {
  clock->now_ms += 50 * kEpochMs;
  sweep();
  sweep();
  EXPECT_EQ(transfers(), 0U);
}

TEST_F(Fees, AClockThatGoesBackPassesNothingTwice) {
  spend(5);
  clock->now_ms += kEpochMs;
  sweep();
  spend(2);
  const std::uint64_t now = clock->now_ms;
  for (const std::uint64_t back : {std::uint64_t{0}, now - kEpochMs, now - 1, now}) {
    clock->now_ms = back;
    sweep();
  }
  EXPECT_EQ(received(), 5U);
  EXPECT_EQ(transfers(), 1U);
}

struct Roots : Fees {
  Roots() {
    settings.on_fatal = [](const Error&) {};
  }
  bool anchored() { return anchor_root(*node).value(); }
  AnchoredRoot newest() const { return newest_root(*node)->value(); }
};

TEST_F(Roots, OneIsAnchoredForEachEpochThatChangedTheBooks) {
  spend(1);
  EXPECT_FALSE(is_root_due(*node));
  EXPECT_FALSE(anchored()) << "the first epoch is not over";
  EXPECT_FALSE(newest_root(*node)->has_value());
  clock->now_ms += kEpochMs;
  EXPECT_TRUE(is_root_due(*node));
  EXPECT_TRUE(anchored());
  EXPECT_FALSE(anchored()) << "once";
  const AnchoredRoot first = newest();
  EXPECT_EQ(first.root.sequence, node->ledger().sequence());
  EXPECT_EQ(first.root.debits, first.root.credits);
  EXPECT_FALSE(first.root.previous.has_value());
  EXPECT_TRUE(
      model::verify(model::SignatureTag::mana_root, first.root.to_block().cid, node->node_did(), first.signature));
  spend(1);
  reopen();
  EXPECT_FALSE(anchored()) << "of this epoch there is one";
  clock->now_ms += kEpochMs;
  EXPECT_TRUE(anchored());
  EXPECT_EQ(newest().root.previous, first.signed_root);
  clock->now_ms += 5 * kEpochMs;
  EXPECT_FALSE(anchored()) << "nothing changed";
  spend(1);
  for (const std::uint64_t back : {std::uint64_t{0}, StandingClock::kBegin, StandingClock::kBegin + kEpochMs}) {
    const std::uint64_t now = clock->now_ms;
    clock->now_ms = back;
    EXPECT_FALSE(anchored()) << "the clock went back";
    clock->now_ms = now;
  }
  EXPECT_TRUE(anchored());
}

TEST_F(Roots, StayWhenUnusedBlocksAreCollected) {
  clock->now_ms += kEpochMs;
  ASSERT_TRUE(anchored());
  const AnchoredRoot first = newest();
  spend(1);
  clock->now_ms += 1'000 * kEpochMs;
  ASSERT_TRUE(anchored());
  ASSERT_TRUE(collect_garbage(*node, {}));
  EXPECT_EQ(newest().root.previous, first.signed_root);
  EXPECT_TRUE(node->dag_store().has(first.signed_root).value());
  EXPECT_TRUE(node->dag_store().has(first.root.to_block().cid).value());
}

TEST_F(Roots, ProveTheBalancesOfThatMoment) {
  EXPECT_EQ(prove_mana(*node, member->did(), ProvenUnder::anchored_root).error().rule, "no_anchored_root");
  spend(5);
  clock->now_ms += kEpochMs;
  ASSERT_TRUE(anchored());
  for (int i = 0; i < 2; ++i) {
    const auto proof = prove_mana(*node, member->did(), ProvenUnder::anchored_root);
    ASSERT_TRUE(proof) << proof.error().detail;
    EXPECT_EQ(proof->root, newest().root);
    EXPECT_TRUE(verify_mana_proof(*proof));
    EXPECT_EQ(proof->inclusion.credits - proof->inclusion.debits, grant.umana - 5 * model::Mana::kUnit);
    spend(7);  // after the root
    reopen();
  }
  const ManaProof fresh = prove_mana(*node, member->did()).value();
  EXPECT_EQ(fresh.root.previous, newest().signed_root) << "it names the anchored root that it follows";
  EXPECT_TRUE(verify_mana_proof(fresh));
}

TEST_F(Roots, OneIsAnchoredWhereverTheProcessEnds) {
  auto state = std::make_shared<WatchedStore>();
  services.state_store = state;
  found();
  clock->now_ms += kEpochMs;
  state->before_commit = [&](std::size_t) { state->fails = true; };
  EXPECT_FALSE(anchor_root(*node));
  state->before_commit = {};
  state->fails = false;
  reopen();
  EXPECT_TRUE(anchored());
  reopen();
  EXPECT_FALSE(anchored());
}

TEST_F(Roots, ManyThreadsAnchorOne) {
  clock->now_ms += kEpochMs;
  std::atomic<int> made = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&] { made += anchor_root(*node).value() ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace icn::runtime
