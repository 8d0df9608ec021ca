// Goal: a passphrase in the environment serves once and is then nowhere in it.
#include "folder/passphrase.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace icn::folder {
namespace {

TEST(PassphraseVariable, LeavesTheEnvironmentAndItsMemory) {
  ASSERT_EQ(::setenv(kPassphraseVariable, "correct horse", 1), 0);
  const char* const memory = std::getenv(kPassphraseVariable);
  EXPECT_EQ(take_passphrase_variable().text(), "correct horse");
  EXPECT_EQ(std::getenv(kPassphraseVariable), nullptr);
  EXPECT_EQ(std::string_view(memory, 13), std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0", 13));
  EXPECT_TRUE(take_passphrase_variable().empty());
}

TEST(PassphraseVariable, OfNothingIsNoPassphrase) {
  ASSERT_EQ(::setenv(kPassphraseVariable, "", 1), 0);
  EXPECT_TRUE(take_passphrase_variable().empty());
}

}  // namespace
}  // namespace icn::folder
