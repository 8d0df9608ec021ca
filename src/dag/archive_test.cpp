#include "dag/archive.hpp"

#include <gtest/gtest.h>

#include <map>

#include "dag/block_batch.hpp"
#include "ipld/unixfs.hpp"
#include "testing/archive.hpp"
#include "testing/mutate.hpp"

namespace icn::dag {
namespace {

using icn::testing::archive_blocks;
using icn::testing::golden_file;
using icn::testing::source_of;
using icn::testing::written_archive;
using ipld::Block;
using ipld::CarVersion;
using ipld::Cid;
using ipld::Codec;

// An in-memory store that counts calls and can fail.
class CountingStore : public ports::DagStore {
 public:
  Result<void> put(std::span<const Block> put_now) override {
    if (puts_left == 0) return fail(ErrorCode::storage, "the disk is full");
    --puts_left;
    std::size_t bytes = 0;
    for (const Block& block : put_now) {
      ICN_TRY(ports::check_block(block));
      bytes += block.bytes.size();
      blocks.insert_or_assign(block.cid, block);
    }
    ++puts;
    blocks_max = std::max(blocks_max, put_now.size());
    bytes_max = std::max(bytes_max, bytes);
    unflushed += bytes;
    unflushed_max = std::max(unflushed_max, unflushed);
    return {};
  }
  Result<Block> get(const Cid& cid) const override {
    const auto found = blocks.find(cid);
    if (found == blocks.end()) return fail(ErrorCode::missing_data, "block " + cid.to_text() + " is not in the store");
    return found->second;
  }
  Result<std::optional<std::uint64_t>> length(const Cid& cid) const override {
    const auto found = blocks.find(cid);
    return found == blocks.end() ? std::nullopt : std::optional<std::uint64_t>(found->second.bytes.size());
  }
  Result<void> remove(std::span<const Cid> cids) override {
    for (const Cid& cid : cids) blocks.erase(cid);
    return {};
  }
  Result<void> for_each(const std::optional<Cid>&,
                        const std::function<bool(const Cid&, std::uint64_t)>& visit) const override {
    for (const auto& [cid, block] : blocks) {
      if (!visit(cid, block.bytes.size())) break;
    }
    return {};
  }
  Result<ports::DagStatistics> statistics() const override { return ports::DagStatistics{blocks.size(), 0}; }
  Result<void> flush() override {
    if (flush_fails) return fail(ErrorCode::storage, "the disk is gone");
    unflushed = 0;
    ++flushes;
    return {};
  }
  const ports::Descriptor& descriptor() const override {
    static constexpr ports::Descriptor descriptor{"dag_store", "counting", ports::Grade::test, "for this test"};
    return descriptor;
  }

