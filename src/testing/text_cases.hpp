// Runs the text cases of a domain: every line of tests/cases/PREFIX*.txt, one fresh `Cases` for each file.
//
// Cases has line(text), which expects what the line says, and finish(), which checks the whole file's end. At least
// `least` lines must be there: an empty folder passes no test.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace icn::testing {

template <class Cases>
void run_text_cases(std::string_view prefix, std::size_t least) {
  const std::filesystem::path folder = "tests/cases";  // unit tests run in the project's folder
  ASSERT_TRUE(std::filesystem::exists(folder)) << "run this test in the project's folder";
  std::size_t lines = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    Cases cases;
    std::ifstream stream(file.path());
    std::size_t number = 0;
    for (std::string text; std::getline(stream, text);) {
      ++number;
      if (text.empty() || text.starts_with('#')) continue;
      SCOPED_TRACE(name + ":" + std::to_string(number) + ": " + text);
      cases.line(text);
      ++lines;
    }
    SCOPED_TRACE(name + ": replayed");
    cases.finish();
  }
  EXPECT_GT(lines, least) << "case files are missing";
}

}  // namespace icn::testing
