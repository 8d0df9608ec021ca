// Goal: the write-ahead log is copied into the database in portions that fit the commits.
#include "backends/detail/sqlite/engine.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "disk/testing/scratch_folder.hpp"

namespace icn::backends::detail {
namespace {

constexpr std::uint64_t kPageBytes = 4'096;

class SqliteLog : public testing::Test {
 protected:
  void insert(int rows) {
    ASSERT_TRUE(database_.execute("BEGIN"));
    for (int row = 0; row < rows; ++row) ASSERT_TRUE(database_.execute("INSERT INTO pages VALUES (randomblob(3000))"));
    ASSERT_TRUE(database_.execute("COMMIT"));
  }
  [[nodiscard]] std::uint64_t log_pages() const {
    return std::filesystem::file_size(database_.path() + "-wal") / kPageBytes;
  }

 private:
  disk::ScratchFolder folder_;
  Database database_ =
      Database::open((folder_.path() / "a.db").string(), 1, 1, "CREATE TABLE pages(bytes BLOB);", Access::read_write)
          .value();
};

TEST_F(SqliteLog, OfSmallCommitsStaysSmall) {
  for (int i = 0; i < 300; ++i) insert(1);
  EXPECT_GE(log_pages(), 90U);
  EXPECT_LE(log_pages(), 130U);
}

TEST_F(SqliteLog, OfLargeCommitsHoldsSeveral) {
  insert(200);
  const std::uint64_t one = log_pages();
  for (int i = 0; i < 20; ++i) insert(200);
  EXPECT_GE(log_pages(), 6 * one);
  EXPECT_LE(log_pages(), 10 * one);
}

}  // namespace
}  // namespace icn::backends::detail
