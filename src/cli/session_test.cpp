// Goal: text for people never controls the terminal, a pipe gets a program's bytes unchanged, and keys stay in this
// process.
#include "cli/session.hpp"

#include <gtest/gtest.h>

#include <sys/prctl.h>

namespace icn::cli {
namespace {

constexpr std::string_view kEvil = "\x1b]52;c;ZXZpbA==\x07\n";

std::string written(const std::function<Result<void>()>& write) {
  ::testing::internal::CaptureStdout();
  EXPECT_TRUE(write());
  return ::testing::internal::GetCapturedStdout();
}

TEST(Streams, TextForPeopleIsVisibleWhereverItGoes) {
  EXPECT_EQ(written([] { return write_to(Stream::output, kEvil); }), "\\x1b]52;c;ZXZpbA==\\x07\n");
}

TEST(Streams, AProgramsBytesReachAPipeAsTheyAre) {
  EXPECT_EQ(written([] { return write_bytes(Stream::output, kEvil); }), kEvil);
}

TEST(Streams, AnAnswerIsTheOutputThenTheTextOrTheJson) {
  const Answer answer{"{}\n", "text \x1b\n", 0, std::string(kEvil)};
  EXPECT_EQ(written([&] { return write_answer(answer, false); }), std::string(kEvil) + "text \\x1b\n");
  EXPECT_EQ(written([&] { return write_answer(answer, true); }), "{}\n");
}

TEST(Streams, AProcessWithKeysIsNeverDumped) {
  const int before = ::prctl(PR_GET_DUMPABLE);
  keep_memory_private();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 0);
  ::prctl(PR_SET_DUMPABLE, before);
}

}  // namespace
}  // namespace icn::cli
