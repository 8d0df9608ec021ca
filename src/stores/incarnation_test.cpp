// Goal: each restore begins a new incarnation and records the backup's time.
#include "stores/incarnation.hpp"

#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "model/keys.hpp"

namespace icn::stores {
namespace {

struct Incarnations : ::testing::Test {
  void restore(Restoration restoration) {
    ports::Batch batch;
    begin_incarnation(read_incarnation(*store).value(), restoration, batch);
    ASSERT_TRUE(store->commit({&batch, 1}));
  }
  void put(std::string_view key, Bytes value) {
    ports::Batch batch;
    batch.put(bytes_of(key), std::move(value));
    ASSERT_TRUE(store->commit({&batch, 1}));
  }
  std::unique_ptr<ports::StateStore> store = *backends::state_store::open("memory");
};

TEST_F(Incarnations, BeginWithOneAndRiseWithEveryRestore) {
  EXPECT_EQ(*read_incarnation(*store), (Incarnation{1, std::nullopt}));
  restore({model::UnixMs{5}, model::UnixMs{9}});
  EXPECT_EQ(*read_incarnation(*store), (Incarnation{2, Restoration{model::UnixMs{5}, model::UnixMs{9}}}));
  restore({model::UnixMs{7}, model::UnixMs{11}});
  EXPECT_EQ(*read_incarnation(*store), (Incarnation{3, Restoration{model::UnixMs{7}, model::UnixMs{11}}}));
}

TEST_F(Incarnations, DamagedOnesAreNoted) {
  put(model::keys::kIncarnation, {1});
  EXPECT_EQ(read_incarnation(*store).error().code, ErrorCode::corrupted);
  put(model::keys::kIncarnation, Bytes(8, 0));
  restore({model::UnixMs{5}, model::UnixMs{9}});
  Bytes marker = **store->get(view_of(model::keys::kRestored));
  for (std::size_t length = 0; length < marker.size(); ++length) {
    put(model::keys::kRestored, Bytes(marker.begin(), marker.begin() + static_cast<std::ptrdiff_t>(length)));
    EXPECT_EQ(read_incarnation(*store).error().code, ErrorCode::corrupted) << length;
  }
  marker[3] = 2;
  put(model::keys::kRestored, marker);
  EXPECT_EQ(read_incarnation(*store).error().code, ErrorCode::unsupported_version);
}

}  // namespace
}  // namespace icn::stores
