#include "ipld/dag_pb.hpp"

#include <gtest/gtest.h>

#include "ipld/links.hpp"
#include "testing/mutate.hpp"

namespace icn::ipld {
namespace {

// The output of npm @ipld/dag-pb 4.2.0 for a folder of two files, `a` (the raw block "a") and `bb` (the raw block "b").
const char* const kFolder =
    "122b0a2401551220ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb1201611801"
    "122c0a24015512203e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d1202626218010a020801";

Bytes folder() { return from_hex(kFolder).value(); }

Bytes link_to(ByteView cid) {
  Bytes link{0x0a, static_cast<std::uint8_t>(cid.size())};
  append(link, cid);
  Bytes node{0x12, static_cast<std::uint8_t>(link.size())};
  append(node, link);
  return node;
}

TEST(DagPb, AFolderHasNamedLinksInItsOrder) {
  const Bytes bytes = folder();
  const PbNode node = parse_dag_pb(bytes).value();
  ASSERT_EQ(node.links.size(), 2U);
  EXPECT_EQ(node.links[0].cid, Cid::of(Codec::raw, view_of("a")));
  EXPECT_EQ(node.links[0].name, "a");
  EXPECT_EQ(node.links[0].total_size, 1U);
  EXPECT_EQ(node.links[1].cid, Cid::of(Codec::raw, view_of("b")));
  EXPECT_EQ(node.links[1].name, "bb");
  EXPECT_EQ(text_of(*node.data), "\x08\x01");
  EXPECT_EQ(links_of(Block::of(Codec::dag_pb, bytes)).value(),
            (std::vector<Cid>{node.links[0].cid, node.links[1].cid}));
}

TEST(DagPb, WhatALinkLeavesOutIsAbsent) {
  const auto raw = Cid().to_bytes();
  const Bytes bytes = link_to(raw);
  const PbNode node = parse_dag_pb(bytes).value();
  ASSERT_EQ(node.links.size(), 1U);
  EXPECT_FALSE(node.links[0].name);
  EXPECT_FALSE(node.links[0].total_size);
  EXPECT_FALSE(node.data);
  EXPECT_TRUE(parse_dag_pb({}).value().links.empty());
}

TEST(DagPb, OtherOrdersDoubleFieldsAndUnknownOnesAreRefused) {
  const auto raw = Cid().to_bytes();
  Bytes data_first{0x0a, 0x01, 0x00};
  append(data_first, link_to(raw));
  const Bytes bad[] = {data_first,
                       {0x0a, 0x00, 0x0a, 0x00},  // two data fields
                       {0x1a, 0x00},              // field 3
                       {0x12, 0x00},              // a link without hash
                       {0x12, 0x02, 0x12, 0x00},  // a link that is a name only
                       {0x12, 0x05, 0x0a},        // a link that ends early
                       {0x0a, 0x80, 0x00}};       // a length longer than needed
  for (const Bytes& bytes : bad)
    EXPECT_EQ(parse_dag_pb(bytes).error().code, ErrorCode::invalid_format) << to_hex(bytes);
  Bytes not_utf8 = folder();
  not_utf8[42] = 0xff;  // the name of the first link
  EXPECT_EQ(parse_dag_pb(not_utf8).error().detail, "dag-pb: a link whose name is not UTF-8");
}

TEST(DagPb, ALinkByAnotherHashIsUnsupported) {
  // CIDv0: a bare sha2-256 multihash. Then blake2b-256 under CIDv1.
  Bytes v0{0x12, 0x20};
  v0.resize(34, 0xaa);
  EXPECT_EQ(parse_dag_pb(link_to(v0)).error().code, ErrorCode::unsupported);
  Bytes blake{0x01, 0x70, 0xa0, 0xe4, 0x02, 0x20};
  blake.resize(38, 0xaa);
  EXPECT_EQ(parse_dag_pb(link_to(blake)).error().code, ErrorCode::unsupported);
}

TEST(DagPb, DamagedNodesAreRefusedOrStillNodes) {
  const Bytes good = folder();
  std::size_t refused = 0;
  icn::testing::for_each_truncation(good, [&](const Bytes& damaged, const std::string& what) {
    const auto node = parse_dag_pb(damaged);
    // Cut between fields it is a valid shorter node.
    if (!node) ++refused;
    EXPECT_TRUE(!node || node->links.size() <= 2) << what;
  });
  EXPECT_EQ(refused, good.size() - 3);
  icn::testing::for_each_mutation(good, 11, 20'000, [](const Bytes& damaged, const std::string& what) {
    const auto node = parse_dag_pb(damaged);
    if (node) return;
    EXPECT_TRUE(node.error().code == ErrorCode::invalid_format || node.error().code == ErrorCode::unsupported) << what;
  });
}

}  // namespace
}  // namespace icn::ipld
