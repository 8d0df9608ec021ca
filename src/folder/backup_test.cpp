// Goal: a backup is complete or absent, and its restore produces the same state or nothing. Method: folders with random
// content; every byte of a small backup changed and every length cut; stores that fail or let others write in the
// middle; children that end by SIGKILL.
#include "folder/backup.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "folder/restore.hpp"
#include "folder/testing/folder.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

// A DAG store that calls a function before it reads each block.
class WatchedDagStore : public ports::DagStore {
 public:
  WatchedDagStore(ports::DagStore& store, std::function<Result<void>()> before_get)
      : store_(store), before_get_(std::move(before_get)) {}
  Result<void> put(std::span<const ipld::Block> blocks) override { return store_.put(blocks); }
  Result<ipld::Block> get(const ipld::Cid& cid) const override {
    ICN_TRY(before_get_());
    return store_.get(cid);
  }
  Result<std::optional<std::uint64_t>> length(const ipld::Cid& cid) const override { return store_.length(cid); }
  Result<void> remove(std::span<const ipld::Cid> cids) override { return store_.remove(cids); }
  Result<void> for_each(const std::optional<ipld::Cid>& after,
                        const std::function<bool(const ipld::Cid&, std::uint64_t)>& visit) const override {
    return store_.for_each(after, visit);
  }
  Result<ports::DagStatistics> statistics() const override { return store_.statistics(); }
  Result<void> flush() override { return store_.flush(); }
  const ports::Descriptor& descriptor() const override { return store_.descriptor(); }

 private:
  ports::DagStore& store_;
  std::function<Result<void>()> before_get_;
};

class Backup : public FolderTest {
 protected:
  static constexpr model::UnixMs kNow{1'700'000'000'000};

  void SetUp() override {
    FolderTest::SetUp();
    backup_ = root_ / "backup of today";
    copy_ = root_ / "copy";
  }
  void make_node() {
    make({.member = "did:key:zMember", .node = "did:key:zNode"});
    write_keys();
  }
  // A backup of few bytes.
  void make_small() {
    make_node();
    const OpenStores stores = open_stores(open()).value();
    ports::Batch batch;
    batch.put(bytes_of("a key"), bytes_of("a value"));
    batch.put(bytes_of("another key"), {});
    ASSERT_TRUE(stores.state->commit({&batch, 1}));
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("a block"));
    ASSERT_TRUE(stores.dag->put({&block, 1}));
    ASSERT_TRUE(stores.dag->flush());
  }
  Result<BackupReport> take(std::function<Result<void>(OpenStores&)> before_get = {}) {
    const DataFolder folder = open();
    OpenStores stores = ICN_TRY(open_stores(folder));
    const WatchedDagStore dag(*stores.dag,
                              [&]() -> Result<void> { return before_get ? before_get(stores) : Result<void>(); });
    return take_backup(folder, *stores.state, dag, kNow, backup_);
  }
  Result<RestoreReport> restore(StoresAsked stores = {}, std::function<void(RestoreStep)> observer = {}) {
    return restore_backup({backup_, copy_, std::move(stores), model::UnixMs{kNow.value + 5}, "test", observer});
  }
  // Edits the record and adjusts the sums, as anyone with write access to the backup can.
  void edit_record(const std::string& state_store, const std::string& dag_store) const {
    BackupManifest manifest = BackupManifest::from_json(text_of_file(backup_ / kManifestFile)).value();
    manifest.record.state_store = state_store;
    manifest.record.dag_store = dag_store;
    FileDigests digests = parse_sums(text_of_file(backup_ / kSumsFile)).value();
    write_file(backup_ / kManifestFile, manifest.to_json());
    digests[std::string(kManifestFile)] = ipld::sha256(view_of(manifest.to_json()));
    write_file(backup_ / kSumsFile, sums_text(digests));
  }
  ipld::Digest hash_of_copy() const {
    const DataFolder folder = DataFolder::open(copy_, "test").value();
    const OpenStores stores = open_stores(folder).value();
    return stores::hash_state(*stores.state, *stores.dag)->digest;
  }
  std::vector<std::string> names_beside() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root_)) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }

  fs::path backup_;
  fs::path copy_;
};

