// Goal: a migration moves everything and nothing else, between any two backends, and resumes after a kill at any step.
// Method: folders with random content; the state hash before and after, read from stores that were closed and opened
// again; children that end by SIGKILL at the n-th step, and changes between the runs.
#include "folder/store_migration.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <csignal>

#include "folder/testing/folder.hpp"
#include "folder/unfinished.hpp"

namespace icn::folder {
namespace {

class StoreMigration : public FolderTest {
 protected:
  Result<std::vector<MovedStore>> run(const std::string& from, const std::string& to, Verify verify = Verify::yes,
                                      std::function<void(MigrationStep)> observer = {}) {
    DataFolder folder = open();
    return migrate(folder, {from, to, verify, std::move(observer)});
  }
  bool has_note() const { return read_unfinished(path_)->has_value(); }
};

TEST_F(StoreMigration, MovesBothStoresBetweenEveryTwoBackends) {
  for (const std::string& from : persistent_backends()) {
    for (const std::string& to : persistent_backends()) {
      SCOPED_TRACE(from + " to " + to);
      std::filesystem::remove_all(path_);
      make({.dag_store = from + ":b.old", .state_store = from + ":s.old"});
      fill(1);
      const ipld::Digest before = hash();
      const auto moved = run(from + ":s.old", to + ":s.new");
      ASSERT_TRUE(moved) << moved.error().detail;
      ASSERT_EQ(moved->size(), 1U);
      EXPECT_EQ(moved->front().port, StorePort::state);
      const auto blocks_moved = run(from + ":b.old", to + ":b.new");
      ASSERT_TRUE(blocks_moved) << blocks_moved.error().detail;
      EXPECT_EQ(open().record().state_store, to + ":s.new");
      EXPECT_EQ(open().record().dag_store, to + ":b.new");
      EXPECT_EQ(hash(), before);
      EXPECT_FALSE(has_note());
      EXPECT_TRUE(std::filesystem::exists(path_ / "s.old")) << "the old store is left in place";
      EXPECT_NE(moved->front().removal.find((path_ / "s.old").string()), std::string::npos) << moved->front().removal;
    }
  }
}

TEST_F(StoreMigration, ByNameMovesEveryStoreThatUsesItToItsDefaultPlace) {
  make({.dag_store = "sqlite:elsewhere.db", .state_store = "sqlite:there.db"});
  fill(2);
  const ipld::Digest before = hash();
  const auto moved = run("sqlite", "sqlite");
  ASSERT_TRUE(moved) << moved.error().detail;
  EXPECT_EQ(moved->size(), 2U);
  EXPECT_EQ(open().record(), FolderRecord{});
  EXPECT_EQ(hash(), before);
}

TEST_F(StoreMigration, ReportsBytesOfPairsAndOfBlocksUpToAllOfThem) {
  make();
  fill(2);
  for (const std::string& store : {std::string("sqlite:state.db"), std::string("sqlite:blocks.db")}) {
    DataFolder folder = open();
    std::vector<std::uint64_t> done;
    std::uint64_t total = 0;
    Migration migration{store, "sqlite:new." + store.substr(7), Verify::no, {}};
    migration.moved = [&](std::uint64_t bytes, std::uint64_t of) {
      EXPECT_TRUE(total == 0 || total == of) << "it is known from the beginning";
      total = of;
      done.push_back(bytes);
    };
    ASSERT_TRUE(migrate(folder, migration)) << store;
    ASSERT_FALSE(done.empty()) << store;
    EXPECT_TRUE(std::is_sorted(done.begin(), done.end())) << store;
    EXPECT_EQ(done.back(), total) << store;
    EXPECT_GT(total, 0U) << store;
  }
}

// The k-th child is killed at its k-th step; the folder is used between the runs.
TEST_F(StoreMigration, GoesOnAfterAKillAtEveryStep) {
  make();
  fill(3);
  std::uint64_t kills = 0;
  for (int step = 0;; ++step) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int left = step;
      const auto moved = run("sqlite:state.db", "sqlite:s.new", Verify::yes, [&](MigrationStep) {
        if (left-- == 0) ::raise(SIGKILL);
      });
      ::_exit(moved ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {
      EXPECT_EQ(WEXITSTATUS(status), 0);
      break;
    }
    ASSERT_EQ(WTERMSIG(status), SIGKILL);
    ++kills;
    if (open().record().state_store == "sqlite:s.new") {
      // Killed after the switch: the folder uses the new store, and the same command reports success.
      EXPECT_TRUE(has_note());
      const auto again = run("sqlite:state.db", "sqlite:s.new");
      ASSERT_TRUE(again) << again.error().detail;
      EXPECT_TRUE(again->empty());
      EXPECT_FALSE(has_note());
      break;
    }
    fill(static_cast<std::uint64_t>(step) + 100);
  }
  EXPECT_GE(kills, 5U);
  EXPECT_EQ(open().record().state_store, "sqlite:s.new");
  // The new store holds what the old one held at the switch.
  const ipld::Digest after = hash();
  {
    DataFolder folder = open();
    FolderRecord old = folder.record();
    old.state_store = "sqlite:state.db";
    ASSERT_TRUE(folder.seal(old));
  }
  EXPECT_EQ(hash(), after);
}

TEST_F(StoreMigration, RefusesATargetThatHoldsSomethingElse) {
  make();
  fill(4);
  { ASSERT_TRUE(backends::state_store::open("sqlite:" + (path_ / "theirs.db").string())); }
  {
    const auto theirs = backends::state_store::open("sqlite:" + (path_ / "theirs.db").string()).value();
    ports::Batch batch;
    batch.put(bytes_of("their key"), bytes_of("their value"));
    ASSERT_TRUE(theirs->commit({&batch, 1}));
  }
  const auto moved = run("sqlite:state.db", "sqlite:theirs.db");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::already_exists);
  EXPECT_FALSE(has_note());
  EXPECT_EQ(open().record(), FolderRecord{});
  const auto theirs = backends::state_store::open("sqlite:" + (path_ / "theirs.db").string()).value();
  EXPECT_TRUE(theirs->get(view_of("their key"))->has_value());
}

TEST_F(StoreMigration, RefusesAnotherOneWhileOneIsUnfinished) {
  make();
  fill(5);
  ASSERT_TRUE(write_unfinished(
      path_,
      {Operation::migrate, {"sqlite:half.db", std::nullopt}, "icn store migrate sqlite:state.db sqlite:half.db"}));
  const auto moved = run("sqlite:state.db", "sqlite:other.db");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::invalid_state);
  EXPECT_EQ(moved.error().rule, "unfinished");
  EXPECT_EQ(moved.error().subject, "icn store migrate sqlite:state.db sqlite:half.db");
  ASSERT_TRUE(run("sqlite:state.db", "sqlite:half.db"));
  EXPECT_EQ(open().record().state_store, "sqlite:half.db");
}

