// Goal: owners take turns, one never has all places, and waiting items are bounded.
#include "core/fair_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace icn {
namespace {

using Queue = FairQueue<int>;

std::vector<int> taken_one_by_one(Queue& queue) {
  std::vector<int> items;
  while (auto taken = queue.take()) {
    items.push_back(taken->second);
    queue.done(taken->first);
  }
  return items;
}

TEST(FairQueue, OwnersTakeTurnsHoweverMuchOneHasWaiting) {
  Queue queue({1});
  for (int i = 0; i < 4; ++i) queue.add("much", i);
  queue.add("little", 10);
  queue.add("other", 20);
  queue.add("little", 11);
  EXPECT_EQ(taken_one_by_one(queue), (std::vector<int>{0, 10, 20, 1, 11, 2, 3}));
  EXPECT_EQ(queue.owners(), 0U) << "it remembers only owners that wait or work";
}

TEST(FairQueue, AnOwnerThatComesBackAtOnceDoesNotGetAheadOfThoseThatWait) {
  Queue queue({1});
  for (int i = 0; i < 3; ++i) queue.add("waits", i);
  std::vector<int> items;
  queue.add("returns", 10);
  for (int i = 11; i < 16; ++i) {
    const auto taken = queue.take();
    items.push_back(taken->second);
    if (taken->first == "returns") queue.add("returns", i);
    queue.done(taken->first);
  }
  EXPECT_EQ(items, (std::vector<int>{0, 10, 1, 12, 2}));
}

TEST(FairQueue, OnePlaceMoreIsKeptForAnOwnerThatHasNone) {
  Queue queue({2});
  for (int i = 0; i < 4; ++i) queue.add("slow", i);
  EXPECT_EQ(queue.take()->second, 0);
  EXPECT_EQ(queue.take()->second, 1);
  EXPECT_FALSE(queue.take()) << "all places are taken";
  queue.add("other", 10);
  queue.add("third", 20);
  EXPECT_EQ(queue.take()->second, 10);
  EXPECT_FALSE(queue.take());
  queue.done("slow");
  EXPECT_EQ(queue.take()->second, 20);
  queue.done("other");
  queue.done("third");
  EXPECT_EQ(queue.take()->second, 2);
}

TEST(FairQueue, WhatMayNotBeTakenYetHoldsUpNothing) {
  Queue queue({2});
  queue.add("one", 1);
  queue.add("two", 2);
  EXPECT_EQ(queue.take([](int item) { return item != 1; })->second, 2);
  EXPECT_FALSE(queue.take([](int item) { return item != 1; }));
  EXPECT_EQ(queue.take()->second, 1);
}

TEST(FairQueue, WhatWaitsIsBoundedInAllAndForEachOwner) {
  Queue queue({1, 1, 3, 2});
  queue.add("one", 1);
  queue.add("one", 2);
  EXPECT_FALSE(queue.has_room("one"));
  EXPECT_TRUE(queue.has_room("two"));
  queue.add("two", 3);
  EXPECT_FALSE(queue.has_room("three"));
  queue.give_up(2);
  EXPECT_TRUE(queue.has_room("one"));
  queue.give_up(7);
  EXPECT_EQ(taken_one_by_one(queue), (std::vector<int>{1, 3}));
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace icn
