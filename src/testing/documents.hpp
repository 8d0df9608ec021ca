// Documents generated from tables: tests compare each with the file in the repository, which `./dev fix` (ICN_UPDATE=1)
// writes. Tests run in the project's folder.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace icn::testing {

inline void expect_document(const std::filesystem::path& path, const std::string& text) {
  if (std::getenv("ICN_UPDATE") != nullptr) std::ofstream(path, std::ios::binary) << text;
  std::ostringstream found;
  found << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(found.str(), text) << path << " differs from its table: ./dev fix writes it";
}

}  // namespace icn::testing
