// Goal: a copy makes two stores equal whatever the target held, can be interrupted anywhere and rerun, and a comparison
// finds every kind of difference.
#include "stores/copy.hpp"

#include <gtest/gtest.h>

#include <random>

#include "backends/registry.hpp"
#include "model/keys.hpp"
#include "stores/cursor.hpp"
#include "stores/writer.hpp"

namespace icn::stores {
namespace {

std::unique_ptr<ports::StateStore> state_store() { return *backends::state_store::open("memory"); }
std::unique_ptr<ports::DagStore> dag_store() { return *backends::dag_store::open("memory"); }

// Fails with `storage` from commit number `left` on, leaving the store as a process that ends there would.
class CutOffStateStore : public ports::StateStore {
 public:
  CutOffStateStore(ports::StateStore& store, int left) : store_(store), left_(left) {}
  Result<std::optional<Bytes>> get(ByteView key) const override { return store_.get(key); }
  Result<void> scan(ByteView begin, ByteView end, const std::function<bool(ByteView, ByteView)>& visit) const override {
    return store_.scan(begin, end, visit);
  }
  std::uint64_t sequence() const override { return store_.sequence(); }
  Result<std::unique_ptr<ports::StateReader>> snapshot() const override { return store_.snapshot(); }
  Result<std::uint64_t> commit(std::span<const ports::Batch> batches) override {
    if (left_-- == 0) return fail(ErrorCode::storage, "cut off");
    return store_.commit(batches);
  }
  const ports::Descriptor& descriptor() const override { return store_.descriptor(); }

