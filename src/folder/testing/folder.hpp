// A data folder for this folder's tests: stores with content and key files, without the cost of a whole node.
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "backends/registry.hpp"
#include "folder/stores.hpp"
#include "identity/key_file.hpp"
#include "model/keys.hpp"
#include "stores/state_hash.hpp"

namespace icn::folder {

class FolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "stores-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    path_ = root_ / "data";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void make(FolderRecord record = {}) {
    auto folder = DataFolder::create(path_, "test");
    ASSERT_TRUE(folder) << folder.error().detail;
    ASSERT_TRUE(folder->seal(record));
  }
  void write_keys() const {
    const DataFolder folder = open();
    ASSERT_TRUE(identity::write_key_file(folder.member_key_path(), view_of("the member's key")));
    ASSERT_TRUE(identity::write_key_file(folder.node_key_path(), view_of("the node's key")));
  }
  DataFolder open() const { return DataFolder::open(path_, "test").value(); }

  // Writes pairs and blocks that depend only on `seed`; more than one piece of a copy.
  void fill(std::uint64_t seed) const {
    const DataFolder folder = open();
    const OpenStores stores = open_stores(folder).value();
    std::mt19937_64 random(seed);
    for (int batches = 0; batches < 6; ++batches) {
      ports::Batch batch;
      for (int i = 0; i < 40; ++i) {
        batch.put(model::key_of("jb/", random() % 1'000),
                  Bytes(random() % 20'000, static_cast<std::uint8_t>(random())));
        batch.erase(model::key_of("jb/", random() % 1'000));
      }
      ASSERT_TRUE(stores.state->commit({&batch, 1}));
    }
    for (int i = 0; i < 300; ++i) {
      const ipld::Block block =
          ipld::Block::of(ipld::Codec::raw, Bytes(random() % 5'000, static_cast<std::uint8_t>(i)));
      ASSERT_TRUE(stores.dag->put({&block, 1}));
      if (random() % 8 == 0) {
        ASSERT_TRUE(stores.dag->remove({&block.cid, 1}));
      }
    }
    ASSERT_TRUE(stores.dag->flush());
  }
  ipld::Digest hash() const {
    const OpenStores stores = open_stores(open()).value();
    return stores::hash_state(*stores.state, *stores.dag)->digest;
  }

  static std::string text_of_file(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  static void write_file(const std::filesystem::path& path, std::string_view text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }

  // Backends that store data in paths for both ports: tests can open them anywhere.
  static std::vector<std::string> persistent_backends() {
    std::vector<std::string> names;
    for (const auto* backend : backends::state_store::all()) {
      const auto dag = backends::dag_store::describe(backend->descriptor.name);
      if (backend->descriptor.place == ports::Place::path && dag && dag->place == ports::Place::path)
        names.emplace_back(backend->descriptor.name);
    }
    return names;
  }

  std::filesystem::path root_;
  std::filesystem::path path_;
};

}  // namespace icn::folder
