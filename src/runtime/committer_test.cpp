#include "runtime/committer.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

#include "backends/registry.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"

namespace icn::runtime {
namespace {

struct CommitterTest : ::testing::Test {
  std::unique_ptr<ports::DagStore> dag = backends::dag_store::open("memory").value();
  WatchedStore state;
  static Staging one(std::string_view key) {
    Staging staging;
    staging.batch.put(bytes_of(key), bytes_of("v"));
    return staging;
  }
};

TEST_F(CommitterTest, BlocksAreThereBeforeTheBatchThatNamesThem) {
  std::vector<CommitStep> steps;
  Committer committer(*dag, state, [&](CommitStep step) { steps.push_back(step); });
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("block"));
  state.before_commit = [&](std::size_t) { EXPECT_TRUE(dag->has(block.cid).value()); };
  const auto stage = [&](Staging& staging) -> Result<int> {
    staging = one("k");
    staging.add(block);
    return 7;
  };
  EXPECT_EQ(committer.commit(stage).value(), 7);
  EXPECT_EQ(steps, (std::vector{CommitStep::staged, CommitStep::blocks_put, CommitStep::blocks_flushed,
                                CommitStep::committed, CommitStep::acknowledged}));
  EXPECT_TRUE(state.get(view_of("k")).value());
}

TEST_F(CommitterTest, AStageThatFailsWritesNothing) {
  Committer committer(*dag, state);
  const auto stage = [&](Staging& staging) -> Result<void> {
    staging = one("k");
    return fail(ErrorCode::invalid_state, "no");
  };
  EXPECT_EQ(committer.commit(stage).error().code, ErrorCode::invalid_state);
  EXPECT_EQ(state.commits, 0U);
}

TEST_F(CommitterTest, CallersWhoWaitShareOneCommit) {
  Committer committer(*dag, state);
  constexpr int kCallers = 16;
  std::atomic<int> staged{0};
  std::atomic<bool> first{true};
  std::size_t largest = 0;
  // The first leader is held until all others have staged, so they form one group.
  state.before_commit = [&](std::size_t batches) {
    largest = std::max(largest, batches);
    if (!first.exchange(false)) return;
    while (staged.load() < kCallers) std::this_thread::yield();
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kCallers; ++i) {
    threads.emplace_back([&, i] {
      const auto stage = [&](Staging& staging) -> Result<void> {
        staging = one("k" + std::to_string(i));
        ++staged;
        return {};
      };
      EXPECT_TRUE(committer.commit(stage));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(state.commits.load(), 3U);
  EXPECT_GE(largest, static_cast<std::size_t>(kCallers - 2));
  EXPECT_EQ(committer.statistics().commits, static_cast<std::uint64_t>(kCallers));
  for (int i = 0; i < kCallers; ++i) EXPECT_TRUE(state.get(view_of("k" + std::to_string(i))).value());
}

TEST_F(CommitterTest, BatchesReachTheStoreInTheOrderOfTheirStages) {
  Committer committer(*dag, state);
  std::uint64_t counter = 0;  // guarded by the writer lock
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        const auto stage = [&](Staging& staging) -> Result<void> {
          Bytes value;
          append_be64(value, ++counter);
          staging.batch.put(bytes_of("counter"), std::move(value));
          return {};
        };
        ASSERT_TRUE(committer.commit(stage));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Bytes last = state.get(view_of("counter")).value().value();
  EXPECT_EQ(read_be64(last.data()), 1'600U);
}

TEST_F(CommitterTest, ARefusalWaitsForWhatItMayRestOn) {
  Committer committer(*dag, state);
  std::atomic<bool> in_commit{false};
  std::atomic<bool> durable{false};
  std::atomic<bool> go_on{false};
  state.before_commit = [&](std::size_t) {
    in_commit = true;
    while (!go_on) std::this_thread::yield();
    durable = true;
  };
  std::thread writer([&] {
    EXPECT_TRUE(committer.commit([](Staging& staging) -> Result<void> {
      staging = one("k");
      return {};
    }));
  });
  while (!in_commit) std::this_thread::yield();
  const auto refuses = [&](Staging&) -> Result<void> {
    go_on = true;
    return fail(ErrorCode::already_exists, "the first made it");
  };
  EXPECT_EQ(committer.commit(refuses).error().code, ErrorCode::already_exists);
  EXPECT_TRUE(durable);
  writer.join();
}

TEST_F(CommitterTest, WhatAStoreWouldRefuseForItsSizeIsADefectOfItsStageAndNoFailedDisk) {
  bool fatal = false;
  Committer committer(*dag, state, {}, [&](const Error&) { fatal = true; });
  const auto value = [](Staging& staging) -> Result<void> {
    staging.batch.put(bytes_of("k"), Bytes(ports::kStateValueBytesMax + 1));
    return {};
  };
  EXPECT_DEATH(static_cast<void>(committer.commit(value)), "check_write");
  const auto block = [](Staging& staging) -> Result<void> {
    staging.add(ipld::Block::of(ipld::Codec::raw, Bytes(ports::kBlockBytesMax + 1)));
    return {};
  };
  EXPECT_DEATH(static_cast<void>(committer.commit(block)), "check_block_size");
  EXPECT_EQ(state.commits, 0U);
  EXPECT_FALSE(fatal);
}

TEST_F(CommitterTest, AFailedDiskIsFatalAndNothingIsAcceptedAfterwards) {
  std::optional<Error> fatal;
  Committer committer(*dag, state, {}, [&](const Error& error) { fatal = error; });
  state.fails = true;
  const auto stage = [&](Staging& staging) -> Result<void> {
    staging = one("k");
    return {};
  };
  EXPECT_EQ(committer.commit(stage).error().code, ErrorCode::storage);
  ASSERT_TRUE(fatal);
  EXPECT_EQ(fatal->detail, "the disk is gone");
  state.fails = false;
  EXPECT_EQ(committer.commit(stage).error().code, ErrorCode::storage);
  EXPECT_FALSE(state.get(view_of("k")).value());
}

// A memory store that reports each put and can make it fail.
class ToldStore : public ports::DagStore {
 public:
  Result<void> put(std::span<const ipld::Block> blocks) override {
    if (before_put) before_put(blocks);
    if (fails) return fail(ErrorCode::storage, "the blocks' disk is gone");
    return below_->put(blocks);
  }
  Result<ipld::Block> get(const ipld::Cid& cid) const override { return below_->get(cid); }
  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override { return below_->length(cid); }
  Result<void> remove(std::span<const ipld::Cid> cids) override { return below_->remove(cids); }
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    return below_->for_each(after, visit);
  }
  Result<ports::DagStatistics> statistics() const override { return below_->statistics(); }
  Result<void> flush() override {
    ++flushes;
    return below_->flush();
  }
  const ports::Descriptor& descriptor() const override { return below_->descriptor(); }

  std::atomic<bool> fails{false};
  std::atomic<std::size_t> flushes{0};
  std::function<void(std::span<const ipld::Block>)> before_put;

 private:
  std::unique_ptr<ports::DagStore> below_ = backends::dag_store::open("memory").value();
};

// Two groups in the pipeline: the first is held in its commit until the second has put its blocks.
struct TwoGroups : CommitterTest {
  void run(Committer& committer, const std::function<void(int group, const Result<void>&)>& ended) {
    state.before_commit = [&](std::size_t) {
      if (commits_begun.fetch_add(1) > 0) return;
      while (puts.load() < 2) std::this_thread::yield();
    };
    told.before_put = [&](std::span<const ipld::Block>) {
      if (++puts == 2) told.fails = second_put_fails;
    };
    const auto commit = [&](int group) {
      ended(group, committer.commit([&](Staging& staging) -> Result<void> {
        staging = one("k" + std::to_string(group));
        staging.add(ipld::Block::of(ipld::Codec::raw, bytes_of("block " + std::to_string(group))));
        return {};
      }));
    };
    std::thread first([&] { commit(1); });
    while (commits_begun.load() == 0) std::this_thread::yield();
    std::thread second([&] { commit(2); });
    first.join();
    second.join();
  }
  ToldStore told;
  bool second_put_fails = false;
  std::atomic<int> puts{0};
  std::atomic<int> commits_begun{0};
};

TEST_F(TwoGroups, TheNextGroupsBlocksArePutWhileAGroupCommits) {
  Committer committer(told, state);
  run(committer, [](int, const Result<void>& ended) { EXPECT_TRUE(ended); });
  EXPECT_EQ(committer.statistics().groups, 2U);
  EXPECT_TRUE(state.get(view_of("k1")).value());
  EXPECT_TRUE(state.get(view_of("k2")).value());
}

TEST_F(TwoGroups, AGroupThatCannotPutItsBlocksCommitsNothing) {
  std::atomic<int> fatal{0};
  Committer committer(told, state, {}, [&](const Error&) { ++fatal; });
  std::array<bool, 3> durable{};
  second_put_fails = true;  // the first group is in its commit then and succeeds
  run(committer, [&](int group, const Result<void>& ended) {
    durable[static_cast<std::size_t>(group)] = ended.has_value();
    if (!ended) {
      EXPECT_EQ(ended.error().detail, "the blocks' disk is gone");
    }
  });
  EXPECT_EQ(fatal, 1);
  EXPECT_TRUE(durable[1]);
  EXPECT_FALSE(durable[2]);
  EXPECT_TRUE(state.get(view_of("k1")).value());
  EXPECT_FALSE(state.get(view_of("k2")).value());
}

TEST_F(TwoGroups, AGroupBehindOneThatFailedCommitsNothing) {
  std::atomic<int> fatal{0};
  Committer committer(told, state, {}, [&](const Error&) { ++fatal; });
  state.fails = true;
  run(committer, [&](int, const Result<void>& ended) { EXPECT_EQ(ended.error().detail, "the disk is gone"); });
  EXPECT_EQ(fatal, 1);
  EXPECT_FALSE(state.get(view_of("k1")).value());
  EXPECT_FALSE(state.get(view_of("k2")).value());
}

TEST_F(CommitterTest, BlocksArePutInPiecesOfAtMostAMebibyte) {
  ToldStore told;
  std::size_t put = 0;
  told.before_put = [&](std::span<const ipld::Block> blocks) {
    std::size_t bytes = 0;
    for (const ipld::Block& block : blocks) bytes += block.bytes.size();
    EXPECT_LE(bytes, ports::kPutBytesMax);
    put += blocks.size();
  };
  Committer committer(told, state);
  const auto stage = [&](Staging& staging) -> Result<void> {
    for (int i = 0; i < 10; ++i)
      staging.add(ipld::Block::of(ipld::Codec::raw, Bytes(400'000, static_cast<std::uint8_t>(i))));
    return {};
  };
  ASSERT_TRUE(committer.commit(stage));
  EXPECT_EQ(put, 10U);
  EXPECT_EQ(told.flushes, 1U);
}

TEST_F(CommitterTest, WhatNobodyWaitsForIsDurableWithWhatComesAfterIt) {
  Committer committer(*dag, state);
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("block"));
  const auto first = [&](Staging& staging) -> Result<int> {
    staging = one("first");
    staging.add(block);
    return 1;
  };
  EXPECT_EQ(committer.commit_later(first).value(), 1);
  EXPECT_EQ(state.commits, 0U);
  EXPECT_FALSE(state.get(view_of("first")).value());
  const auto second = [&](Staging& staging) -> Result<int> {
    staging = one("second");
    return 2;
  };
  EXPECT_EQ(committer.commit(second).value(), 2);
  EXPECT_EQ(state.commits, 1U) << "they share a transaction";
  EXPECT_TRUE(state.get(view_of("first")).value());
  EXPECT_TRUE(dag->has(block.cid).value());
}

TEST_F(CommitterTest, WhatNobodyWaitsForIsDurableAtTheEnd) {
  const auto stage = [&](Staging& staging) -> Result<void> {
    staging = one("k");
    return {};
  };
  {
    Committer committer(*dag, state);
    ASSERT_TRUE(committer.commit_later(stage));
    committer.when_idle([&] { EXPECT_TRUE(state.get(view_of("k")).value()); });
  }
  EXPECT_EQ(state.commits, 1U) << "a commit without changes writes nothing";
  {
    Committer committer(*dag, state);
    ASSERT_TRUE(committer.commit_later(stage));
    ASSERT_TRUE(committer.wait_for_staged());
    EXPECT_EQ(state.commits, 2U);
    ASSERT_TRUE(committer.commit_later(stage));
  }
  EXPECT_EQ(state.commits, 3U);
}

TEST_F(CommitterTest, WhatNobodyWaitsForIsBounded) {
  Committer committer(*dag, state);
  for (std::size_t i = 0; i <= Committer::kLaterMax; ++i) {
    const auto stage = [&](Staging& staging) -> Result<void> {
      staging = one("k" + std::to_string(i));
      return {};
    };
    ASSERT_TRUE(committer.commit_later(stage));
    EXPECT_EQ(state.commits, i == Committer::kLaterMax ? 1U : 0U);
  }
}

TEST_F(CommitterTest, WhatNobodyWaitsForIsLostWhenTheDiskFails) {
  Committer committer(*dag, state, {}, [](const Error&) {});
  const auto stage = [&](Staging& staging) -> Result<void> {
    staging = one("k");
    return {};
  };
  ASSERT_TRUE(committer.commit_later(stage));
  state.fails = true;
  EXPECT_EQ(committer.wait_for_staged().error().detail, "the disk is gone");
  EXPECT_EQ(committer.commit_later(stage).error().detail, "the disk is gone");
  EXPECT_FALSE(state.get(view_of("k")).value());
}

TEST_F(CommitterTest, AGroupWritesEachKeyOnceAndAsItsLastMemberSays) {
  Committer committer(*dag, state);
  std::vector<std::string> written;
  state.before_writes = [&](std::span<const ports::Batch> batches) {
    for (const ports::Batch& batch : batches) {
      for (const ports::Batch::Write& write : batch.writes())
        written.push_back(std::string(text_of(write.key)) + (write.value ? std::string(text_of(*write.value)) : "-"));
    }
  };
  const auto stage = [](std::vector<std::pair<std::string, std::optional<std::string>>> writes) {
    return [writes = std::move(writes)](Staging& staging) -> Result<void> {
      for (const auto& [key, value] : writes) {
        value ? staging.batch.put(bytes_of(key), bytes_of(*value)) : staging.batch.erase(bytes_of(key));
      }
      return {};
    };
  };
  ASSERT_TRUE(committer.commit_later(stage({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"c", "2"}})));
  ASSERT_TRUE(committer.commit_later(stage({{"b", std::nullopt}, {"a", "2"}})));
  ASSERT_TRUE(committer.commit(stage({{"a", "3"}, {"d", "3"}})));
  EXPECT_EQ(written, (std::vector<std::string>{"c2", "b-", "a3", "d3"}));
  EXPECT_EQ(state.sequence(), 3U);
}

struct ManySubmitters : HomeFixture {};

TEST_F(ManySubmitters, SixteenThreadsSettleTheirJobsAndEverySumHolds) {
  found();
  constexpr int kThreads = 16;
  constexpr int kJobs = 20;
  std::atomic<int> completed{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int n = 0; n < kJobs; ++n) {
        JobDraft from = draft("fuel 100\noutput x\n");
        from.nonce = {static_cast<std::uint8_t>(t), static_cast<std::uint8_t>(n)};
        from.fuel = 1'000;
        if (run(from).record.phase == jobs::JobPhase::completed) ++completed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(completed.load(), kThreads * kJobs);
  expect_all_settled();
  EXPECT_EQ(node->jobs().open_count(), 0U);
}

}  // namespace
}  // namespace icn::runtime