TEST_F(StoreMigration, RefusesWhatCannotBeMeant) {
  make();
  fill(6);
  for (const auto& [from, to, code] : {
           std::tuple{"sqlite", "nothing", ErrorCode::invalid_argument},
           {"sqlite", "memory", ErrorCode::unsupported},
           {"sqlite:other.db", "sqlite:new.db", ErrorCode::not_found},
           {"memory", "sqlite", ErrorCode::not_found},
           {"sqlite:state.db", "sqlite:state.db", ErrorCode::invalid_argument},
           {"sqlite:state.db", "sqlite:blocks.db", ErrorCode::invalid_argument},
           {"sqlite", "sqlite:one.db", ErrorCode::invalid_argument},
           {"sqlite:state.db", "sqlite:", ErrorCode::invalid_argument},
       }) {
    const auto moved = run(from, to);
    ASSERT_FALSE(moved) << from << " " << to;
    EXPECT_EQ(moved.error().code, code) << from << " " << to << ": " << moved.error().detail;
  }
  EXPECT_EQ(open().record(), FolderRecord{});
  EXPECT_FALSE(has_note());
}

// A difference that the copy did not cause: a block of the old store is damaged on the disk.
TEST_F(StoreMigration, StaysOnTheOldStoresWhenABlockDoesNotHold) {
  make();
  {
    const OpenStores stores = open_stores(open()).value();
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(2'000, 0x5a));
    ASSERT_TRUE(stores.dag->put({&block, 1}));
    ASSERT_TRUE(stores.dag->flush());
  }
  std::string file = text_of_file(path_ / "blocks.db");
  const std::size_t at = file.find(std::string(1'000, 0x5a));
  ASSERT_NE(at, std::string::npos);
  file[at + 500] = 0x5b;
  write_file(path_ / "blocks.db", file);
  const auto moved = run("sqlite:blocks.db", "sqlite:new.db");
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, ErrorCode::corrupted);
  EXPECT_EQ(open().record(), FolderRecord{});
  EXPECT_TRUE(has_note()) << "the half-filled target is recorded as ours";
}

}  // namespace
}  // namespace icn::folder
