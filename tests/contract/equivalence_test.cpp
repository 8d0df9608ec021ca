// Goal: one log of 12,000 random operations yields the same state hash in every backend after closing and reopening,
// whatever a kill in the middle interrupted.
//
// This program is both sides: the driver starts itself as the writer ("writer STATE_URL DAG_URL PIPE"), which reports
// the progress of its commits through the pipe, and kills it about half-way. A second writer continues from the
// contents of the store. The hash is compared with that of a plain map, so that two backends with the same defect do
// not pass.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <set>

#include "model/keys.hpp"
#include "stores/state_hash.hpp"
#include "support.hpp"

extern char** environ;

namespace icn::contract {
namespace {

constexpr std::uint64_t kOperations = 12'000;
constexpr std::uint64_t kSeed = 20'261'127;
constexpr std::uint64_t kGroupMax = 24;
constexpr std::uint64_t kGroupsBetweenReopenings = 100;

// How many operations a state holds; written by each of them.
Bytes position_key() { return model::key_of(model::keys::kMeta, view_of("position")); }

struct Operation {
  std::optional<ipld::Block> put;
  std::optional<ipld::Cid> removed;
  ports::Batch batch;
};

ipld::Block block_number(std::uint64_t number) {
  constexpr std::array codecs{ipld::Codec::raw, ipld::Codec::dag_pb, ipld::Codec::dag_cbor};
  Sequence random(number);
  return ipld::Block::of(codecs[number % codecs.size()], random.bytes(number % 50 == 0 ? 30'000 : number % 300));
}

// Depends only on its index, so that a writer can continue where another one ended.
Operation operation_of(std::uint64_t index) {
  Sequence random(kSeed + index * 1'000'003);
  Operation operation;
  const std::uint64_t kind = random.below(6);
  const ipld::Block block = block_number(random.below(1'500));
  if (kind < 2) operation.put = block;
  if (kind == 2) operation.removed = block.cid;
  for (std::uint64_t writes = random.below(5); writes > 0; --writes) {
    const model::KeyPrefix& prefix = model::kKeyTable[random.below(model::kKeyTable.size())];
    Bytes key = model::key_of(prefix.prefix, random.below(90));
    if (random.below(8) == 0) key = Bytes(1 + random.below(ports::kStateKeyBytesMax), 0xff);
    if (random.below(3) == 0) {
      operation.batch.erase(std::move(key));
    } else {
      operation.batch.put(std::move(key), random.bytes(random.below(200) == 0 ? 70'000 : random.below(120)));
    }
  }
  Bytes position;
  append_be64(position, index + 1);
  operation.batch.put(position_key(), std::move(position));
  return operation;
}

// What a store must hold after the first `operations` of the log.
stores::StateHash expected_hash(std::uint64_t operations, std::uint64_t blocks_of_operations) {
  std::map<Bytes, Bytes> pairs;
  std::set<ipld::Cid> cids;
  for (std::uint64_t index = 0; index < std::max(operations, blocks_of_operations); ++index) {
    const Operation operation = operation_of(index);
    if (index < blocks_of_operations) {
      if (operation.put) cids.insert(operation.put->cid);
      if (operation.removed) cids.erase(*operation.removed);
    }
    if (index >= operations) continue;
    for (const ports::Batch::Write& write : operation.batch.writes()) {
      if (write.value) {
        pairs[write.key] = *write.value;
      } else {
        pairs.erase(write.key);
      }
    }
  }
  stores::StateHasher hasher;
  for (const auto& [key, value] : pairs) hasher.add_pair(key, value);
  for (const ipld::Cid& cid : cids) hasher.add_cid(cid);
  return hasher.finish();
}

struct Stores {
  std::unique_ptr<ports::StateStore> state;
  std::unique_ptr<ports::DagStore> dag;
};

struct Urls {
  std::string state;
  std::string dag;
  [[nodiscard]] Result<Stores> open() const {
    Stores stores;
    stores.state = ICN_TRY(backends::state_store::open(state));
    stores.dag = ICN_TRY(backends::dag_store::open(dag));
    return stores;
  }
};

Result<std::uint64_t> position_of(const ports::StateReader& state) {
  const auto value = ICN_TRY(state.get(position_key()));
  return value ? read_be64(value->data()) : 0;
}

// One group: its blocks, durable before the state that comes after them, then its batches in one commit.
Result<void> apply_group(Stores& stores, std::uint64_t from, std::uint64_t to) {
  std::vector<ports::Batch> batches;
  for (std::uint64_t index = from; index < to; ++index) {
    Operation operation = operation_of(index);
    if (operation.put) ICN_TRY(stores.dag->put({&*operation.put, 1}));
    if (operation.removed) ICN_TRY(stores.dag->remove({&*operation.removed, 1}));
    batches.push_back(std::move(operation.batch));
  }
  ICN_TRY(stores.dag->flush());
  ICN_TRY(stores.state->commit(batches));
  return {};
}

// Continues from the position of the stores to the end of the log. `committed` receives each durable position. `urls`:
// where to reopen the stores occasionally; empty: never.
Result<void> write_log(Stores& stores, const std::optional<Urls>& urls,
                       const std::function<void(std::uint64_t)>& committed) {
  std::uint64_t position = ICN_TRY(position_of(*stores.state));
  for (std::uint64_t group = 1; position < kOperations; ++group) {
    const std::uint64_t end = std::min(kOperations, position + 1 + Sequence(position).below(kGroupMax));
    ICN_TRY(apply_group(stores, position, end));
    position = end;
    committed(position);
    if (!urls || group % kGroupsBetweenReopenings != 0) continue;
    stores = {};
    stores = ICN_TRY(urls->open());
  }
  return {};
}

int writer_main(const Urls& urls, int pipe) {
  auto stores = urls.open();
  const auto written = stores ? write_log(*stores, urls,
                                          [pipe](std::uint64_t position) {
                                            if (::write(pipe, &position, sizeof position) != sizeof position)
                                              ::_exit(4);
                                          })
                              : Result<void>(fail(stores.error()));
  if (written) return 0;
  std::fprintf(stderr, "the writer: %s\n", written.error().detail.c_str());
  return 3;
}

struct Written {
  std::uint64_t position = 0;  // the last one reported
  bool killed = false;
};

// Runs a writer and kills it when it has reported `kill_at`; everything that it reported until then counts.
Written run_writer(const Urls& urls, std::uint64_t kill_at) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  std::vector<std::string> words{"equivalence_test", "writer", urls.state, urls.dag, std::to_string(ends[1])};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  EXPECT_EQ(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ), 0);
  ::close(ends[1]);
  Written written;
  bool sent = false;
  // Writes of eight bytes do not interleave and are not torn.
  for (std::uint64_t position = 0; ::read(ends[0], &position, sizeof position) == sizeof position;) {
    written.position = position;
    if (position < kill_at || sent) continue;
    ::kill(child, SIGKILL);
    sent = true;
  }
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  written.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  EXPECT_TRUE(written.killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << "status " << status;
  return written;
}

// Of the pairs only: after a kill, blocks may be ahead of the state.
ipld::Digest pairs_hash(const ports::StateStore& state) {
  stores::StateHasher hasher;
  EXPECT_TRUE(state.scan({}, {}, [&](ByteView key, ByteView value) {
    hasher.add_pair(key, value);
    return true;
  }));
  return hasher.finish().digest;
}

void write_through_a_kill(const Urls& urls) {
  const Written first = run_writer(urls, kOperations / 2);
  ASSERT_TRUE(first.killed);
  ASSERT_LT(first.position, kOperations) << "the kill came after the end";
  {
    const Stores stores = urls.open().value();
    const std::uint64_t position = position_of(*stores.state).value();
    EXPECT_GE(position, first.position) << "acknowledged and lost";
    EXPECT_EQ(pairs_hash(*stores.state), expected_hash(position, 0).digest) << "at " << position;
  }
  const Written second = run_writer(urls, UINT64_MAX);
  EXPECT_FALSE(second.killed);
  EXPECT_EQ(second.position, kOperations);
}

template <class All>
std::map<std::string, ports::Descriptor> named(const All& all) {
  std::map<std::string, ports::Descriptor> out;
  for (const auto* backend : all) out.emplace(backend->descriptor.name, backend->descriptor);
  return out;
}

TEST(Equivalence, OneLogLeavesOneHashInEveryBackend) {
  const auto states = named(backends::state_store::all());
  const auto dags = named(backends::dag_store::all());
  ASSERT_GE(states.size(), 2U);
  const stores::StateHash expected = expected_hash(kOperations, kOperations);
  ASSERT_GT(expected.pairs, 500U);
  ASSERT_GT(expected.blocks, 500U);
  for (const auto& [name, dag] : dags) EXPECT_TRUE(states.contains(name)) << name << " would not be tested";
  for (const auto& [name, descriptor] : states) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(dags.contains(name)) << "a state_store without a dag_store of its name";
    Folder folder;
    const Urls urls{name + ":" + location_of(name, folder, "state"), name + ":" + location_of(name, folder, "dag")};
    Stores stores;
    if (descriptor.place == ports::Place::process) {
      // A store that keeps nothing cannot be reopened.
      stores = urls.open().value();
      ASSERT_TRUE(write_log(stores, std::nullopt, [](std::uint64_t) {}));
    } else {
      write_through_a_kill(urls);
      stores = urls.open().value();
    }
    const auto hash = stores::hash_state(*stores.state, *stores.dag);
    ASSERT_TRUE(hash) << hash.error().detail;
    EXPECT_EQ(to_hex(hash->digest), to_hex(expected.digest));
    EXPECT_EQ(*hash, expected);
  }
}

// Otherwise the comparison above could not fail.
TEST(Equivalence, ALogThatIsCutOffHasAnotherHash) {
  const stores::StateHash whole = expected_hash(kOperations, kOperations);
  EXPECT_NE(expected_hash(kOperations - 1, kOperations).digest, whole.digest);
  EXPECT_NE(expected_hash(kOperations, kOperations / 2).digest, whole.digest);
}

}  // namespace
}  // namespace icn::contract

int main(int argc, char** argv) {
  if (argc == 5 && std::string_view(argv[1]) == "writer")
    return icn::contract::writer_main({argv[2], argv[3]}, std::atoi(argv[4]));
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
