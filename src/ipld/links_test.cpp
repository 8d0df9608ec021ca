#include "ipld/links.hpp"

#include <gtest/gtest.h>

#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"
#include "testing/archive.hpp"

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

struct Named {
  std::string name;
  Cid cid;
  std::optional<std::uint64_t> size;
  bool operator==(const Named&) const = default;
};

std::vector<Named> named_links(const Block& block) {
  std::vector<Named> links;
  EXPECT_TRUE(for_each_link(block, [&](std::string_view name, const Cid& cid, std::optional<std::uint64_t> size) {
    links.push_back({std::string(name), cid, size});
  }));
  return links;
}

TEST(Links, HaveTheNamesThatTheBlockGivesThem) {
  const auto archive = icn::testing::archive_blocks();
  EXPECT_EQ(named_links(archive[0]),
            (std::vector<Named>{{"files", archive[1].cid, std::nullopt}, {"first", archive[2].cid, std::nullopt}}));
  EXPECT_EQ(named_links(archive[1]), (std::vector<Named>{{"a", archive[2].cid, 1}, {"bb", archive[3].cid, 1}}));
  EXPECT_TRUE(named_links(archive[2]).empty());
  CborWriter writer;
  writer.map(2).key("").link(kA).key("x").array(3).null().map(1).key("y").link(kB).link(kA);
  EXPECT_EQ(named_links(Block::of(Codec::dag_cbor, writer.take())),
            (std::vector<Named>{{"", kA, std::nullopt}, {"x/1/y", kB, std::nullopt}, {"x/2", kA, std::nullopt}}));
  CborWriter alone;
  alone.link(kA);
  EXPECT_EQ(named_links(Block::of(Codec::dag_cbor, alone.take())), (std::vector<Named>{{"", kA, std::nullopt}}));
}

TEST(Links, ALongWayIsCut) {
  const std::string step(400, 's');
  CborWriter writer;
  writer.map(1).key(step).map(2).key("z").link(kB).key(step).map(2).key("y").link(kA).key(step).link(kB);
  const std::vector<Named> links = named_links(Block::of(Codec::dag_cbor, writer.take()));
  ASSERT_EQ(links.size(), 3U);
  EXPECT_EQ(links[0].name, step + "/z");
  EXPECT_EQ(links[1].name, step + "/" + step + "/y");
  EXPECT_EQ(links[2].name, step + "/" + step + "…");
}

TEST(Links, ABlockOfAnyCodecHasADagJsonText) {
  const auto archive = icn::testing::archive_blocks();
  const std::string a = archive[2].cid.to_text();
  const std::string b = archive[3].cid.to_text();
  EXPECT_EQ(dag_json_of(archive[0]).value(),
            R"({"files":{"/":")" + archive[1].cid.to_text() + R"("},"first":{"/":")" + a + R"("},"name":"example"})");
  EXPECT_EQ(dag_json_of(archive[1]).value(), R"({"Data":{"/":{"bytes":"CAE"}},"Links":[{"Hash":{"/":")" + a +
                                                 R"("},"Name":"a","Tsize":1},{"Hash":{"/":")" + b +
                                                 R"("},"Name":"bb","Tsize":1}]})");
  EXPECT_EQ(dag_json_of(archive[2]).value(), R"({"/":{"bytes":"YQ"}})");
  EXPECT_EQ(dag_json_of(Block::of(Codec::dag_pb, {})).value(), R"({"Links":[]})");
}

TEST(Links, AMapThatDagJsonWouldTakeForALinkHasNoText) {
  const auto json_of = [](CborWriter& writer) { return dag_json_of(Block::of(Codec::dag_cbor, writer.take())); };
  CborWriter link;
  link.map(1).key("/").text("bafkqaaa");
  EXPECT_EQ(json_of(link).error().code, ErrorCode::unsupported);
  CborWriter bytes;
  bytes.array(1).map(1).key("/").map(1).key("bytes").text("YQ");
  EXPECT_EQ(json_of(bytes).error().code, ErrorCode::unsupported);
  CborWriter number;
  number.map(1).key("/").unsigned_integer(1);
  EXPECT_EQ(json_of(number).value(), R"({"/":1})");
  CborWriter behind;
  behind.map(2).key("!").null().key("/").text("x");
  EXPECT_EQ(json_of(behind).value(), R"({"!":null,"/":"x"})");
}

TEST(Links, OfBytesThatAreNotCanonicalAreAnError) {
  // The integer 1 in two bytes.
  EXPECT_EQ(links_of(Block::of(Codec::dag_cbor, Bytes{0x18, 0x01})).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(links_of(Block::of(Codec::dag_pb, Bytes{0xff})).error().code, ErrorCode::invalid_format);
}

}  // namespace
}  // namespace icn::ipld
