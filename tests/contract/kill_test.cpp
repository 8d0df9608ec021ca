// Goal: a process that writes to a store and is killed at any time loses nothing that it reported; unreported writes
// are present completely or not at all.
//
// The driver starts itself as the writer, which reports through a pipe what it begins and what is durable, kills it at
// a seeded time, opens the store and compares its contents with the writer's reports. One store goes through all kills,
// so that damage would add up. `--kills=N` sets how many each backend gets (20).
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ports/shared_store.hpp"
#include "support.hpp"

extern char** environ;

namespace icn::contract {
namespace {

std::uint64_t kills_of_a_backend = 20;  // set once by main

// ---- known to both sides: everything follows from its number ----

// State: batch n writes its number under two of 64 pairs of keys, a journal entry of seeded length, and erases the
// entry of kJournalKept batches ago.
constexpr std::uint64_t kPairs = 64;
constexpr std::uint64_t kJournalKept = 300;

Bytes numbered(std::string_view prefix, std::uint64_t number) {
  Bytes key = bytes_of(prefix);
  append_be64(key, number);
  return key;
}

Bytes journal_entry(std::uint64_t number) {
  Sequence random(number);
  return random.bytes(random.below(random.below(20) == 0 ? 30'000 : 300));
}

ports::Batch batch_of(std::uint64_t number) {
  ports::Batch batch;
  batch.put(numbered("a/", number % kPairs), numbered("", number));
  batch.put(numbered("j/", number), journal_entry(number));
  if (number > kJournalKept) batch.erase(numbered("j/", number - kJournalKept));
  batch.put(numbered("z/", number % kPairs), numbered("", number));
  return batch;
}

std::map<Bytes, Bytes> state_after(std::uint64_t batches) {
  std::map<Bytes, Bytes> pairs;
  for (std::uint64_t i = batches > kPairs ? batches - kPairs + 1 : 1; i <= batches; ++i) {
    pairs[numbered("a/", i % kPairs)] = pairs[numbered("z/", i % kPairs)] = numbered("", i);
  }
  for (std::uint64_t i = batches > kJournalKept ? batches - kJournalKept + 1 : 1; i <= batches; ++i) {
    pairs[numbered("j/", i)] = journal_entry(i);
  }
  return pairs;
}

// Blocks: step n puts group n and removes that of kGroupsKept steps ago; every third step flushes.
constexpr std::uint64_t kGroupsKept = 40;

std::vector<ipld::Block> group_of(std::uint64_t number) {
  Sequence random(number);
  std::vector<ipld::Block> blocks;
  for (std::uint64_t i = 1 + random.below(6); i > 0; --i) {
    Bytes bytes = numbered("", number);
    append(bytes, random.bytes(random.below(random.below(10) == 0 ? 60'000 : 1'000)));
    blocks.push_back(ipld::Block::of(i % 2 == 0 ? ipld::Codec::raw : ipld::Codec::dag_cbor, std::move(bytes)));
  }
  return blocks;
}

std::vector<ipld::Cid> cids_of(std::uint64_t number) {
  std::vector<ipld::Cid> cids;
  for (const ipld::Block& block : group_of(number)) cids.push_back(block.cid);
  return cids;
}

// ---- the writer ----

void say(int pipe, std::string_view word, std::uint64_t number) {
  std::array<char, 64> line{};
  const int length = std::snprintf(line.data(), line.size(), "%.*s %llu\n", static_cast<int>(word.size()), word.data(),
                                   static_cast<unsigned long long>(number));
  if (::write(pipe, line.data(), static_cast<std::size_t>(length)) != length) std::_Exit(3);
}

int write_state(const std::string& url, int pipe, std::uint64_t from, std::uint64_t seed) {
  const auto store = backends::state_store::open(url);
  if (!store) return 4;
  say(pipe, "open", (*store)->sequence());
  Sequence random(seed);
  for (std::uint64_t number = from;;) {
    std::vector<ports::Batch> group;
    for (std::uint64_t count = 1 + random.below(8); count > 0; --count) group.push_back(batch_of(number++));
    say(pipe, "try", number - 1);
    if (!(*store)->commit(group)) return 5;
    say(pipe, "durable", number - 1);
  }
}

int write_blocks(const std::string& url, int pipe, std::uint64_t from) {
  const auto store = backends::dag_store::open(url);
  if (!store) return 4;
  say(pipe, "open", from);
  for (std::uint64_t number = from;; ++number) {
    say(pipe, "try", number);
    if (!(*store)->put(group_of(number))) return 5;
    if (number > kGroupsKept && !(*store)->remove(cids_of(number - kGroupsKept))) return 6;
    if (number % 3 != 0) continue;
    if (!(*store)->flush()) return 7;
    say(pipe, "durable", number);
  }
}

int writer_main(char** words) {
  const std::string_view port = words[2];
  const int pipe = std::atoi(words[4]);
  const std::uint64_t from = std::strtoull(words[5], nullptr, 10);
  const std::uint64_t seed = std::strtoull(words[6], nullptr, 10);
  return port == "state_store" ? write_state(words[3], pipe, from, seed) : write_blocks(words[3], pipe, from);
}

// ---- the driver ----

struct Told {
  bool open = false;
  std::uint64_t tried = 0;
  std::uint64_t durable = 0;
};

struct Moment {
  std::ptrdiff_t after_lines = 0;  // counting lines spreads the moments over the run, however busy the machine is
  long then_us = 0;
};

// Everything that the writer reported; it is killed at the given time, and its earlier reports still arrive.
std::string listen(int from, pid_t writer, const Moment& moment) {
  std::string text;
  bool killed = false;
  while (true) {
    if (!killed && std::count(text.begin(), text.end(), '\n') >= moment.after_lines) {
      pollfd ready{from, 0, 0};
      const timespec left{0, moment.then_us * 1'000};
      ::ppoll(&ready, 1, &left, nullptr);
      ::kill(writer, SIGKILL);
      killed = true;
    }
    std::array<char, 4'096> buffer;
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

Told understand(const std::string& text, Told told) {
  told.open = false;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = text.substr(at, end - at);
    const std::size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    const std::uint64_t number = std::strtoull(line.c_str() + space, nullptr, 10);
    if (word == "open") told.open = true;
    if (word == "try") told.tried = number;
    if (word == "durable") told.durable = number;
  }
  return told;
}

Told run_writer(std::string_view port, const std::string& url, std::uint64_t from, std::uint64_t seed,
                const Moment& moment, const Told& before) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  std::vector<std::string> words{
      "kill_test",         "writer", std::string(port), url, std::to_string(ends[1]), std::to_string(from),
      std::to_string(seed)};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t writer = 0;
  EXPECT_EQ(::posix_spawn(&writer, "/proc/self/exe", nullptr, nullptr, argv.data(), environ), 0);
  ::close(ends[1]);
  const std::string text = listen(ends[0], writer, moment);
  ::close(ends[0]);
  int status = 0;
  EXPECT_EQ(::waitpid(writer, &status, 0), writer);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
      << "the writer exited without a kill, status " << status;
  return understand(text, before);
}

Moment random_moment(Sequence& random) {
  return {static_cast<std::ptrdiff_t>(random.below(60)), static_cast<long>(random.below(4'000))};
}

// A server may still be committing for a writer that is gone; the claim waits for that, as a node's does.
template <class Backend>
auto open_as_writer(const Backend& backend, const std::string& location) -> decltype(backend.open(location)) {
  auto store = backend.open(location);
  if (!store) return store;
  if (auto claimed = ports::claim(**store, {"contract"}); !claimed) return fail(claimed.error());
  return store;
}

class StateKills : public testing::TestWithParam<StateBackend> {};

TEST_P(StateKills, LoseNothingAndHalveNothing) {
  const std::string_view name = GetParam()->descriptor.name;
  const Folder folder;
  const std::string location = location_of(name, folder, "store");
  Sequence random(2'026);
  Told told;
  std::uint64_t batches = 0;
  std::uint64_t in_the_middle = 0;
  for (std::uint64_t round = 0; round < kills_of_a_backend; ++round) {
    told.tried = told.durable = batches;
    told = run_writer("state_store", std::string(name) + ":" + location, batches + 1, round + 1, random_moment(random),
                      told);
    SCOPED_TRACE("kill " + std::to_string(round) + ", durable " + std::to_string(told.durable) + ", tried " +
                 std::to_string(told.tried));
    const auto store = open_as_writer(*GetParam(), location);
    ASSERT_TRUE(store) << store.error().detail;
    batches = (*store)->sequence();
    ASSERT_TRUE(batches == told.durable || batches == told.tried) << "sequence " << batches;
    std::map<Bytes, Bytes> found;
    const auto scanned = (*store)->scan({}, {}, [&](ByteView key, ByteView value) {
      found.emplace(copy_of(key), copy_of(value));
      return true;
    });
    ASSERT_TRUE(scanned) << scanned.error().detail;
    ASSERT_TRUE(found == state_after(batches)) << found.size() << " pairs";
    in_the_middle += told.tried != told.durable ? 1 : 0;
  }
  EXPECT_GT(in_the_middle, kills_of_a_backend / 5) << "hardly a kill came in the middle of a commit";
}

class DagKills : public testing::TestWithParam<DagBackend> {
 protected:
  // Which groups are present. Those that were neither certainly durable nor certainly removed may be present or absent,
  // as a whole.
  void look(const ports::DagStore& store, const Told& told) {
    for (auto& [number, is_there] : groups_) {
      const std::uint64_t removed_by = number + kGroupsKept;
      const bool certainly_put = number <= told.durable;
      const bool maybe_removed = removed_by <= told.tried;
      std::size_t found = 0;
      const std::vector<ipld::Block> blocks = group_of(number);
      for (const ipld::Block& block : blocks) {
        const auto got = store.get(block.cid);
        ASSERT_TRUE(got || got.error().code == ErrorCode::missing_data) << got.error().detail;
        if (!got) continue;
        ASSERT_EQ(got->bytes, block.bytes);
        ++found;
      }
      ASSERT_TRUE(found == 0 || found == blocks.size()) << "half of group " << number;
      if (is_settled(number, told)) {
        ASSERT_EQ(found != 0, is_there) << "group " << number;
      } else if (certainly_put && !maybe_removed) {
        ASSERT_NE(found, 0U) << "group " << number << " was durable";
      } else if (removed_by <= told.durable) {
        ASSERT_EQ(found, 0U) << "group " << number << " was removed";
      }
      is_there = found != 0;
    }
  }
  // This round did not touch it.
  [[nodiscard]] bool is_settled(std::uint64_t number, const Told& told) const {
    return number < first_of_round_ && (number + kGroupsKept < first_of_round_ || number + kGroupsKept > told.tried);
  }
  std::map<std::uint64_t, bool> groups_;
  std::uint64_t first_of_round_ = 1;
};

TEST_P(DagKills, LoseNothingAndHalveNothing) {
  const std::string_view name = GetParam()->descriptor.name;
  const Folder folder;
  const std::string location = location_of(name, folder, "store");
  Sequence random(2'027);
  std::uint64_t in_the_middle = 0;
  for (std::uint64_t round = 0; round < kills_of_a_backend; ++round) {
    Told told;
    told.tried = told.durable = first_of_round_ - 1;
    told = run_writer("dag_store", std::string(name) + ":" + location, first_of_round_, round + 1,
                      random_moment(random), told);
    SCOPED_TRACE("kill " + std::to_string(round) + ", durable " + std::to_string(told.durable) + ", tried " +
                 std::to_string(told.tried));
    for (std::uint64_t number = first_of_round_; number <= told.tried; ++number) groups_[number] = false;
    // Removed groups stay removed; the listing would show them.
    std::erase_if(groups_,
                  [&](const auto& group) { return !group.second && group.first + 3 * kGroupsKept < first_of_round_; });
    const auto store = open_as_writer(*GetParam(), location);
    ASSERT_TRUE(store) << store.error().detail;
    look(**store, told);
    if (HasFatalFailure()) return;
    std::set<ipld::Cid> expected;
    for (const auto& [number, is_there] : groups_) {
      for (const ipld::Cid& cid : cids_of(number)) {
        if (is_there) expected.insert(cid);
      }
    }
    std::set<ipld::Cid> listed;
    ASSERT_TRUE((*store)->for_each(std::nullopt, [&](const ipld::Cid& cid, std::uint64_t) {
      listed.insert(cid);
      return true;
    }));
    ASSERT_TRUE(listed == expected) << listed.size() << " blocks, not " << expected.size();
    ASSERT_EQ((*store)->statistics()->blocks, listed.size());
    first_of_round_ = told.tried + 1;
    in_the_middle += told.tried != told.durable ? 1 : 0;
  }
  EXPECT_GT(in_the_middle, kills_of_a_backend / 5) << "hardly a kill came in the middle of a step";
}

template <class Backend>
std::string name_of(const testing::TestParamInfo<Backend>& info) {
  return std::string(info.param->descriptor.name);
}
INSTANTIATE_TEST_SUITE_P(Backends, StateKills, testing::ValuesIn(state_stores(&is_persistent)), name_of<StateBackend>);
INSTANTIATE_TEST_SUITE_P(Backends, DagKills, testing::ValuesIn(dag_stores(&is_persistent)), name_of<DagBackend>);

}  // namespace

int main_of_driver(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    constexpr std::string_view kOption = "--kills=";
    const std::string_view word = words[i];
    if (word.starts_with(kOption)) kills_of_a_backend = std::strtoull(words[i] + kOption.size(), nullptr, 10);
  }
  return RUN_ALL_TESTS();
}

int main_of_writer(char** words) { return writer_main(words); }

}  // namespace icn::contract

int main(int count, char** words) {
  if (count == 7 && std::string_view(words[1]) == "writer") return icn::contract::main_of_writer(words);
  testing::InitGoogleTest(&count, words);
  return icn::contract::main_of_driver(count, words);
}
