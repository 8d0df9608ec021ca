// Goal: a sled folder that is damaged, unrelated, newer or already open is refused with a clear error, and after a kill
// acknowledged data is there or an error reports its loss.
#include <gtest/gtest.h>

#include <map>

#include <unistd.h>

#include "backends/detail/store_stamp.hpp"
#include "backends/testing/engine_folder_fixture.hpp"
#include "ipld/sha256.hpp"

namespace icn::backends::detail {
namespace {

namespace fs = std::filesystem;

class SledFolderTest : public EngineFolderTest {
 protected:
  SledFolderTest() : EngineFolderTest("sled") {}

  void expect_whole(const std::string& name) const {
    const auto store = open_state(name);
    ASSERT_TRUE(store) << store.error().detail;
    EXPECT_EQ((*store)->sequence(), static_cast<std::uint64_t>(kWrites));
    for (int i = 0; i < kWrites; ++i) EXPECT_EQ(*(*store)->get(view_of(key(i))), value(i));
  }
  std::map<std::string, Bytes> content(const std::string& name) const {
    std::map<std::string, Bytes> files;
    for (const auto& entry : fs::recursive_directory_iterator(path(name))) {
      if (entry.is_regular_file()) files.emplace(entry.path().string(), read_all(entry.path()));
    }
    return files;
  }
};

TEST_F(SledFolderTest, WhatWasCommittedIsThereAfterAKill) {
  fill();
  expect_whole("killed");
  expect_whole("closed");
}

TEST_F(SledFolderTest, AFolderWhoseLogIsCutOffIsDamagedAndNotEmpty) {
  fill();
  for (const std::string from : {"killed", "closed"}) {
    for (const std::uintmax_t length : {0U, 1'000U, 5'000U}) {
      copy(from, "cut");
      fs::resize_file(path("cut") + "/db", length);
      const auto opened = open_state("cut");
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code, ErrorCode::corrupted) << opened.error().detail;
    }
  }
}

TEST_F(SledFolderTest, NoFlippedBitHidesACommit) {
  fill();
  int errors = 0;
  for (const std::string from : {"killed", "closed"}) {
    const Bytes good = read_all(path(from) + "/db");
    for (std::size_t at = 0; at < good.size(); at += 97) {
      SCOPED_TRACE(from + " at " + std::to_string(at));
      copy(from, "damaged");
      Bytes bytes = good;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << at % 8);
      write_all(path("damaged") + "/db", bytes);
      if (open_state("damaged")) {
        expect_whole("damaged");
      } else {
        ++errors;
      }
    }
  }
  EXPECT_GT(errors, 50) << "damage was never detected: the test proves nothing";
}

TEST_F(SledFolderTest, SettingsThatAreCutOffEndNothingAndHideNothing) {
  fill();
  const std::uintmax_t whole = fs::file_size(path("closed") + "/conf");
  for (std::uintmax_t length = 0; length < whole; ++length) {
    SCOPED_TRACE(length);
    copy("closed", "cut");
    fs::resize_file(path("cut") + "/conf", length);
    if (open_state("cut")) expect_whole("cut");
  }
}

TEST_F(SledFolderTest, ASecondOpeningIsBusyUntilTheFirstIsGone) {
  std::unique_ptr<ports::StateStore> store = open_state("state").value();
  const auto second = open_state("state");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_NE(second.error().detail.find(path("state")), std::string::npos);
  store.reset();
  EXPECT_TRUE(open_state("state"));
}

TEST_F(SledFolderTest, ANewerVersionIsRefusedByItsNumberAndNotChanged) {
  fill();
  Bytes note = StoreStamp{.magic = 0x49434e73, .version = 99}.encode();
  const ipld::Digest sum = ipld::sha256(note);
  note.insert(note.end(), sum.begin(), sum.begin() + 8);
  write_all(path("closed") + "/icn-store", note);
  const auto before = content("closed");
  const auto opened = open_state("closed");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(opened.error().detail.find("99"), std::string::npos);
  EXPECT_EQ(content("closed"), before);
}

TEST_F(SledFolderTest, AFolderOfSomethingElseIsNotTouched) {
  fs::create_directory(path("photos"));
  write_all(path("photos") + "/cat.jpg", view_of("meow"));
  { const auto made = dag_store::open("sled:" + path("blocks")).value(); }
  for (const std::string name : {"photos", "blocks"}) {
    SCOPED_TRACE(name);
    const auto before = content(name);
    const auto opened = open_state(name);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_format) << opened.error().detail;
    EXPECT_EQ(content(name), before);
  }
}

TEST_F(SledFolderTest, AFolderWhoseMakingWasCutShortIsMadeAgain) {
  { const auto made = open_state("state").value(); }
  for (const auto& entry : fs::directory_iterator(path("state"))) {
    if (entry.path().filename() != "icn-store") fs::remove_all(entry.path());
  }
  const auto opened = open_state("state");
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->sequence(), 0U);
}

TEST_F(SledFolderTest, AFolderThatMayOnlyBeReadIsToldPlainly) {
  fill();
  for (const auto& [file, bytes] : content("closed")) fs::permissions(file, fs::perms{0444});
  fs::permissions(path("closed"), fs::perms{0555});
  fs::permissions(root_, fs::perms{0755});
  // Nothing is read-only to root, and a folder belongs to the user that opens it.
  const bool is_root = ::geteuid() == 0;
  const auto give_to = [&](::uid_t user) {
    ASSERT_EQ(::chown(path("closed").c_str(), user, static_cast<::gid_t>(-1)), 0);
    for (const auto& entry : fs::recursive_directory_iterator(path("closed")))
      ASSERT_EQ(::chown(entry.path().c_str(), user, static_cast<::gid_t>(-1)), 0);
  };
  if (is_root) {
    give_to(65'534);
    ASSERT_EQ(::seteuid(65'534), 0);
  }
  const auto opened = open_state("closed");
  if (is_root) {
    ASSERT_EQ(::seteuid(0), 0);
    give_to(0);
  }
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
  EXPECT_NE(opened.error().detail.find("check the folder's permissions"), std::string::npos) << opened.error().detail;
  fs::permissions(path("closed"), fs::perms{0755});
}

// Pairs overwritten or erased while a snapshot is held, on both sides of the pages that a scan reads.
TEST_F(SledFolderTest, ASnapshotOfManyPagesStaysAsItWas) {
  const std::unique_ptr<ports::StateStore> store = open_state("state").value();
  const auto name = [](int i) { return bytes_of("key" + std::to_string(10'000 + i)); };
  std::map<Bytes, Bytes> expected;
  ports::Batch first;
  for (int i = 0; i < 1'000; i += 2) {
    first.put(name(i), value(i));
    expected.emplace(name(i), value(i));
  }
  ASSERT_TRUE(store->commit({&first, 1}));
  const std::unique_ptr<ports::StateReader> snapshot = store->snapshot().value();
  ports::Batch second;
  for (int i = 0; i < 1'000; ++i) {
    if (i % 3 == 0) second.put(name(i), bytes_of("new"));
    if (i % 3 == 1) second.erase(name(i));
  }
  ASSERT_TRUE(store->commit({&second, 1}));
  std::map<Bytes, Bytes> found;
  ASSERT_TRUE(snapshot->scan({}, {}, [&](ByteView pair_key, ByteView pair_value) {
    found.emplace(copy_of(pair_key), copy_of(pair_value));
    return true;
  }));
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace icn::backends::detail