TEST_F(Backup, RestoresToTheSameStateKeysAndRecord) {
  make_node();
  fill(1);
  const ipld::Digest before = hash();
  const auto taken = take();
  ASSERT_TRUE(taken) << taken.error().detail;
  EXPECT_EQ(taken->manifest.hash.digest, before);
  EXPECT_EQ(taken->path, backup_);
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(hash_of_copy(), before);
  EXPECT_EQ(hash(), before) << "the original is unchanged";
  const DataFolder folder = DataFolder::open(copy_, "test").value();
  EXPECT_EQ(folder.record(), open().record());
  EXPECT_FALSE(read_unfinished(copy_)->has_value());
  for (const auto& [name, bytes] : {std::pair{"member.key", "the member's key"}, {"node.key", "the node's key"}}) {
    EXPECT_EQ(text_of_file(copy_ / "keys" / name), bytes);
    for (const fs::path& file : {copy_ / "keys" / name, backup_ / name}) {
      struct stat status {};
      ASSERT_EQ(::stat(file.c_str(), &status), 0);
      EXPECT_EQ(status.st_mode & 0777U, 0600U) << file;
    }
  }
  struct stat status {};
  ASSERT_EQ(::stat(backup_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);
}

TEST_F(Backup, ARestoredNodeKnowsThatItWas) {
  make_small();
  ASSERT_TRUE(take());
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().detail;
  const stores::Incarnation expected{2, stores::Restoration{kNow, model::UnixMs{kNow.value + 5}}};
  EXPECT_EQ(restored->incarnation, expected);
  // A backup of the restored node, restored again.
  path_ = copy_;
  backup_ = root_ / "second";
  copy_ = root_ / "copy of the copy";
  ASSERT_TRUE(take());
  EXPECT_EQ(restore()->incarnation.number, 3U);
  EXPECT_EQ(hash_of_copy(), hash());
}

TEST_F(Backup, GoesToOtherStoresWhenAsked) {
  make_small();
  ASSERT_TRUE(take());
  const std::string elsewhere = "sqlite:" + (root_ / "elsewhere.db").string();
  StoresAsked asked;
  asked.state = config::Given{elsewhere, "--state-store"};
  ASSERT_TRUE(restore(asked));
  EXPECT_EQ(DataFolder::open(copy_, "test")->record().state_store, elsewhere);
  EXPECT_TRUE(fs::exists(root_ / "elsewhere.db"));
  EXPECT_EQ(hash_of_copy(), hash());
}

// Its record may contain anything: only the user's request puts a store outside the new folder.
TEST_F(Backup, OfAnEditedRecordMakesNoFileElsewhere) {
  const std::string elsewhere = (root_ / "elsewhere.db").string();
  for (const auto& [state, dag] : {std::pair<std::string, std::string>{"sqlite:" + elsewhere, "sqlite:blocks.db"},
                                   {"sqlite:state.db", "sqlite:../elsewhere.db"},
                                   {"sqlite:keys/../../elsewhere.db", "sqlite:blocks.db"},
                                   {"sqlite:" + copy_.string() + "/../elsewhere.db", "sqlite:blocks.db"},
                                   {"sqlite:" + copy_.string() + "x/elsewhere.db", "sqlite:blocks.db"},
                                   {"file:.", "sqlite:blocks.db"}}) {
    SCOPED_TRACE(state + " " + dag);
    fs::remove_all(path_);
    fs::remove_all(backup_);
    make_small();
    ASSERT_TRUE(take());
    edit_record(state, dag);
    const auto refused = restore();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(refused.error().rule, "store_elsewhere");
    EXPECT_EQ(refused.error().subject, state == "sqlite:state.db" ? "dag_store" : "state_store");
    EXPECT_FALSE(fs::exists(elsewhere) || fs::exists(copy_) || fs::exists(copy_.string() + "x"));
  }
  StoresAsked asked;
  asked.state = config::Given{"sqlite:state.db", "--state-store"};
  EXPECT_TRUE(restore(asked)) << "the user's request counts";
}

// A backup holds what its snapshot names and nothing that is committed later, whatever is stored meanwhile.
TEST_F(Backup, IsOfOneMomentWhileOthersWrite) {
  make_node();
  fill(2);
  const ipld::Digest before = hash();
  int written = 0;
  const auto taken = take([&](OpenStores& stores) -> Result<void> {
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("later " + std::to_string(++written)));
    ICN_TRY(stores.dag->put({&block, 1}));
    ICN_TRY(stores.dag->flush());
    ports::Batch batch;
    batch.put(bytes_of("jb/later"), bytes_of(block.cid.to_text()));
    ICN_TRY(stores.state->commit({&batch, 1}));
    return {};
  });
  ASSERT_TRUE(taken) << taken.error().detail;
  ASSERT_GT(written, 100);
  ASSERT_TRUE(restore());
  const DataFolder folder = DataFolder::open(copy_, "test").value();
  const OpenStores copy = open_stores(folder).value();
  EXPECT_FALSE(copy.state->get(view_of("jb/later"))->has_value());
  // Without the later blocks it is the earlier state.
  for (int i = 1; i <= written; ++i) {
    const ipld::Cid cid = ipld::Cid::of(ipld::Codec::raw, view_of("later " + std::to_string(i)));
    ASSERT_TRUE(copy.dag->remove({&cid, 1}));
  }
  EXPECT_EQ(stores::hash_state(*copy.state, *copy.dag)->digest, before);
}

