// Goal: under random puts, pins, unpins, leases, holds, time and collections (some with operations between their steps)
// the store matches a plain model. After each collection everything promised is there; after an undisturbed collection
// nothing else is.
#include <random>

#include "dag/detail/fixture_test.hpp"

namespace icn::dag {
namespace {

class Machine : public DagFixture {
 public:
  void TestBody() override {}

  void run(std::uint64_t seed, int operations) {
    random_.seed(seed);
    for (int i = 0; i < operations; ++i) {
      if (random_() % 40 == 0) {
        collect_disturbed();
      } else if (random_() % 60 == 0) {
        collect_alone();
      } else {
        change();
      }
      if (::testing::Test::HasFailure()) {
        ADD_FAILURE() << "seed " << seed << ", operation " << i;
        return;
      }
    }
    holds_.clear();
  }

  std::size_t collections = 0;
  std::size_t removed = 0;
  std::size_t kept_by_promises_made_meanwhile = 0;

 private:
  struct Live {
    PinId id;
    PinMode mode;
    std::optional<model::UnixMs> until;
    ipld::Cid root;
  };

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  ipld::Cid any() { return known_[below(known_.size())]; }

  // What has ended or was released is no longer promised, even if a later promise covers what is left of it.
  void change() {
    if (pending_ && below(2) == 0) write_pending();
    make_change();
    forget_broken_promises();
  }

  void make_change() {
    switch (below(10)) {
      case 0:
      case 1:
      case 2:
        return put_dag();
      case 3:
      case 4:
        return add_pin();
      case 5:
      case 6:
        return remove_pin();
      case 7:
        return hold_something();
      case 8:
        return take_lease();
      default:
        now.value += below(50);
    }
  }

  // A few blocks, linked to each other and to older ones, then pinned or not, as a use case does it.
  void put_dag() {
    Guard::Hold hold(guard);
    std::vector<ipld::Block> blocks;
    for (std::uint64_t i = 0; i <= below(4); ++i) {
      std::vector<ipld::Cid> links;
      for (std::uint64_t l = below(3); l > 0 && !known_.empty(); --l) links.push_back(any());
      for (const ipld::Block& block : blocks) {
        if (below(2) == 0) links.push_back(block.cid);
      }
      const std::string name = std::to_string(random_());
      blocks.push_back(links.empty() && below(2) == 0 ? leaf_of(name) : node_of(name, links));
    }
    if (below(2) == 0) {
      ASSERT_TRUE(hold.put(store, blocks));
      for (const ipld::Block& block : blocks) known_.push_back(block.cid);
      if (below(3) != 0) promise(blocks.back().cid, PinMode::recursive, {});
    } else {
      write_pending();
      stage(std::move(blocks));
    }
  }

  // As the committer does: the pin is staged, the blocks are put, then the batch is written. A collection does not
  // begin in between, but a running one sees each step.
  void stage(std::vector<ipld::Block> blocks) {
    pending_.emplace();
    const ipld::Cid root = blocks.back().cid;
    const Pin pin{PinId::of_node(root), PinMode::recursive, now, {}, {root}};
    pins.put(pin, pending_->batch);
    pending_->pin = {pin.id, pin.mode, pin.until, root};
    pending_->blocks = std::move(blocks);
  }
  void write_pending() {
    if (!pending_) return;
    guard.shade(pending_->blocks);
    ASSERT_TRUE(store.put(pending_->blocks));
    state.commit_one(pending_->batch);
    for (const ipld::Block& block : pending_->blocks) known_.push_back(block.cid);
    live_.push_back(pending_->pin);
    note_promise(pending_->pin);
    pending_.reset();
  }

  void promise(const ipld::Cid& root, PinMode mode, std::optional<model::UnixMs> until) {
    const Live made{pin(root, mode, until), mode, until, root};
    note_promise(made);
    // Making the same promise again yields the same record.
    const bool known = std::any_of(live_.begin(), live_.end(), [&](const Live& live) { return live.id == made.id; });
    if (!known) live_.push_back(made);
  }

  // A promise covers what is in the store when it is made.
  void note_promise(const Live& made) {
    if (made.until && *made.until <= now) return;
    const std::set<ipld::Cid> covered =
        made.mode == PinMode::direct ? std::set<ipld::Cid>{made.root} : reach({made.root});
    for (const ipld::Cid& cid : covered) {
      if (has(cid)) promised_.insert(cid);
    }
  }

  void add_pin() {
    if (known_.empty()) return;
    Guard::Hold hold(guard);
    const ipld::Cid root = any();
    hold.add(root);
    if (!has(root)) return;
    std::optional<model::UnixMs> until;
    if (below(2) == 0) until = model::UnixMs{now.value + 1 + below(200)};
    promise(root, below(3) == 0 ? PinMode::direct : PinMode::recursive, until);
  }

