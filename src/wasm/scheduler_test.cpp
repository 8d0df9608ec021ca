// Goal: endless runs on the same thread do not starve a short one, and runs beyond the bound are refused.
#include "wasm/scheduler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace icn::wasm {
namespace {

SlicedRun endless(std::atomic<std::uint64_t>& slices) {
  return {[&] {
            ++slices;
            return ports::RunState::running;
          },
          [] {}};
}

TEST(SliceScheduler, AShortRunEndsBesideEndlessOnesWithinOneRound) {
  SliceScheduler scheduler(1, 8);
  std::atomic<std::uint64_t> slices{0};
  ASSERT_TRUE(scheduler.submit(endless(slices)));
  ASSERT_TRUE(scheduler.submit(endless(slices)));
  std::uint64_t slices_before_it = 0;
  ASSERT_TRUE(scheduler.submit({[] { return ports::RunState::finished; },
                                [&] {
                                  slices_before_it = slices.load();
                                  scheduler.shut_down();
                                }}));
  scheduler.run(0);
  EXPECT_EQ(slices_before_it, 2U);
}

TEST(SliceScheduler, SpreadsRunsOverItsThreads) {
  SliceScheduler scheduler(2, 8);
  std::array<std::atomic<std::uint64_t>, 2> slices{};
  std::atomic<int> finished{0};
  for (auto& count : slices) {
    ASSERT_TRUE(
        scheduler.submit({[&count] { return ++count == 3 ? ports::RunState::finished : ports::RunState::running; },
                          [&] {
                            if (++finished == 2) scheduler.shut_down();
                          }}));
  }
  std::jthread first([&] { scheduler.run(0); });
  std::jthread second([&] { scheduler.run(1); });
  first.join();
  second.join();
  EXPECT_EQ(slices[0], 3U);
  EXPECT_EQ(slices[1], 3U);
}

TEST(SliceScheduler, RefusesAboveItsBoundAndAfterTheEnd) {
  SliceScheduler scheduler(1, 2);
  std::atomic<std::uint64_t> slices{0};
  ASSERT_TRUE(scheduler.submit(endless(slices)));
  ASSERT_TRUE(scheduler.submit(endless(slices)));
  EXPECT_EQ(scheduler.submit(endless(slices)).error().code, ErrorCode::busy);
  EXPECT_EQ(scheduler.open_runs(), 2U);
  scheduler.shut_down();
  EXPECT_EQ(scheduler.submit(endless(slices)).error().code, ErrorCode::invalid_state);
}

}  // namespace
}  // namespace icn::wasm
