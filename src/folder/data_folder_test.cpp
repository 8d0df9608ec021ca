// Goal: a data folder has one owner at a time, says who, and is never guessed at when it is of another version.
#include "folder/data_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <sys/stat.h>

namespace icn::folder {
namespace {

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "folder-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    path_ = std::filesystem::path(pattern) / "data";
  }
  void TearDown() override { std::filesystem::remove_all(path_.parent_path()); }
  void make() {
    auto folder = DataFolder::create(path_, "test");
    ASSERT_TRUE(folder) << folder.error().detail;
    ASSERT_TRUE(folder->seal({}));
  }
  std::filesystem::path path_;
};

TEST_F(Folder, OpensAfterItWasSealedAndNotBefore) {
  EXPECT_EQ(DataFolder::open(path_, "test").error().code, ErrorCode::not_found);
  { ASSERT_TRUE(DataFolder::create(path_, "test")); }
  EXPECT_EQ(DataFolder::open(path_, "test").error().code, ErrorCode::not_found);
  make();
  const auto folder = DataFolder::open(path_, "test");
  ASSERT_TRUE(folder) << folder.error().detail;
  EXPECT_EQ(folder->record(), FolderRecord{});
  EXPECT_EQ(folder->store_url(StorePort::state), "sqlite:" + (path_ / "state.db").string());
}

TEST_F(Folder, ASecondOwnerIsToldWhoTheFirstIs) {
  make();
  const auto first = DataFolder::open(path_, "icn job run");
  ASSERT_TRUE(first);
  const auto second = DataFolder::open(path_, "icn job list");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_NE(second.error().detail.find("(icn job run)"), std::string::npos) << second.error().detail;
}

TEST_F(Folder, IsFreeAgainWhenItsOwnerEnds) {
  make();
  { ASSERT_TRUE(DataFolder::open(path_, "a")); }
  EXPECT_TRUE(DataFolder::open(path_, "b"));
}

TEST_F(Folder, WithANodeIsNotFoundedAgain) {
  make();
  EXPECT_EQ(DataFolder::create(path_, "test").error().code, ErrorCode::already_exists);
}

TEST_F(Folder, IsReadableByItsOwnerOnly) {
  make();
  for (const auto& part : {path_, path_ / "keys", path_ / "cache"}) {
    struct stat status {};
    ASSERT_EQ(::stat(part.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U) << part;
  }
}

TEST_F(Folder, RefusesAnotherStoreThanItRecords) {
  make();
  const auto folder = DataFolder::open(path_, "test");
  ASSERT_TRUE(folder);
  EXPECT_TRUE(folder->require({}));
  StoresAsked asked;
  asked.state = config::Given{"sqlite:" + (path_ / "./state.db").string(), "--state-store"};
  asked.dag = config::Given{"sqlite:blocks.db", "ICN_STORAGE_DAG"};
  EXPECT_TRUE(folder->require(asked)) << "the same place, said otherwise";
  asked.dag = config::Given{"sqlite:other.db", "ICN_STORAGE_DAG"};
  const auto refused = folder->require(asked);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(refused.error().rule, "storage.dag");
  EXPECT_EQ(refused.error().subject, "sqlite:blocks.db");
  EXPECT_NE(refused.error().detail.find("ICN_STORAGE_DAG says 'sqlite:other.db'"), std::string::npos)
      << refused.error().detail;
}

TEST(FolderRecord, RoundTripsAndRefusesEveryTruncation) {
  const FolderRecord record{.dag_store = "memory", .state_store = "sqlite:/x/y.db", .member = "m", .node = "n"};
  const std::string json = folder_record_to_json(record);
  EXPECT_EQ(*folder_record_from_json(json), record);
  for (std::size_t length = 0; length + 1 < json.size(); ++length) {
    EXPECT_FALSE(folder_record_from_json(json.substr(0, length))) << length;
  }
}

TEST(FolderRecord, OfANewerProgramIsRefusedAsSuch) {
  const auto record = folder_record_from_json(R"({"version": 2, "dag_store": "x", "state_store": "y", "more": 1})");
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().code, ErrorCode::unsupported_version);
  EXPECT_EQ(folder_record_from_json(R"({"version": 1, "dag_store": "x", "state_store": "y", "more": 1})").error().code,
            ErrorCode::invalid_format);
}

}  // namespace
}  // namespace icn::folder
