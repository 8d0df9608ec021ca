// Goal: when the disk fails, at whichever write or fsync, what was acknowledged is there after opening again, what was
// not is there as a whole or not at all, and the store that met the failure accepts nothing more.
#include <gtest/gtest.h>

#include "failing_disk.hpp"
#include "support.hpp"

namespace icn::contract {
namespace {

constexpr std::uint64_t kMostOperations = 2'000;  // a commit that needs more of them than this is a defect

std::string fault_name(const testing::TestParamInfo<Fault>& info) {
  switch (info.param) {
    case Fault::full:
      return "Full";
    case Fault::failed_write:
      return "FailedWrite";
    case Fault::failed_sync:
      return "FailedSync";
  }
  return "";
}

class FailingDiskTest : public testing::TestWithParam<Fault> {
 protected:
  FailingDisk disk_;
};

// Fifty pairs of which each batch writes all, so that half a batch shows.
constexpr int kPairs = 50;
std::vector<ports::Batch> group_writing(const std::string& text) {
  std::vector<ports::Batch> group(2);
  for (int i = 0; i < kPairs; ++i) {
    for (ports::Batch& batch : group)
      batch.put(bytes_of("key" + std::to_string(i)), bytes_of(text + std::string(200, '.')));
  }
  return group;
}

// The text under all keys; an error of the test when they differ.
std::string text_in(const ports::StateStore& store) {
  std::string text;
  int pairs = 0;
  EXPECT_TRUE(store.scan({}, {}, [&](ByteView, ByteView value) {
    const std::string found(text_of(value).substr(0, text_of(value).find('.')));
    if (pairs++ == 0) text = found;
    EXPECT_EQ(found, text) << "half a batch";
    return true;
  }));
  EXPECT_EQ(pairs, kPairs);
  return text;
}

TEST_P(FailingDiskTest, AStateStoreKeepsWhatItAcknowledgedWhicheverOperationFails) {
  std::uint64_t after = 0;
  for (bool struck = true; struck; ++after) {
    ASSERT_LT(after, kMostOperations);
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder;
    const std::string url = "sqlite:" + (folder.path() / "state.db").string();
    std::unique_ptr<ports::StateStore> store = backends::state_store::open(url).value();
    ASSERT_TRUE(store->commit(group_writing("first")));
    disk_.arm(GetParam(), after);
    const auto second = store->commit(group_writing("second"));
    struck = disk_.struck();
    ASSERT_EQ(second.has_value(), !struck);
    disk_.heal();
    if (struck) {
      EXPECT_EQ(second.error().code, ErrorCode::storage) << second.error().detail;
      EXPECT_EQ(store->commit(group_writing("third")).error().code, ErrorCode::storage)
          << "the disk healed, the store must not";
      EXPECT_EQ(store->sequence(), 2U);
    }
    store.reset();
    store = backends::state_store::open(url).value();
    const std::string text = text_in(*store);
    EXPECT_TRUE(text == "second" || (struck && text == "first")) << text;
    EXPECT_EQ(store->sequence(), text == "second" ? 4U : 2U) << "the sequence belongs to the same commit";
    EXPECT_TRUE(store->commit(group_writing("fourth"))) << "a store opened again works";
  }
  EXPECT_GE(after, 2U) << "no operation ever failed: the test tests nothing";
}

ipld::Block large_block(std::uint8_t number) { return ipld::Block::of(ipld::Codec::raw, Bytes(1024 * 1024, number)); }

TEST_P(FailingDiskTest, ADagStoreKeepsWhatItFlushedWhicheverOperationFails) {
  // More than SQLite's cache, so that pages are written before the flush.
  constexpr std::uint8_t kBlocks = 12;
  std::uint64_t after = 0;
  std::uint64_t rounds = 0;
  for (bool struck = true; struck; after += GetParam() == Fault::failed_sync ? 1 : 701, ++rounds) {
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder;
    const std::string url = "sqlite:" + (folder.path() / "dag.db").string();
    std::unique_ptr<ports::DagStore> store = backends::dag_store::open(url).value();
    const ipld::Block flushed = raw_block("flushed");
    ASSERT_TRUE(store->put({&flushed, 1}));
    ASSERT_TRUE(store->flush());
    disk_.arm(GetParam(), after);
    bool acknowledged = true;
    for (std::uint8_t number = 0; number < kBlocks; ++number) {
      const ipld::Block block = large_block(number);
      if (const auto put = store->put({&block, 1}); !put) {
        EXPECT_EQ(put.error().code, ErrorCode::storage) << put.error().detail;
        acknowledged = false;
      }
      // A disk that heals at once must not make the store forget that it lost something.
      if (disk_.struck()) disk_.heal();
    }
    const auto flush = store->flush();
    acknowledged = acknowledged && flush.has_value();
    struck = disk_.struck();
    disk_.heal();
    if (struck) {
      ASSERT_FALSE(flush) << "a flush succeeded after blocks were lost";
      EXPECT_EQ(flush.error().code, ErrorCode::storage);
      EXPECT_EQ(store->flush().error().code, ErrorCode::storage);
      EXPECT_EQ(store->put({&flushed, 1}).error().code, ErrorCode::storage);
      EXPECT_EQ(store->remove({&flushed.cid, 1}).error().code, ErrorCode::storage);
    }
    store.reset();
    store = backends::dag_store::open(url).value();
    EXPECT_EQ(store->get(flushed.cid)->bytes, flushed.bytes);
    for (std::uint8_t number = 0; acknowledged && number < kBlocks; ++number)
      EXPECT_TRUE(store->get(large_block(number).cid));
    ASSERT_EQ(acknowledged, !struck);
  }
  EXPECT_GE(rounds, 2U) << "no operation ever failed: the test tests nothing";
}

TEST_P(FailingDiskTest, AStoreThatCannotBeMadeIsAnErrorAndCanBeMadeLater) {
  const Folder folder;
  for (const std::string name : {"state", "dag"}) {
    const auto open = [&]() -> Result<void> {
      const std::string url = "sqlite:" + (folder.path() / (name + ".db")).string();
      if (name == "state") {
        ICN_TRY(backends::state_store::open(url));
      } else {
        ICN_TRY(backends::dag_store::open(url));
      }
      return {};
    };
    disk_.arm(GetParam(), 0);
    const auto opened = open();
    disk_.heal();
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::storage) << opened.error().detail;
    EXPECT_TRUE(open());
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, FailingDiskTest, testing::Values(Fault::full, Fault::failed_write, Fault::failed_sync),
                         fault_name);

TEST(FullDisk, IsToldInWordsThatSayWhatToDo) {
  FailingDisk disk;
  const Folder folder;
  std::unique_ptr<ports::StateStore> store =
      backends::state_store::open("sqlite:" + (folder.path() / "state.db").string()).value();
  disk.arm(Fault::full, 0);
  const auto committed = store->commit(group_writing("x"));
  ASSERT_FALSE(committed);
  EXPECT_NE(committed.error().detail.find("the disk is full"), std::string::npos) << committed.error().detail;
  EXPECT_NE(committed.error().detail.find("state.db"), std::string::npos) << committed.error().detail;
}

}  // namespace
}  // namespace icn::contract
