// Goal: a typing mistake finds the word that was meant, and nothing else does.
#include "core/closest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace icn {
namespace {

TEST(Closest, IsWithinTwoMistakes) {
  const std::vector<std::string_view> names = {"--input", "--fuel", "--json"};
  EXPECT_EQ(closest("--inptu", names), "--input");
  EXPECT_EQ(closest("--ful", names), "--fuel");
  EXPECT_EQ(closest("--jsn", names), "--json");
  EXPECT_EQ(closest("--output", names), "");
  EXPECT_EQ(closest("", names), "");
  EXPECT_EQ(closest(std::string(100'000, 'x'), names), "");
}

}  // namespace
}  // namespace icn
