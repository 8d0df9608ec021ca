// Goal: whatever a crash or damage leaves in a RocksDB folder, answers are correct, promised data is there or an error
// reports its loss, and an unrelated folder is unchanged.
#include <gtest/gtest.h>

#include <rocksdb/db.h>

#include <unistd.h>

#include "backends/detail/store_stamp.hpp"
#include "backends/testing/engine_folder_fixture.hpp"

namespace icn::backends::detail {
namespace {

namespace fs = std::filesystem;

class RocksFolderTest : public EngineFolderTest {
 protected:
  RocksFolderTest() : EngineFolderTest("rocksdb") {}

  std::vector<std::string> files(const std::string& name) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(path(name))) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  std::string log_file(const std::string& name) const {
    std::string largest;
    for (const std::string& file : files(name)) {
      if (file.ends_with(".log") &&
          (largest.empty() || fs::file_size(path(name) + "/" + file) > fs::file_size(path(name) + "/" + largest))) {
        largest = file;
      }
    }
    return path(name) + "/" + largest;
  }
  // How many commits, from the first on, the folder still returns; empty if it reports damage. Every answer must be
  // correct, and only the last commits may be missing.
  std::optional<int> commits_in(const std::string& name) const {
    const auto store = open_state(name);
    if (!store) {
      EXPECT_TRUE(store.error().code == ErrorCode::corrupted || store.error().code == ErrorCode::storage ||
                  store.error().code == ErrorCode::unsupported_version)
          << store.error().detail;
      return std::nullopt;
    }
    int found = 0;
    for (int i = 0; i < kWrites; ++i) {
      const auto got = (*store)->get(view_of(key(i)));
      if (!got) return std::nullopt;
      if (!*got) continue;
      EXPECT_EQ(**got, value(i));
      EXPECT_EQ(found++, i) << "a commit is missing before an existing one";
    }
    EXPECT_EQ((*store)->sequence(), static_cast<std::uint64_t>(found));
    return found;
  }
};

TEST_F(RocksFolderTest, NoFlippedBitOfAClosedFolderHidesACommit) {
  fill();
  int errors = 0;
  for (const std::string& file : files("closed")) {
    if (file.starts_with("OPTIONS")) continue;  // RocksDB writes it for information and never reads it
    const Bytes good = read_all(path("closed") + "/" + file);
    for (std::size_t at = 0; at < good.size(); at += 23) {
      SCOPED_TRACE(file + " at " + std::to_string(at));
      copy("closed", "damaged");
      Bytes bytes = good;
      bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << at % 8);
      write_all(path("damaged") + "/" + file, bytes);
      const std::optional<int> found = commits_in("damaged");
      if (found) {
        EXPECT_EQ(*found, kWrites);
      }
      if (!found) ++errors;
    }
  }
  EXPECT_GT(errors, 50) << "damage was never detected: the test proves nothing";
}

TEST_F(RocksFolderTest, NoLostFileHidesACommit) {
  fill();
  for (const std::string state : {"closed", "killed"}) {
    for (const std::string& file : files(state)) {
      SCOPED_TRACE(state + " without " + file);
      copy(state, "damaged");
      fs::remove(path("damaged") + "/" + file);
      const std::optional<int> found = commits_in("damaged");
      if (found) {
        EXPECT_EQ(*found, kWrites);
      }
      const bool holds_data = file == "CURRENT" || file.starts_with("MANIFEST") || file.ends_with(".sst");
      if (holds_data) {
        EXPECT_FALSE(found);
      }
    }
  }
}

TEST_F(RocksFolderTest, NoFlippedBitInTheLogOfAKilledProcessHidesACommit) {
  fill();
  const Bytes good = read_all(log_file("killed"));
  int errors = 0;
  for (std::size_t at = 0; at < good.size(); at += 11) {
    SCOPED_TRACE(at);
    copy("killed", "damaged");
    Bytes bytes = good;
    bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 1U << at % 8);
    write_all(log_file("damaged"), bytes);
    const Bytes before = read_all(log_file("damaged"));
    const std::optional<int> found = commits_in("damaged");
    if (found) {
      EXPECT_EQ(*found, kWrites);
    } else {
      ++errors;
      EXPECT_EQ(read_all(log_file("damaged")), before) << "a damaged log was changed";
    }
  }
  EXPECT_GT(errors, 200) << "damage was never detected: the test proves nothing";
}

