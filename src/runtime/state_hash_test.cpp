// Goal: the hash of a node shows the state at one moment while others write.
#include "runtime/state_hash.hpp"

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

// Calls `before_listing` once, before it lists.
class ListedStore : public ports::DagStore {
 public:
  explicit ListedStore(std::shared_ptr<ports::DagStore> below) : below_(std::move(below)) {}
  Result<void> put(std::span<const ipld::Block> blocks) override { return below_->put(blocks); }
  Result<ipld::Block> get(const ipld::Cid& cid) const override { return below_->get(cid); }
  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override { return below_->length(cid); }
  Result<void> remove(std::span<const ipld::Cid> cids) override { return below_->remove(cids); }
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    if (before_listing) std::exchange(before_listing, {})();
    return below_->for_each(after, visit);
  }
  Result<ports::DagStatistics> statistics() const override { return below_->statistics(); }
  Result<void> flush() override { return below_->flush(); }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }
  mutable std::function<void()> before_listing;

 private:
  const std::shared_ptr<ports::DagStore> below_;
};

struct StateHashTest : HomeFixture {
  StateHashTest() : store(std::make_shared<ListedStore>(services.dag_store)) {
    services.dag_store = store;
    found();
  }
  std::shared_ptr<ListedStore> store;
};

TEST_F(StateHashTest, IsOfOneMomentWhileOthersWrite) {
  run(draft("output before\n"));
  const ipld::Digest before = state_hash(*node).value();
  store->before_listing = [&] {
    // Some blocks are new, and those of the module are not.
    run(draft("output before\n"));
    run(draft("output after\n"));
  };
  EXPECT_EQ(state_hash(*node).value(), before);
  EXPECT_FALSE(store->before_listing);
  const ipld::Digest after = state_hash(*node).value();
  EXPECT_NE(after, before);
  EXPECT_EQ(state_hash(*node).value(), after) << "what was put meanwhile belongs to the next one";
}

TEST_F(StateHashTest, MomentsKnowTheirOwnLaterBlocks) {
  const ipld::Block early = ipld::Block::of(ipld::Codec::raw, bytes_of("early"));
  const ipld::Block late = ipld::Block::of(ipld::Codec::raw, bytes_of("late"));
  dag::Guard& guard = node->blocks().guard();
  const auto first = dag::Guard::Moment::take(guard).value();
  dag::Guard::Hold hold(guard);
  ASSERT_TRUE(hold.put(*store, {early}));
  const auto second = dag::Guard::Moment::take(guard).value();
  ASSERT_TRUE(hold.put(*store, {early, late}));
  EXPECT_TRUE(first.is_later(early.cid));
  EXPECT_TRUE(first.is_later(late.cid));
  EXPECT_FALSE(second.is_later(early.cid));
  EXPECT_TRUE(second.is_later(late.cid));
  EXPECT_EQ(guard.begin().error().code, ErrorCode::busy) << "no block of theirs is collected";
}

}  // namespace
}  // namespace icn::runtime