TEST_F(Backup, LeavesOutAndNamesABlockThatDoesNotHold) {
  make_small();
  {
    const OpenStores stores = open_stores(open()).value();
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(2'000, 0x5a));
    ASSERT_TRUE(stores.dag->put({&block, 1}));
  }
  std::string file = text_of_file(path_ / "blocks.db");
  const std::size_t at = file.find(std::string(1'000, 0x5a));
  ASSERT_NE(at, std::string::npos);
  file[at + 500] = 0x5b;
  write_file(path_ / "blocks.db", file);
  const auto taken = take();
  ASSERT_TRUE(taken) << taken.error().detail;
  const std::vector<std::string> damaged{ipld::Cid::of(ipld::Codec::raw, Bytes(2'000, 0x5a)).to_text()};
  EXPECT_EQ(taken->manifest.damaged, damaged);
  EXPECT_EQ(taken->manifest.hash.blocks, 1U);
  const auto restored = restore();
  ASSERT_TRUE(restored) << restored.error().detail;
  EXPECT_EQ(restored->manifest.damaged, damaged);
}

TEST_F(Backup, ThatFailsLeavesNothing) {
  make_node();
  fill(3);
  int left = 20;
  const auto taken = take([&](OpenStores&) -> Result<void> {
    if (left-- > 0) return {};
    return fail(ErrorCode::storage, "the disk is full");
  });
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().detail, "the disk is full");
  EXPECT_EQ(names_beside(), std::vector<std::string>{"data"});
}

TEST_F(Backup, IsNotWrittenOverAnything) {
  make_small();
  write_file(backup_, "something");
  EXPECT_EQ(take().error().code, ErrorCode::already_exists);
  EXPECT_EQ(text_of_file(backup_), "something");
}

TEST_F(Backup, ThatWasKilledIsNoBackup) {
  make_node();
  fill(4);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    int left = 50;
    const auto taken = take([&](OpenStores&) -> Result<void> {
      if (left-- == 0) ::raise(SIGKILL);
      return {};
    });
    ::_exit(taken ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_FALSE(fs::exists(backup_));
  const std::vector<std::string> names = names_beside();
  ASSERT_EQ(names.size(), 2U);
  backup_ = root_ / (names[0] == "data" ? names[1] : names[0]);
  const auto restored = restore();
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::invalid_format);
  EXPECT_NE(restored.error().detail.find("never finished"), std::string::npos) << restored.error().detail;
  EXPECT_FALSE(fs::exists(copy_));
}

TEST_F(Backup, WithAnyByteChangedOrCutOffIsRefusedAndNothingIsRestored) {
  make_small();
  ASSERT_TRUE(take());
  std::size_t tried = 0;
  for (const auto& entry : fs::directory_iterator(backup_)) {
    const fs::path file = entry.path();
    const std::string good = text_of_file(file);
    const auto expect_refused = [&](const std::string& text, std::size_t at) {
      write_file(file, text);
      const auto restored = restore();
      ASSERT_FALSE(restored) << file << " at " << at;
      EXPECT_EQ(restored.error().code, ErrorCode::corrupted) << file << " at " << at << ": " << restored.error().detail;
      EXPECT_FALSE(fs::exists(copy_)) << file << " at " << at;
      ++tried;
    };
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string changed = good;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (at % 8)));
      expect_refused(changed, at);
      expect_refused(good.substr(0, at), at);
    }
    expect_refused(good + "x", good.size());
    fs::remove(file);
    EXPECT_FALSE(restore()) << file;
    write_file(file, good);
  }
  EXPECT_GT(tried, 1'000U);
  EXPECT_TRUE(restore());
}

TEST_F(Backup, OfANewerProgramIsRefusedAsSuch) {
  make_small();
  ASSERT_TRUE(take());
  std::string manifest = text_of_file(backup_ / kManifestFile);
  manifest.replace(manifest.find("\"version\": 1"), 12, "\"version\": 2");
  write_file(backup_ / kManifestFile, manifest);
  FileDigests sums = parse_sums(text_of_file(backup_ / kSumsFile)).value();
  sums[std::string(kManifestFile)] = ipld::sha256(view_of(manifest));
  write_file(backup_ / kSumsFile, sums_text(sums));
  const auto restored = restore();
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::unsupported_version);
  EXPECT_FALSE(fs::exists(copy_));
}

TEST_F(Backup, IsNotRestoredOverAnything) {
  make_small();
  ASSERT_TRUE(take());
  const ipld::Digest before = hash();
  const fs::path backup_place = copy_;
  copy_ = path_;
  EXPECT_EQ(restore().error().code, ErrorCode::already_exists) << "a node";
  copy_ = root_ / "files";
  fs::create_directory(copy_);
  write_file(copy_ / "mine.txt", "mine");
  EXPECT_EQ(restore().error().code, ErrorCode::already_exists) << "a folder with files";
  EXPECT_EQ(text_of_file(copy_ / "mine.txt"), "mine");
  copy_ = root_ / "mine.txt";
  write_file(copy_, "mine");
  EXPECT_EQ(restore().error().code, ErrorCode::already_exists) << "a file";
  copy_ = backup_place;
  StoresAsked asked;
  asked.state = config::Given{open().store_url(StorePort::state), "--state-store"};
  const auto restored = restore(asked);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::already_exists) << restored.error().detail;
  EXPECT_EQ(restored.error().rule, "store_not_empty");
  EXPECT_FALSE(fs::exists(copy_));
  EXPECT_EQ(hash(), before);
}

TEST_F(Backup, RestoreGoesOnAfterAKillAtEveryStep) {
  make_node();
  fill(5);
  const ipld::Digest before = hash();
  ASSERT_TRUE(take());
  for (int step = 0; step <= static_cast<int>(RestoreStep::sealed); ++step) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto restored = restore({}, [&](RestoreStep at) {
        if (static_cast<int>(at) == step) ::raise(SIGKILL);
      });
      ::_exit(restored ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << step;
    const bool is_node = fs::exists(copy_ / "node.json");
    EXPECT_EQ(is_node, step == static_cast<int>(RestoreStep::sealed));
    if (!is_node) {
      EXPECT_EQ(DataFolder::open(copy_, "test").error().code, ErrorCode::not_found);
    }
  }
  EXPECT_EQ(hash_of_copy(), before);
  EXPECT_EQ(restore().error().code, ErrorCode::already_exists);
}

}  // namespace
}  // namespace icn::folder
