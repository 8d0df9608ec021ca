#include "dag/collection.hpp"

#include "dag/completeness.hpp"
#include "dag/detail/fixture_test.hpp"

namespace icn::dag {
namespace {

using CollectionTest = DagFixture;

TEST_F(CollectionTest, WhatNothingPinsGoes) {
  const ipld::Cid kept = leaf("kept");
  const ipld::Cid gone = leaf("gone");
  pin(kept);
  const CollectionReport report = collect();
  EXPECT_TRUE(has(kept));
  EXPECT_FALSE(has(gone));
  EXPECT_EQ(report.kept_blocks, 1U);
  EXPECT_EQ(report.kept_bytes, 4U);
  EXPECT_EQ(report.removed_blocks, 1U);
  EXPECT_EQ(report.removed_bytes, 4U);
  ASSERT_EQ(report.causes.size(), 1U);
  EXPECT_EQ(report.causes[0].blocks, 1U);
  EXPECT_EQ(report.pins, (std::array<std::uint64_t, 4>{0, 0, 1, 0}));
}

TEST_F(CollectionTest, ARecursivePinHoldsAllBelowAndADirectOneItselfAlone) {
  const ipld::Cid a = leaf("a");
  const ipld::Cid b = leaf("b");
  const ipld::Cid deep = node("deep", {a});
  const ipld::Cid top = node("top", {deep, b});
  const ipld::Cid other = leaf("other");
  const ipld::Cid alone = node("alone", {other, a});
  pin(top);
  pin(alone, PinMode::direct);
  collect();
  EXPECT_EQ(all(), (std::set{a, b, deep, top, alone}));
}

TEST_F(CollectionTest, ADirectPinDoesNotHideTheBlockFromARecursiveOne) {
  const ipld::Cid below = leaf("below");
  const ipld::Cid middle = node("middle", {below});
  const ipld::Cid top = node("top", {middle});
  pin(middle, PinMode::direct);
  pin(top);
  collect();
  EXPECT_TRUE(has(below));
}

TEST_F(CollectionTest, TheSameBytesUnderTwoCodecsAreTwoBlocks) {
  const ipld::Block cbor = node_of("same", {});
  const ipld::Block raw = ipld::Block::of(ipld::Codec::raw, cbor.bytes);
  put(cbor);
  put(raw);
  pin(cbor.cid);
  collect();
  EXPECT_EQ(all(), std::set{cbor.cid});
}

TEST_F(CollectionTest, APinHoldsUntilItsEndAndNotAfter) {
  const ipld::Cid file = leaf("file");
  pin(file, PinMode::recursive, model::UnixMs{2'000});
  now.value = 1'999;
  EXPECT_EQ(collect().removed_blocks, 0U);
  now.value = 2'000;
  const CollectionReport report = collect();
  EXPECT_EQ(report.ended_pins, 1U);
  EXPECT_FALSE(has(file));
}

TEST_F(CollectionTest, AClockSetBackCollectsNothingEarly) {
  const ipld::Cid file = leaf("file");
  pin(file, PinMode::recursive, model::UnixMs{2'000});
  for (const std::uint64_t moment : {1'500U, 10U, 0U}) {
    now.value = moment;
    EXPECT_EQ(collect().removed_blocks, 0U) << moment;
  }
}

TEST_F(CollectionTest, EachOfSeveralPromisesIsEnough) {
  const ipld::Cid file = leaf("file");
  pin(file, PinMode::recursive, model::UnixMs{1'500});
  const PinId lasting = pin(file);
  now.value = 3'000;
  collect();
  EXPECT_TRUE(has(file));
  unpin(lasting);
  collect();
  EXPECT_FALSE(has(file));
}

TEST_F(CollectionTest, LookingRemovesNothingAndTellsWhatRemovingDoes) {
  const ipld::Cid kept = node("kept", {leaf("below")});
  pin(kept);
  for (int i = 0; i < 50; ++i) leaf("garbage " + std::to_string(i));
  const std::set<ipld::Cid> before = all();
  const CollectionReport looked = collect(SweepMode::look);
  EXPECT_EQ(all(), before);
  const CollectionReport removed = collect(SweepMode::remove);
  EXPECT_EQ(looked.removed_blocks, 50U);
  EXPECT_EQ(removed.removed_blocks, looked.removed_blocks);
  EXPECT_EQ(removed.removed_bytes, looked.removed_bytes);
  EXPECT_EQ(removed.kept_blocks, looked.kept_blocks);
}

TEST_F(CollectionTest, TheReasonsNameTheEndedPinOfEachBlock) {
  const ipld::Cid shared = leaf("shared");
  const ipld::Cid below = leaf("below");
  const ipld::Cid held = node("held", {below, shared});
  const ipld::Cid other = node("other", {shared});
  const ipld::Cid never = leaf("never pinned");
  pin(held, PinMode::recursive, model::UnixMs{1'001});
  pin(other);
  now.value = 2'000;
  const std::unique_ptr<Collection> collection = begin();
  ASSERT_TRUE(collection->mark());
  ASSERT_TRUE(collection->explain());
  std::map<ipld::Cid, std::string> told;
  SweepOptions options;
  options.on_block = [&](const ipld::Cid& cid, std::uint64_t, std::size_t cause) {
    told[cid] = collection->report().causes[cause].why;
  };
  ASSERT_TRUE(collection->sweep(options));
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[never], "nothing pins it");
  EXPECT_EQ(told[held], "the pin of " + held.to_text() + " by " + model::Did().to_text() + " has ended");
  EXPECT_EQ(told[below], told[held]);
  EXPECT_EQ(collection->report().causes[1].blocks, 2U);
}

TEST_F(CollectionTest, ABlockThatIsNotHereIsNoObstacle) {
  const ipld::Cid top = node("top", {node_of("absent", {}).cid, leaf_of("absent too").cid, leaf("here")});
  pin(top);
  const CollectionReport report = collect();
  EXPECT_EQ(report.missing_blocks, 1U);
  EXPECT_EQ(all().size(), 2U);
}

TEST_F(CollectionTest, BytesThatDoNotFollowTheirCodecLinkToNothingAndStay) {
  const ipld::Block odd = ipld::Block::of(ipld::Codec::dag_cbor, bytes_of("\xff not cbor"));
  put(odd);
  pin(odd.cid);
  const CollectionReport report = collect();
  EXPECT_EQ(report.opaque_blocks, 1U);
  EXPECT_TRUE(has(odd.cid));
}

TEST_F(CollectionTest, ADamagedBlockStopsItBeforeAnythingGoes) {
  const ipld::Cid below = leaf("below");
  const ipld::Cid middle = node("middle", {below});
  const ipld::Cid top = node("top", {middle});
  pin(top);
  leaf("garbage");
  store.damage(middle);
  const std::set<ipld::Cid> before = all();
  {
    const std::unique_ptr<Collection> collection = begin();
    const auto marked = collection->mark();
    ASSERT_FALSE(marked);
    EXPECT_EQ(marked.error().code, ErrorCode::corrupted);
    EXPECT_NE(marked.error().detail.find(middle.to_text()), std::string::npos);
    EXPECT_NE(marked.error().detail.find("the pin of " + top.to_text()), std::string::npos);
  }
  EXPECT_EQ(all(), before);
}

TEST_F(CollectionTest, OneAtATime) {
  const std::unique_ptr<Collection> first = begin();
  EXPECT_EQ(Collection::begin(store, pins, guard, now).error().code, ErrorCode::busy);
}

TEST_F(CollectionTest, WhatIsHeldStaysUntilItIsLetGo) {
  const ipld::Cid below = leaf("below");
  const ipld::Cid top = node("top", {below});
  {
    Guard::Hold hold(guard);
    hold.add(top);
    collect();
    EXPECT_EQ(all().size(), 2U);
  }
  collect();
  EXPECT_TRUE(all().empty());
}

TEST_F(CollectionTest, WhatIsPutWhileItRunsStaysWithWhatItLinksTo) {
  const ipld::Cid old = leaf("an old block that nothing pinned");
  const std::unique_ptr<Collection> collection = begin();
  ASSERT_TRUE(collection->mark());
  const ipld::Block fresh = node_of("fresh", {old});
  guard.shade({&fresh, 1});
  put(fresh);
  SweepOptions options;
  options.mode = SweepMode::remove;
  ASSERT_TRUE(collection->sweep(options));
  EXPECT_EQ(all(), (std::set{old, fresh.cid}));
}

TEST_F(CollectionTest, WhatIsPutThroughAHoldStaysWhenItBeginsInBetween) {
  const ipld::Cid old = leaf("old");
  const ipld::Block fresh = node_of("fresh", {old});
  Guard::Hold hold(guard);
  ASSERT_EQ(hold.put(store, {fresh}).value(), fresh.bytes.size());
  const std::unique_ptr<Collection> collection = begin();
  ASSERT_TRUE(collection->mark());
  pin(fresh.cid);
  hold.clear();
  SweepOptions options;
  options.mode = SweepMode::remove;
  ASSERT_TRUE(collection->sweep(options));
  EXPECT_EQ(all(), (std::set{old, fresh.cid}));
}

TEST_F(CollectionTest, WhatAHoldPutsStaysWithItsLinksWhenItBeginsBeforeTheBlockIsThere) {
  const ipld::Cid old = leaf("old");
  const ipld::Block fresh = node_of("fresh", {old});
  std::unique_ptr<Collection> collection;
  store.before_put = [&] {
    collection = begin();
    ASSERT_TRUE(collection->mark());
  };
  {
    Guard::Hold hold(guard);
    ASSERT_TRUE(hold.put(store, {fresh}));
    SweepOptions options;
    options.mode = SweepMode::remove;
    ASSERT_TRUE(collection->sweep(options));
  }
  EXPECT_EQ(all(), (std::set{old, fresh.cid}));
}

TEST_F(CollectionTest, WhatIsPinnedWhileItRunsStays) {
  const ipld::Cid below = leaf("below");
  const ipld::Cid top = node("top", {below});
  const std::unique_ptr<Collection> collection = begin();
  ASSERT_TRUE(collection->mark());
  pin(top);
  SweepOptions options;
  options.mode = SweepMode::remove;
  ASSERT_TRUE(collection->sweep(options));
  EXPECT_EQ(all(), (std::set{below, top}));
}

TEST_F(CollectionTest, APinThatMovesToAnotherHolderIsNotLostBetweenThePages) {
  // A lease sorts before a member's pin: its page may be read when the lease is gone and the pin is not there yet, or
  // vice versa.
  const ipld::Cid file = leaf("file");
  Lease lease{LeaseId{1}, model::UnixMs{5'000}, 0};
  commit([&](ports::Batch& batch) { pins.take(lease, {file}, now, batch); });
  const std::unique_ptr<Collection> collection = begin();
  commit([&](ports::Batch& batch) {
    pins.release(lease, batch);
    const Pin job{PinId::of_job(1, {file}), PinMode::recursive, now, {}, {file}};
    pins.put(job, batch);
  });
  // As if the page of the jobs had been read earlier: the job's record is removed again without a trace.
  unpin(PinId::of_job(1, {file}));
  ASSERT_TRUE(collection->mark());
  SweepOptions options;
  options.mode = SweepMode::remove;
  ASSERT_TRUE(collection->sweep(options));
  EXPECT_TRUE(has(file));
}

TEST_F(CollectionTest, ManyPagesOfPinsAndBlocks) {
  std::set<ipld::Cid> kept;
  for (int i = 0; i < 3'000; ++i) {
    const ipld::Cid cid = leaf("block " + std::to_string(i));
    if (i % 2 == 0) continue;
    pin(cid);
    kept.insert(cid);
  }
  const CollectionReport report = collect();
  EXPECT_EQ(report.removed_blocks, 1'500U);
  EXPECT_EQ(all(), kept);
}

TEST_F(CollectionTest, AWholeDagIsToldFromOneWithHoles) {
  const ipld::Cid shared = leaf("shared");
  const ipld::Cid whole = node("whole", {shared, node("inner", {shared})});
  EXPECT_EQ(require_whole(store, whole)->blocks, 3U);
  const ipld::Cid hole = node("hole", {leaf_of("absent").cid});
  EXPECT_EQ(require_whole(store, hole).error().code, ErrorCode::missing_data);
  EXPECT_NE(require_whole(store, hole).error().detail.find(leaf_of("absent").cid.to_text()), std::string::npos);
  const ipld::Block odd = ipld::Block::of(ipld::Codec::dag_cbor, bytes_of("\xff"));
  put(odd);
  EXPECT_EQ(require_whole(store, node("top", {odd.cid})).error().code, ErrorCode::invalid_format);
}

TEST(CidSet, HoldsWhatWasPutIntoIt) {
  detail::CidSet set;
  EXPECT_FALSE(set.contains(leaf_of("x").cid));
  for (int i = 0; i < 10'000; ++i) {
    EXPECT_TRUE(set.insert(leaf_of(std::to_string(i)).cid));
    EXPECT_FALSE(set.insert(leaf_of(std::to_string(i)).cid));
  }
  EXPECT_EQ(set.size(), 10'000U);
  for (int i = 0; i < 20'000; ++i) EXPECT_EQ(set.contains(leaf_of(std::to_string(i)).cid), i < 10'000) << i;
  // A digest of zeros is a block like any other, under each codec.
  EXPECT_FALSE(set.contains(ipld::Cid(ipld::Codec::raw, {})));
  EXPECT_TRUE(set.insert(ipld::Cid(ipld::Codec::raw, {})));
  EXPECT_FALSE(set.contains(ipld::Cid(ipld::Codec::dag_cbor, {})));
  set.clear();
  EXPECT_EQ(set.size(), 0U);
  EXPECT_FALSE(set.contains(leaf_of("1").cid));
}

}  // namespace
}  // namespace icn::dag
