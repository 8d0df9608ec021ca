// Goal: the doctor finds damage, says what to do, never crashes on it and changes nothing. Method: a whole node with an
// open job on SQLite stores, damaged in one way at a time; then random damage.
#include "folder/doctor.hpp"

#include <sys/stat.h>

#include <map>

#include "folder/backup.hpp"
#include "folder/restore.hpp"
#include "folder/testing/folder.hpp"
#include "identity/key_file.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/node_state.hpp"
#include "runtime/submit.hpp"
#include "testing/scripted_executor.hpp"
#include "testing/services.hpp"

namespace icn::folder {
namespace {

namespace fs = std::filesystem;

class Doctor : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    free_bytes_ = 100ULL << 30;
    auto created = DataFolder::create(path_, "test");
    ASSERT_TRUE(created) << created.error().detail;
    DataFolder folder = *std::move(created);
    const model::KeyPair member = icn::testing::test_key(2);
    write_key(folder.member_key_path(), 2);
    write_key(folder.node_key_path(), 1);
    {
      OpenStores stores = open_stores(folder).value();
      runtime::NodeServices services;
      services.state_store = std::move(stores.state);
      services.dag_store = std::move(stores.dag);
      services.mesh_network = std::make_shared<icn::testing::StubMeshNetworkService>();
      services.signer = std::make_shared<icn::testing::StubSigner>(icn::testing::test_key(1));
      services.executor = std::make_shared<icn::testing::ScriptedExecutor>();
      services.clock = std::make_shared<icn::testing::FixedClock>();
      services.random = std::make_shared<icn::testing::SeededRandom>(1);
      services.system_info = std::make_shared<icn::testing::FixedSystemInfoProvider>(4, 8'192);
      runtime::Founding founding;
      founding.member = member.did();
      const auto node = runtime::NodeState::found(services, {}, founding).value();
      runtime::JobDraft draft;
      draft.module = bytes_of("script\noutput waiting\n");
      draft.submitter = member.did();
      const runtime::PreparedJob prepared = prepare_job(*node, draft).value();
      job_ = prepared.id();
      module_ = prepared.job.module;
      runtime::SubmitRequest request;
      request.body = prepared.body;
      request.blocks = prepared.blocks;
      request.signature = member.sign(model::SignatureTag::job, prepared.body.cid);
      ASSERT_TRUE(submit_job(*node, request));
      genesis_ = node->scope().id();
    }
    FolderRecord record;
    record.member = member.did().to_text();
    record.node = icn::testing::test_did(1).to_text();
    ASSERT_TRUE(folder.seal(record));
  }

  // The seeds are not those of icn::testing::test_key, so the files hold other keys unless a test asks for these.
  static void write_key(const fs::path& path, std::uint32_t number) {
    icn::testing::SeededRandom random(number);
    model::Seed seed{};
    random.fill(seed);
    const Bytes file = identity::seal_key(seed, "a passphrase", {1, 8'192}, random).value();
    ASSERT_TRUE(identity::write_key_file(path, file));
  }

  std::vector<Finding> findings(StoresAsked asked = {}) const {
    return examine({path_, std::move(asked), [this](const fs::path&) { return std::optional(free_bytes_); }});
  }
  // Returns the only finding that is not a note.
  Finding the_finding(StoresAsked asked = {}) const {
    std::vector<Finding> wrong;
    for (Finding& finding : findings(std::move(asked))) {
      if (finding.severity != Severity::note) wrong.push_back(std::move(finding));
    }
    EXPECT_EQ(wrong.size(), 1U) << (wrong.empty() ? "nothing was found" : wrong[0].what + " / " + wrong.back().what);
    return wrong.empty() ? Finding{} : wrong.front();
  }
  static bool says(const std::string& text, std::string_view part) {
    if (text.find(part) != std::string::npos) return true;
    std::printf("does not say '%s': %s\n", std::string(part).c_str(), text.c_str());
    return false;
  }
  void remove_block(const ipld::Cid& cid) const {
    const OpenStores stores = open_stores(open()).value();
    ASSERT_TRUE(stores.dag->remove({&cid, 1}));
    ASSERT_TRUE(stores.dag->flush());
  }
  // Every file below the folder with its bytes and mode.
  std::map<std::string, std::string> everything() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      struct stat status {};
      EXPECT_EQ(::stat(entry.path().c_str(), &status), 0);
      all[entry.path()] = std::to_string(status.st_mode) + (entry.is_regular_file() ? text_of_file(entry.path()) : "");
    }
    return all;
  }

