// Goal: work is done once, by a bounded number of threads, and work beyond the queue's bound is refused.
#include "node/work_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace icn::node {
namespace {

TEST(WorkPool, RefusesMoreThanMayWaitAndDoesTheRest) {
  std::atomic<int> done{0};
  Mutex mutex;
  Condition changed;
  bool begun = false;
  bool released = false;
  {
    WorkPool pool("pool", 1, 2);
    ASSERT_TRUE(pool.submit([&] {
      Lock lock(mutex);
      begun = true;
      changed.notify_all();
      while (!released) changed.wait(lock);
      ++done;
    }));
    {
      Lock lock(mutex);
      while (!begun) changed.wait(lock);
    }
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(pool.submit([&] { ++done; }));
    const auto refused = pool.submit([&] { ++done; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_EQ(refused.error().rule, "max_waiting");
    Lock lock(mutex);
    released = true;
    changed.notify_all();
  }
  EXPECT_EQ(done, 3) << "accepted work is done";
}

TEST(WorkPool, OneOwnerNeverHasAllThreads) {
  WorkPool pool("pool", 3, 100, WorkPool::Turns::by_owner);
  Mutex mutex;
  Condition changed;
  bool released = false;
  int begun = 0;
  std::atomic<int> done{0};
  const auto slow = [&] {
    Lock lock(mutex);
    ++begun;
    changed.notify_all();
    while (!released) changed.wait(lock);
    ++done;
  };
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(pool.submit(slow, "slow"));
  bool other = false;
  ASSERT_TRUE(pool.submit(
      [&] {
        Lock lock(mutex);
        other = true;
        changed.notify_all();
      },
      "other"));
  {
    Lock lock(mutex);
    while (!other || begun < 2) changed.wait(lock);
    EXPECT_EQ(begun, 2);
    released = true;
    changed.notify_all();
  }
  pool.finish();
  EXPECT_EQ(done, 10);
}

TEST(WorkPool, StartsAThreadForWorkThatNoIdleOneTakes) {
  WorkPool pool("pool", 3, 100);
  Mutex mutex;
  Condition changed;
  bool released = false;
  std::set<std::thread::id> threads;
  const auto work = [&] {
    Lock lock(mutex);
    threads.insert(std::this_thread::get_id());
    changed.notify_all();
    while (!released) changed.wait(lock);
  };
  // Each waits for the others: three threads, and no more.
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(pool.submit(work));
  {
    Lock lock(mutex);
    while (threads.size() < 3) changed.wait(lock);
    released = true;
    changed.notify_all();
  }
  pool.finish();
  EXPECT_EQ(threads.size(), 3U);
  EXPECT_FALSE(pool.submit([] {}));
}

TEST(WorkPool, TakesNothingAfterItsEnd) {
  WorkPool pool("pool", 3, 100);
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i) static_cast<void>(pool.submit([&] { ++done; }).has_value());
  pool.finish();
  EXPECT_GE(done, 1);
  const int before = done;
  EXPECT_EQ(pool.submit([&] { ++done; }).error().code, ErrorCode::invalid_state);
  pool.finish();
  EXPECT_EQ(done, before);
}

}  // namespace
}  // namespace icn::node
