#include "core/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace icn {
namespace {

class Log : public ::testing::Test {
 protected:
  ~Log() override {
    set_log_level(LogLevel::warning);
    set_log_format(LogFormat::text);
  }

  static std::string written(LogLevel level, std::string_view text, std::string_view job = {}) {
    ::testing::internal::CaptureStderr();
    log(level, "store", text, job);
    return ::testing::internal::GetCapturedStderr();
  }
};

TEST_F(Log, WritesOneLineWithLevelAndComponent) {
  EXPECT_EQ(written(LogLevel::error, "the disk is full"), "error store: the disk is full\n");
  EXPECT_EQ(written(LogLevel::warning, ""), "warning store: \n");
}

TEST_F(Log, TextCannotForgeALineOrSteerTheTerminal) {
  EXPECT_EQ(written(LogLevel::error, "a\nerror ledger: b"), "error store: a\\x0aerror ledger: b\n");
  EXPECT_EQ(written(LogLevel::error, "\x1b[2J\r\t\x7f"), "error store: \\x1b[2J\\x0d\\x09\\u007f\n");
  EXPECT_EQ(written(LogLevel::error, std::string_view("a\0b", 3)), "error store: a\\x00b\n");
}

TEST_F(Log, TextInUtf8StaysAsItIs) { EXPECT_EQ(written(LogLevel::error, "h\xc3\xa9"), "error store: h\xc3\xa9\n"); }

TEST_F(Log, NamesTheJobThatALineIsAbout) {
  EXPECT_EQ(written(LogLevel::error, "was not run", "bafyj"), "error store: job bafyj: was not run\n");
}

// The time is what varies.
TEST_F(Log, IsOneJsonObjectALine) {
  set_log_format(LogFormat::json);
  const std::string line = written(LogLevel::error, "a \"b\" \\c\nd \x1b\xff", "bafyj");
  constexpr std::string_view kBegin = "{\"time\":\"20";
  constexpr std::string_view kEnd =
      "Z\",\"level\":\"error\",\"component\":\"store\",\"job\":\"bafyj\","
      "\"message\":\"a \\\"b\\\" \\\\c\\\\x0ad \\\\x1b\\\\xff\"}\n";
  EXPECT_TRUE(line.starts_with(kBegin)) << line;
  EXPECT_TRUE(line.ends_with(kEnd)) << line;
  EXPECT_EQ(line.size(), kBegin.size() + std::string_view("26-07-01T12:00:00.000").size() + kEnd.size()) << line;
  EXPECT_EQ(written(LogLevel::error, "x").find("\"job\""), std::string::npos);
}

TEST_F(Log, WritesWhatItsLevelAllowsAndNothingElse) {
  const LogLevel all[] = {LogLevel::error, LogLevel::warning, LogLevel::info, LogLevel::debug};
  for (const LogLevel set : all) {
    set_log_level(set);
    for (const LogLevel level : all) {
      EXPECT_EQ(log_enabled(level), level <= set);
      EXPECT_EQ(written(level, "x").empty(), level > set);
    }
  }
}

TEST_F(Log, LinesOfSeveralThreadsDoNotMix) {
  ::testing::internal::CaptureStderr();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int line = 0; line < 100; ++line) log(LogLevel::error, "store", "the same text in every line");
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string all = ::testing::internal::GetCapturedStderr();
  std::string expected;
  for (int line = 0; line < 400; ++line) expected += "error store: the same text in every line\n";
  EXPECT_EQ(all, expected);
}

}  // namespace
}  // namespace icn