 private:
  ports::StateStore& store_;
  int left_;
};

void put(ports::StateStore& store, const std::vector<std::pair<Bytes, Bytes>>& pairs) {
  ports::Batch batch;
  for (const auto& [key, value] : pairs) batch.put(key, value);
  ASSERT_TRUE(store.commit({&batch, 1}));
}

ipld::Block block_of(std::string_view text) { return ipld::Block::of(ipld::Codec::raw, bytes_of(text)); }
void put(ports::DagStore& store, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const ipld::Block block = block_of(text);
    ASSERT_TRUE(store.put({&block, 1}));
  }
}

TEST(StoreCursor, ShowsARangeOfKeysOverManyPages) {
  const auto store = state_store();
  PairWriter writer(*store);
  for (std::uint64_t i = 0; i < 10'000; ++i) ASSERT_TRUE(writer.put(model::key_of("b/", i), {}));
  ASSERT_TRUE(writer.put(bytes_of("a"), {}));
  ASSERT_TRUE(writer.put(bytes_of("c"), {}));
  ASSERT_TRUE(writer.finish());
  PairCursor cursor(*store, model::key_of("b/", 10), model::end_of("b/"));
  std::uint64_t next = 10;
  while (const Pair* pair = cursor.peek().value()) {
    ASSERT_EQ(pair->key, model::key_of("b/", next++));
    cursor.next();
  }
  EXPECT_EQ(next, 10'000U);
}

TEST(StoreWriter, KeepsABatchInOnePiece) {
  const auto below = state_store();
  CutOffStateStore store(*below, 1);
  PairWriter writer(store);
  Result<void> written;
  for (std::uint64_t i = 0; written; ++i) {
    ports::Batch together;
    for (std::uint64_t part = 0; part < 3; ++part) together.put(model::key_of("k/", 3 * i + part), {});
    written = writer.put(std::move(together));
  }
  std::uint64_t pairs = 0;
  ASSERT_TRUE(below->scan({}, {}, [&](ByteView, ByteView) { return ++pairs != 0; }));
  EXPECT_GT(pairs, 0U);
  EXPECT_EQ(pairs % 3, 0U);
}

TEST(StoreCopy, MakesAnyTargetEqual) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 50; ++round) {
    const auto from = state_store();
    const auto to = state_store();
    std::uint64_t missing = 0;
    std::uint64_t extra = 0;
    for (int i = 0; i < 200; ++i) {
      const Bytes key = bytes_of(std::to_string(i));
      const auto in = random() % 8;
      if ((in & 1) != 0) put(*from, {{key, bytes_of("value")}});
      if ((in & 2) != 0) put(*to, {{key, bytes_of((in & 4) != 0 ? "value" : "another")}});
      missing += (in & 1) != 0 && in != 7 ? 1 : 0;
      extra += (in & 3) == 2 ? 1 : 0;
    }
    const auto report = copy_pairs(*from, *to);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_EQ(report->written, missing);
    EXPECT_EQ(report->removed, extra);
    const auto same = expect_same_pairs(*from, *to);
    ASSERT_TRUE(same) << same.error().detail;
    EXPECT_EQ(*same, report->things);
    const CopyReport unchanged{report->things, 0, 0, *pair_bytes(*from)};
    EXPECT_EQ(*copy_pairs(*from, *to), unchanged) << "a second copy changes nothing";
  }
}

// More than a page of each store, values larger than a page, and the longest possible key.
TEST(StoreCopy, GoesOverManyPages) {
  const auto from = state_store();
  const auto to = state_store();
  std::vector<std::pair<Bytes, Bytes>> pairs;
  for (std::uint64_t i = 0; i < 10'000; ++i) pairs.emplace_back(model::key_of("k/", i), Bytes(i % 300, 1));
  pairs.emplace_back(bytes_of("k/large"), Bytes(ports::kStateValueBytesMax, 2));
  pairs.emplace_back(Bytes(ports::kStateKeyBytesMax, 0xff), bytes_of("last"));
  put(*from, pairs);
  put(*to, {{model::key_of("k/", 5'000), bytes_of("another")}, {bytes_of("a"), bytes_of("extra")}});
  std::uint64_t pieces = 0;
  const auto report = copy_pairs(*from, *to, [&](const CopyReport&) { ++pieces; });
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(*report, (CopyReport{10'002, 10'002, 1, *pair_bytes(*from)}));
  EXPECT_GE(pieces, 3U);
  EXPECT_TRUE(expect_same_pairs(*from, *to));
}

TEST(StoreCopy, OfPairsGoesOnWhereItWasCutOff) {
  const auto from = state_store();
  for (std::uint64_t i = 0; i < 40; ++i) put(*from, {{model::key_of("k/", i), Bytes(300'000, 7)}});
  for (int commits = 0; commits < 10; ++commits) {
    const auto to = state_store();
    CutOffStateStore cut(*to, commits);
    const auto first = copy_pairs(*from, cut);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().detail, "cut off");
    std::uint64_t there = 0;
    ASSERT_TRUE(to->scan({}, {}, [&](ByteView, ByteView) {
      ++there;
      return true;
    }));
    EXPECT_EQ(*copy_pairs(*from, *to), (CopyReport{40, 40 - there, 0, *pair_bytes(*from)}));
    EXPECT_TRUE(expect_same_pairs(*from, *to));
  }
}

TEST(StoreCopy, OfBlocksMakesAnyTargetEqual) {
  const auto from = dag_store();
  const auto to = dag_store();
  std::vector<std::string> texts;
  for (int i = 0; i < 9'000; ++i) texts.push_back("block " + std::to_string(i));
  put(*from, texts);
  put(*to, {"block 17", "block 4000", "extra", "another extra"});
  const auto report = copy_blocks(*from, *to);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(*report, (CopyReport{9'000, 8'998, 2, from->statistics()->bytes}));
  EXPECT_EQ(*expect_same_blocks(*from, *to), 9'000U);
}

TEST(StoreCopy, ComparingNamesTheFirstDifference) {
  const std::vector<std::pair<Bytes, Bytes>> pairs{{bytes_of("a"), bytes_of("1")}, {bytes_of("b"), bytes_of("2")}};
  const auto first = state_store();
  put(*first, pairs);
  for (const auto& [key, value, said] : {std::tuple{"a", "x", "the key 61 has another value"},
                                         {"0", "x", "the key 30 is only in the second"},
                                         {"c", "x", "the key 63 is only in the second"}}) {
    const auto second = state_store();
    put(*second, pairs);
    put(*second, {{bytes_of(key), bytes_of(value)}});
    const auto same = expect_same_pairs(*first, *second);
    ASSERT_FALSE(same);
    EXPECT_EQ(same.error().code, ErrorCode::conflict);
    EXPECT_TRUE(same.error().detail.starts_with(said)) << same.error().detail;
  }
  const auto second = state_store();
  put(*second, {pairs[1]});
  EXPECT_TRUE(expect_same_pairs(*first, *second).error().detail.starts_with("the key 61 is missing in the second"));
}

TEST(StoreCopy, ComparingBlocksNamesTheFirstDifference) {
  const auto first = dag_store();
  const auto second = dag_store();
  put(*first, {"common", "one"});
  put(*second, {"common"});
  EXPECT_EQ(expect_same_blocks(*first, *second).error().detail,
            "the block " + block_of("one").cid.to_text() + " is missing in the second DAG store");
  EXPECT_EQ(expect_same_blocks(*second, *first).error().detail,
            "the block " + block_of("one").cid.to_text() + " is only in the second DAG store");
}

TEST(StoreCopy, ClearsAStoreAndKnowsAnEmptyOne) {
  const auto state = state_store();
  const auto dag = dag_store();
  EXPECT_TRUE(*is_empty(*state));
  EXPECT_TRUE(*is_empty(*dag));
  for (std::uint64_t i = 0; i < 5'000; ++i) put(*state, {{model::key_of("k/", i), {}}});
  put(*dag, {"a", "b"});
  EXPECT_FALSE(*is_empty(*state));
  EXPECT_FALSE(*is_empty(*dag));
  ASSERT_TRUE(clear(*state));
  ASSERT_TRUE(clear(*dag));
  EXPECT_TRUE(*is_empty(*state));
  EXPECT_TRUE(*is_empty(*dag));
}

}  // namespace
}  // namespace icn::stores
