#include "ipld/dag_walk.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <set>

namespace icn::ipld {
namespace {

Cid cid_of(std::size_t number) { return Cid::of(Codec::raw, view_of(std::to_string(number))); }

using Graph = std::map<Cid, std::vector<Cid>>;

std::vector<Cid> walk(const Graph& graph, const std::vector<Cid>& roots) {
  std::vector<Cid> order;
  DagWalk walk(roots);
  while (const auto cid = walk.next()) {
    EXPECT_TRUE(walk.was_read(*cid));
    order.push_back(*cid);
    walk.found(graph.at(*cid));
  }
  return order;
}

// The walk by definition: recursion that skips blocks already read.
std::vector<Cid> recursive(const Graph& graph, const std::vector<Cid>& roots) {
  std::vector<Cid> order;
  std::set<Cid> seen;
  const std::function<void(const Cid&)> visit = [&](const Cid& cid) {
    if (!seen.insert(cid).second) return;
    order.push_back(cid);
    for (const Cid& link : graph.at(cid)) visit(link);
  };
  for (const Cid& root : roots) visit(root);
  return order;
}

TEST(CidIndex, NumbersInTheOrderOfComing) {
  CidIndex index;
  EXPECT_FALSE(index.find(cid_of(0)));
  for (std::size_t i = 0; i < 10'000; ++i) {
    const auto [number, is_new] = index.insert(cid_of(i));
    ASSERT_EQ(number, i);
    ASSERT_TRUE(is_new);
  }
  for (std::size_t i = 0; i < 10'000; ++i) {
    EXPECT_FALSE(index.insert(cid_of(i)).is_new);
    ASSERT_EQ(index.find(cid_of(i)), i);
    ASSERT_EQ(index[static_cast<CidIndex::Number>(i)], cid_of(i));
  }
  EXPECT_EQ(index.size(), 10'000U);
  EXPECT_FALSE(index.find(cid_of(10'000)));
}

TEST(CidIndex, TellsCodecsOfOneDigestApart) {
  CidIndex index;
  index.insert(Cid::of(Codec::raw, view_of("x")));
  EXPECT_TRUE(index.insert(Cid::of(Codec::dag_cbor, view_of("x"))).is_new);
  EXPECT_EQ(index.size(), 2U);
}

TEST(DagWalk, OfNoRootsIsEmpty) { EXPECT_FALSE(DagWalk({}).next()); }

TEST(DagWalk, ABlockMetAgainDeeperComesThere) {
  const Cid a = cid_of(0), b = cid_of(1), c = cid_of(2), d = cid_of(3);
  const Graph graph{{a, {b, c, d}}, {b, {d}}, {c, {}}, {d, {}}};
  EXPECT_EQ(walk(graph, {a}), (std::vector<Cid>{a, b, d, c}));
  EXPECT_EQ(walk(graph, {d, a, d}), (std::vector<Cid>{d, a, b, c}));
}

TEST(DagWalk, IsTheRecursionOnAnyGraph) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = 1 + random() % 60;
    Graph graph;
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<Cid>& links = graph[cid_of(i)];
      // Links point only to higher numbers, as hashes demand, and may repeat.
      for (std::size_t left = random() % 6; left > 0 && i + 1 < count; --left)
        links.push_back(cid_of(i + 1 + random() % (count - i - 1)));
    }
    std::vector<Cid> roots;
    for (std::size_t left = 1 + random() % 3; left > 0; --left) roots.push_back(cid_of(random() % count));
    ASSERT_EQ(walk(graph, roots), recursive(graph, roots)) << round;
  }
}

// Each level links to the next twice: 2^40 paths, 41 blocks.
TEST(DagWalk, ReadsADagOfManyPathsBlockByBlock) {
  Graph graph;
  for (std::size_t i = 0; i < 40; ++i) graph[cid_of(i)] = {cid_of(i + 1), cid_of(i + 1)};
  graph[cid_of(40)] = {};
  EXPECT_EQ(walk(graph, {cid_of(0)}).size(), 41U);
}

}  // namespace
}  // namespace icn::ipld
