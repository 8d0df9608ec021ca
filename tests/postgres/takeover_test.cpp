// Goal: an opening only reads. The claimer of a store, or its first writer, is its writer from then on; another
// holder's store is claimed only on request. Nothing acknowledged before is lost, nothing is present twice, and the old
// writer adds nothing more, whatever it was doing.
#include <atomic>
#include <mutex>
#include <thread>

#include <unistd.h>

#include "detail/fixture.hpp"

namespace icn::contract {
namespace {

using Takeover = PostgresTest;

// Threads that each commit their own keys until their store refuses.
class Load {
 public:
  Load(ports::StateStore& store, std::string name, int threads) {
    for (int thread = 0; thread < threads; ++thread) {
      threads_.emplace_back([this, &store, prefix = name + "/" + std::to_string(thread) + "/"] {
        for (int i = 0; !stop_; ++i) {
          const std::string key = prefix + std::to_string(i);
          ports::Batch batch;
          batch.put(bytes_of(key), bytes_of("x"));
          batch.put(bytes_of(key + "+"), bytes_of("x"));
          const auto committed = store.commit({&batch, 1});
          std::lock_guard lock(mutex_);
          if (!committed) {
            error_ = committed.error();
            return;
          }
          acknowledged_.push_back(key);
          ++count_;
        }
      });
    }
  }
  ~Load() { finish(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void wait_for(std::uint64_t commits) const {
    while (count_ < commits) std::this_thread::yield();
  }
  void finish() {
    stop_ = true;
    join();
  }
  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }
  [[nodiscard]] const std::vector<std::string>& acknowledged() const { return acknowledged_; }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> count_{0};
  std::mutex mutex_;
  std::vector<std::string> acknowledged_;
  Error error_;
  std::vector<std::thread> threads_;
};

TEST_F(Takeover, UnderLoadKeepsEveryAcknowledgedBatchOnceAndNoOther) {
  constexpr int kRounds = 12;
  std::unique_ptr<ports::StateStore> store = open_state();
  count_writes();
  std::vector<std::string> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    Load load(*store, std::to_string(round), 3);
    load.wait_for(static_cast<std::uint64_t>(3 + round));
    std::unique_ptr<ports::StateStore> successor = open_state();
    ASSERT_TRUE(commit(*successor, "successor " + std::to_string(round)));
    load.join();  // each thread runs until it is refused
    EXPECT_EQ(load.error().rule, "taken_over") << load.error().detail;
    acknowledged.insert(acknowledged.end(), load.acknowledged().begin(), load.acknowledged().end());
    // One batch per key pair, one for the successor; an unacknowledged batch would show in either number.
    const std::uint64_t commits = acknowledged.size() + static_cast<std::uint64_t>(round) + 1;
    EXPECT_EQ(successor->sequence(), commits);
    EXPECT_EQ(keys_written(), 2 * acknowledged.size() + static_cast<std::uint64_t>(round) + 1);
    store = std::move(successor);
  }
  EXPECT_EQ(written_twice(), 0U);
  for (const std::string& key : acknowledged) {
    ASSERT_TRUE((*store->get(view_of(key))).has_value()) << key;
    ASSERT_TRUE((*store->get(view_of(key + "+"))).has_value()) << key;
  }
}

TEST_F(Takeover, NamesTheNewWriterAndRefusesEverythingAfter) {
  const std::unique_ptr<ports::StateStore> old = open_state();
  ASSERT_TRUE(commit(*old, "a"));
  const std::unique_ptr<ports::StateStore> successor = open_state();
  EXPECT_EQ(successor->sequence(), 1U);
  const auto refused = commit(*old, "b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage);
  EXPECT_EQ(refused.error().rule, "taken_over");
  EXPECT_NE(refused.error().detail.find("process " + std::to_string(::getpid())), std::string::npos)
      << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("nothing of this commit was written"), std::string::npos);
  EXPECT_FALSE((*successor->get(view_of("b"))).has_value());
  EXPECT_EQ(commit(*old, "c").error().rule, "taken_over");
  EXPECT_EQ(old->get(view_of("a")).error().rule, "taken_over") << "reading on would mix two nodes' states";
  EXPECT_FALSE(old->scan({}, {}, [](ByteView, ByteView) { return true; }));
  EXPECT_FALSE(old->snapshot());
  EXPECT_EQ(old->sequence(), 1U);
  EXPECT_EQ(*commit(*successor, "d"), 2U);
}

TEST_F(Takeover, OfBlocksKeepsTheOldWriterFromRemovingAndAdding) {
  const std::unique_ptr<ports::DagStore> old = open_dag();
  const ipld::Block kept = raw_block("kept");
  const ipld::Block late = raw_block("late");
  ASSERT_TRUE(old->put({&kept, 1}));
  ASSERT_TRUE(old->flush());
  // The old node's collector decided this before its successor opened the store.
  ASSERT_TRUE(old->remove({&kept.cid, 1}));
  ASSERT_TRUE(old->put({&late, 1}));
  const std::unique_ptr<ports::DagStore> successor = open_dag();
  EXPECT_EQ(old->flush().error().rule, "taken_over");
  EXPECT_EQ(old->flush().error().code, ErrorCode::storage) << "from then on";
  EXPECT_FALSE(old->put({&late, 1}));
  EXPECT_FALSE(old->get(kept.cid));
  EXPECT_TRUE(*successor->has(kept.cid));
  EXPECT_FALSE(*successor->has(late.cid));
  EXPECT_EQ(*successor->statistics(), (ports::DagStatistics{1, 4}));
}

TEST_F(Takeover, WhileTheWriterWaitsToReconnectIsFoundOutByIt) {
  const std::unique_ptr<ports::StateStore> old = open_state();
  ASSERT_TRUE(commit(*old, "a"));
  const std::unique_ptr<ports::StateStore> successor = open_state();
  cut_all();
  const auto refused = commit(*old, "b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "taken_over") << refused.error().detail;
  EXPECT_EQ(*commit(*successor, "c"), 2U) << "whose own connection was cut too";
  EXPECT_FALSE((*successor->get(view_of("b"))).has_value());
}

TEST_F(Takeover, OfAStoreThatTwoMakeAtOnceLeavesOneWriter) {
  std::array<std::unique_ptr<ports::StateStore>, 4> stores;
  std::vector<std::thread> openers;
  for (auto& store : stores) openers.emplace_back([&] { store = open_state(); });
  for (std::thread& opener : openers) opener.join();
  int writers = 0;
  for (auto& store : stores) {
    ASSERT_TRUE(store);
    if (commit(*store, "a")) ++writers;
  }
  EXPECT_EQ(writers, 1);
  EXPECT_EQ(number("SELECT writer_epoch FROM icn_state_meta"), 4U);
}

TEST_F(Takeover, IsNotWhatOpeningDoes) {
  const std::unique_ptr<ports::StateStore> active = open_state();
  ASSERT_TRUE(commit(*active, "a"));
  const ipld::Block block = raw_block("a");
  const std::unique_ptr<ports::DagStore> blocks = open_dag();
  ASSERT_TRUE(blocks->put({&block, 1}));
  ASSERT_TRUE(blocks->flush());
  const auto look = backends::state_store::open(url()).value();
  const auto look_at_blocks = backends::dag_store::open(url()).value();
  EXPECT_EQ(look->sequence(), 1U);
  EXPECT_TRUE(*look->get(view_of("a")));
  EXPECT_TRUE(look->snapshot());
  EXPECT_TRUE(*look_at_blocks->has(block.cid));
  // A reader cannot write, and does not stop the writer.
  const auto refused = commit(*look, "b");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_state);
  EXPECT_EQ(refused.error().rule, ports::kNotTheWriter);
  EXPECT_NE(refused.error().detail.find("process " + std::to_string(::getpid())), std::string::npos)
      << refused.error().detail;
  ASSERT_TRUE(look_at_blocks->remove({&block.cid, 1}));
  EXPECT_EQ(look_at_blocks->flush().error().rule, ports::kNotTheWriter);
  EXPECT_EQ(*commit(*active, "c"), 2U);
  EXPECT_TRUE(*blocks->has(block.cid));
  EXPECT_TRUE(blocks->flush());
}

TEST_F(Takeover, OfAnotherHolderHasToBeAskedFor) {
  const auto opened = [&] { return backends::state_store::open(url()).value(); };
  const auto first = opened();
  ASSERT_TRUE(ports::claim(*first, {"a folder"})) << "a store without a writer is free";
  ASSERT_TRUE(commit(*first, "a"));
  const auto again = opened();
  ASSERT_TRUE(ports::claim(*again, {"a folder"})) << "the next opening of the same folder";
  EXPECT_EQ(commit(*first, "b").error().rule, "taken_over");
  const auto standby = opened();
  for (const std::string holder : {"", "its copy"}) {
    const auto refused = ports::claim(*standby, {holder});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, ports::kNotTheWriter) << refused.error().detail;
    EXPECT_NE(refused.error().detail.find("nothing was changed"), std::string::npos);
  }
  ASSERT_TRUE(commit(*again, "b"));
  ASSERT_TRUE(ports::claim(*standby, {"its copy", ports::TakeOver::yes}));
  EXPECT_EQ(standby->sequence(), 2U);
  EXPECT_EQ(commit(*again, "c").error().rule, "taken_over");
  EXPECT_FALSE(ports::claim(*opened(), {"a folder"}));
  EXPECT_EQ(*commit(*standby, "c"), 3U);
}

TEST_F(Takeover, ByAFirstWriteNeedsTheStoreAsItWasOpened) {
  const auto opened = [&] { return backends::state_store::open(url("holder=one")).value(); };
  const auto first = opened();
  const auto second = opened();
  ASSERT_TRUE(commit(*first, "a"));
  EXPECT_EQ(commit(*second, "b").error().rule, ports::kNotTheWriter) << "it has not seen what the first one wrote";
  EXPECT_EQ(*commit(*opened(), "b"), 2U);
}

TEST_F(Takeover, OfTablesThatKnowNoHolderAddsHolders) {
  ASSERT_TRUE(commit(*open_state(), "a"));
  sql("ALTER TABLE icn_state_meta DROP COLUMN holder; UPDATE icn_state_meta SET version = 1");
  const auto store = backends::state_store::open(url()).value();
  EXPECT_EQ(ports::claim(*store, {"a folder"}).error().rule, ports::kNotTheWriter);
  EXPECT_EQ(number("SELECT version FROM icn_state_meta"), 1U) << "nothing was changed";
  ASSERT_TRUE(ports::claim(*store, {"a folder", ports::TakeOver::yes}));
  EXPECT_EQ(*commit(*store, "b"), 2U);
  EXPECT_TRUE(ports::claim(*backends::state_store::open(url()).value(), {"a folder"}));
}

}  // namespace
}  // namespace icn::contract
