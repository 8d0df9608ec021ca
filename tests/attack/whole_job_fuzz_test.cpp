// Runs the fuzz target of whole jobs on seeded inputs in every test run; in the long suite for ICN_FUZZ_SECONDS
// seconds, from a separate seed.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
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
  const auto seed = static_cast<std::uint64_t>(end.time_since_epoch().count());
  std::mt19937_64 random(seed);
  while (std::chrono::steady_clock::now() < end) {
    run_once(random);
    if (HasFatalFailure()) FAIL() << "seed " << seed;
  }
}

}  // namespace