  void remove_pin() {
    if (live_.empty()) return;
    const std::size_t at = below(live_.size());
    unpin(live_[at].id);
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void take_lease() {
    if (known_.empty()) return;
    const ipld::Cid root = any();
    if (!has(root)) return;
    Lease lease{{}, model::UnixMs{now.value + 1 + below(100)}, 0};
    for (std::uint8_t& byte : lease.id) byte = static_cast<std::uint8_t>(random_());
    commit([&](ports::Batch& batch) { pins.take(lease, {root}, now, batch); });
    live_.push_back({PinId::of_lease(lease.id, lease.until, 0), PinMode::recursive, lease.until, root});
    note_promise(live_.back());
  }

  void hold_something() {
    if (holds_.size() > 2 || below(3) == 0) {
      if (!holds_.empty()) holds_.pop_back();
      return;
    }
    if (known_.empty()) return;
    const ipld::Cid root = any();
    holds_.emplace_back(std::make_unique<Guard::Hold>(guard), root);
    holds_.back().first->add(root);
    for (const ipld::Cid& cid : reach({root})) promised_.insert(cid);
  }

  // Forgets promised blocks that no promise covers any more.
  void forget_broken_promises() {
    std::set<ipld::Cid> covered;
    std::vector<ipld::Cid> roots;
    for (const Live& live : live_) {
      if (live.until && *live.until <= now) continue;
      if (live.mode == PinMode::direct) covered.insert(live.root);
      if (live.mode == PinMode::recursive) roots.push_back(live.root);
    }
    for (const auto& [hold, root] : holds_) roots.push_back(root);
    covered.merge(reach(roots));
    std::erase_if(promised_, [&](const ipld::Cid& cid) { return !covered.contains(cid); });
  }

  void forget_ended() {
    std::vector<Live> ended;
    std::erase_if(live_, [&](const Live& live) {
      if (!live.until || *live.until > now) return false;
      ended.push_back(live);
      return true;
    });
    for (const Live& live : ended) unpin(live.id);
  }

  void collect_alone() {
    write_pending();
    ++collections;
    forget_ended();
    std::set<ipld::Cid> expected;
    std::vector<ipld::Cid> roots;
    for (const Live& live : live_) {
      if (live.mode == PinMode::direct && has(live.root)) expected.insert(live.root);
      if (live.mode == PinMode::recursive) roots.push_back(live.root);
    }
    for (const auto& [hold, root] : holds_) roots.push_back(root);
    expected.merge(reach(roots));
    removed += collect().removed_blocks;
    EXPECT_TRUE(all() == expected);
    promised_ = expected;
  }

  void collect_disturbed() {
    write_pending();
    ++collections;
    forget_broken_promises();
    const std::set<ipld::Cid> before = promised_;
    const std::unique_ptr<Collection> collection = begin();
    for (std::uint64_t i = below(4); i > 0; --i) change();
    ASSERT_TRUE(collection->mark());
    for (std::uint64_t i = below(4); i > 0; --i) change();
    SweepOptions options;
    options.mode = SweepMode::remove;
    options.page_blocks = 1 + below(20);
    options.on_step = [&](CollectionStep) {
      for (std::uint64_t i = below(3); i > 0; --i) change();
    };
    ASSERT_TRUE(collection->sweep(options));
    removed += collection->report().removed_blocks;
    write_pending();
    check_promises(before);
  }

  void check_promises(const std::set<ipld::Cid>& before) {
    for (const ipld::Cid& cid : promised_) {
      EXPECT_TRUE(has(cid)) << cid.to_text() << " was promised but is gone";
      if (!before.contains(cid)) ++kept_by_promises_made_meanwhile;
    }
  }

  struct Pending {
    std::vector<ipld::Block> blocks;
    ports::Batch batch;
    Live pin;
  };

  std::mt19937_64 random_;
  std::optional<Pending> pending_;
  std::vector<ipld::Cid> known_;
  std::vector<Live> live_;
  std::vector<std::pair<std::unique_ptr<Guard::Hold>, ipld::Cid>> holds_;
  std::set<ipld::Cid> promised_;
};

TEST(CollectionRandom, NothingPromisedIsEverCollected) {
  std::size_t collections = 0;
  std::size_t removed = 0;
  std::size_t meanwhile = 0;
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    Machine machine;
    machine.run(seed, 400);
    collections += machine.collections;
    removed += machine.removed;
    meanwhile += machine.kept_by_promises_made_meanwhile;
    if (::testing::Test::HasFailure()) return;
  }
  // Otherwise the runs prove nothing.
  EXPECT_GT(collections, 200U);
  EXPECT_GT(removed, 3'000U);
  EXPECT_GT(meanwhile, 300U);
}

}  // namespace
}  // namespace icn::dag
