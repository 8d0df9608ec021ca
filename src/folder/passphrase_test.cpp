// Goal: a passphrase is read from the environment once and then removed from it.
#include "folder/passphrase.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace icn::folder {
namespace {

constexpr const char* kName = "ICN_PASSPHRASE";

TEST(PassphraseVariable, LeavesTheEnvironmentAndItsMemory) {
  ASSERT_EQ(::setenv(kName, "correct horse", 1), 0);
  const char* const memory = std::getenv(kName);
  EXPECT_EQ(take_passphrase_variable(kName).text(), "correct horse");
  EXPECT_EQ(std::getenv(kName), nullptr);
  EXPECT_EQ(std::string_view(memory, 13), std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0", 13));
  EXPECT_TRUE(take_passphrase_variable(kName).empty());
}

TEST(PassphraseVariable, OfNothingIsNoPassphrase) {
  ASSERT_EQ(::setenv(kName, "", 1), 0);
  EXPECT_TRUE(take_passphrase_variable(kName).empty());
}

}  // namespace
}  // namespace icn::folder
