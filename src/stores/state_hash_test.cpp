// Goal: the state hash is that of docs/FORMATS.md, covers both stores, and ignores what it leaves out.
#include "stores/state_hash.hpp"

#include <gtest/gtest.h>

#include <set>

#include "backends/registry.hpp"

namespace icn::stores {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Stores {
  explicit Stores(const Pairs& pairs = {}, const std::vector<std::string>& blocks = {}) {
    ports::Batch batch;
    for (const auto& [key, value] : pairs) batch.put(bytes_of(key), bytes_of(value));
    EXPECT_TRUE(state->commit({&batch, 1}));
    for (const std::string& text : blocks) {
      const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of(text));
      EXPECT_TRUE(dag->put({&block, 1}));
    }
  }
  [[nodiscard]] ipld::Digest digest() const { return hash_state(*state, *dag)->digest; }

  std::unique_ptr<ports::StateStore> state = *backends::state_store::open("memory");
  std::unique_ptr<ports::DagStore> dag = *backends::dag_store::open("memory");
};

void append_part(Bytes& to, ByteView part) {
  append_be64(to, part.size());
  append(to, part);
}

TEST(StateHashes, CoverTagPairsCidsAndCounts) {
  const Stores stores(Pairs{{"b", "2"}, {"a", ""}}, {"one block"});
  Bytes expected;
  append_part(expected, view_of("ICN-STATE-v1"));
  for (const std::string_view part : {"a", "", "b", "2"}) append_part(expected, view_of(part));
  append_part(expected, ipld::Cid::of(ipld::Codec::raw, view_of("one block")).to_bytes());
  append_be64(expected, 2);
  append_be64(expected, 1);
  EXPECT_EQ(stores.digest(), ipld::sha256(expected));
}

TEST(StateHashes, EveryDifferenceShows) {
  const std::vector<Stores> all = [] {
    std::vector<Stores> made;
    made.emplace_back();
    made.emplace_back(Pairs{{"a", "1"}});
    made.emplace_back(Pairs{{"a", "2"}});
    made.emplace_back(Pairs{{"a1", ""}});
    made.emplace_back(Pairs{{"a", ""}, {"1", ""}});
    made.emplace_back(Pairs{{"a", "1"}}, std::vector<std::string>{"block"});
    made.emplace_back(Pairs{}, std::vector<std::string>{"block"});
    return made;
  }();
  std::set<ipld::Digest> digests;
  for (const Stores& stores : all) EXPECT_TRUE(digests.insert(stores.digest()).second);
}

TEST(StateHashes, LeaveOutCheckpointsEpochAndRestoreMarker) {
  const Stores without(Pairs{{"m/version", "1"}, {"z", "z"}});
  const Stores with(
      {{"lc/1", "c"}, {"m/epoch", "7"}, {"m/incarnation", "2"}, {"m/restored", "r"}, {"m/version", "1"}, {"z", "z"}});
  EXPECT_EQ(with.digest(), without.digest());
  EXPECT_EQ(hash_state(*with.state, *with.dag)->pairs, 6U);
}

}  // namespace
}  // namespace icn::stores
