#include "ipld/links.hpp"

#include <gtest/gtest.h>

#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"

namespace icn::ipld {
namespace {

const Cid kA = Cid::of(Codec::raw, view_of("a"));
const Cid kB = Cid::of(Codec::raw, view_of("b"));

TEST(Links, ARawBlockHasNoneWhateverItsBytesAre) {
  CborWriter writer;
  writer.link(kA);
  EXPECT_TRUE(links_of(Block::of(Codec::raw, writer.take())).value().empty());
}

TEST(Links, OfDagCborComeInOrderOfAppearanceAndRepeated) {
  CborWriter writer;
  writer.map(2).key("a").array(2).link(kB).link(kA).key("b").link(kB);
  EXPECT_EQ(links_of(Block::of(Codec::dag_cbor, writer.take())).value(), (std::vector<Cid>{kB, kA, kB}));
}

TEST(Links, OfAFileAreItsLeavesInOrder) {
  std::vector<Block> blocks;
  FileBuilder builder(
      [&](Block block) -> Result<void> {
        blocks.push_back(std::move(block));
        return {};
      },
      {.leaf_bytes = 1, .links_per_node = 3});
  ASSERT_TRUE(builder.write(view_of("bab")));
  ASSERT_TRUE(builder.finish());
  EXPECT_EQ(links_of(blocks.back()).value(), (std::vector<Cid>{kB, kA, kB}));
}

TEST(Links, OfBytesThatAreNotCanonicalAreAnError) {
  // The integer 1 in two bytes.
  EXPECT_EQ(links_of(Block::of(Codec::dag_cbor, Bytes{0x18, 0x01})).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(links_of(Block::of(Codec::dag_pb, Bytes{0xff})).error().code, ErrorCode::invalid_format);
}

}  // namespace
}  // namespace icn::ipld
