#include "dag/guard.hpp"

#include "dag/detail/fixture_test.hpp"

namespace icn::dag {
namespace {

using GuardTest = DagFixture;

TEST_F(GuardTest, WithoutACollectionNothingIsRemembered) {
  const ipld::Block block = node_of("block", {leaf_of("below").cid});
  guard.shade({&block, 1});
  guard.shade_root(block.cid);
  ASSERT_TRUE(guard.begin());
  EXPECT_TRUE(guard.take_waiting().empty());
  guard.end();
}

TEST_F(GuardTest, WhatIsHeldWaitsWhenACollectionBegins) {
  Guard::Hold first(guard);
  first.add(leaf_of("a").cid);
  {
    Guard::Hold second(guard);
    second.add(leaf_of("b").cid);
  }
  ASSERT_TRUE(guard.begin());
  EXPECT_EQ(guard.take_waiting(), std::vector{leaf_of("a").cid});
  first.add(leaf_of("c").cid);
  EXPECT_EQ(guard.take_waiting(), std::vector{leaf_of("c").cid});
  guard.end();
}

TEST_F(GuardTest, NothingIsSweptWhileSomethingWaits) {
  ASSERT_TRUE(guard.begin());
  guard.shade_root(leaf_of("a").cid);
  bool called = false;
  const auto sweep = [&](const Guard::WasPut&) -> Result<void> {
    called = true;
    return {};
  };
  EXPECT_FALSE(guard.when_traced(sweep).value());
  EXPECT_FALSE(called);
  EXPECT_EQ(guard.take_waiting().size(), 1U);
  EXPECT_TRUE(guard.when_traced(sweep).value());
  EXPECT_TRUE(called);
  guard.end();
}

TEST_F(GuardTest, ABlockThatIsPutIsToldAndItsLinksWait) {
  ASSERT_TRUE(guard.begin());
  const ipld::Block block = node_of("block", {leaf_of("below").cid});
  guard.shade({&block, 1});
  EXPECT_EQ(guard.take_waiting(), std::vector{leaf_of("below").cid});
  const auto told = guard.when_traced([&](const Guard::WasPut& was_put) -> Result<void> {
    EXPECT_TRUE(was_put(block.cid));
    EXPECT_FALSE(was_put(leaf_of("below").cid));
    return {};
  });
  EXPECT_TRUE(told.value());
  guard.end();
  // The next one starts empty.
  ASSERT_TRUE(guard.begin());
  EXPECT_TRUE(guard.take_waiting().empty());
  guard.end();
}

TEST_F(GuardTest, AHoldPutsWhatIsNotThereAndHoldsAllOfIt) {
  const ipld::Block large = ipld::Block::of(ipld::Codec::raw, Bytes(kLookUpBytes + 1, 'x'));
  const ipld::Block small = leaf_of("small");
  put(large);
  Guard::Hold hold(guard);
  EXPECT_EQ(hold.put(store, {large, small}).value(), small.bytes.size());
  EXPECT_TRUE(has(small.cid));
  EXPECT_EQ(hold.cids(), (std::vector{large.cid, small.cid}));
  EXPECT_EQ(hold.size(), 2U);
  hold.clear();
  EXPECT_EQ(hold.size(), 0U);
}

TEST_F(GuardTest, AnErrorOfTheSweepIsPassedOn) {
  ASSERT_TRUE(guard.begin());
  const auto failed = guard.when_traced(
      [](const Guard::WasPut&) -> Result<void> { return fail(ErrorCode::storage, "the disk is gone"); });
  EXPECT_EQ(failed.error().code, ErrorCode::storage);
  guard.end();
}

// Backups and collections exclude each other.
TEST_F(GuardTest, NoCollectionBeginsWhileAnythingIsPaused) {
  {
    const auto first = Guard::Pause::take(guard);
    ASSERT_TRUE(first);
    {
      const auto second = Guard::Pause::take(guard);
      ASSERT_TRUE(second);
    }
    const auto begun = guard.begin();
    ASSERT_FALSE(begun);
    EXPECT_EQ(begun.error().code, ErrorCode::busy);
    EXPECT_FALSE(guard.collecting());
  }
  EXPECT_TRUE(guard.begin());
}

TEST_F(GuardTest, NothingIsPausedWhileACollectionRuns) {
  ASSERT_TRUE(guard.begin());
  EXPECT_EQ(Guard::Pause::take(guard).error().code, ErrorCode::busy);
  guard.end();
  EXPECT_TRUE(Guard::Pause::take(guard));
}

}  // namespace
}  // namespace icn::dag
