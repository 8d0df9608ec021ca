// Goal: a data folder has one owner at a time and names it; a folder of another version is refused.
#include "folder/data_folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "disk/folder.hpp"
#include "folder/stores.hpp"

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

TEST_F(Folder, OfAnotherUserIsNotEntered) {
  make();
  std::filesystem::path theirs = path_;
  // Root gives the folder away; any other user uses a folder of another owner.
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path_.c_str(), 65'534, 65'534), 0);
  } else {
    theirs = "/";
  }
  for (const auto& refused : {DataFolder::open(theirs, "test"), DataFolder::create(theirs, "test")}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied) << refused.error().detail;
    EXPECT_EQ(refused.error().rule, disk::kFolderOwner);
    EXPECT_EQ(refused.error().subject, theirs.string());
  }
}

TEST_F(Folder, ThatOthersCanWriteInIsNotEntered) {
  make();
  std::filesystem::remove(path_ / "icn.lock");
  for (const auto& part : {path_, path_ / "keys", path_ / "cache", path_ / "logs"}) {
    ASSERT_EQ(::chmod(part.c_str(), 0770), 0);
    const auto refused = DataFolder::open(path_, "test");
    ASSERT_FALSE(refused) << part;
    EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
    EXPECT_EQ(refused.error().rule, disk::kFolderMode);
    EXPECT_EQ(refused.error().subject, part.string());
    EXPECT_FALSE(std::filesystem::exists(path_ / "icn.lock")) << "nothing was written";
    ASSERT_EQ(::chmod(part.c_str(), 0700), 0);
  }
  EXPECT_TRUE(DataFolder::open(path_, "test"));
}

TEST_F(Folder, IsNotLeftOverALink) {
  make();
  const std::filesystem::path secret = path_.parent_path() / "secret";
  ASSERT_TRUE(disk::replace_file(secret, view_of("untouched")));
  std::filesystem::remove(path_ / "icn.lock");
  std::filesystem::create_symlink(secret, path_ / "icn.lock");
  const auto refused = DataFolder::open(path_, "test");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("symbolic link"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(disk::read_text(secret, 100).value(), "untouched");
  std::filesystem::remove(path_ / "icn.lock");
  std::filesystem::remove_all(path_ / "cache");
  std::filesystem::create_directory_symlink(path_.parent_path(), path_ / "cache");
  EXPECT_FALSE(DataFolder::open(path_, "test")) << "a folder in it";
  std::filesystem::remove(path_ / "cache");
  const std::filesystem::path link = path_.parent_path() / "link";
  std::filesystem::create_directory_symlink(path_, link);
  EXPECT_TRUE(DataFolder::open(link, "test")) << "its own path may be a link";
}

TEST_F(Folder, StoresOutsideItArePrivateToo) {
  make();
  const std::filesystem::path outside = path_.parent_path() / "outside";
  ASSERT_TRUE(disk::make_private_folder(outside));
  const FolderRecord record{"sqlite:" + (outside / "blocks.db").string(), "sqlite:" + (outside / "state.db").string()};
  ASSERT_TRUE(DataFolder::open(path_, "test")->seal(record));
  {
    const DataFolder folder = DataFolder::open(path_, "test").value();
    const auto stores = open_stores(folder);
    ASSERT_TRUE(stores) << stores.error().detail;
    for (const auto& entry : std::filesystem::directory_iterator(outside)) {
      EXPECT_EQ(disk::status_of(entry.path())->mode & 0177U, 0U) << entry.path();
    }
  }
  std::filesystem::rename(outside / "state.db", outside / "elsewhere");
  std::filesystem::create_symlink(outside / "elsewhere", outside / "state.db");
  EXPECT_FALSE(open_stores(DataFolder::open(path_, "test").value())) << "over a link";
  ASSERT_EQ(::chmod(outside.c_str(), 01777), 0);
  const auto refused = open_stores(DataFolder::open(path_, "test").value());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, disk::kFolderMode);
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
  EXPECT_TRUE(folder->require(asked)) << "the same place, written differently";
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
