// Goal: a store in files whose disk is full reports that, keeps all acknowledged data and accepts nothing more until it
// is reopened. The failure is real: the kernel lets no file of this process grow (RLIMIT_FSIZE).
#include <gtest/gtest.h>

#include <csignal>

#include <sys/resource.h>

#include "support.hpp"

namespace icn::contract {
namespace {

// No file grows beyond `bytes` during its lifetime.
class FullDisk {
 public:
  explicit FullDisk(std::uint64_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

constexpr std::uint64_t kDiskBytes = 900'000;
constexpr int kMost = 2'000;  // of 4 KiB each
constexpr const char* kWithFiles[] = {"file", "rocksdb", "sled", "sqlite"};

Bytes value_of(int i) { return bytes_of(std::to_string(i) + std::string(4'000, 'v')); }

TEST(DiskThatIsFull, EndsAStateStoreThatKeepsWhatItAcknowledged) {
  for (const std::string name : kWithFiles) {
    SCOPED_TRACE(name);
    const Folder folder;
    const std::string url = name + ":" + location_of(name, folder, "state");
    std::unique_ptr<ports::StateStore> store = backends::state_store::open(url).value();
    int acknowledged = 0;
    {
      const FullDisk full(kDiskBytes);
      const auto commit = [&](int i) {
        ports::Batch batch;
        batch.put(bytes_of(std::to_string(i)), value_of(i));
        return store->commit({&batch, 1});
      };
      Result<std::uint64_t> committed = commit(0);
      while (committed && acknowledged < kMost) committed = commit(++acknowledged);
      ASSERT_FALSE(committed) << "the disk never was full";
      EXPECT_EQ(committed.error().code, ErrorCode::storage) << committed.error().detail;
      EXPECT_GT(acknowledged, 10);
      EXPECT_EQ(commit(acknowledged).error().code, ErrorCode::storage);
      EXPECT_EQ(*store->get(view_of("0")), value_of(0));
    }
    ports::Batch late;
    late.put(bytes_of("late"), {});
    EXPECT_EQ(store->commit({&late, 1}).error().code, ErrorCode::storage) << "what reached the disk is unknown";
    store.reset();
    auto again = backends::state_store::open(url);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_GE((*again)->sequence(), static_cast<std::uint64_t>(acknowledged));
    EXPECT_LE((*again)->sequence(), static_cast<std::uint64_t>(acknowledged) + 1);
    for (int i = 0; i < acknowledged; ++i) ASSERT_EQ(*(*again)->get(view_of(std::to_string(i))), value_of(i)) << i;
    EXPECT_TRUE((*again)->commit({&late, 1}));
  }
}

TEST(DiskThatIsFull, EndsADagStoreThatKeepsWhatItFlushed) {
  for (const std::string name : kWithFiles) {
    SCOPED_TRACE(name);
    const Folder folder;
    const std::string url = name + ":" + location_of(name, folder, "dag");
    std::unique_ptr<ports::DagStore> store = backends::dag_store::open(url).value();
    const auto block = [](int i) { return ipld::Block::of(ipld::Codec::raw, value_of(i)); };
    const auto put = [&](int i) -> Result<void> {
      const ipld::Block one = block(i);
      ICN_TRY(store->put({&one, 1}));
      return store->flush();
    };
    int flushed = 0;
    {
      const FullDisk full(kDiskBytes);
      Result<void> stored = put(0);
      while (stored && flushed < kMost) stored = put(++flushed);
      ASSERT_FALSE(stored) << "the disk never was full";
      EXPECT_EQ(stored.error().code, ErrorCode::storage) << stored.error().detail;
      EXPECT_GT(flushed, 10);
      EXPECT_TRUE(store->get(block(0).cid));
    }
    EXPECT_EQ(put(kMost + 1).error().code, ErrorCode::storage) << "what reached the disk is unknown";
    store.reset();
    auto again = backends::dag_store::open(url);
    ASSERT_TRUE(again) << again.error().detail;
    for (int i = 0; i < flushed; ++i) ASSERT_EQ((*again)->get(block(i).cid)->bytes, value_of(i)) << i;
    const ipld::Block late = block(kMost + 2);
    EXPECT_TRUE((*again)->put({&late, 1}));
    EXPECT_TRUE((*again)->flush());
  }
}

}  // namespace
}  // namespace icn::contract
