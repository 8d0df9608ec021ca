// Goal: a SQLite file that is damaged, foreign or of another version is refused with a message, never misread.
#include <gtest/gtest.h>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.hpp"

namespace icn::contract {
namespace {

class DamagedFiles : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  Result<std::unique_ptr<ports::StateStore>> state() const {
    return backends::state_store::open("sqlite:" + path("state.db"));
  }
  Result<std::unique_ptr<ports::DagStore>> dag() const { return backends::dag_store::open("sqlite:" + path("dag.db")); }
  // Fifty pairs and blocks whose bytes are easily found in the file.
  void fill() {
    std::unique_ptr<ports::StateStore> state_store = state().value();
    ports::Batch batch;
    for (int i = 0; i < 50; ++i) batch.put(bytes_of("key" + std::to_string(i)), bytes_of(marked(i)));
    ASSERT_TRUE(state_store->commit({&batch, 1}));
    std::unique_ptr<ports::DagStore> dag_store = dag().value();
    for (int i = 0; i < 50; ++i) {
      const ipld::Block block = raw_block(marked(i));
      ASSERT_TRUE(dag_store->put({&block, 1}));
    }
    ASSERT_TRUE(dag_store->flush());
  }
  static std::string marked(int i) { return "value-" + std::to_string(i) + "-" + std::string(40, 'v'); }
  static void execute(const std::string& file, const char* sql) {
    sqlite3* connection = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &connection), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(connection, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(connection);
    sqlite3_close(connection);
  }
  // Flips the last bit of the first byte of `text` in the file.
  static void flip(const std::string& file, std::string_view text) {
    Bytes bytes = read_all(file);
    const std::size_t at = text_of(bytes).find(text);
    ASSERT_NE(at, std::string_view::npos);
    bytes[at] ^= 1;
    write_all(file, bytes);
  }

  Folder folder_;
};

TEST_F(DamagedFiles, AFlippedBitInABlockIsCorruptionThatNamesTheBlock) {
  fill();
  flip(path("dag.db"), marked(7));
  const std::unique_ptr<ports::DagStore> store = dag().value();
  const ipld::Block block = raw_block(marked(7));
  const auto got = store->get(block.cid);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::corrupted);
  EXPECT_NE(got.error().detail.find(block.cid.to_text()), std::string::npos);
  EXPECT_TRUE(store->get(raw_block(marked(8)).cid)) << "the other blocks are intact";
}

TEST_F(DamagedFiles, AFlippedBitInAStateValueIsCorruption) {
  fill();
  flip(path("state.db"), marked(7));
  const std::unique_ptr<ports::StateStore> store = state().value();
  const auto got = store->get(view_of("key7"));
  ASSERT_FALSE(got) << "a damaged value was returned as if it were intact";
  EXPECT_EQ(got.error().code, ErrorCode::corrupted);
  EXPECT_EQ(**store->get(view_of("key8")), bytes_of(marked(8)));
  const auto scanned = store->scan({}, {}, [](ByteView, ByteView) { return true; });
  ASSERT_FALSE(scanned);
  EXPECT_EQ(scanned.error().code, ErrorCode::corrupted);
  EXPECT_EQ(**store->get(view_of("key8")), bytes_of(marked(8))) << "a scan that found damage leaves the store usable";
  EXPECT_EQ(store->scan({}, {}, [](ByteView, ByteView) { return true; }).error().code, ErrorCode::corrupted);
}

TEST_F(DamagedFiles, AFlippedBitInAStateKeyIsCorruptionToAScanAndNeverAnotherPair) {
  fill();
  flip(path("state.db"), "key7" + marked(7));
  const std::unique_ptr<ports::StateStore> store = state().value();
  EXPECT_EQ(store->scan({}, {}, [](ByteView, ByteView) { return true; }).error().code, ErrorCode::corrupted);
  const auto other = store->get(view_of("jey7"));
  EXPECT_TRUE(!other || !*other) << "a pair was returned under a key that was never written";
}

