// Goal: putting a block again repairs its damaged stored bytes and counts it once. Method: a bit of the block is
// flipped in the files of a closed store.
#include <gtest/gtest.h>

#include <algorithm>

#include "support.hpp"

namespace icn::contract {
namespace {

namespace fs = std::filesystem;

class MendedBlock : public testing::TestWithParam<DagBackend> {
 protected:
  [[nodiscard]] std::unique_ptr<ports::DagStore> open() const {
    auto opened = GetParam()->open(location_of(GetParam()->descriptor.name, folder_, "b"));
    if (!opened) ADD_FAILURE() << opened.error().detail;
    return opened ? *std::move(opened) : nullptr;
  }
  // Flips a bit in the middle of the bytes wherever they are, except in a log: an engine refuses to open with a damaged
  // one. Returns the number of places.
  [[nodiscard]] int damage(ByteView bytes) const {
    int places = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file() || entry.path().extension() == ".log") continue;
      Bytes file = read_all(entry.path());
      const auto middle = bytes.subspan(bytes.size() / 2, 32);
      const auto at = std::search(file.begin(), file.end(), middle.begin(), middle.end());
      if (at == file.end()) continue;
      *at ^= 1;
      write_all(entry.path(), file);
      ++places;
    }
    return places;
  }

  void expect_mended(std::size_t length) {
    SCOPED_TRACE(length);
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Sequence(length).bytes(length));
    const std::vector<ipld::Block> blocks{block, raw_block("another")};
    ports::DagStatistics before;
    {
      const auto store = open();
      ASSERT_TRUE(store->put(blocks));
      ASSERT_TRUE(store->flush());
      fill_segment(*store);
      before = store->statistics().value();
    }
    ASSERT_GT(damage(block.bytes), 0);
    auto store = open();
    ASSERT_TRUE(store);
    const auto damaged = store->get(block.cid);
    ASSERT_FALSE(damaged) << "the damage does not show";
    EXPECT_EQ(damaged.error().code, ErrorCode::corrupted) << damaged.error().detail;
    const auto put = store->put(blocks);
    ASSERT_TRUE(put) << put.error().detail;
    ASSERT_TRUE(store->flush());
    ASSERT_TRUE(store->get(block.cid)) << "putting the block again did not repair it";
    EXPECT_EQ(*store->statistics(), before);
    store = nullptr;
    store = open();
    EXPECT_EQ(store->get(block.cid)->bytes, block.bytes);
    EXPECT_EQ(*store->statistics(), before);
    EXPECT_TRUE(store->remove({&block.cid, 1}));
    EXPECT_EQ(store->statistics()->blocks, before.blocks - 1);
  }

  // The file store reads its whole last segment when it opens, and refuses to open when that is damaged.
  static void fill_segment(ports::DagStore& store) {
    if (store.descriptor().name != "file") return;
    for (int i = 0; i < 34; ++i) {
      Bytes bytes(ports::kPutBytesMax);
      append_be64(bytes, static_cast<std::uint64_t>(i));
      const ipld::Block block = ipld::Block::of(ipld::Codec::raw, std::move(bytes));
      ASSERT_TRUE(store.put({&block, 1}));
    }
  }

  Folder folder_;
};

TEST_P(MendedBlock, OfOnePage) { expect_mended(200); }
TEST_P(MendedBlock, OfSeveralPages) { expect_mended(100'000); }

// Only backends that keep blocks in files and distinguish damage to one from damage to all: sled does not.
bool tells_blocks_apart(std::string_view backend) { return is_file_based(backend) && backend != "sled"; }
std::string name_of(const testing::TestParamInfo<DagBackend>& info) { return std::string(info.param->descriptor.name); }
INSTANTIATE_TEST_SUITE_P(Backends, MendedBlock, testing::ValuesIn(dag_stores(&tells_blocks_apart)), name_of);

}  // namespace
}  // namespace icn::contract
