// Goal: unsafe or unknown servers, roles, settings and tables are refused with a message that says what to do, nothing
// shows a password, and several nodes can share a database.
#include <atomic>
#include <fstream>
#include <thread>

#include <sys/stat.h>

#include "backends/detail/postgres/engine.hpp"
#include "detail/fixture.hpp"

namespace icn::contract {
namespace {

using PostgresServerTest = PostgresTest;

TEST_F(PostgresServerTest, SchemasKeepNodesApartInOneDatabase) {
  const auto one = open_state();
  const auto other = backends::state_store::open("postgres:" + server_.location(schema_ + "_other")).value();
  ASSERT_TRUE(commit(*one, "a"));
  ASSERT_TRUE(commit(*other, "b"));
  EXPECT_EQ(one->sequence(), 1U);
  EXPECT_FALSE(*one->get(view_of("b")));
  EXPECT_FALSE(*other->get(view_of("a")));
}

TEST_F(PostgresServerTest, AUriOpensTheSameStoreAsAConnectionString) {
  ASSERT_TRUE(commit(*open_state(), "a"));
  std::string host = server_.folder().string();
  const auto store = backends::state_store::open("postgres://icn@/postgres?host=" + host + "&schema=" + schema_ +
                                                 "&connect_timeout=5");
  ASSERT_TRUE(store) << store.error().detail;
  EXPECT_TRUE(*(*store)->get(view_of("a")));
}

TEST_F(PostgresServerTest, StoresOfAnotherVersionAreRefusedAndLeftAlone) {
  ASSERT_TRUE(commit(*open_state(), "a"));
  const ipld::Block block = raw_block("a");
  ASSERT_TRUE(open_dag()->put({&block, 1}));
  sql("UPDATE icn_state_meta SET version = 3; UPDATE icn_blocks_meta SET version = 3");
  const std::string before = sql("SELECT string_agg(m::text, ' ') FROM icn_state_meta m");
  const auto state = backends::state_store::open(url());
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::unsupported_version);
  EXPECT_NE(state.error().detail.find("version 3; this program reads version 2"), std::string::npos);
  EXPECT_EQ(backends::dag_store::open(url()).error().code, ErrorCode::unsupported_version);
  EXPECT_EQ(sql("SELECT string_agg(m::text, ' ') FROM icn_state_meta m"), before);
}

TEST_F(PostgresServerTest, ADamagedBlockIsMendedByPuttingItAgain) {
  const auto store = open_dag();
  const std::vector<ipld::Block> blocks{raw_block("a block"), raw_block("another")};
  ASSERT_TRUE(store->put(blocks));
  ASSERT_TRUE(store->flush());
  const ports::DagStatistics before = store->statistics().value();
  sql("UPDATE icn_blocks SET bytes = 'A block' WHERE bytes = 'a block'");
  EXPECT_EQ(store->get(blocks[0].cid).error().code, ErrorCode::corrupted);
  ASSERT_TRUE(store->put(blocks));
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(store->get(blocks[0].cid)->bytes, blocks[0].bytes);
  EXPECT_EQ(*store->statistics(), before);
}

TEST_F(PostgresServerTest, DamagedPairsAreErrorsNotAnswers) {
  const auto store = open_state();
  ASSERT_TRUE(commit(*store, "a", "value"));
  ASSERT_TRUE(commit(*store, "b", "value"));
  sql("UPDATE icn_state SET value = 'vAlue' WHERE key = 'b'");
  EXPECT_EQ(store->get(view_of("b")).error().code, ErrorCode::corrupted);
  std::uint64_t visited = 0;
  const auto scanned = store->scan({}, {}, [&](ByteView, ByteView) { return ++visited > 0; });
  EXPECT_EQ(scanned.error().code, ErrorCode::corrupted);
  EXPECT_EQ(visited, 1U);
  EXPECT_TRUE(*store->get(view_of("a")));
  EXPECT_EQ((*store->snapshot())->get(view_of("b")).error().code, ErrorCode::corrupted);
  ASSERT_TRUE(commit(*store, "b", "again"));
  EXPECT_TRUE(*store->get(view_of("b")));
}

TEST_F(PostgresServerTest, ADamagedBlockIsNamedAndCanBeReplaced) {
  const auto store = open_dag();
  const ipld::Block block = raw_block("block");
  ASSERT_TRUE(store->put({&block, 1}));
  ASSERT_TRUE(store->flush());
  sql("UPDATE icn_blocks SET bytes = 'bl0ck'");
  const auto got = store->get(block.cid);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::corrupted);
  EXPECT_NE(got.error().detail.find(block.cid.to_text()), std::string::npos);
  ASSERT_TRUE(store->remove({&block.cid, 1}));
  ASSERT_TRUE(store->put({&block, 1}));
  ASSERT_TRUE(store->flush());
  EXPECT_EQ(store->get(block.cid)->bytes, block.bytes);
  EXPECT_EQ(*store->statistics(), (ports::DagStatistics{1, 5}));
}

