// Goal: a folder has the CID that IPFS tools give it, reads back unchanged, and none of its contents are trusted.
// The CIDs are those of ipfs-unixfs-importer (tests/interop/folders_test.mjs compares more).
#include "ipld/unixfs_folder.hpp"

#include <gtest/gtest.h>

#include <fmt/core.h>

#include <map>

#include "ipld/dag_pb.hpp"

namespace icn::ipld {
namespace {

struct Store {
  std::map<Cid, Block> blocks;
  FileBuilder::Sink sink() {
    return [this](Block block) -> Result<void> {
      blocks.emplace(block.cid, std::move(block));
      return {};
    };
  }
  FetchBlock fetch() {
    return [this](const Cid& cid) -> Result<Block> {
      ++reads;
      const auto found = blocks.find(cid);
      if (found == blocks.end()) return fail(ErrorCode::missing_data, "not here");
      return found->second;
    };
  }
  std::size_t reads = 0;
};

std::vector<FolderEntry> entries_of(std::size_t count) {
  std::vector<FolderEntry> entries;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text = std::to_string(i);
    entries.push_back({"entry-" + text, Cid::of(Codec::raw, bytes_of(text)), text.size()});
  }
  return entries;
}

TEST(UnixFsFolder, OfFewEntriesIsOneBlockSortedByName) {
  Store store;
  const Cid leaf = Cid::of(Codec::raw, bytes_of("a"));
  const FolderRoot root = build_folder({{"bb", leaf, 1}, {"a", leaf, 1}}, store.sink()).value();
  ASSERT_EQ(store.blocks.size(), 1U);
  const Block& block = store.blocks.at(root.cid);
  EXPECT_EQ(root.total_size, block.bytes.size() + 2);
  const PbNode node = parse_dag_pb(block.bytes).value();
  EXPECT_EQ(node.links[0].name, "a");
  EXPECT_EQ(to_hex(*node.data), "0801");
  EXPECT_EQ(read_folder(root.cid, store.fetch()).value(), (std::vector<FolderEntry>{{"a", leaf, 1}, {"bb", leaf, 1}}));
  EXPECT_EQ(find_in_folder(root.cid, "bb", store.fetch()).value()->cid, leaf);
  EXPECT_EQ(find_in_folder(root.cid, "b", store.fetch()).value(), std::nullopt);
}

TEST(UnixFsFolder, TheEmptyFolderIsTheOneThatAllToolsKnow) {
  Store store;
  EXPECT_EQ(build_folder({}, store.sink())->cid.to_text(),
            "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354");
}

TEST(UnixFsFolder, OfManyEntriesIsATrieWhoseShapeDoesNotShow) {
  Store store;
  std::vector<FolderEntry> entries = entries_of(6'000);
  const FolderRoot root = build_folder(entries, store.sink()).value();
  EXPECT_GT(store.blocks.size(), 200U);
  for (const auto& [cid, block] : store.blocks) EXPECT_LE(block.bytes.size(), kFolderBlockBytesMax);
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  EXPECT_EQ(read_folder(root.cid, store.fetch()).value(), entries);
  store.reads = 0;
  for (std::size_t i = 0; i < entries.size(); i += 200)
    EXPECT_EQ(find_in_folder(root.cid, entries[i].name, store.fetch()).value(), entries[i]) << entries[i].name;
  EXPECT_LE(store.reads, entries.size() / 200 * 3);
  EXPECT_EQ(find_in_folder(root.cid, "entry", store.fetch()).value(), std::nullopt);
  EXPECT_EQ(find_in_folder(root.cid, "", store.fetch()).value(), std::nullopt);
  std::reverse(entries.begin(), entries.end());
  EXPECT_EQ(build_folder(entries, store.sink())->cid, root.cid) << "the order of the entries must not matter";
}

TEST(UnixFsFolder, BecomesATrieWhereItsBlockWouldBeTooLarge) {
  Store store;
  const auto kind = [&](std::size_t count) {
    const Cid root = build_folder(entries_of(count), store.sink())->cid;
    const Block block = store.blocks.at(root);
    const PbNode node = parse_dag_pb(block.bytes).value();
    return std::pair((*node.data)[1], block.bytes.size());
  };
  std::size_t count = 4'000;
  std::size_t too_many = 6'000;
  while (too_many - count > 1) (kind((count + too_many) / 2).first == 1 ? count : too_many) = (count + too_many) / 2;
  EXPECT_LE(kind(count).second, kFolderBlockBytesMax);
  EXPECT_GT(kind(count).second, kFolderBlockBytesMax - 70);
  EXPECT_EQ(kind(count + 1).first, 5);
}

TEST(UnixFsFolder, NamesThatNoFileSystemTakesAreNeitherWrittenNorRead) {
  Store store;
  const Cid leaf = Cid::of(Codec::raw, bytes_of("a"));
  for (const std::string& name : {std::string(""), std::string("."), std::string(".."), std::string("a/b"),
                                  std::string("a\nb"), std::string("\xff"), std::string(256, 'x')}) {
    EXPECT_FALSE(build_folder({{name, leaf, 1}}, store.sink()));
  }
  EXPECT_EQ(build_folder({{"a", leaf, 1}, {"a", leaf, 1}}, store.sink()).error().rule, "entry_name");
}

TEST(UnixFsFolder, ATrieThatLiesIsRefused) {
  Store store;
  const FolderRoot root = build_folder(entries_of(6'000), store.sink()).value();
  // The part of branch 00 in place of that of branch 01.
  Bytes moved = store.blocks.at(root.cid).bytes;
  const Bytes branch{0x12, 0x02, '0', '0'};
  const auto at = std::search(moved.begin(), moved.end(), branch.begin(), branch.end());
  ASSERT_NE(at, moved.end());
  *(at + 3) = '1';
  const Block changed = Block::of(Codec::dag_pb, moved);
  ASSERT_TRUE(store.sink()(changed));
  const auto read = read_folder(changed.cid, store.fetch());
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().detail.find("in a branch that does not match its hash"), std::string::npos)
      << read.error().detail;
}

TEST(UnixFsFolder, WhatIsNoFolderIsCalledSo) {
  Store store;
  const Block raw = Block::of(Codec::raw, bytes_of("text"));
  ASSERT_TRUE(store.sink()(raw));
  EXPECT_EQ(read_folder(raw.cid, store.fetch()).error().rule, kNotAFolderRule);
  EXPECT_EQ(unixfs_kind(raw).value(), UnixFsKind::file);
  const Block folder = store.blocks.at(build_folder({}, store.sink())->cid);
  EXPECT_EQ(unixfs_kind(folder).value(), UnixFsKind::folder);
  const Block link = Block::of(Codec::dag_pb, from_hex("0a0508041201"
                                                       "61")
                                                  .value());
  EXPECT_EQ(unixfs_kind(link).value(), UnixFsKind::symbolic_link);
}

}  // namespace
}  // namespace icn::ipld
