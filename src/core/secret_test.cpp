// Goal: a secret is in locked memory that no core dump contains, belongs to one owner at a time, and leaves no trace.
#include "core/secret.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>
#include <string>

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

namespace icn {
namespace {

// The kernel's flags of the mapping that holds `address`.
std::string flags_of(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  bool here = false;
  for (std::string line; std::getline(maps, line);) {
    unsigned long begin = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &begin, &end) == 2) {
      const auto at = reinterpret_cast<unsigned long>(address);
      here = begin <= at && at < end;
    }
    if (here && line.starts_with("VmFlags:")) return line + " ";
  }
  return "";
}

TEST(Secret, IsLockedAndInNoCoreDump) {
  const Secret secret = Secret::of("correct horse");
  EXPECT_EQ(secret.text(), "correct horse");
  const std::string flags = flags_of(secret.bytes().data());
  EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
  rlimit lock{};
  ASSERT_EQ(::getrlimit(RLIMIT_MEMLOCK, &lock), 0);
  // Only where the system allows this user to lock memory at all.
  bool locks = ::geteuid() == 0 || lock.rlim_cur >= 65'536;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  locks = false;  // sanitizers disable mlock
#endif
  if (locks) {
    EXPECT_NE(flags.find(" lo "), std::string::npos) << flags;
  }
}

TEST(Secret, ThatGoesLeavesNoMapping) {
  const void* address = nullptr;
  {
    const Secret secret(10'000);
    address = secret.bytes().data();
    EXPECT_NE(flags_of(address), "");
  }
  // Another thread may have been given the address; its memory is then not locked for a secret.
  EXPECT_EQ(flags_of(address).find(" dd "), std::string::npos);
}

TEST(Secret, HasOneOwner) {
  Secret first = Secret::of("abc");
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.text(), "abc");
  const Secret third = second.copy();
  second.bytes()[0] = 'x';
  EXPECT_EQ(third.text(), "abc");
  second.shrink(1);
  EXPECT_EQ(second.text(), "x");
  EXPECT_EQ(second.bytes().data()[1], 0) << "removed bytes are wiped";
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret::of("").empty());
}

TEST(Secret, WipingLeavesZeros) {
  std::array<std::uint8_t, 4> bytes{1, 2, 3, 4};
  wipe(bytes);
  EXPECT_EQ(bytes, (std::array<std::uint8_t, 4>{}));
}

}  // namespace
}  // namespace icn
