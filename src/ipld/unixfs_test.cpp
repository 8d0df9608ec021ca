#include "ipld/unixfs.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "ipld/multibase.hpp"
#include "testing/mutate.hpp"

namespace icn::ipld {
namespace {

constexpr std::size_t kMiB = 1024 * 1024;
constexpr FileLayout kSmall{.leaf_bytes = 4, .links_per_node = 3};

using Store = std::map<Cid, Block>;

Bytes content(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(i) * 2654435761U >> 24);
  return bytes;
}

// Writes in uneven pieces, so that leaves and pieces do not end together.
Result<Cid> build(ByteView bytes, Store& store, FileLayout layout = {}, std::size_t piece_bytes = 100'003) {
  FileBuilder builder(
      [&](Block block) -> Result<void> {
        EXPECT_TRUE(block.holds());
        store.insert_or_assign(block.cid, block);
        return {};
      },
      layout);
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(piece_bytes, bytes.size()));
    ICN_TRY(builder.write(piece));
    bytes = bytes.subspan(piece.size());
  }
  return builder.finish();
}

struct Read {
  Result<void> outcome;
  Bytes bytes;
  std::size_t fetches = 0;
};

Read read_all(const Cid& root, const Store& store, std::uint64_t bytes_max = UINT64_MAX) {
  Read read;
  read.outcome = read_file(
      root, bytes_max,
      [&](const Cid& cid) -> Result<Block> {
        ++read.fetches;
        const auto found = store.find(cid);
        if (found == store.end()) return fail(ErrorCode::missing_data, cid.to_text());
        return found->second;
      },
      [&](ByteView piece) -> Result<void> {
        append(read.bytes, piece);
        return {};
      });
  return read;
}

void add_link(Bytes& node, const Cid& cid, std::uint64_t total_size) {
  Bytes link{0x0a, Cid::kByteLength};
  append(link, cid.to_bytes());
  link.insert(link.end(), {0x12, 0x00, 0x18});
  append_varint(link, total_size);
  node.push_back(0x12);
  append_varint(node, link.size());
  append(node, link);
}

// A node over `children` whose UnixFS data claims these sizes.
Block node_of(const std::vector<Cid>& children, const std::vector<std::uint64_t>& sizes, std::uint64_t claimed) {
  Bytes node;
  for (const Cid& child : children) add_link(node, child, 1);
  Bytes file{0x08, 0x02, 0x18};
  append_varint(file, claimed);
  for (const std::uint64_t size : sizes) {
    file.push_back(0x20);
    append_varint(file, size);
  }
  node.push_back(0x0a);
  append_varint(node, file.size());
  append(node, file);
  return Block::of(Codec::dag_pb, node);
}

// Golden CIDs: npm ipfs-unixfs-importer 17.1.1, CIDv1, rawLeaves, reduceSingleLeafToSelf, fixed-size chunks of 1 MiB,
// balanced layout of 1024 links (the unixfs-v1-2025 profile).
TEST(UnixFs, FilesHaveTheCidAnIpfsToolGives) {
  const std::pair<std::size_t, std::string_view> golden[] = {
      {0, "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"},
      {1, "bafkreidogqfzz75tpkmjzjke425xqcrmpcib2p5tg44hnbirumdbpl5adu"},
      {kMiB, "bafkreigkmbztslxhdw6ruljvnq6kuiz7r6bivyl7r6f2qvyo4nerxyjivm"},
      {kMiB + 1, "bafybeicazqphgjf4g4qf4skxzdrp4q4ggibd5eun436hnrf7iftnvy4pde"},
      {3 * kMiB + 17, "bafybeids5jc64ldspixtwnh2c3wkvvixgfaq5w362wfumcumk6f4dmqtoe"}};
  for (const auto& [size, text] : golden) {
    const Bytes bytes = content(size);
    EXPECT_EQ(file_cid(bytes).value().to_text(), text) << size;
    Store store;
    const Cid root = build(bytes, store).value();
    EXPECT_EQ(root.to_text(), text) << size;
    const Read read = read_all(root, store);
    EXPECT_TRUE(read.outcome) << size;
    EXPECT_TRUE(read.bytes == bytes) << size;
  }
}

