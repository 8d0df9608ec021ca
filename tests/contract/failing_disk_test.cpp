// Goal: when the disk fails at any write or sync, acknowledged data is present after reopening, unacknowledged data is
// present completely or not at all, and the store that met the failure accepts nothing more.
#include <gtest/gtest.h>

#include "failing_disk.hpp"
#include "support.hpp"

namespace icn::contract {
namespace {

constexpr std::uint64_t kMostOperations = 2'000;  // a commit that needs more of them than this is a defect

std::string fault_name(Fault fault) {
  switch (fault) {
    case Fault::full:
      return "Full";
    case Fault::failed_write:
      return "FailedWrite";
    case Fault::failed_sync:
      return "FailedSync";
  }
  return "";
}
constexpr auto kFaults = {Fault::full, Fault::failed_write, Fault::failed_sync};

template <class Backend>
class FailingDiskTest : public testing::TestWithParam<std::tuple<Backend, Fault>> {
 protected:
  [[nodiscard]] Backend backend() const { return std::get<0>(this->GetParam()); }
  [[nodiscard]] Fault fault() const { return std::get<1>(this->GetParam()); }
  [[nodiscard]] auto open(const Folder& folder) const {
    return backend()->open(location_of(backend()->descriptor.name, folder, "store"));
  }
};
template <class Backend>
std::string case_name(const testing::TestParamInfo<std::tuple<Backend, Fault>>& info) {
  return std::string(std::get<0>(info.param)->descriptor.name) + fault_name(std::get<1>(info.param));
}

// Fifty pairs, all written by each batch, so that half a batch is visible.
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

// On a failing disk sled's panics end the process, as its README says.
bool is_held_to_failures(std::string_view backend) { return is_file_based(backend) && backend != "sled"; }

using StateOnFailingDisk = FailingDiskTest<StateBackend>;

TEST_P(StateOnFailingDisk, KeepsWhatItAcknowledgedWhicheverOperationFails) {
  std::uint64_t after = 0;
  for (bool struck = true; struck; ++after) {
    ASSERT_LT(after, kMostOperations);
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder(Place::memory);
    FailingDisk disk(folder.path());
    std::unique_ptr<ports::StateStore> store = open(folder).value();
    ASSERT_TRUE(store->commit(group_writing("first")));
    disk.arm(fault(), after);
    const auto second = store->commit(group_writing("second"));
    struck = disk.struck();
    // Work after the commit is durable may fail silently: the store reports it with the next call.
    ASSERT_TRUE(second || struck) << second.error().detail;
    disk.heal();
    if (!second) {
      EXPECT_EQ(second.error().code, ErrorCode::storage) << second.error().detail;
      EXPECT_EQ(store->commit(group_writing("third")).error().code, ErrorCode::storage)
          << "the disk healed, the store must not";
      EXPECT_EQ(store->sequence(), 2U);
    }
    store.reset();
    store = open(folder).value();
    const std::string text = text_in(*store);
    EXPECT_TRUE(text == "second" || (!second && text == "first")) << text;
    EXPECT_EQ(store->sequence(), text == "second" ? 4U : 2U) << "the sequence belongs to the same commit";
    EXPECT_TRUE(store->commit(group_writing("fourth"))) << "a store opened again works";
  }
  EXPECT_GE(after, 2U) << "no operation ever failed: the test tests nothing";
}

TEST_P(StateOnFailingDisk, CannotBeMadeThenAndCanBeMadeLater) {
  const Folder folder(Place::memory);
  FailingDisk disk(folder.path());
  std::uint64_t failed = 0;
  for (std::uint64_t after = 0;; ++after) {
    disk.arm(fault(), after);
    {
      const auto opened = open(folder);
      if (!disk.struck()) break;
      failed += opened ? 0 : 1;
      EXPECT_TRUE(opened || opened.error().code == ErrorCode::storage) << opened.error().detail;
    }
    disk.heal();
    const auto again = open(folder);
    EXPECT_TRUE(again) << "failing after " << after << ": " << again.error().detail;
    std::filesystem::remove_all(folder.path());
    std::filesystem::create_directory(folder.path());
  }
  EXPECT_GE(failed, 1U) << "no operation ever failed: the test tests nothing";
}

TEST_P(StateOnFailingDisk, SaysWhatHappenedToWhichFile) {
  const Folder folder(Place::memory);
  FailingDisk disk(folder.path());
  std::unique_ptr<ports::StateStore> store = open(folder).value();
  disk.arm(fault(), 0);
  const auto committed = store->commit(group_writing("x"));
  disk.heal();
  ASSERT_FALSE(committed);
  EXPECT_NE(committed.error().detail.find(folder.path().filename()), std::string::npos) << committed.error().detail;
  if (fault() == Fault::full) {
    EXPECT_NE(committed.error().detail.find("the disk is full"), std::string::npos) << committed.error().detail;
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, StateOnFailingDisk,
                         testing::Combine(testing::ValuesIn(state_stores(&is_held_to_failures)),
                                          testing::ValuesIn(kFaults)),
                         case_name<StateBackend>);

ipld::Block large_block(std::uint8_t number) { return ipld::Block::of(ipld::Codec::raw, Bytes(1024 * 1024, number)); }

// A `file` store rewrites its state when the log has grown, in the commit that detects it. That commit is already
// durable: a disk failure then may only end the store.
class CompactionOnFailingDisk : public testing::TestWithParam<Fault> {
 protected:
  static constexpr std::size_t kValueBytes = 1024 * 1024;
  static constexpr std::uint8_t kValues = 40;
};
std::string compaction_name(const testing::TestParamInfo<Fault>& param) { return fault_name(param.param); }

TEST_P(CompactionOnFailingDisk, AStateStoreKeepsWhatItAcknowledged) {
  std::uint64_t after = 0;
  std::uint64_t failed_in_silence = 0;
  for (bool struck = true; struck; ++after) {
    ASSERT_LT(after, kMostOperations);
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder(Place::memory);
    FailingDisk disk(folder.path());
    const std::string url = "file:" + location_of("file", folder, "store");
    std::unique_ptr<ports::StateStore> store = backends::state_store::open(url).value();
    const auto commit = [&](std::uint8_t number) {
      ports::Batch batch;
      batch.put(bytes_of("a"), Bytes{number});
      batch.put(bytes_of("z"), Bytes(kValueBytes, number));
      return store->commit({&batch, 1});
    };
    std::uint8_t acknowledged = 0;
    for (; acknowledged < 15; ++acknowledged) ASSERT_TRUE(commit(acknowledged + 1));
    disk.arm(GetParam(), after);
    while (acknowledged < kValues && commit(acknowledged + 1)) ++acknowledged;
    struck = disk.struck();
    disk.heal();
    if (struck) {
      failed_in_silence += store->get(view_of("a")).value() == Bytes{acknowledged} ? 1 : 0;
      EXPECT_EQ(commit(kValues).error().code, ErrorCode::storage) << "the disk healed, the store must not";
    }
    store.reset();
    store = backends::state_store::open(url).value();
    EXPECT_GE(store->sequence(), acknowledged);
    EXPECT_LE(store->sequence(), acknowledged + 1U);
    const auto number = static_cast<std::uint8_t>(store->sequence());
    EXPECT_EQ(**store->get(view_of("a")), Bytes{number});
    EXPECT_EQ(**store->get(view_of("z")), Bytes(kValueBytes, number));
    EXPECT_TRUE(commit(kValues + 1));
  }
  EXPECT_GE(failed_in_silence, 3U) << "no snapshot ever failed: the test tests nothing";
}

TEST_P(CompactionOnFailingDisk, ADagStoreKeepsWhatItFlushed) {
  std::uint64_t after = 0;
  for (bool struck = true; struck; ++after) {
    ASSERT_LT(after, kMostOperations);
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder(Place::memory);
    FailingDisk disk(folder.path());
    const std::string url = "file:" + location_of("file", folder, "store");
    std::unique_ptr<ports::DagStore> store = backends::dag_store::open(url).value();
    std::vector<ipld::Cid> gone;
    for (std::uint8_t number = 0; number < kValues; ++number) {
      const ipld::Block block = large_block(number);
      ASSERT_TRUE(store->put({&block, 1}));
      if (number > 1) gone.push_back(block.cid);
    }
    ASSERT_TRUE(store->flush());
    disk.arm(GetParam(), after);
    const bool removed = store->remove(gone) && store->flush();
    struck = disk.struck();
    disk.heal();
    store.reset();
    store = backends::dag_store::open(url).value();
    for (std::uint8_t number = 0; number < 2; ++number) EXPECT_TRUE(store->get(large_block(number).cid));
    EXPECT_TRUE(!removed || store->statistics()->blocks == 2U) << "removed, flushed and present again";
    ASSERT_TRUE(store->remove(gone));
    EXPECT_EQ(store->statistics()->blocks, 2U);
  }
  EXPECT_GE(after, 4U) << "no compaction ever failed: the test tests nothing";
}
INSTANTIATE_TEST_SUITE_P(File, CompactionOnFailingDisk, testing::ValuesIn(kFaults), compaction_name);

using DagOnFailingDisk = FailingDiskTest<DagBackend>;

// Blocks of 12 MiB exceed a cache: they reach the files before the flush. The steps between failing operations grow, so
// that stores that write a page at a time finish soon.
TEST_P(DagOnFailingDisk, KeepsWhatItFlushedWhicheverOperationFails) {
  constexpr std::uint8_t kBlocks = 12;
  std::uint64_t after = 0;
  std::uint64_t rounds = 0;
  for (bool struck = true; struck; after += 1 + (after > 30 ? 700 : 0), ++rounds) {
    SCOPED_TRACE("failing after " + std::to_string(after));
    const Folder folder(Place::memory);
    FailingDisk disk(folder.path());
    std::unique_ptr<ports::DagStore> store = open(folder).value();
    const ipld::Block flushed = raw_block("flushed");
    ASSERT_TRUE(store->put({&flushed, 1}));
    ASSERT_TRUE(store->flush());
    disk.arm(fault(), after);
    bool acknowledged = true;
    for (std::uint8_t number = 0; number < kBlocks; ++number) {
      const ipld::Block block = large_block(number);
      if (const auto put = store->put({&block, 1}); !put) {
        EXPECT_EQ(put.error().code, ErrorCode::storage) << put.error().detail;
        acknowledged = false;
      }
      // A disk that recovers immediately must not make the store forget that it lost data.
      if (disk.struck()) disk.heal();
    }
    const auto flush = store->flush();
    ASSERT_TRUE(acknowledged || !flush) << "a flush succeeded after blocks were lost";
    acknowledged = flush.has_value();
    struck = disk.struck();
    disk.heal();
    // Work after the blocks are durable may fail silently.
    ASSERT_TRUE(acknowledged || struck) << flush.error().detail;
    if (!acknowledged) {
      EXPECT_EQ(flush.error().code, ErrorCode::storage);
      EXPECT_EQ(store->flush().error().code, ErrorCode::storage);
      EXPECT_EQ(store->put({&flushed, 1}).error().code, ErrorCode::storage);
      EXPECT_EQ(store->remove({&flushed.cid, 1}).error().code, ErrorCode::storage);
    }
    store.reset();
    store = open(folder).value();
    EXPECT_EQ(store->get(flushed.cid)->bytes, flushed.bytes);
    for (std::uint8_t number = 0; acknowledged && number < kBlocks; ++number)
      EXPECT_TRUE(store->get(large_block(number).cid)) << "acknowledged and lost";
  }
  EXPECT_GE(rounds, 2U) << "no operation ever failed: the test tests nothing";
}

TEST_P(DagOnFailingDisk, CannotBeMadeThenAndCanBeMadeLater) {
  const Folder folder(Place::memory);
  FailingDisk disk(folder.path());
  disk.arm(fault(), 0);
  const auto opened = open(folder);
  disk.heal();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::storage) << opened.error().detail;
  EXPECT_TRUE(open(folder));
}

INSTANTIATE_TEST_SUITE_P(Backends, DagOnFailingDisk,
                         testing::Combine(testing::ValuesIn(dag_stores(&is_held_to_failures)),
                                          testing::ValuesIn(kFaults)),
                         case_name<DagBackend>);

}  // namespace
}  // namespace icn::contract
