// Goal: one opening owns a store in files. A second one is refused, through any path; where a lock was removed, at most
// one of the two continues to write, and nothing acknowledged is lost or mixed.
#include <gtest/gtest.h>

#include <strings.h>

#include "support.hpp"

namespace icn::contract {
namespace {

namespace fs = std::filesystem;

void remove_lock_files(const fs::path& folder) {
  std::vector<fs::path> locks;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && name.size() >= 4 && ::strcasecmp(name.data() + name.size() - 4, "lock") == 0)
      locks.push_back(entry.path());
  }
  for (const fs::path& lock : locks) fs::remove(lock);
}

class SecondOwnerOfState : public testing::TestWithParam<StateBackend> {
 protected:
  [[nodiscard]] auto open() const { return GetParam()->open(location_of(GetParam()->descriptor.name, folder_, "s")); }
  static Result<std::uint64_t> commit(ports::StateStore& store, std::string_view key) {
    ports::Batch batch;
    batch.put(bytes_of(key), bytes_of("x"));
    return store.commit({&batch, 1});
  }
  Folder folder_;
};

TEST_P(SecondOwnerOfState, IsRefusedAndChangesNothing) {
  auto first = open();
  ASSERT_TRUE(first) << first.error().detail;
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy) << second.error().detail;
  EXPECT_NE(second.error().detail.find("nothing was changed"), std::string::npos) << second.error().detail;
  EXPECT_TRUE(commit(**first, "a"));
  first = fail(ErrorCode::busy, "closed");
  EXPECT_TRUE(open()) << "the lock goes with the store";
}

TEST_P(SecondOwnerOfState, IsRefusedThroughALinkToTheFolder) {
  const auto first = open().value();
  const fs::path link = folder_.path() / "link";
  fs::create_directory_symlink(folder_.path(), link);
  const auto second = GetParam()->open((link / "s.db").string());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy) << second.error().detail;
}

TEST_P(SecondOwnerOfState, WithoutTheLocksFileLeavesOneWriterAndItsState) {
  for (const bool first_wins : {true, false}) {
    SCOPED_TRACE(first_wins);
    const Folder folder;
    const std::string location = location_of(GetParam()->descriptor.name, folder, "s");
    auto first = GetParam()->open(location).value();
    ASSERT_TRUE(commit(*first, "before"));
    remove_lock_files(folder.path());
    auto opened = GetParam()->open(location);
    std::string winner = "first";
    if (opened) {
      ports::StateStore& second = **opened;
      winner = first_wins ? "first" : "second";
      ASSERT_TRUE(commit(first_wins ? *first : second, winner));
      ports::StateStore& loser = first_wins ? second : *first;
      const auto refused = commit(loser, "loser");
      ASSERT_FALSE(refused) << "both were acknowledged";
      EXPECT_EQ(refused.error().code, ErrorCode::storage) << refused.error().detail;
      EXPECT_EQ(refused.error().rule, "taken_over") << refused.error().detail;
      EXPECT_FALSE(commit(loser, "loser")) << "from then on";
      EXPECT_TRUE(commit(first_wins ? *first : second, winner + " goes on"));
    } else {
      EXPECT_EQ(opened.error().code, ErrorCode::busy) << opened.error().detail;
      ASSERT_TRUE(commit(*first, winner));
      ASSERT_TRUE(commit(*first, winner + " goes on"));
    }
    first.reset();
    opened = fail(ErrorCode::busy, "closed");
    const auto again = GetParam()->open(location).value();
    EXPECT_EQ(again->sequence(), 3U);
    std::vector<std::string> keys;
    ASSERT_TRUE(again->scan({}, {}, [&](ByteView key, ByteView) {
      keys.emplace_back(text_of(key));
      return true;
    }));
    EXPECT_EQ(keys, (std::vector<std::string>{"before", winner, winner + " goes on"}));
  }
}

class SecondOwnerOfBlocks : public testing::TestWithParam<DagBackend> {
 protected:
  [[nodiscard]] auto open() const { return GetParam()->open(location_of(GetParam()->descriptor.name, folder_, "b")); }
  static Result<void> put(ports::DagStore& store, std::string_view text) {
    const ipld::Block block = raw_block(text);
    ICN_TRY(store.put({&block, 1}));
    return store.flush();
  }
  Folder folder_;
};

TEST_P(SecondOwnerOfBlocks, IsRefused) {
  const auto first = open().value();
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::busy) << second.error().detail;
  EXPECT_TRUE(put(*first, "a"));
}

TEST_P(SecondOwnerOfBlocks, WithoutTheLocksFileEndsTheOther) {
  const auto first = open().value();
  ASSERT_TRUE(put(*first, "before"));
  remove_lock_files(folder_.path());
  const auto second = open();
  if (!second) {
    EXPECT_EQ(second.error().code, ErrorCode::busy) << second.error().detail;
    EXPECT_TRUE(put(*first, "after"));
    return;
  }
  ASSERT_TRUE(put(**second, "second"));
  // The second one may rely on blocks that the first one's collection had decided to remove.
  const ipld::Cid cid = raw_block("before").cid;
  const auto refused = first->remove({&cid, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage) << refused.error().detail;
  EXPECT_EQ(refused.error().rule, "taken_over") << refused.error().detail;
  EXPECT_FALSE(put(*first, "first"));
  EXPECT_TRUE(*(*second)->has(cid));
  EXPECT_TRUE(put(**second, "goes on"));
}

template <class Backend>
std::string name_of(const testing::TestParamInfo<Backend>& info) {
  return std::string(info.param->descriptor.name);
}
INSTANTIATE_TEST_SUITE_P(Backends, SecondOwnerOfState, testing::ValuesIn(state_stores(&is_file_based)),
                         name_of<StateBackend>);
INSTANTIATE_TEST_SUITE_P(Backends, SecondOwnerOfBlocks, testing::ValuesIn(dag_stores(&is_file_based)),
                         name_of<DagBackend>);

}  // namespace
}  // namespace icn::contract