// The same importer with chunks of 4 bytes and 3 links a node: trees of up to five levels.
TEST(UnixFs, DeepTreesHaveTheShapeAnIpfsToolGives) {
  const std::pair<std::size_t, std::string_view> golden[] = {
      {4, "bafkreif4fx4blji3fp65uvflgfdhpejv5zavbiof7zqjl6cqfeyay5nm4a"},
      {5, "bafybeigc575e4cyulq3stgp27tyut7kh5sym7kdpq6odcnczuli3oby3r4"},
      {12, "bafybeigtau3exkee3vfvgduxzgaaw4blb75vdqq7u5x7t4eeqvzgr3laz4"},
      {13, "bafybeiewspyvbtesrudtg3ervh32bsz6w2zcnahudjgjnqe6bsujxeor2y"},
      {36, "bafybeiax457n4d5pdeslzfnwduko3d2aavm5ucrqmqzhz3jfz363qno3wm"},
      {37, "bafybeif23tacwrc5ltchyavqabeiny445cis2k3qaeonwlvb2grihkqzxu"},
      {108, "bafybeifn3woxznobr5dsysk5thcgvoraaqpqcnc77eykvkrudttmwcxdmy"},
      {109, "bafybeih4np4avkgbkk4awdscwj2tumwo5ugwob3bspsmxfc3oxev5ntefi"},
      {500, "bafybeicqxsxbaqn7euukio3lxzesbjk56vc53q52uwws25s2xfw3vsn67m"}};
  for (const auto& [size, text] : golden) {
    for (const std::size_t piece_bytes : {std::size_t{1}, std::size_t{4}, std::size_t{7}, size}) {
      Store store;
      const Cid root = build(content(size), store, kSmall, piece_bytes).value();
      ASSERT_EQ(root.to_text(), text) << size << " in pieces of " << piece_bytes;
      const Read read = read_all(root, store);
      EXPECT_TRUE(read.outcome) << size;
      EXPECT_EQ(read.bytes, content(size)) << size;
    }
  }
}

TEST(UnixFs, EverySizeComesBackAsItWas) {
  for (std::size_t size = 0; size <= 260; ++size) {
    Store store;
    const Cid root = build(content(size), store, kSmall, 5).value();
    const Read read = read_all(root, store);
    ASSERT_TRUE(read.outcome) << size;
    ASSERT_EQ(read.bytes, content(size)) << size;
  }
}

TEST(UnixFs, BlocksLeaveTheBuilderBeforeTheBlocksThatLinkThem) {
  std::vector<Block> order;
  FileBuilder builder(
      [&](Block block) -> Result<void> {
        order.push_back(std::move(block));
        return {};
      },
      kSmall);
  ASSERT_TRUE(builder.write(content(100)));
  const Cid root = builder.finish().value();
  EXPECT_EQ(order.back().cid, root);
  std::map<Cid, bool> seen;
  for (const Block& block : order) {
    const FileNode node = parse_file_node(block).value();
    for (const FileNode::Child& child : node.children) EXPECT_TRUE(seen[child.cid]);
    seen[block.cid] = true;
  }
}

TEST(UnixFs, AFailingSinkEndsTheWriting) {
  FileBuilder builder([](const Block&) -> Result<void> { return fail(ErrorCode::storage, "the disk is full"); },
                      kSmall);
  EXPECT_EQ(builder.write(content(5)).error().code, ErrorCode::storage);
  FileBuilder late([](const Block&) -> Result<void> { return fail(ErrorCode::storage, "the disk is full"); }, kSmall);
  ASSERT_TRUE(late.write(content(3)));
  EXPECT_EQ(late.finish().error().code, ErrorCode::storage);
}