// RocksDB's log has a header at each of its blocks of 32 KiB, in the middle of any record.
TEST_F(RocksFolderTest, AStampThatLiesAcrossTwoBlocksOfTheLogIsNoPromise) {
  constexpr int kMany = 2'000;
  {
    const std::unique_ptr<ports::StateStore> store = open_state("live").value();
    for (int i = 0; i < kMany; ++i) commit(*store, i);
    ASSERT_GT(fs::file_size(log_file("live")), 10 * 32'768U) << "hardly a block ends: the test proves nothing";
    copy("live", "killed");
  }
  const auto store = open_state("killed");
  ASSERT_TRUE(store) << store.error().detail;
  EXPECT_EQ((*store)->sequence(), static_cast<std::uint64_t>(kMany));
}

TEST_F(RocksFolderTest, AfterATornEndOfTheLogTheStoreGoesOn) {
  fill();
  const Bytes good = read_all(log_file("killed"));
  int before = kWrites;
  for (std::size_t length = good.size(); length > 0; length -= std::min<std::size_t>(length, 191)) {
    SCOPED_TRACE(length);
    copy("killed", "torn");
    write_all(log_file("torn"), ByteView(good).first(length));
    const std::optional<int> found = commits_in("torn");
    ASSERT_TRUE(found);
    EXPECT_LE(*found, before);
    EXPECT_GE(*found, before - 1);
    before = *found;
    if (before == kWrites) continue;
    {
      const auto store = open_state("torn");
      ASSERT_TRUE(store) << store.error().detail;
      commit(**store, before);
      copy("torn", "killed again");
    }
    EXPECT_EQ(commits_in("torn"), before + 1);
    EXPECT_EQ(commits_in("killed again"), before + 1);
  }
  EXPECT_LE(before, 1);
}

// After a power cut, blocks that were not flushed may have holes on disk; that is not damage.
TEST_F(RocksFolderTest, AHoleAmongUnflushedBlocksIsNoDamageAndOneAmongFlushedBlocksIs) {
  const auto block = [](int i) { return ipld::Block::of(ipld::Codec::raw, value(i)); };
  std::size_t flushed_end = 0;
  std::size_t hole = 0;
  {
    const std::unique_ptr<ports::DagStore> store = open_dag("live").value();
    for (int i = 0; i < 9; ++i) {
      const ipld::Block one = block(i);
      ASSERT_TRUE(store->put({&one, 1}));
      if (i == 2) {
        ASSERT_TRUE(store->flush());
        flushed_end = fs::file_size(log_file("live"));
      }
      if (i == 4) hole = fs::file_size(log_file("live")) + 20;
    }
    copy("live", "cut");
  }
  const Bytes good = read_all(log_file("cut"));
  ASSERT_LT(hole, good.size());
  copy("cut", "unflushed");
  Bytes bytes = good;
  bytes[hole] ^= 1;
  write_all(log_file("unflushed"), bytes);
  {
    const auto store = open_dag("unflushed");
    ASSERT_TRUE(store) << store.error().detail;
    EXPECT_EQ((*store)->statistics()->blocks, 5U);
    EXPECT_TRUE((*store)->get(block(4).cid));
    EXPECT_FALSE(*(*store)->has(block(5).cid));
    EXPECT_FALSE(*(*store)->has(block(8).cid));
  }
  copy("cut", "flushed");
  bytes = good;
  bytes[flushed_end / 2] ^= 1;
  write_all(log_file("flushed"), bytes);
  const auto store = open_dag("flushed");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::corrupted);
  EXPECT_NE(store.error().detail.find(".log is damaged: the writes"), std::string::npos) << store.error().detail;
}

TEST_F(RocksFolderTest, ASecondOpeningIsBusyUntilTheFirstIsGone) {
  std::unique_ptr<ports::StateStore> store = open_state("state").value();
  const auto second = open_state("state");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy);
  EXPECT_NE(second.error().detail.find(path("state")), std::string::npos);
  store.reset();
  EXPECT_TRUE(open_state("state"));
}