  std::uint64_t free_bytes_ = 0;
  model::JobId job_;
  ipld::Cid module_;
  ipld::Cid genesis_;
};

TEST_F(Doctor, FindsNothingWrongWithAGoodFolderAndChangesNothing) {
  const auto before = everything();
  EXPECT_TRUE(findings().empty());
  EXPECT_EQ(everything(), before);
}

TEST_F(Doctor, SaysWhenThereIsNoNode) {
  fs::rename(path_ / "node.json", root_ / "node.json");
  EXPECT_TRUE(says(the_finding().advice, "copy it back")) << "there are keys";
  fs::remove_all(path_ / "keys");
  EXPECT_EQ(the_finding().rule, "no_node");
  EXPECT_EQ(the_finding().subject, path_.string());
  ASSERT_TRUE(write_unfinished(path_, {Operation::restore, {"a", "b"}, "icn restore /backups/one"}));
  EXPECT_EQ(the_finding().rule, "unfinished");
  EXPECT_EQ(the_finding().subject, "icn restore /backups/one");
  fs::remove_all(path_);
  EXPECT_EQ(the_finding().code, ErrorCode::not_found);
}

TEST_F(Doctor, SaysWhenTheFolderIsOfANewerProgram) {
  std::string json = text_of_file(path_ / "node.json");
  json.replace(json.find("\"version\": 1"), 12, "\"version\": 9");
  write_file(path_ / "node.json", json);
  const Finding finding = the_finding();
  EXPECT_EQ(finding.code, ErrorCode::unsupported_version);
  EXPECT_TRUE(says(finding.advice, "newer program"));
}

TEST_F(Doctor, NamesTheOwnerOfAFolderInUseAndLeavesItsStoresAlone) {
  const DataFolder owner = open();
  const Finding finding = the_finding();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.code, ErrorCode::busy);
  EXPECT_TRUE(says(finding.what, "(test)"));
}

TEST_F(Doctor, KeepsOthersOutWhileItLooksAndNobodyAfterwards) {
  int refused = 0;
  const auto all = examine({path_, {}, [&](const fs::path&) {
                              refused += DataFolder::open(path_, "another") ? 0 : 1;
                              return std::optional(free_bytes_);
                            }});
  EXPECT_TRUE(all.empty());
  EXPECT_GT(refused, 0);
  EXPECT_TRUE(DataFolder::open(path_, "another"));
}

TEST_F(Doctor, SaysWhoMayLookIntoWhat) {
  ASSERT_EQ(::chmod(path_.c_str(), 0755), 0);
  Finding finding = the_finding();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_TRUE(says(finding.advice, "chmod 700"));
  ASSERT_EQ(::chmod(path_.c_str(), 0700), 0);
  ASSERT_EQ(::chmod((path_ / "keys" / "node.key").c_str(), 0644), 0);
  finding = the_finding();
  EXPECT_EQ(finding.severity, Severity::error);
  EXPECT_TRUE(says(finding.what, "chmod 600"));
}

TEST_F(Doctor, SaysWhichKeyIsMissingOrNoKey) {
  fs::remove(path_ / "keys" / "member.key");
  EXPECT_TRUE(says(the_finding().where, "member.key"));
  write_file(path_ / "keys" / "member.key", "garbage");
  ASSERT_EQ(::chmod((path_ / "keys" / "member.key").c_str(), 0600), 0);
  EXPECT_EQ(the_finding().code, ErrorCode::invalid_format);
}