TEST_F(DamagedFiles, AKeyThatIsNoCidIsCorruptionAndTheListingCanBeTriedAgain) {
  fill();
  execute(path("dag.db"), "INSERT INTO blocks(cid, bytes) VALUES (x'ff0102', x'00')");
  const std::unique_ptr<ports::DagStore> store = dag().value();
  for (int i = 0; i < 2; ++i) {
    const auto listed = store->for_each(std::nullopt, [](const ipld::Cid&, std::uint64_t) { return true; });
    ASSERT_FALSE(listed);
    EXPECT_EQ(listed.error().code, ErrorCode::corrupted);
  }
  EXPECT_TRUE(store->get(raw_block(marked(1)).cid));
}

// Every page in turn is filled with noise: every result is then correct or an error.
TEST_F(DamagedFiles, NoPageOfNoiseIsAnsweredAsContent) {
  fill();
  const Bytes good = read_all(path("state.db"));
  for (std::size_t page = 0; page * 4096 < good.size(); ++page) {
    SCOPED_TRACE("page " + std::to_string(page + 1));
    Bytes damaged = good;
    Sequence noise(page);
    for (std::size_t i = 0; i < 4096; ++i) damaged[page * 4096 + i] = static_cast<std::uint8_t>(noise.next());
    write_all(path("state.db"), damaged);
    const auto store = state();
    if (!store) {
      EXPECT_TRUE(store.error().code == ErrorCode::corrupted || store.error().code == ErrorCode::invalid_format)
          << store.error().detail;
      continue;
    }
    for (int i = 0; i < 50; ++i) {
      const auto got = (*store)->get(view_of("key" + std::to_string(i)));
      if (!got) {
        EXPECT_EQ(got.error().code, ErrorCode::corrupted) << got.error().detail;
      } else if (*got) {
        EXPECT_EQ(**got, bytes_of(marked(i)));
      }
    }
  }
}

TEST_F(DamagedFiles, AFileThatIsNoDatabaseIsCorruption) {
  write_all(path("state.db"), Bytes(8192, 'x'));
  write_all(path("dag.db"), Bytes(8192, 'x'));
  EXPECT_EQ(state().error().code, ErrorCode::corrupted);
  EXPECT_EQ(dag().error().code, ErrorCode::corrupted);
}

TEST_F(DamagedFiles, ADatabaseOfSomethingElseIsNotTouched) {
  execute(path("state.db"), "CREATE TABLE recipes(name TEXT)");
  const Bytes before = read_all(path("state.db"));
  EXPECT_EQ(state().error().code, ErrorCode::invalid_format);
  EXPECT_EQ(read_all(path("state.db")), before);
}

TEST_F(DamagedFiles, OneStoreIsNotOpenedAsTheOther) {
  fill();
  EXPECT_EQ(backends::state_store::open("sqlite:" + path("dag.db")).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(backends::dag_store::open("sqlite:" + path("state.db")).error().code, ErrorCode::invalid_format);
}

TEST_F(DamagedFiles, ANewerOrOlderVersionIsRefusedByItsNumber) {
  fill();
  for (const char* name : {"state.db", "dag.db"}) execute(path(name), "PRAGMA user_version=99");
  EXPECT_EQ(state().error().code, ErrorCode::unsupported_version);
  EXPECT_EQ(dag().error().code, ErrorCode::unsupported_version);
  EXPECT_NE(state().error().detail.find("99"), std::string::npos);
  for (const char* name : {"state.db", "dag.db"}) execute(path(name), "PRAGMA user_version=0");
  EXPECT_EQ(state().error().code, ErrorCode::unsupported_version);
  EXPECT_EQ(dag().error().code, ErrorCode::unsupported_version);
}

TEST_F(DamagedFiles, AFolderThatDoesNotExistIsStorage) {
  const auto opened = backends::state_store::open("sqlite:" + path("nowhere/state.db"));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
  EXPECT_NE(opened.error().detail.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace icn::contract