TEST_F(RocksFolderTest, ABlockDamagedInItsFileIsNamed) {
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(8'000, 'x'));
  {
    const std::unique_ptr<ports::DagStore> store = open_dag("dag").value();
    ASSERT_TRUE(store->put({&block, 1}));
    ASSERT_TRUE(store->flush());
  }
  for (const std::string& file : files("dag")) {
    if (!file.ends_with(".blob")) continue;
    Bytes bytes = read_all(path("dag") + "/" + file);
    bytes[bytes.size() / 2] ^= 1;
    write_all(path("dag") + "/" + file, bytes);
  }
  const std::unique_ptr<ports::DagStore> store = open_dag("dag").value();
  const auto got = store->get(block.cid);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::corrupted);
  EXPECT_NE(got.error().detail.find(block.cid.to_text()), std::string::npos) << got.error().detail;
}

TEST_F(RocksFolderTest, AFolderThatMayOnlyBeReadIsToldPlainly) {
  fill();
  for (const std::string& file : files("closed")) fs::permissions(path("closed") + "/" + file, fs::perms{0444});
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

// The folder with this stamp, and whatever else `more` writes.
void make_database(const std::string& path, ByteView key, ByteView value) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, path, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), {reinterpret_cast<const char*>(key.data()), key.size()},
                      {reinterpret_cast<const char*>(value.data()), value.size()})
                  .ok());
  ASSERT_TRUE(db->Flush(rocksdb::FlushOptions()).ok());
}

TEST_F(RocksFolderTest, ANewerVersionIsRefusedByItsNumberAndNotChanged) {
  StoreStamp stamp{.magic = 0x49434e53, .version = 99};
  stamp.write = 1;
  make_database(path("newer"), {}, stamp.encode());
  const std::vector<std::string> before = files("newer");
  const auto opened = open_state("newer");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(opened.error().detail.find("99"), std::string::npos);
  EXPECT_EQ(files("newer"), before);
}

TEST_F(RocksFolderTest, AFolderOfSomethingElseIsNotTouched) {
  make_database(path("foreign"), view_of("recipe"), view_of("soup"));
  fs::create_directory(path("photos"));
  write_all(path("photos") + "/cat.jpg", view_of("meow"));
  { const auto made = open_dag("blocks").value(); }
  for (const std::string name : {"foreign", "photos", "blocks"}) {
    SCOPED_TRACE(name);
    const std::vector<std::string> before = files(name);
    const auto opened = open_state(name);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::invalid_format) << opened.error().detail;
    EXPECT_EQ(files(name), before);
  }
  write_all(path("file"), view_of("x"));
  EXPECT_EQ(open_state("file").error().code, ErrorCode::storage);
}

TEST_F(RocksFolderTest, AFolderWhoseMakingWasCutShortIsMadeAgain) {
  { const auto made = open_state("state").value(); }
  for (const std::string& file : files("state")) {
    if (file.ends_with(".log") || file.ends_with(".sst") || file == "CURRENT") fs::remove(path("state") + "/" + file);
  }
  const auto opened = open_state("state");
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ((*opened)->sequence(), 0U);
}

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
  return bytes;
}

TEST_F(RocksFolderTest, RemovedBlocksGiveTheirSpaceBack) {
  const std::unique_ptr<ports::DagStore> store = open_dag("dag").value();
  std::vector<ipld::Cid> cids;
  for (std::uint8_t i = 0; i < 120; ++i) {
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(1024 * 1024, i));
    cids.push_back(block.cid);
    ASSERT_TRUE(store->put({&block, 1}));
  }
  ASSERT_TRUE(store->flush());
  EXPECT_GT(bytes_in(path("dag")), 120U << 20);
  const std::vector<ipld::Cid> kept(cids.begin(), cids.begin() + 8);
  ASSERT_TRUE(store->remove(std::span(cids).subspan(8)));
  EXPECT_LT(bytes_in(path("dag")), 90U << 20);
  for (const ipld::Cid& cid : kept) EXPECT_TRUE(store->get(cid));
  EXPECT_EQ(*store->statistics(), (ports::DagStatistics{8, 8U << 20}));
}

}  // namespace
}  // namespace icn::backends::detail