TEST(UnixFs, AFileAboveTheBoundIsRefusedBeforeItsLeavesAreFetched) {
  Store store;
  const Cid root = build(content(100), store, kSmall).value();
  const Read refused = read_all(root, store, 99);
  EXPECT_EQ(refused.outcome.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(refused.fetches, 1U);
  EXPECT_TRUE(refused.bytes.empty());
  EXPECT_TRUE(read_all(root, store, 100).outcome);
}

TEST(UnixFs, AMissingLeafEndsTheReadingWithItsError) {
  Store store;
  const Cid root = build(content(20), store, kSmall).value();
  store.erase(Cid::of(Codec::raw, ByteView(content(20)).subspan(16)));
  const Read read = read_all(root, store);
  EXPECT_EQ(read.outcome.error().code, ErrorCode::missing_data);
  EXPECT_EQ(read.bytes, Bytes(content(16)));
}

TEST(UnixFs, SizesThatDoNotHoldAreRefused) {
  const Block leaf = Block::of(Codec::raw, content(4));
  Store store{{leaf.cid, leaf}};
  const auto code_of = [&](const Block& root) {
    store.insert_or_assign(root.cid, root);
    const Read read = read_all(root.cid, store);
    return read.outcome ? ErrorCode{} : read.outcome.error().code;
  };
  EXPECT_EQ(code_of(node_of({leaf.cid, leaf.cid}, {4, 4}, 8)), ErrorCode{}) << "the same leaf twice is a file";
  EXPECT_EQ(code_of(node_of({leaf.cid}, {4}, 5)), ErrorCode::invalid_format);
  EXPECT_EQ(code_of(node_of({leaf.cid}, {5}, 5)), ErrorCode::invalid_format) << "the leaf is shorter than announced";
  EXPECT_EQ(code_of(node_of({leaf.cid, leaf.cid}, {4}, 4)), ErrorCode::invalid_format);
  EXPECT_EQ(code_of(node_of({leaf.cid}, {4, 4}, 8)), ErrorCode::invalid_format);
  constexpr std::uint64_t half = std::uint64_t{1} << 62;
  EXPECT_EQ(code_of(node_of({leaf.cid, leaf.cid, leaf.cid, leaf.cid}, {half, half, half, half}, 0)),
            ErrorCode::invalid_format)
      << "a sum that wraps";
}

// Links to empty nodes would let a few small blocks name a tree of 2^60 nodes.
TEST(UnixFs, ATreeOfEmptyNodesIsRefusedAtItsRoot) {
  Block block = Block::of(Codec::raw, {});
  Store store{{block.cid, block}};
  for (int level = 0; level < 5; ++level) {
    block = node_of(std::vector<Cid>(kLinksPerNode, block.cid), std::vector<std::uint64_t>(kLinksPerNode, 0), 0);
    store.insert_or_assign(block.cid, block);
  }
  const Read read = read_all(block.cid, store);
  EXPECT_EQ(read.outcome.error().code, ErrorCode::invalid_format);
  EXPECT_EQ(read.fetches, 1U);
}

TEST(UnixFs, AChainDeeperThanAnyFileNeedsIsRefused) {
  Block block = Block::of(Codec::raw, content(4));
  Store store{{block.cid, block}};
  for (int level = 0; level < 6; ++level) {
    block = node_of({block.cid}, {4}, 4);
    store.insert_or_assign(block.cid, block);
  }
  EXPECT_TRUE(read_all(block.cid, store).outcome);
  block = node_of({block.cid}, {4}, 4);
  store.insert_or_assign(block.cid, block);
  EXPECT_EQ(read_all(block.cid, store).outcome.error().code, ErrorCode::invalid_format);
}

TEST(UnixFs, NodesWithTooManyLinksAreRefused) {
  const Cid leaf = Cid::of(Codec::raw, content(1));
  const auto wide = [&](std::size_t count) {
    return node_of(std::vector<Cid>(count, leaf), std::vector<std::uint64_t>(count, 1), count);
  };
  EXPECT_EQ(parse_file_node(wide(kLinksPerNode)).value().children.size(), kLinksPerNode);
  EXPECT_FALSE(parse_file_node(wide(kLinksPerNode + 1)));
}

TEST(UnixFs, OtherKindsOfBlockAreNoFiles) {
  EXPECT_EQ(parse_file_node(Block::of(Codec::dag_cbor, Bytes{0xa0})).error().code, ErrorCode::invalid_format);
  // An empty folder, as every IPFS tool writes it.
  EXPECT_EQ(parse_file_node(Block::of(Codec::dag_pb, Bytes{0x0a, 0x02, 0x08, 0x01})).error().code,
            ErrorCode::invalid_format);
  EXPECT_EQ(parse_file_node(Block::of(Codec::dag_pb, {})).error().code, ErrorCode::invalid_format);
}

// The importer's node for 13 bytes under the small layout, byte for byte.
TEST(UnixFs, DamagedNodesAreRefusedOrTellOtherSizesAndLinks) {
  const Bytes golden = from_hex(
                           "122b0a2401701220d305364ba884dd4b530e97c9800b702b0ffb51c21fa76ff9f084857268ed60cf1200189c011"
                           "22a0a2401701220909bb47d"
                           "32dca5c565eb193d473b278f2f54b16c8f38a0c4419f9652ae243e6e120018350a080802180d200c2001")
                           .value();
  const FileNode good = parse_file_node(Block::of(Codec::dag_pb, golden)).value();
  EXPECT_EQ(good.file_size, 13U);
  ASSERT_EQ(good.children.size(), 2U);
  EXPECT_EQ(good.children[0].file_size, 12U);
  EXPECT_EQ(good.children[1].file_size, 1U);
  const auto adds_up = [](const Bytes& bytes) {
    const auto node = parse_file_node(Block::of(Codec::dag_pb, bytes));
    if (!node) return node.error().code == ErrorCode::invalid_format || node.error().code == ErrorCode::unsupported;
    std::uint64_t sum = node->data.size();
    for (const FileNode::Child& child : node->children) sum += child.file_size;
    return sum == node->file_size;
  };
  icn::testing::for_each_truncation(golden, [](const Bytes& damaged, const std::string& what) {
    EXPECT_FALSE(parse_file_node(Block::of(Codec::dag_pb, damaged))) << what;
  });
  icn::testing::for_each_bit_flip(
      golden, [&](const Bytes& damaged, const std::string& what) { EXPECT_TRUE(adds_up(damaged)) << what; });
  std::mt19937_64 random(3);
  for (int round = 0; round < 10'000; ++round) {
    Bytes bytes = golden;
    for (std::uint64_t change = 1 + random() % 4; change > 0; --change) {
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(random() % bytes.size());
      switch (random() % 3) {
        case 0:
          *at = static_cast<std::uint8_t>(random());
          break;
        case 1:
          bytes.erase(at);
          break;
        default:
          bytes.insert(at, static_cast<std::uint8_t>(random()));
          break;
      }
    }
    ASSERT_TRUE(adds_up(bytes)) << to_hex(bytes);
  }
}

TEST(UnixFs, AFileTakesNoMoreReadsThanItsSizeAllows) {
  // One leaf of one byte, linked 64 times by each of a few shared nodes: a few blocks that name 256 KiB.
  Store store;
  const Cid root = build(Bytes(256 * 1024), store, {1, 64}).value();
  ASSERT_LT(store.size(), 16U);
  const Read read = read_all(root, store);
  ASSERT_FALSE(read.outcome);
  EXPECT_EQ(read.outcome.error().rule, kFileReadsRule);
  EXPECT_LE(read.fetches, 1 + file_reads_max(256 * 1024));
  // The trees of importers are far below the bound.
  for (const std::size_t leaf : {std::size_t{4096}, std::size_t{262144}, kLeafBytes}) {
    Store other;
    EXPECT_TRUE(read_all(build(content(8 << 20), other, {leaf, 174}).value(), other).outcome) << leaf;
  }
}

}  // namespace
}  // namespace icn::ipld
