// Stores, pins and small DAGs for this folder's tests.
#pragma once
#include <gtest/gtest.h>

#include <set>

#include "dag/collection.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/links.hpp"
#include "testing/fake_dag_store.hpp"
#include "testing/fake_state_store.hpp"

namespace icn::dag {

// {name, links}: one block per name, linked as given.
inline ipld::Block node_of(std::string_view name, const std::vector<ipld::Cid>& links) {
  ipld::CborWriter out;
  out.array(2).text(name).array(links.size());
  for (const ipld::Cid& link : links) out.link(link);
  return ipld::Block::of(ipld::Codec::dag_cbor, out.take());
}
inline ipld::Block leaf_of(std::string_view text) { return ipld::Block::of(ipld::Codec::raw, bytes_of(text)); }

struct DagFixture : ::testing::Test {
  ipld::Cid put(const ipld::Block& block) {
    EXPECT_TRUE(store.put({&block, 1}));
    return block.cid;
  }
  ipld::Cid leaf(std::string_view text) { return put(leaf_of(text)); }
  ipld::Cid node(std::string_view name, const std::vector<ipld::Cid>& links) { return put(node_of(name, links)); }

  void commit(const auto& change) {
    ports::Batch batch;
    change(batch);
    state.commit_one(batch);
  }
  PinId pin(const ipld::Cid& root, PinMode mode = PinMode::recursive, std::optional<model::UnixMs> until = {}) {
    const Pin made{PinId::of_member(model::Did(), root, mode, until), mode, now, until, {root}};
    commit([&](ports::Batch& batch) { pins.put(made, batch); });
    return made.id;
  }
  void unpin(const PinId& id) {
    commit([&](ports::Batch& batch) { pins.erase(id, batch); });
  }

  std::unique_ptr<Collection> begin() { return Collection::begin(store, pins, guard, now).value(); }
  CollectionReport collect(SweepMode mode = SweepMode::remove) {
    const std::unique_ptr<Collection> collection = begin();
    EXPECT_TRUE(collection->mark());
    SweepOptions options;
    options.mode = mode;
    EXPECT_TRUE(collection->sweep(options));
    return collection->report();
  }

  bool has(const ipld::Cid& cid) const { return store.has(cid).value(); }
  std::set<ipld::Cid> all() const {
    std::set<ipld::Cid> cids;
    EXPECT_TRUE(store.for_each({}, [&](const ipld::Cid& cid, std::uint64_t) { return cids.insert(cid).second; }));
    return cids;
  }
  // Everything in the store that is reachable from the roots over blocks in the store: a plain reading of the rule.
  std::set<ipld::Cid> reach(std::vector<ipld::Cid> open) const {
    std::set<ipld::Cid> seen;
    while (!open.empty()) {
      const ipld::Cid cid = open.back();
      open.pop_back();
      if (!has(cid) || !seen.insert(cid).second) continue;
      const std::vector<ipld::Cid> links = ipld::links_of(store.get(cid).value()).value();
      open.insert(open.end(), links.begin(), links.end());
    }
    return seen;
  }

  testing::FakeDagStore store;
  testing::FakeStateStore state;
  Guard guard;
  Pins pins{state, guard};
  model::UnixMs now{1'000};
};

}  // namespace icn::dag