TEST_F(Doctor, SaysWhenAPlainKeyIsNotTheOneOfTheFolder) {
  const fs::path path = path_ / "keys" / "member.key";
  fs::remove(path);
  icn::testing::SeededRandom random(9);
  const Bytes file = identity::seal_key(model::Seed{}, std::nullopt, {}, random).value();
  ASSERT_TRUE(identity::write_key_file(path, file));
  EXPECT_TRUE(says(the_finding().what, "it holds the key of did:key:"));
}

TEST_F(Doctor, SaysWhatIsWrongWithTheUrls) {
  for (const auto& [url, code] : {std::pair{"sqlight:state.db", ErrorCode::invalid_argument},
                                  {"memory", ErrorCode::unsupported},
                                  {"sqlite:other.db", ErrorCode::not_found},
                                  {"sqlite:blocks.db", ErrorCode::invalid_format}}) {
    {
      DataFolder folder = open();
      FolderRecord record = folder.record();
      record.state_store = url;
      ASSERT_TRUE(folder.seal(record));
    }
    EXPECT_EQ(the_finding().code, code) << url;
    EXPECT_FALSE(fs::exists(path_ / "other.db")) << "an examination creates no store";
  }
  StoresAsked asked;
  asked.dag = config::Given{"sqlite:b.db", "ICN_STORAGE_DAG"};
  bool told = false;
  for (const Finding& finding : findings(asked)) told = told || says(finding.what, "ICN_STORAGE_DAG requests");
  EXPECT_TRUE(told);
}