TEST_F(PostgresServerTest, ManyBlocksAreWrittenOutBeforeTheyFillTheMemory) {
  const auto store = open_dag();
  constexpr std::uint64_t kBlocks = 40;
  for (std::uint64_t i = 0; i < kBlocks; ++i) {
    const ipld::Block block = ipld::Block::of(ipld::Codec::raw, Bytes(1024 * 1024, static_cast<std::uint8_t>(i)));
    ASSERT_TRUE(store->put({&block, 1}));
    ASSERT_TRUE(*store->has(block.cid));
  }
  EXPECT_GE(number("SELECT count(*) FROM icn_blocks"), 30U);
  EXPECT_EQ(*store->statistics(), (ports::DagStatistics{kBlocks, kBlocks * 1024 * 1024}));
}

TEST_F(PostgresServerTest, AScanOfManyFetchesIsOfOneMoment) {
  const auto store = open_state();
  constexpr int kPairs = 2'000;
  const auto all = [&](const std::string& value) {
    ports::Batch batch;
    for (int i = 0; i < kPairs; ++i) batch.put(bytes_of("key " + std::to_string(i)), bytes_of(value));
    return batch;
  };
  ASSERT_TRUE(store->commit(std::vector{all("0")}));
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 1; i <= 15; ++i) EXPECT_TRUE(store->commit(std::vector{all(std::to_string(i))}));
    done = true;
  });
  std::uint64_t scans = 0;
  do {
    std::string first;
    int pairs = 0;
    EXPECT_TRUE(store->scan({}, {}, [&](ByteView, ByteView value) {
      if (pairs++ == 0) first = text_of(value);
      EXPECT_EQ(text_of(value), first);
      return text_of(value) == first;
    }));
    EXPECT_EQ(pairs, kPairs);
    ++scans;
  } while (!done);
  writer.join();
  EXPECT_GT(scans, 2U);
}

TEST_F(PostgresServerTest, EverySessionWaitsUntilItsCommitsAreDurable) {
  sql("CREATE ROLE hasty_" + schema_ + " LOGIN SUPERUSER");
  const auto setting_for = [&](const std::string& role_default) {
    sql("ALTER ROLE hasty_" + schema_ + " SET synchronous_commit = " + role_default);
    const auto location = backends::detail::PostgresLocation::parse("host=" + server_.folder().string() +
                                                                    " dbname=postgres user=hasty_" + schema_);
    auto connection = backends::detail::PostgresConnection::open(*location).value();
    return std::string(text_of(connection.execute("SHOW synchronous_commit")->bytes(0, 0)));
  };
  EXPECT_EQ(setting_for("off"), "on");
  EXPECT_EQ(setting_for("local"), "on");
  EXPECT_EQ(setting_for("remote_write"), "on");
  EXPECT_EQ(setting_for("remote_apply"), "remote_apply");
}

TEST_F(PostgresServerTest, AServerThatForgetsInACrashIsRefused) {
  const Server careless({"fsync=off"});
  for (const std::string& error : {backends::state_store::open("postgres:" + careless.location("a")).error().detail,
                                   backends::dag_store::open("postgres:" + careless.location("a")).error().detail}) {
    EXPECT_NE(error.find("fsync=off"), std::string::npos) << error;
    EXPECT_NE(error.find("set fsync=on"), std::string::npos) << error;
  }
}

TEST_F(PostgresServerTest, ARoleThatMayNotMakeASchemaUsesTheOneItIsGiven) {
  const std::string role = "plain_" + schema_;
  sql("CREATE ROLE " + role + " LOGIN");
  const std::string plain =
      "postgres:host=" + server_.folder().string() + " dbname=postgres user=" + role + " schema=given_" + schema_;
  const auto refused = backends::state_store::open(plain);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage);
  EXPECT_NE(refused.error().detail.find("permission denied"), std::string::npos) << refused.error().detail;
  EXPECT_NE(refused.error().detail.find("grant the role"), std::string::npos) << refused.error().detail;
  sql("CREATE SCHEMA given_" + schema_ + "; GRANT USAGE, CREATE ON SCHEMA given_" + schema_ + " TO " + role);
  const auto store = backends::state_store::open(plain);
  ASSERT_TRUE(store) << store.error().detail;
  EXPECT_TRUE(commit(**store, "a"));
}