  std::map<Cid, Block> blocks;
  std::size_t puts_left = SIZE_MAX;
  bool flush_fails = false;
  std::size_t puts = 0, flushes = 0, blocks_max = 0, bytes_max = 0, unflushed = 0, unflushed_max = 0;
};

struct Exported {
  Result<ArchiveSummary> outcome;
  Bytes bytes;
};

Exported export_all(const ports::DagStore& store, const std::vector<Cid>& roots, CarVersion version) {
  Bytes bytes;
  auto outcome = export_archive(store, roots, version, [&](ByteView piece) -> Result<void> {
    append(bytes, piece);
    return {};
  });
  return {std::move(outcome), std::move(bytes)};
}

std::string golden_name(CarVersion version) { return version == CarVersion::v1 ? "archive_v1.car" : "archive_v2.car"; }

CountingStore store_of(const std::vector<Block>& blocks) {
  CountingStore store;
  for (const Block& block : blocks) store.blocks.insert_or_assign(block.cid, block);
  return store;
}

TEST(Archive, TheGoldenOnesComeInAndGoOutByteForByte) {
  const std::vector<Block> blocks = archive_blocks();
  for (const CarVersion version : {CarVersion::v1, CarVersion::v2}) {
    const Bytes golden = golden_file(golden_name(version));
    CountingStore store;
    const auto imported = import_archive(store, source_of(golden));
    ASSERT_TRUE(imported) << imported.error().detail;
    EXPECT_EQ(imported->version, version);
    EXPECT_EQ(imported->roots, std::vector<Cid>{blocks[0].cid});
    EXPECT_EQ(imported->blocks, 4U);
    EXPECT_EQ(imported->bytes, 108U + 95U + 1U + 1U);
    EXPECT_EQ(store.blocks.size(), 4U);
    EXPECT_EQ(store.unflushed, 0U) << "reported before it was durable";
    EXPECT_EQ(store.flushes, 1U);
    const Exported exported = export_all(store, {blocks[0].cid, blocks[0].cid}, version);
    ASSERT_TRUE(exported.outcome) << exported.outcome.error().detail;
    EXPECT_EQ(to_hex(exported.bytes), to_hex(golden));
    EXPECT_EQ(exported.outcome->blocks, 4U);
    EXPECT_EQ(exported.outcome->bytes, imported->bytes);
  }
}

TEST(Archive, AFileComesBackFromItsArchive) {
  CountingStore from;
  BlockBatch batch(from);
  ipld::FileBuilder builder([&](Block block) { return batch.add(std::move(block)); },
                            {.leaf_bytes = 10, .links_per_node = 3});
  // Many equal leaves: the archive has each once.
  ASSERT_TRUE(builder.write(Bytes(1000, 7)));
  const Cid root = builder.finish().value();
  ASSERT_TRUE(batch.finish());
  const Exported exported = export_all(from, {root}, CarVersion::v2);
  ASSERT_TRUE(exported.outcome);
  EXPECT_EQ(exported.outcome->blocks, from.blocks.size());
  CountingStore to;
  ASSERT_TRUE(import_archive(to, source_of(exported.bytes)));
  Bytes file;
  ASSERT_TRUE(ipld::read_file(
      root, UINT64_MAX, [&](const Cid& cid) { return to.get(cid); },
      [&](ByteView piece) -> Result<void> {
        append(file, piece);
        return {};
      }));
  EXPECT_EQ(file, Bytes(1000, 7));
}

TEST(Archive, NothingIsWrittenOfADagWithAMissingOrWrongBlock) {
  const std::vector<Block> blocks = archive_blocks();
  for (const Block& gone : blocks) {
    CountingStore store = store_of(blocks);
    store.blocks.erase(gone.cid);
    const Exported exported = export_all(store, {blocks[0].cid}, CarVersion::v1);
    ASSERT_FALSE(exported.outcome);
    EXPECT_EQ(exported.outcome.error().code, ErrorCode::missing_data);
    EXPECT_NE(exported.outcome.error().detail.find(gone.cid.to_text()), std::string::npos);
    EXPECT_TRUE(exported.outcome.error().detail.ends_with("; nothing was exported"));
    EXPECT_TRUE(exported.bytes.empty());
  }
  const Block bad = Block::of(Codec::dag_cbor, Bytes{0x18, 0x01});
  const Exported exported = export_all(store_of({bad}), {bad.cid}, CarVersion::v1);
  ASSERT_FALSE(exported.outcome);
  EXPECT_EQ(exported.outcome.error().code, ErrorCode::invalid_format);
  EXPECT_NE(exported.outcome.error().detail.find(bad.cid.to_text()), std::string::npos);
  EXPECT_TRUE(exported.bytes.empty());
}

// A CARv1 cut between two sections is a valid shorter archive that has its root: an export shows what is missing.
TEST(Archive, OfADamagedArchiveNothingIsStored) {
  for (const CarVersion version : {CarVersion::v1, CarVersion::v2}) {
    const Bytes golden = golden_file(golden_name(version));
    const auto check = [&](const Bytes& damaged, const std::string& what) {
      CountingStore store;
      const auto imported = import_archive(store, source_of(damaged));
      if (imported) return true;
      EXPECT_EQ(store.puts, 0U) << what;
      EXPECT_TRUE(imported.error().detail.ends_with("; nothing was imported")) << imported.error().detail;
      return false;
    };
    std::size_t taken = 0;
    icn::testing::for_each_truncation(golden, [&](const Bytes& damaged, const std::string& what) {
      if (check(damaged, what)) ++taken;
    });
    EXPECT_EQ(taken, version == CarVersion::v1 ? 3U : 0U);
    icn::testing::for_each_bit_flip(golden, [&](const Bytes& damaged, const std::string& what) {
      // The first bit of the characteristics marks the index as complete, which it is.
      EXPECT_EQ(check(damaged, what), version == CarVersion::v2 && (damaged[11] ^ golden[11]) == 0x80) << what;
    });
    icn::testing::for_each_mutation(golden, 9, 3'000,
                                    [&](const Bytes& damaged, const std::string& what) { check(damaged, what); });
  }
}

TEST(Archive, ARootMayBeInTheStoreAlready) {
  const Block a = Block::of(Codec::raw, bytes_of("a"));
  const Block b = Block::of(Codec::raw, bytes_of("b"));
  const Bytes archive = written_archive(CarVersion::v1, {a.cid, b.cid}, {b});
  CountingStore without;
  const auto refused = import_archive(without, source_of(archive));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::missing_data);
  EXPECT_EQ(refused.error().detail, "archive: its root " + a.cid.to_text() +
                                        " is neither in the archive nor in the store; nothing was imported");
  EXPECT_EQ(without.puts, 0U);
  CountingStore with = store_of({a});
  EXPECT_TRUE(import_archive(with, source_of(archive)));
  EXPECT_EQ(with.blocks.size(), 2U);
}

TEST(Archive, BatchesAreBoundedAndFlushedOnTheWay) {
  std::vector<Block> small;
  for (std::uint32_t i = 0; i < 5'000; ++i) small.push_back(Block::of(Codec::raw, bytes_of(std::to_string(i))));
  CountingStore many;
  ASSERT_TRUE(import_archive(many, source_of(written_archive(CarVersion::v1, {}, small))));
  EXPECT_EQ(many.blocks.size(), 5'000U);
  EXPECT_EQ(many.blocks_max, 1024U);
  EXPECT_EQ(many.flushes, 1U);

  CountingStore large;
  BlockBatch batch(large);
  constexpr std::size_t mib = 1024 * 1024;
  for (std::uint8_t i = 0; i < 140; ++i) {
    ASSERT_TRUE(batch.add(Block::of(Codec::raw, Bytes(mib, i))));
    large.blocks.clear();
  }
  ASSERT_TRUE(batch.finish());
  EXPECT_EQ(batch.blocks(), 140U);
  EXPECT_EQ(batch.bytes(), 140 * mib);
  EXPECT_EQ(large.bytes_max, 8 * mib);
  EXPECT_EQ(large.unflushed_max, 64 * mib);
  EXPECT_EQ(large.flushes, 3U);
}

TEST(Archive, AStoreThatFailsIsTold) {
  std::vector<Block> blocks;
  for (std::uint32_t i = 0; i < 3'000; ++i) blocks.push_back(Block::of(Codec::raw, bytes_of(std::to_string(i))));
  const Bytes archive = written_archive(CarVersion::v1, {blocks[0].cid}, blocks);
  CountingStore full;
  full.puts_left = 1;
  const auto failed = import_archive(full, source_of(archive));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::storage);
  EXPECT_EQ(failed.error().detail,
            "the disk is full; some of the first 2048 blocks were stored but are not referenced; import the "
            "archive again");
  CountingStore gone;
  gone.flush_fails = true;
  EXPECT_EQ(import_archive(gone, source_of(archive)).error().code, ErrorCode::storage);
}

TEST(Archive, AFailingSinkEndsTheExport) {
  const std::vector<Block> blocks = archive_blocks();
  const CountingStore store = store_of(blocks);
  const auto outcome = export_archive(store, std::vector<Cid>{blocks[0].cid}, CarVersion::v1,
                                      [](ByteView) -> Result<void> { return fail(ErrorCode::storage, "no room"); });
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().detail, "no room");
}

}  // namespace
}  // namespace icn::dag