TEST_F(Doctor, SaysWhenAStoreIsEmptyOrCutOff) {
  const std::string whole = text_of_file(path_ / "state.db");
  write_file(path_ / "state.db", "");
  EXPECT_TRUE(says(the_finding().what, "is empty"));
  EXPECT_EQ(fs::file_size(path_ / "state.db"), 0U);
  write_file(path_ / "state.db", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(says(the_finding().advice, "restore the latest backup"));
  EXPECT_EQ(the_finding().rule, "restore_backup");
}

Bytes first_key(const ports::StateStore& store, std::string_view prefix) {
  Bytes found;
  EXPECT_TRUE(store.scan(model::key_of(prefix), model::end_of(prefix), [&](ByteView key, ByteView) {
    found = copy_of(key);
    return false;
  }));
  return found;
}

TEST_F(Doctor, SaysWhenTheStateIsOfAnotherOrTheLedgerDoesNotHold) {
  const std::string whole = text_of_file(path_ / "state.db");
  {
    const OpenStores stores = open_stores(open()).value();
    std::vector<Bytes> journal;
    ASSERT_TRUE(stores.state->scan(model::key_of(model::keys::kLedgerJournal),
                                   model::end_of(model::keys::kLedgerJournal), [&](ByteView key, ByteView) {
                                     journal.push_back(copy_of(key));
                                     return true;
                                   }));
    ASSERT_GE(journal.size(), 2U);
    ports::Batch batch;
    batch.erase(journal[0]);
    ASSERT_TRUE(stores.state->commit({&batch, 1}));
  }
  EXPECT_TRUE(says(the_finding().what, "the ledger cannot be opened"));
  write_file(path_ / "state.db", whole);
  // Damage before a checkpoint, and an index that lost a row: neither prevents the node from opening.
  for (const std::string_view damaged : {model::keys::kLedgerJournal, model::keys::kLedgerTransfer}) {
    {
      const OpenStores stores = open_stores(open()).value();
      ports::Batch batch;
      economy::Ledger::open(*stores.state).value()->checkpoint(batch);
      ASSERT_TRUE(stores.state->commit({&batch, 1}));
      ports::Batch damage;
      damage.erase(first_key(*stores.state, damaged));
      ASSERT_TRUE(stores.state->commit({&damage, 1}));
      EXPECT_TRUE(economy::Ledger::open(*stores.state));
    }
    EXPECT_TRUE(says(the_finding().what, "the ledger's journal is damaged")) << damaged;
    write_file(path_ / "state.db", whole);
  }
  fs::remove(path_ / "state.db");
  { ASSERT_TRUE(backends::state_store::open("sqlite:" + (path_ / "state.db").string())); }
  EXPECT_EQ(the_finding().code, ErrorCode::not_found) << "a store without a scope";
  write_file(path_ / "state.db", whole);
  EXPECT_TRUE(findings().empty());
}

TEST_F(Doctor, NamesBlocksThatAreMissing) {
  remove_block(module_);
  const Finding finding = the_finding();
  EXPECT_EQ(finding.code, ErrorCode::missing_data);
  EXPECT_EQ(finding.where, module_.to_text());
  EXPECT_TRUE(says(finding.what, "the open job " + job_.to_text()));
  EXPECT_EQ(finding.rule, "cancel_job");
  EXPECT_EQ(finding.subject, job_.to_text());
}

TEST_F(Doctor, NamesTheGenesisWhenItIsMissing) {
  remove_block(genesis_);
  EXPECT_TRUE(says(the_finding().what, "genesis"));
}

TEST_F(Doctor, NamesBlocksThatDoNotHoldAndCountsTheRest) {
  std::vector<ipld::Block> blocks;
  for (int i = 0; i < 30; ++i)
    blocks.push_back(ipld::Block::of(ipld::Codec::raw, bytes_of(std::string(600, 'Z') + std::to_string(i))));
  {
    const OpenStores stores = open_stores(open()).value();
    ASSERT_TRUE(stores.dag->put(blocks));
  }
  std::string file = text_of_file(path_ / "blocks.db");
  const std::string run(600, 'Z');
  for (std::size_t at = 0; (at = file.find(run, at)) != std::string::npos; ++at) file[at + 300] = 'Y';
  write_file(path_ / "blocks.db", file);
  const auto all = findings();
  ASSERT_EQ(all.size(), kFindingsOfAKindMax + 1);
  EXPECT_EQ(all.front().code, ErrorCode::corrupted);
  EXPECT_TRUE(says(all.back().what, "10 more damaged blocks"));
}

TEST_F(Doctor, SaysWhenSpaceRunsOut) {
  free_bytes_ = kFreeBytesLow - 1;
  EXPECT_EQ(the_finding().severity, Severity::warning);
  free_bytes_ = kFreeBytesNone - 1;
  EXPECT_EQ(the_finding().severity, Severity::error);
}

TEST_F(Doctor, SaysWhatWasBegunAndNotFinished) {
  ASSERT_TRUE(write_unfinished(path_, {Operation::migrate, {"sqlite:new.db", std::nullopt}, "icn store migrate a b"}));
  const Finding finding = the_finding();
  EXPECT_EQ(finding.severity, Severity::warning);
  EXPECT_EQ(finding.rule, "unfinished");
  EXPECT_EQ(finding.subject, "icn store migrate a b");
  ASSERT_TRUE(
      write_unfinished(path_, {Operation::migrate, {"sqlite:state.db", std::nullopt}, "icn store migrate a b"}));
  ASSERT_EQ(findings().size(), 1U);
  EXPECT_EQ(findings()[0].severity, Severity::note) << "finished except for the note";
  write_file(unfinished_path(path_), "{\"version\": 1");
  EXPECT_EQ(the_finding().code, ErrorCode::invalid_format);
}

TEST_F(Doctor, TellsThatANodeWasRestored) {
  {
    const DataFolder folder = open();
    const OpenStores stores = open_stores(folder).value();
    ASSERT_TRUE(take_backup(folder, *stores.state, *stores.dag, model::UnixMs{1'700'000'000'000}, root_ / "backup"));
  }
  ASSERT_TRUE(
      restore_backup({root_ / "backup", root_ / "copy", {}, model::UnixMs{1'700'000'060'000}, "test", {}}).has_value());
  path_ = root_ / "copy";
  const auto all = findings();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].severity, Severity::note);
  EXPECT_TRUE(says(all[0].what, "restored at 2023-11-14T22:14:20.000Z from a backup of 2023-11-14T22:13:20.000Z"));
  EXPECT_TRUE(says(all[0].what, "incarnation 2"));
}

