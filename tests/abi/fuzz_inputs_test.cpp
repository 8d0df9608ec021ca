// Runs the fuzz target of the host table on 10,000 seeded inputs in every test run.
#include <gtest/gtest.h>

#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

TEST(HostTableFuzz, TenThousandSeededInputsAreHandled) {
  std::mt19937_64 random(20240229);
  for (int i = 0; i < 10'000; ++i) {
    std::vector<std::uint8_t> input(random() % 256);
    for (std::uint8_t& byte : input) byte = static_cast<std::uint8_t>(random());
    ASSERT_EQ(LLVMFuzzerTestOneInput(input.data(), input.size()), 0);
  }
}
