// The files generated from the host table match the repository. ICN_UPDATE=1 writes them.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "abi/describe.hpp"
#include "abi/host_call.hpp"
#include "model/transcript.hpp"

namespace icn::abi {
namespace {

void expect_file(const std::string& name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(ICN_SOURCE_DIR) / name;
  if (std::getenv("ICN_UPDATE") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  std::ostringstream found;
  found << std::ifstream(path, std::ios::binary).rdbuf();
  EXPECT_EQ(found.str(), text) << name << " differs from the host table: ICN_UPDATE=1 build/bin/abi_conformance_test "
                               << "--gtest_filter='Documents.*' writes it";
}

TEST(Documents, AreWhatTheTableSays) {
  expect_file("docs/HOST_ABI.md", host_abi_markdown());
  expect_file("guests/c/icn.h", host_abi_c_header());
  expect_file("guests/rust/icn.rs", host_abi_rust());
}

TEST(Documents, EveryRowHasAnExampleGuest) {
  for (const HostFn& fn : host_table()) {
    const std::filesystem::path path =
        std::filesystem::path(ICN_SOURCE_DIR) / "tests/abi/guests" / (std::string(fn.name) + ".wat");
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_NE(text.str().find("(import \"" + std::string(fn.module) + "\" \"" + std::string(fn.name) + "\""),
              std::string::npos)
        << path << " does not import the row";
    EXPECT_NE(text.str().find(";; outcome: "), std::string::npos) << path << " does not state its outcome";
  }
}

TEST(Documents, TheTablesOfAnOrderNameEveryRow) {
  EXPECT_EQ(abi_table().cid, abi_table().cid);
  EXPECT_NE(abi_table().cid, costs_table().cid);
  for (const HostFn& fn : host_table()) {
    EXPECT_EQ(model::host_call_name(abi_table().bytes, fn.index), std::string(fn.module) + "." + std::string(fn.name));
  }
}

}  // namespace
}  // namespace icn::abi
