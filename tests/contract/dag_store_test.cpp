// Goal: every dag_store behaves as ports/dag_store.hpp specifies.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "support.hpp"

namespace icn::contract {
namespace {

class DagStoreContract : public testing::TestWithParam<const ports::Backend<ports::dag_store_factory>*> {
 protected:
  DagStoreContract() { reopen(); }
  void reopen() {
    store_.reset();
    auto opened = GetParam()->open(location_of(GetParam()->descriptor.name, folder_, "dag"));
    if (!opened) ADD_FAILURE() << opened.error().detail;
    if (opened) store_ = *std::move(opened);
  }
  std::vector<ipld::Cid> list(const std::optional<ipld::Cid>& after = std::nullopt, std::size_t at_most = 1'000'000) {
    std::vector<ipld::Cid> cids;
    EXPECT_TRUE(store_->for_each(after, [&](const ipld::Cid& cid, std::uint64_t) {
      cids.push_back(cid);
      return cids.size() < at_most;
    }));
    return cids;
  }
  // Blocks of all three codecs, in no order.
  static std::vector<ipld::Block> some_blocks(std::size_t count) {
    constexpr std::array codecs{ipld::Codec::dag_cbor, ipld::Codec::raw, ipld::Codec::dag_pb};
    std::vector<ipld::Block> blocks;
    for (std::size_t i = 0; i < count; ++i) {
      blocks.push_back(ipld::Block::of(codecs[i % 3], bytes_of("block " + std::to_string(i))));
    }
    return blocks;
  }

  Folder folder_;
  std::unique_ptr<ports::DagStore> store_;
};

TEST_P(DagStoreContract, SaysWhatItIs) {
  EXPECT_EQ(store_->descriptor().port, "dag_store");
  EXPECT_EQ(store_->descriptor().name, GetParam()->descriptor.name);
  EXPECT_EQ(store_->descriptor().grade, GetParam()->descriptor.grade);
  EXPECT_FALSE(store_->descriptor().doc.empty());
}

TEST_P(DagStoreContract, GivesBackTheBytesThatWerePut) {
  for (const ipld::Block& block : some_blocks(9)) {
    ASSERT_TRUE(store_->put({&block, 1}));
    EXPECT_EQ(*store_->length(block.cid), block.bytes.size());
    EXPECT_TRUE(*store_->has(block.cid));
    const auto got = store_->get(block.cid);
    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->cid, block.cid);
    EXPECT_EQ(got->bytes, block.bytes);
  }
}

TEST_P(DagStoreContract, KeepsTheEmptyBlock) {
  const ipld::Block empty = ipld::Block::of(ipld::Codec::raw, {});
  ASSERT_TRUE(store_->put({&empty, 1}));
  EXPECT_TRUE(*store_->has(empty.cid));
  const auto got = store_->get(empty.cid);
  ASSERT_TRUE(got) << got.error().detail;
  EXPECT_TRUE(got->bytes.empty());
  EXPECT_EQ(*store_->statistics(), (ports::DagStatistics{1, 0}));
}

TEST_P(DagStoreContract, TheSameBytesUnderTwoCodecsAreTwoBlocks) {
  const ipld::Block raw = ipld::Block::of(ipld::Codec::raw, bytes_of("x"));
  const ipld::Block pb = ipld::Block::of(ipld::Codec::dag_pb, bytes_of("x"));
  ASSERT_TRUE(store_->put({&raw, 1}));
  EXPECT_FALSE(*store_->has(pb.cid));
  ASSERT_TRUE(store_->put({&pb, 1}));
  EXPECT_EQ(store_->statistics()->blocks, 2U);
}

TEST_P(DagStoreContract, SaysWhichBlockIsMissing) {
  const ipld::Cid absent = raw_block("absent").cid;
  EXPECT_FALSE(*store_->has(absent));
  const auto got = store_->get(absent);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::missing_data);
  EXPECT_NE(got.error().detail.find(absent.to_text()), std::string::npos);
}

TEST_P(DagStoreContract, StoringABlockAgainChangesNothing) {
  const ipld::Block block = raw_block("once");
  const std::vector<ipld::Block> twice{block, block};
  ASSERT_TRUE(store_->put(twice));
  ASSERT_TRUE(store_->put({&block, 1}));
  EXPECT_EQ(*store_->statistics(), (ports::DagStatistics{1, 4}));
}

TEST_P(DagStoreContract, AWrongCidIsRefusedAndNothingOfThePutIsStored) {
  std::vector<ipld::Block> blocks{raw_block("good"), raw_block("bad"), raw_block("good too")};
  blocks[1].bytes[0] ^= 1;
  const auto put = store_->put(blocks);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::invalid_format);
  for (const ipld::Block& block : blocks) EXPECT_FALSE(*store_->has(block.cid));
  EXPECT_EQ(*store_->statistics(), ports::DagStatistics{});
}

TEST_P(DagStoreContract, ABlockOfTheLimitIsKeptAndOneByteMoreIsRefused) {
  const std::vector<ipld::Block> most{ipld::Block::of(ipld::Codec::raw, Bytes(ports::kBlockBytesMax, 7))};
  ASSERT_TRUE(store_->put(most));
  EXPECT_EQ(store_->get(most[0].cid)->bytes, most[0].bytes);
  const std::vector<ipld::Block> more{raw_block("beside"),
                                      ipld::Block::of(ipld::Codec::raw, Bytes(ports::kBlockBytesMax + 1, 7))};
  const auto put = store_->put(more);
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(put.error().rule, "max_block_bytes");
  EXPECT_EQ(store_->statistics()->blocks, 1U);
}

