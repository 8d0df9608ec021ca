#include "core/bounded_queue.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace icn {
namespace {

TEST(BoundedQueue, GivesItemsInTheOrderTheyCame) {
  BoundedQueue<int> queue(3, WhenFull::refuse);
  for (const int item : {1, 2, 3}) ASSERT_TRUE(queue.push(item));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.try_pop(), 2);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(BoundedQueue, RefusesWhenFullAndAcceptsAgainOnceThereIsRoom) {
  BoundedQueue<int> queue(1, WhenFull::refuse);
  ASSERT_TRUE(queue.push(1));
  EXPECT_EQ(queue.push(2).error().code, ErrorCode::busy);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_TRUE(queue.push(3));
  EXPECT_EQ(queue.pop(), 3);
}

TEST(BoundedQueue, DropsTheOldestWhenToldSo) {
  BoundedQueue<int> queue(2, WhenFull::drop_oldest);
  for (const int item : {1, 2, 3, 4}) ASSERT_TRUE(queue.push(item));
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.pop(), 3);
  EXPECT_EQ(queue.pop(), 4);
}

TEST(BoundedQueue, WaitsForRoomWhenToldSo) {
  BoundedQueue<int> queue(1, WhenFull::wait);
  ASSERT_TRUE(queue.push(1));
  std::thread writer([&] { EXPECT_TRUE(queue.push(2)); });
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), 2);
  writer.join();
  EXPECT_EQ(queue.size(), 0U);
}

TEST(BoundedQueue, ClosedGivesWhatItHoldsAndThenNothing) {
  BoundedQueue<int> queue(2, WhenFull::wait);
  ASSERT_TRUE(queue.push(1));
  queue.close();
  EXPECT_EQ(queue.push(2).error().code, ErrorCode::invalid_state);
  EXPECT_EQ(queue.pop(), 1);
  EXPECT_EQ(queue.pop(), std::nullopt);
  EXPECT_EQ(queue.try_pop(), std::nullopt);
}

TEST(BoundedQueue, ClosingWakesReadersAndWritersAlike) {
  BoundedQueue<int> empty(1, WhenFull::wait);
  BoundedQueue<int> full(1, WhenFull::wait);
  ASSERT_TRUE(full.push(1));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(empty.pop(), std::nullopt); });
    threads.emplace_back([&] { EXPECT_EQ(full.push(2).error().code, ErrorCode::invalid_state); });
  }
  empty.close();
  full.close();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(full.size(), 1U);
}

TEST(BoundedQueue, LosesAndDoublesNothingBetweenThreadsAndKeepsItsBound) {
  constexpr int kWriters = 3;
  constexpr int kItems = 2'000;
  BoundedQueue<int> queue(4, WhenFull::wait);
  std::vector<std::atomic<int>> seen(kWriters * kItems);
  std::atomic<bool> bounded{true};
  std::vector<std::thread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (const auto item = queue.pop()) {
        seen[static_cast<std::size_t>(*item)].fetch_add(1);
        if (queue.size() > 4) bounded = false;
      }
    });
  }
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kItems; ++i) EXPECT_TRUE(queue.push(writer * kItems + i));
    });
  }
  for (std::thread& thread : writers) thread.join();
  queue.close();
  for (std::thread& thread : readers) thread.join();
  for (const auto& count : seen) ASSERT_EQ(count.load(), 1);
  EXPECT_TRUE(bounded);
}

TEST(BoundedQueue, CarriesItemsThatCannotBeCopied) {
  BoundedQueue<std::unique_ptr<int>> queue(1, WhenFull::drop_oldest);
  ASSERT_TRUE(queue.push(std::make_unique<int>(1)));
  ASSERT_TRUE(queue.push(std::make_unique<int>(2)));
  EXPECT_EQ(**queue.pop(), 2);
}

TEST(BoundedQueueDeathTest, WithoutCapacityIsADefect) {
  EXPECT_DEATH(BoundedQueue<int>(0, WhenFull::refuse), "defect");
}

}  // namespace
}  // namespace icn