TEST_F(Doctor, ReadsTheLogOfTheScope) {
  {
    const OpenStores stores = open_stores(open()).value();
    ports::Batch batch;
    batch.put(model::key_of(model::keys::kScopeLog, 1), bytes_of("no log record"));
    ASSERT_TRUE(stores.state->commit(std::span(&batch, 1)));
  }
  const Finding finding = the_finding();
  EXPECT_TRUE(says(finding.what, "the scope's log, or what members state, is damaged"));
  EXPECT_TRUE(says(finding.what, "position 1"));
}

TEST_F(Doctor, ReadsAndVerifiesTheStatementsOfTrust) {
  const auto put = [&](const Bytes& key, Bytes value) {
    const OpenStores stores = open_stores(open()).value();
    ports::Batch batch;
    batch.put(key, std::move(value));
    ASSERT_TRUE(stores.state->commit(std::span(&batch, 1)));
  };
  const model::KeyPair author = model::KeyPair::from_seed(model::Seed{7});
  const model::TrustGrant body{ipld::Cid(), {}, author.did(), model::Did(), model::TrustLevel::full, std::nullopt, 1};
  Bytes key = model::key_of(model::keys::kTrust, ipld::Cid().digest());
  key.push_back(0);
  append(key, author.did().key());
  append(key, body.trustee.key());
  append(key, ipld::sha256(view_of(body.context.to_text())));
  const model::Signature signature = author.sign(model::SignatureTag::trust_grant, body.to_block().cid);
  put(key, model::TrustRecord{body, signature}.to_block().bytes);
  EXPECT_TRUE(findings().empty());
  put(key, model::TrustRecord{body, model::Signature{}}.to_block().bytes);
  EXPECT_TRUE(says(the_finding().what, "a statement of trust is not its author's"));
  put(key, bytes_of("no record"));
  EXPECT_TRUE(says(the_finding().what, "the statements of trust cannot be opened"));
}

// Changes, cuts or removes bytes anywhere in the folder: the doctor always answers, and twice the same.
TEST_F(Doctor, AnswersWhateverIsDamaged) {
  std::map<std::string, std::string> good;
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    if (entry.is_regular_file()) good[entry.path()] = text_of_file(entry.path());
  }
  std::mt19937_64 random(11);
  std::uint64_t wrong = 0;
  for (int round = 0; round < 150; ++round) {
    for (const auto& [path, text] : good) {
      write_file(path, text);
      ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    }
    const auto victim = std::next(good.begin(), static_cast<std::ptrdiff_t>(random() % good.size()));
    std::string text = victim->second;
    if (random() % 4 == 0) text.resize(random() % (text.size() + 1));
    for (std::uint64_t flips = random() % 20; flips > 0 && !text.empty(); --flips)
      text[random() % text.size()] = static_cast<char>(random());
    write_file(victim->first, text);
    const auto first = findings();
    wrong += first.empty() ? 0 : 1;
    const auto second = findings();
    ASSERT_EQ(first.size(), second.size()) << victim->first;
    for (std::size_t i = 0; i < first.size(); ++i) {
      EXPECT_EQ(first[i].what, second[i].what);
      EXPECT_FALSE(first[i].advice.empty());
    }
  }
  EXPECT_GT(wrong, 30U);
}

}  // namespace
}  // namespace icn::folder
