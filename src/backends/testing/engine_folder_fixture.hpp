// Folders of an engine with its own files, for tests that damage them.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "backends/registry.hpp"
#include "backends/testing/files.hpp"

namespace icn::backends::detail {

class EngineFolderTest : public testing::Test {
 protected:
  static constexpr int kWrites = 12;

  explicit EngineFolderTest(std::string backend) : backend_(std::move(backend)) {
    std::string pattern = std::filesystem::temp_directory_path() / ("icn-" + backend_ + "-XXXXXX");
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    root_ = pattern;
  }
  ~EngineFolderTest() override { std::filesystem::remove_all(root_); }

  std::string path(const std::string& name) const { return (root_ / name).string(); }
  Result<std::unique_ptr<ports::StateStore>> open_state(const std::string& name) const {
    return state_store::open(backend_ + ":" + path(name));
  }
  Result<std::unique_ptr<ports::DagStore>> open_dag(const std::string& name) const {
    return dag_store::open(backend_ + ":" + path(name));
  }
  static std::string key(int i) { return "key" + std::to_string(i); }
  static Bytes value(int i) { return bytes_of("value " + std::to_string(i) + std::string(150, '.')); }
  static void commit(ports::StateStore& store, int i) {
    ports::Batch batch;
    batch.put(bytes_of(key(i)), value(i));
    ASSERT_TRUE(store.commit({&batch, 1}));
  }
  // Copies the folder `from` to `to`, as a kill at this moment leaves it.
  void copy(const std::string& from, const std::string& to) const {
    std::filesystem::remove_all(path(to));
    std::filesystem::copy(path(from), path(to), std::filesystem::copy_options::recursive);
  }
  // A state of kWrites commits in "closed", and the same before it was closed in "killed".
  void fill() const {
    const std::unique_ptr<ports::StateStore> store = open_state("closed").value();
    for (int i = 0; i < kWrites; ++i) commit(*store, i);
    copy("closed", "killed");
  }

  const std::string backend_;
  std::filesystem::path root_;
};

}  // namespace icn::backends::detail
