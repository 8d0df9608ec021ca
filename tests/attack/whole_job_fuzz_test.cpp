// Runs the fuzz target of whole jobs on seeded inputs in every test run; in the long suite for ICN_FUZZ_SECONDS
// seconds, from ICN_FUZZ_SEED or a seed of the clock.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run_once(std::mt19937_64& random) {
  std::vector<std::uint8_t> input(random() % 400);
  for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random());
  ASSERT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
}

TEST(WholeJobFuzz, SeededJobsEndWithAReceiptAndTheBooksAddUp) {
  std::mt19937_64 random(20261130);
  for (int i = 0; i < 150; ++i) run_once(random);
}

TEST(WholeJobFuzz, LongRunsToo) {
  const char* seconds = std::getenv("ICN_FUZZ_SECONDS");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds != nullptr ? std::atoi(seconds) : 0);
  const char* chosen = std::getenv("ICN_FUZZ_SEED");
  const std::uint64_t seed = chosen != nullptr ? std::strtoull(chosen, nullptr, 10)
                                               : static_cast<std::uint64_t>(end.time_since_epoch().count());
  // Before the first input: a failed check ends the process.
  std::cerr << "ICN_FUZZ_SEED=" << seed << " repeats this run\n";
  std::mt19937_64 random(seed);
  while (std::chrono::steady_clock::now() < end && !HasFatalFailure()) run_once(random);
}

}  // namespace
