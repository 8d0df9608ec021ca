// Goal: a connection cut at any point and a server restart cost only time: acknowledged data is present once, and the
// writing node continues.
#include <atomic>
#include <thread>

#include "cutting_proxy.hpp"
#include "detail/fixture.hpp"

namespace icn::contract {
namespace {

using Direction = CuttingProxy::Direction;
using CutConnections = PostgresTest;

// Cuts a commit after each number of bytes in one direction, from the first byte to the last, in steps.
class CutAnywhere : public PostgresTest, public testing::WithParamInterface<Direction> {
 protected:
  CuttingProxy proxy_{server_.folder()};
};

TEST_P(CutAnywhere, ACommitIsInOnceAfterwards) {
  const std::unique_ptr<ports::StateStore> store = open_state("", proxy_.folder());
  count_writes();
  std::uint64_t cuts = 0;
  std::uint64_t commits = 0;
  for (bool was_cut = true; was_cut; ++commits) {
    proxy_.cut_after(GetParam(), commits * 3);
    const auto committed = commit(*store, "key " + std::to_string(commits));
    was_cut = proxy_.has_cut();
    proxy_.disarm();
    ASSERT_TRUE(committed) << committed.error().detail;
    ASSERT_EQ(*committed, commits + 1);
    cuts += was_cut ? 1 : 0;
  }
  EXPECT_GT(cuts, 20U) << "hardly anything was cut: the test tests little";
  EXPECT_EQ(keys_written(), commits);
  EXPECT_EQ(written_twice(), 0U);
  EXPECT_EQ(number("SELECT sequence FROM icn_state_meta"), commits);
  EXPECT_EQ(number("SELECT count(*) FROM icn_state"), commits);
}

TEST_P(CutAnywhere, AFlushHasItsBlocksAndNotWhatWasRemoved) {
  const std::unique_ptr<ports::DagStore> store = open_dag("", proxy_.folder());
  std::vector<ipld::Block> blocks;
  for (bool was_cut = true; was_cut;) {
    blocks.push_back(raw_block("block " + std::to_string(blocks.size())));
    ASSERT_TRUE(store->put({&blocks.back(), 1}));
    if (blocks.size() > 1) {
      ASSERT_TRUE(store->remove({&blocks[blocks.size() - 2].cid, 1}));
    }
    proxy_.cut_after(GetParam(), blocks.size() * 7 - 7);
    const auto flushed = store->flush();
    was_cut = proxy_.has_cut();
    proxy_.disarm();
    ASSERT_TRUE(flushed) << flushed.error().detail;
  }
  EXPECT_GT(blocks.size(), 10U);
  EXPECT_EQ(number("SELECT count(*) FROM icn_blocks"), 1U);
  EXPECT_TRUE(*store->has(blocks.back().cid));
  EXPECT_EQ(*store->statistics(), (ports::DagStatistics{1, blocks.back().bytes.size()}));
}

TEST_P(CutAnywhere, ReadsAreRepeatedUnlessPairsWereHandedOn) {
  {
    const std::unique_ptr<ports::StateStore> filled = open_state();
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(commit(*filled, "key " + std::to_string(1000 + i)));
  }
  const std::unique_ptr<ports::StateStore> store = open_state("", proxy_.folder());
  std::uint64_t whole = 0;
  std::uint64_t broken = 0;
  std::uint64_t step = 0;
  for (bool was_cut = true; was_cut; ++step) {
    EXPECT_TRUE(*store->get(view_of("key 1000")));  // a connection ready to be cut
    proxy_.cut_after(GetParam(), step * 31);
    EXPECT_TRUE(*store->get(view_of("key 1099")));
    std::uint64_t pairs = 0;
    const auto scanned = store->scan({}, {}, [&](ByteView key, ByteView) {
      EXPECT_EQ(text_of(key), "key " + std::to_string(1000 + pairs));
      ++pairs;
      return true;
    });
    was_cut = proxy_.has_cut();
    proxy_.disarm();
    if (scanned) {
      EXPECT_EQ(pairs, 100U);
      ++whole;
    } else {
      EXPECT_EQ(scanned.error().code, ErrorCode::storage);
      EXPECT_GT(pairs, 0U) << "nothing was handed on, so it could have been repeated: " << scanned.error().detail;
      ++broken;
    }
  }
  EXPECT_GT(whole, 3U);
  EXPECT_GT(broken, 0U);
  EXPECT_TRUE(commit(*store, "after")) << "reading never ends a store";
}

std::string way_of(const testing::TestParamInfo<Direction>& way) {
  return way.param == Direction::to_server ? "ToServer" : "ToClient";
}
INSTANTIATE_TEST_SUITE_P(Ways, CutAnywhere, testing::Values(Direction::to_server, Direction::to_client), way_of);

// Commits by several threads and flushes by one, until each has done its share.
struct Workers {
  Workers(ports::StateStore& state, ports::DagStore& dag, int commits_each) {
    for (int thread = 0; thread < 3; ++thread) {
      threads.emplace_back([this, &state, thread, commits_each] {
        for (int i = 0; i < commits_each; ++i) {
          ports::Batch batch;
          batch.put(bytes_of(std::to_string(thread) + "/" + std::to_string(i)), bytes_of("x"));
          if (const auto committed = state.commit({&batch, 1}); !committed) {
            ADD_FAILURE() << committed.error().detail;
            break;
          }
          ++acknowledged;
        }
        --running;
      });
    }
    threads.emplace_back([this, &dag, commits_each] {
      for (int i = 0; i < commits_each; ++i) {
        const ipld::Block block = raw_block("block " + std::to_string(i));
        const auto put = dag.put({&block, 1});
        const auto flush = dag.flush();
        if (!put || !flush) {
          ADD_FAILURE() << (put ? flush : put).error().detail;
          break;
        }
        const auto got = dag.get(block.cid);
        if (!got) ADD_FAILURE() << got.error().detail;
        ++flushed;
      }
      --running;
    });
  }
  ~Workers() {
    for (std::thread& thread : threads) thread.join();
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  // Waits until more work is done; false if none is left.
  [[nodiscard]] bool wait_for_more() const {
    const std::uint64_t before = acknowledged + flushed;
    while (running > 0 && acknowledged + flushed < before + 20) std::this_thread::yield();
    return running > 0;
  }

  std::atomic<std::uint64_t> acknowledged{0};
  std::atomic<std::uint64_t> flushed{0};
  std::atomic<int> running{4};
  std::vector<std::thread> threads;
};

void expect_all_there(const ports::StateStore& state, const ports::DagStore& dag, std::uint64_t each) {
  std::uint64_t pairs = 0;
  EXPECT_TRUE(state.scan({}, {}, [&](ByteView, ByteView) {
    ++pairs;
    return true;
  }));
  EXPECT_EQ(pairs, 3 * each);
  EXPECT_EQ(state.sequence(), 3 * each);
  EXPECT_EQ(dag.statistics()->blocks, each);
}

TEST_F(CutConnections, ByTheServerUnderLoadCostNothing) {
  constexpr int kEach = 150;
  std::unique_ptr<ports::StateStore> state = open_state();
  std::unique_ptr<ports::DagStore> dag = open_dag();
  count_writes();
  int cuts = 0;
  {
    const Workers workers(*state, *dag, kEach);
    for (; workers.wait_for_more(); ++cuts) cut_all();
  }
  EXPECT_GT(cuts, 5);
  EXPECT_EQ(keys_written(), 3U * kEach);
  EXPECT_EQ(written_twice(), 0U);
  expect_all_there(*state, *dag, kEach);
  state = open_state();
  dag = open_dag();
  expect_all_there(*state, *dag, kEach);
}

TEST_F(CutConnections, ByARestartedServerUnderLoadCostNothing) {
  constexpr int kEach = 150;
  std::unique_ptr<ports::StateStore> state = open_state();
  std::unique_ptr<ports::DagStore> dag = open_dag();
  count_writes();
  int restarts = 0;
  {
    const Workers workers(*state, *dag, kEach);
    for (; workers.wait_for_more() && restarts < 6; ++restarts) {
      server_.stop(restarts % 2 == 0 ? Server::Stop::immediate : Server::Stop::fast);
      server_.start();
    }
  }
  EXPECT_GT(restarts, 3);
  EXPECT_EQ(keys_written(), 3U * kEach);
  EXPECT_EQ(written_twice(), 0U);
  state = open_state();
  dag = open_dag();
  expect_all_there(*state, *dag, kEach);
}

TEST_F(CutConnections, AServerThatStaysAwayEndsTheStoreAndLosesNothing) {
  std::unique_ptr<ports::StateStore> state = open_state("reconnect_timeout=1");
  std::unique_ptr<ports::DagStore> dag = open_dag("reconnect_timeout=1");
  ASSERT_TRUE(commit(*state, "a"));
  const ipld::Block block = raw_block("a");
  ASSERT_TRUE(dag->put({&block, 1}));
  server_.stop(Server::Stop::fast);
  const auto committed = commit(*state, "b");
  const auto flushed = dag->flush();
  const auto read = state->get(view_of("a"));
  server_.start();
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::storage);
  EXPECT_NE(committed.error().detail.find("stayed away for 1 s"), std::string::npos) << committed.error().detail;
  ASSERT_FALSE(flushed);
  EXPECT_FALSE(read);
  EXPECT_EQ(commit(*state, "c").error().code, ErrorCode::storage) << "the server is back, the store must not be";
  EXPECT_FALSE(dag->put({&block, 1}));
  EXPECT_FALSE(dag->flush());
  state = open_state();
  EXPECT_EQ(state->sequence(), 1U);
  EXPECT_TRUE(*state->get(view_of("a")));
  EXPECT_FALSE(*state->get(view_of("b")));
  EXPECT_FALSE(*open_dag()->has(block.cid));
}

TEST_F(CutConnections, AServerThatComesBackWithoutACommitIsRefused) {
  const std::unique_ptr<ports::StateStore> store = open_state();
  ASSERT_TRUE(commit(*store, "a"));
  ASSERT_TRUE(commit(*store, "b"));
  // Like a replica that lagged behind and took over.
  sql("UPDATE icn_state_meta SET sequence = 1; DELETE FROM icn_state WHERE key = 'b'");
  cut_all();
  const auto committed = commit(*store, "c");
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::storage);
  EXPECT_NE(committed.error().detail.find("sequence 1, but the acknowledged sequence is 2"), std::string::npos)
      << committed.error().detail;
  EXPECT_EQ(number("SELECT count(*) FROM icn_state"), 1U);
}

TEST_F(CutConnections, ASnapshotGoesWithItsConnectionAndAnotherCanBeTaken) {
  const std::unique_ptr<ports::StateStore> store = open_state();
  ASSERT_TRUE(commit(*store, "a"));
  const auto snapshot = store->snapshot();
  ASSERT_TRUE(snapshot) << snapshot.error().detail;
  cut_all();
  const auto read = (*snapshot)->get(view_of("a"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::storage);
  EXPECT_NE(read.error().detail.find("take another one"), std::string::npos) << read.error().detail;
  EXPECT_FALSE((*snapshot)->scan({}, {}, [](ByteView, ByteView) { return true; }));
  const auto another = store->snapshot();
  ASSERT_TRUE(another) << another.error().detail;
  EXPECT_TRUE(*(*another)->get(view_of("a")));
}

}  // namespace
}  // namespace icn::contract
