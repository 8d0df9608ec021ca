// Goal: folders are private, listed completely, and appear whole; locks exclude others and name their holder.
#include "disk/folder.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/lock.hpp"
#include "disk/testing/scratch_folder.hpp"

namespace icn::disk {
namespace {

namespace fs = std::filesystem;

class FolderTest : public ::testing::Test {
 protected:
  fs::path path(std::string_view name) const { return folder_.path() / name; }
  ScratchFolder folder_;
};

template <class T>
Error error_of(const Result<T>& result) {
  return result ? Error{.detail = "no error"} : result.error();
}

using Names = std::vector<std::string>;

TEST_F(FolderTest, PruningRemovesWhatWasNotUsedForLongest) {
  const auto make = [&](std::string_view name, std::size_t bytes, std::time_t used) {
    ASSERT_TRUE(write_file(path(name), {Bytes(bytes)}, {}));
    const std::array<timespec, 2> times{timespec{used, 0}, timespec{used, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times.data(), 0), 0);
  };
  make("old.log", 10'000, 1);
  make("older.log", 1, 0);
  make("new.log", 5'000, 3);
  make("key", 1'000'000, 0);
  fs::create_symlink("old.log", path("link.log"));
  EXPECT_EQ(*prune_folder(path("."), ".log", 24'576), 24'576U) << "three, one and two blocks";
  mark_used(path("older.log"));
  EXPECT_EQ(*prune_folder(path("."), ".log", 24'575), 12'288U);
  EXPECT_EQ(*list_folder(path(".")), (Names{"key", "link.log", "new.log", "older.log"}));
  EXPECT_EQ(*prune_folder(path("."), ".log", 0), 0U);
  EXPECT_EQ(*list_folder(path(".")), (Names{"key", "link.log"}));
  EXPECT_FALSE(prune_folder(path("nowhere"), ".log", 0));
}

TEST_F(FolderTest, FoldersAreMadeForTheirOwner) {
  EXPECT_TRUE(make_folder(path("a")).value());
  EXPECT_FALSE(make_folder(path("a")).value()) << "it already exists";
  EXPECT_EQ(status_of(path("a"))->mode, 0700U);
  EXPECT_EQ(make_folder(path("b/c")).error().code, ErrorCode::storage) << "the parent is missing";
  ASSERT_TRUE(make_private_folder(path("b/c/d")));
  ASSERT_EQ(::chmod(path("b/c/d").c_str(), 0755), 0);
  ASSERT_TRUE(make_private_folder(path("b/c/d")));
  EXPECT_EQ(status_of(path("b/c/d"))->mode, 0700U);
  ASSERT_TRUE(replace_file(path("file"), view_of("x")));
  EXPECT_FALSE(make_private_folder(path("file/d")));
}

TEST_F(FolderTest, APrivateFolderIsOfItsUserAndNobodyElseWritesInIt) {
  ASSERT_TRUE(make_folder(path("a")).value());
  const auto opened = open_private_folder(path("a"));
  ASSERT_TRUE(opened) << opened.error().detail;
  const auto of_another = require_private(*opened, path("a"), ::geteuid() + 1);
  ASSERT_FALSE(of_another);
  EXPECT_EQ(of_another.error().code, ErrorCode::permission_denied);
  EXPECT_EQ(of_another.error().rule, kFolderOwner);
  EXPECT_EQ(of_another.error().subject, path("a").string());
  for (const mode_t mode : {0720U, 0702U, 01777U, 0777U}) {
    ASSERT_EQ(::chmod(path("a").c_str(), mode), 0);
    for (const auto& refused : {error_of(open_private_folder(path("a"))), error_of(make_private_folder(path("a"))),
                                error_of(FolderLock::take(path("a")))}) {
      EXPECT_EQ(refused.code, ErrorCode::permission_denied) << std::oct << mode;
      EXPECT_EQ(refused.rule, kFolderMode);
    }
    EXPECT_EQ(status_of(path("a"))->mode, mode) << "nothing was changed";
  }
  ASSERT_EQ(::chmod(path("a").c_str(), 0755), 0);
  EXPECT_TRUE(open_private_folder(path("a"))) << "others may only read";
}

TEST_F(FolderTest, LinksAreFollowedOnlyWhereTheyAreAllowed) {
  ASSERT_TRUE(make_folder(path("a")).value());
  ASSERT_EQ(::symlink(path("a").c_str(), path("link").c_str()), 0);
  EXPECT_TRUE(open_private_folder(path("link"), Links::followed));
  for (const auto& refused : {error_of(open_private_folder(path("link"))), error_of(FolderLock::take(path("link")))})
    EXPECT_NE(refused.detail.find("symbolic link"), std::string::npos) << refused.detail;
}

TEST_F(FolderTest, ALockIsNotTakenOverALink) {
  ASSERT_TRUE(replace_file(path("secret"), view_of("untouched")));
  ASSERT_EQ(::symlink(path("secret").c_str(), path("lock").c_str()), 0);
  const auto taken = FileLock::take(path("lock"), "process 7");
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().detail.find("symbolic link"), std::string::npos) << taken.error().detail;
  EXPECT_EQ(read_text(path("secret"), 100).value(), "untouched");
}

TEST_F(FolderTest, NamesAreListedSorted) {
  for (const char* name : {"b", "a", ".hidden", "c"}) ASSERT_TRUE(replace_file(path(name), {}));
  EXPECT_EQ(list_folder(folder_.path()).value(), (Names{".hidden", "a", "b", "c"}));
  EXPECT_TRUE(list_folder("").has_value()) << "the working folder";
}

TEST_F(FolderTest, WhatIsNoFolderIsSaid) {
  ASSERT_TRUE(replace_file(path("file"), view_of("x")));
  for (const char* name : {"absent", "file"}) {
    SCOPED_TRACE(name);
    const auto listed = list_folder(path(name));
    const auto synced = sync_folder(path(name));
    ASSERT_FALSE(listed || synced);
    EXPECT_EQ(listed.error().code, ErrorCode::storage);
    EXPECT_EQ(synced.error(), listed.error());
    EXPECT_NE(listed.error().detail.find(in_quotes(path(name))), std::string::npos) << listed.error().detail;
  }
  EXPECT_FALSE(FolderLock::take(path("file")));
}

TEST_F(FolderTest, RemovingTwiceIsNoError) {
  ASSERT_TRUE(replace_file(path("a"), view_of("x")));
  EXPECT_TRUE(remove_file(path("a")));
  EXPECT_TRUE(remove_file(path("a")));
  EXPECT_EQ(remove_file(folder_.path()).error().code, ErrorCode::storage);
}

TEST_F(FolderTest, ADraftBecomesTheFolderOrGoes) {
  { ASSERT_TRUE(replace_file(FolderDraft::make(path("a"))->path() / "x", view_of("x"))); }
  EXPECT_EQ(list_folder(folder_.path()).value(), Names{});
  {
    FolderDraft draft = FolderDraft::make(path("a")).value();
    EXPECT_EQ(status_of(draft.path())->mode, 0700U);
    ASSERT_TRUE(replace_file(draft.path() / "x", view_of("x")));
    ASSERT_TRUE(draft.appear());
  }
  EXPECT_EQ(list_folder(path("a")).value(), Names{"x"});
  EXPECT_EQ(FolderDraft::make(path("a"))->appear().error().code, ErrorCode::already_exists);
  EXPECT_EQ(list_folder(folder_.path()).value(), Names{"a"});
  EXPECT_EQ(FolderDraft::make(path("nowhere/a")).error().code, ErrorCode::storage);
}

TEST_F(FolderTest, AFolderIsHeldByOneOpening) {
  {
    const auto lock = FolderLock::take(path("store"));
    ASSERT_TRUE(lock);
    EXPECT_TRUE(lock->sync());
    const auto second = FolderLock::take(path("store"));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::busy);
    EXPECT_NE(second.error().detail.find(path("store").string()), std::string::npos);
  }
  EXPECT_TRUE(FolderLock::take(path("store")));
  EXPECT_EQ(FolderLock::take(path("nowhere/store")).error().code, ErrorCode::storage);
}

TEST_F(FolderTest, ALockedFileNamesItsHolder) {
  {
    const FileLock first = FileLock::take(path("lock"), "process 7 (icn job run)").value();
    EXPECT_TRUE(first.is_held());
    const FileLock second = FileLock::take(path("lock"), "another").value();
    EXPECT_FALSE(second.is_held());
    EXPECT_EQ(second.other(), "process 7 (icn job run)");
    EXPECT_EQ(FileLock::share(path("lock"))->other(), "process 7 (icn job run)");
  }
  const FileLock shared = FileLock::share(path("lock")).value();
  EXPECT_TRUE(shared.is_held());
  EXPECT_TRUE(FileLock::share(path("lock"))->is_held());
  EXPECT_FALSE(FileLock::take(path("lock"), "x")->is_held()) << "a shared lock excludes holders";
  EXPECT_TRUE(FileLock::share(path("absent"))->is_held());
  EXPECT_FALSE(fs::exists(path("absent")));
  EXPECT_EQ(FileLock::take(path("nowhere/lock"), "x").error().code, ErrorCode::storage);
}

TEST_F(FolderTest, AShorterNameReplacesALongerOne) {
  { ASSERT_TRUE(FileLock::take(path("lock"), "process 123456 (icn job list)")); }
  const FileLock lock = FileLock::take(path("lock"), "short").value();
  EXPECT_EQ(read_text(path("lock"), 100).value(), "short\n");
}

}  // namespace
}  // namespace icn::disk