TEST_P(DagStoreContract, RemovesWhatIsThereAndIgnoresWhatIsNot) {
  const std::vector<ipld::Block> blocks = some_blocks(4);
  ASSERT_TRUE(store_->put(blocks));
  ASSERT_TRUE(store_->flush());
  const std::vector<ipld::Cid> gone{blocks[0].cid, raw_block("never there").cid, blocks[2].cid, blocks[0].cid};
  ASSERT_TRUE(store_->remove(gone));
  EXPECT_FALSE(*store_->has(blocks[0].cid));
  EXPECT_EQ(store_->get(blocks[2].cid).error().code, ErrorCode::missing_data);
  EXPECT_TRUE(*store_->has(blocks[1].cid));
  EXPECT_EQ(store_->statistics()->blocks, 2U);
  EXPECT_EQ(store_->statistics()->bytes, blocks[1].bytes.size() + blocks[3].bytes.size());
  ASSERT_TRUE(store_->put({&blocks[0], 1}));
  EXPECT_EQ(store_->get(blocks[0].cid)->bytes, blocks[0].bytes);
}

TEST_P(DagStoreContract, ListsInTheOrderOfCidsFromAnyPoint) {
  std::vector<ipld::Block> blocks = some_blocks(60);
  ASSERT_TRUE(store_->put(blocks));
  std::vector<ipld::Cid> sorted;
  for (const ipld::Block& block : blocks) sorted.push_back(block.cid);
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(list(), sorted);
  EXPECT_EQ(list(sorted[29]), std::vector<ipld::Cid>(sorted.begin() + 30, sorted.end()));
  EXPECT_EQ(list(sorted.back()), std::vector<ipld::Cid>());
  const ipld::Cid between = raw_block("not stored").cid;
  EXPECT_EQ(list(between),
            std::vector<ipld::Cid>(std::upper_bound(sorted.begin(), sorted.end(), between), sorted.end()));
}

TEST_P(DagStoreContract, StopsListingWhenToldAndListsWholeTheNextTime) {
  ASSERT_TRUE(store_->put(some_blocks(10)));
  EXPECT_EQ(list(std::nullopt, 3).size(), 3U);
  EXPECT_EQ(list().size(), 10U);
}

TEST_P(DagStoreContract, WhatWasFlushedIsThereAfterOpeningAgain) {
  if (!is_persistent(GetParam()->descriptor.name)) {
    reopen();
    EXPECT_EQ(*store_->statistics(), ports::DagStatistics{}) << "a store in memory starts empty";
    return;
  }
  const std::vector<ipld::Block> blocks = some_blocks(12);
  ASSERT_TRUE(store_->put(blocks));
  ASSERT_TRUE(store_->remove({&blocks[5].cid, 1}));
  ASSERT_TRUE(store_->flush());
  reopen();
  EXPECT_EQ(store_->statistics()->blocks, 11U);
  EXPECT_EQ(store_->get(blocks[0].cid)->bytes, blocks[0].bytes);
  EXPECT_FALSE(*store_->has(blocks[5].cid));
}

TEST_P(DagStoreContract, FlushingNothingSucceeds) {
  EXPECT_TRUE(store_->flush());
  EXPECT_TRUE(store_->flush());
}

TEST_P(DagStoreContract, ReadersSeeEveryPutBlockWhileOthersPutAndFlush) {
  const std::vector<ipld::Block> blocks = some_blocks(400);
  std::atomic<std::size_t> put{0};
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> readers;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    readers.emplace_back([&, seed] {
      Sequence random(seed);
      while (put < blocks.size()) {
        const std::size_t known = put;
        if (known == 0) continue;
        const ipld::Block& block = blocks[random.below(known)];
        const auto got = store_->get(block.cid);
        if (!got || got->bytes != block.bytes || !store_->has(block.cid).has_value()) ++wrong;
      }
    });
  }
  for (const ipld::Block& block : blocks) {
    if (!store_->put({&block, 1})) ++wrong;
    ++put;
    if (put % 16 == 0 && !store_->flush()) ++wrong;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
}

TEST_P(DagStoreContract, ABlockIsMissingOrWholeWhileItIsBeingPut) {
  const std::vector<ipld::Block> blocks = some_blocks(400);
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> wrong{0};
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 3; ++reader) {
    readers.emplace_back([&] {
      for (std::size_t at = next; at < blocks.size(); at = next) {
        const auto got = store_->get(blocks[at].cid);
        if (got ? got->bytes != blocks[at].bytes : got.error().code != ErrorCode::missing_data) ++wrong;
      }
    });
  }
  for (const ipld::Block& block : blocks) {
    if (!store_->put({&block, 1})) ++wrong;
    ++next;
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(wrong, 0U);
}

std::string name_of(const testing::TestParamInfo<DagStoreContract::ParamType>& info) {
  return std::string(info.param->descriptor.name);
}
INSTANTIATE_TEST_SUITE_P(Backends, DagStoreContract,
                         testing::ValuesIn(backends::dag_store::all().begin(), backends::dag_store::all().end()),
                         name_of);

}  // namespace
}  // namespace icn::contract
