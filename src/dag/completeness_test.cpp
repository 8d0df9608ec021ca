#include "dag/completeness.hpp"

#include "dag/detail/fixture_test.hpp"

namespace icn::dag {
namespace {

struct CompletenessTest : DagFixture {
  void record(const ipld::Cid& root) {
    commit([&](ports::Batch& batch) { Completeness::record(root, batch); });
  }
  Completeness complete{state};
};

TEST_F(CompletenessTest, ARecordedRootIsFoundWithoutAWalk) {
  const ipld::Cid root = node("root", {leaf("a")});
  EXPECT_FALSE(complete.recorded(root).value());
  record(root);
  EXPECT_TRUE(complete.recorded(root).value());
  commit([&](ports::Batch& batch) { Completeness::erase(root, batch); });
  EXPECT_FALSE(complete.recorded(root).value());
}

TEST_F(CompletenessTest, ARawBlockNeedsNoRecord) {
  const ipld::Cid raw = leaf("raw");
  record(raw);
  EXPECT_FALSE(complete.recorded(raw).value());
}

TEST_F(CompletenessTest, ACollectionKnowsWhichRecordsItMustErase) {
  const ipld::Cid kept = node("kept", {leaf("a")});
  const ipld::Cid direct = node("direct", {leaf("b")});
  const ipld::Cid gone = node("gone", {leaf("c")});
  for (const ipld::Cid& root : {kept, direct, gone}) record(root);
  pin(kept);
  pin(direct, PinMode::direct);
  const std::unique_ptr<Collection> collection = begin();
  ASSERT_TRUE(collection->mark());
  const auto lost = complete.not_kept([&](const ipld::Cid& root) { return collection->keeps_all_below(root); }).value();
  EXPECT_EQ(std::set(lost.begin(), lost.end()), (std::set{direct, gone}));
}

TEST_F(CompletenessTest, AWalkEndsAtItsBounds) {
  std::vector<ipld::Cid> leaves;
  for (int i = 0; i < 9; ++i) leaves.push_back(leaf(std::to_string(i)));
  const ipld::Cid root = node("root", leaves);
  EXPECT_EQ(require_whole(store, root, {10, UINT64_MAX})->blocks, 10U);
  const auto many = require_whole(store, root, {9, UINT64_MAX});
  EXPECT_EQ(many.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(many.error().rule, "max_walk");
  EXPECT_EQ(require_whole(store, root, {10, 20}).error().rule, "max_walk");
}

}  // namespace
}  // namespace icn::dag