TEST_F(PostgresServerTest, ALostMetaRowIsSaid) {
  const auto store = open_state();
  sql("DELETE FROM icn_state_meta");
  EXPECT_EQ(commit(*store, "a").error().code, ErrorCode::corrupted);
  EXPECT_EQ(backends::state_store::open(url()).error().code, ErrorCode::corrupted);
}

TEST_F(PostgresServerTest, NoServerIsAnErrorThatSaysWhere) {
  const Folder empty;
  const auto opened = backends::state_store::open("postgres:host=" + empty.path().string() + " dbname=coop");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::storage);
  EXPECT_NE(opened.error().detail.find("dbname=coop"), std::string::npos) << opened.error().detail;
}

// A file readable only by its owner, as libpq requires.
class PasswordFile {
 public:
  explicit PasswordFile(const std::string& password) {
    std::ofstream(path()) << "*:*:*:" << support::PostgresServer::kRoleWithPassword << ":" << password << "\n";
    ::chmod(path().c_str(), 0600);
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "passwords"; }

 private:
  Folder folder_;
};

void make_role_with_password(const support::PostgresServer& server) {
  server.execute(
      "DO $$ BEGIN IF to_regrole('ann') IS NULL THEN CREATE ROLE ann LOGIN PASSWORD 'hunter2'; END IF; END $$");
  server.execute("GRANT CREATE ON DATABASE postgres TO ann");
}

TEST_F(PostgresServerTest, PasswordsComeFromAUrlOrAFileAndAreNeverShown) {
  make_role_with_password(server_);
  const std::string tail = "@/postgres?host=" + server_.folder().string() + "&schema=" + schema_;
  const auto by_url = backends::state_store::open("postgres://ann:hunter2" + tail);
  ASSERT_TRUE(by_url) << by_url.error().detail;
  const PasswordFile right("hunter2");
  const auto by_file = backends::state_store::open("postgres://ann" + tail + "&passfile=" + right.path().string());
  ASSERT_TRUE(by_file) << by_file.error().detail;
  ASSERT_TRUE(commit(**by_file, "a"));
  const auto refused = commit(**by_url, "a");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail.find("hunter2"), std::string::npos) << refused.error().detail;
  const PasswordFile wrong("hunter3");
  for (const std::string& url : {"postgres://ann:hunter3" + tail, "postgres://ann" + tail,
                                 "postgres://ann" + tail + "&passfile=" + wrong.path().string()}) {
    const auto opened = backends::state_store::open(url);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::storage);
    EXPECT_NE(opened.error().detail.find("ann"), std::string::npos) << opened.error().detail;
    EXPECT_EQ(opened.error().detail.find("hunter"), std::string::npos) << opened.error().detail;
  }
}

TEST_F(PostgresServerTest, TlsIsWhatLibpqIsToldToAskFor) {
  const Server server({}, Server::Listen::tls);
  make_role_with_password(server);
  const std::string address = "postgres://ann:hunter2@127.0.0.1:" + std::to_string(server.port()) + "/postgres";
  const Folder folder;  // libpq must be able to read the certificate; the server's folder is not readable by every user
  const std::filesystem::path trusted = folder.path() / "root.crt";
  std::filesystem::copy_file(server.certificate(), trusted);
  const auto store =
      backends::state_store::open(address + "?sslmode=verify-full&schema=ann&sslrootcert=" + trusted.string());
  ASSERT_TRUE(store) << store.error().detail;
  ASSERT_TRUE(commit(**store, "a"));
  EXPECT_EQ(server.execute("SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
                           "WHERE application_name = 'icn'"),
            "t");
  const auto plain = backends::state_store::open(address + "?sslmode=disable");
  ASSERT_FALSE(plain);
  write_all(trusted, {});
  const auto unknown = backends::state_store::open(address + "?sslmode=verify-full&sslrootcert=" + trusted.string());
  ASSERT_FALSE(unknown);
  for (const std::string& error : {plain.error().detail, unknown.error().detail})
    EXPECT_EQ(error.find("hunter2"), std::string::npos) << error;
}

}  // namespace
}  // namespace icn::contract
