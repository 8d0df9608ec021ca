// Goal: on random scopes the engine decides as a naive model does, which tries every path; and every path that it
// reports exists.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "core/ppm.hpp"
#include "trust/refusals.hpp"
#include "trust/testing/village.hpp"

namespace icn::trust {
namespace {

using model::TrustLevel;
using testing::context_named;
using testing::Village;

const std::vector<std::string> kNames{"alice", "bob", "carol", "dave", "erin", "frank"};
const std::vector<std::string> kOthers{"nora", "nils", "nina"};

struct Statement {
  TrustLevel level = TrustLevel::none;
  std::optional<std::uint64_t> until;
};

// Everything as plainly as it can be written down.
struct Naive {
  using Pair = std::pair<std::string, std::string>;
  std::map<Pair, Statement> here;
  std::map<Pair, Statement> there;
  std::set<Pair> challenges;
  std::map<std::string, bool> active;
  TrustLevel level_min = TrustLevel::basic;
  std::uint64_t depth_max = 3;
  std::uint64_t decay = 800'000;
  bool members_only = true;
  bool bridges = false;
  std::uint64_t challenges_max = 2;
  std::optional<model::TrustBridge> bridge;
  std::uint64_t now = 0;

  [[nodiscard]] bool holds(const Statement& one) const { return !one.until || now < *one.until; }
  [[nodiscard]] bool is_active(const std::string& name) const {
    const auto at = active.find(name);
    return at != active.end() && at->second;
  }
  // The strength of the strongest simple path.
  [[nodiscard]] std::uint64_t best(const std::map<Pair, Statement>& all, std::vector<std::string>& path,
                                   const std::string& to, TrustLevel weakest, std::uint64_t depth, std::uint64_t cap,
                                   std::uint64_t share, bool members) const {
    std::uint64_t most = 0;
    for (const auto& [pair, one] : all) {
      if (pair.first != path.back() || !holds(one) || one.level == TrustLevel::none) continue;
      if (std::find(path.begin(), path.end(), pair.second) != path.end()) continue;
      const TrustLevel level = std::min(weakest, one.level);
      if (pair.second == to) {
        std::uint64_t value = std::min(strength_of(level), cap) * share / kPpm;
        for (std::size_t link = 1; link < path.size(); ++link) value = value * decay / kPpm;
        most = std::max(most, value);
      } else if (depth > 1 && (!members || is_active(pair.second))) {
        path.push_back(pair.second);
        most = std::max(most, best(all, path, to, level, depth - 1, cap, share, members));
        path.pop_back();
      }
    }
    return most;
  }
  [[nodiscard]] bool challenged(const std::string& from, const std::string& to) const {
    std::uint64_t count = 0;
    for (const auto& [challenger, trustee] : challenges) {
      if (trustee == to && challenger == from) return true;
      if (trustee == to && is_active(challenger)) ++count;
    }
    return count >= challenges_max;
  }
  [[nodiscard]] std::uint64_t over_bridge(const std::string& to, const std::string& gate) const {
    if (!bridge || bridge->level == TrustLevel::none || (bridge->until && now >= bridge->until->value)) return 0;
    const std::uint64_t cap = strength_of(bridge->level);
    if (to == gate) return cap * bridge->decay_ppm / kPpm;
    std::vector<std::string> path{gate};
    return best(there, path, to, TrustLevel::full, bridge->depth_max, cap, bridge->decay_ppm, false);
  }
  [[nodiscard]] bool allows(const std::string& from, const std::string& to) const {
    if (!is_active(from)) return false;
    if (from == to) return true;
    const bool belongs = !members_only || is_active(to) || to == "node";
    const auto own = here.find({from, to});
    if (own != here.end() && holds(own->second)) {
      if (own->second.level < level_min) return false;
      if (belongs) return true;
    }
    if (challenged(from, to)) return false;
    std::vector<std::string> path{from};
    const std::uint64_t inside = best(here, path, to, TrustLevel::full, depth_max, kPpm, kPpm, true);
    if (belongs && level_of(inside) >= level_min && inside > 0) return true;
    const std::uint64_t outside = over_bridge(to, "nora");
    return bridges && outside > 0 && level_of(outside) >= level_min;
  }
};

class Rounds {
 public:
  explicit Rounds(std::uint64_t seed) : random_(seed) {
    naive_.level_min = static_cast<TrustLevel>(1 + below(3));
    naive_.depth_max = 1 + below(5);
    naive_.decay = std::vector<std::uint64_t>{1'000'000, 800'000, 500'000}[below(3)];
    naive_.members_only = below(2) == 0;
    naive_.bridges = below(2) == 0;
    village_ = std::make_unique<Village>(
        kNames,
        std::map<std::string, std::string>{{"trust_level_min", std::to_string(static_cast<int>(naive_.level_min))},
                                           {"trust_depth_max", std::to_string(naive_.depth_max)},
                                           {"trust_decay_ppm", std::to_string(naive_.decay)},
                                           {"trust_members_only", naive_.members_only ? "1" : "0"},
                                           {"trust_bridges_max", naive_.bridges ? "1" : "0"},
                                           {"trust_challenges_max", "2"}});
    for (const std::string& name : kNames) naive_.active[name] = true;
    naive_.now = village_->now.value;
  }

  void step() {
    switch (below(12)) {
      case 0:
        village_->now.value += 1 + below(40);
        naive_.now = village_->now.value;
        break;
      case 1:
        return toggle(any(kNames));
      case 2:
        return bridge();
      case 3:
      case 4:
        return challenge(any(kNames), any(kNames), below(2) == 0);
      case 5:
        return revoke(any(kNames), any(people_));
      case 6:
      case 7:
        return grant_there(any(kOthers), any(kOthers));
      default:
        return grant(any(kNames), any(people_));
    }
  }

  void compare() {
    for (const std::string& from : kNames) {
      for (const std::string& to : people_) {
        const TrustValidationResult result = village_->decide(from, to);
        EXPECT_EQ(result == TrustValidationResult::allowed, naive_.allows(from, to))
            << from << " " << to << ": " << result.why();
        check_path(result);
      }
    }
  }
  void reopen() {
    const ipld::Digest before = village_->engine().state_hash();
    ASSERT_TRUE(village_->reopen());
    EXPECT_EQ(village_->engine().state_hash(), before);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }
  const std::string& any(const std::vector<std::string>& names) { return names[below(names.size())]; }
  Statement any_statement() {
    Statement one{static_cast<TrustLevel>(below(4)), std::nullopt};
    if (below(3) == 0) one.until = naive_.now + 1 + below(80);
    return one;
  }
  static std::optional<model::UnixMs> time(const std::optional<std::uint64_t>& until) {
    return until ? std::optional(model::UnixMs{*until}) : std::nullopt;
  }

  void toggle(const std::string& name) {
    naive_.active[name] = !naive_.active[name];
    village_->set_status(name, naive_.active[name] ? model::MemberStatus::active : model::MemberStatus::suspended);
  }
  void grant(const std::string& from, const std::string& to) {
    const Statement one = any_statement();
    const bool done = village_->grant(from, to, one.level, "medical", time(one.until)).has_value();
    EXPECT_EQ(done, naive_.is_active(from) && from != to);
    if (done) naive_.here[{from, to}] = one;
  }
  void revoke(const std::string& from, const std::string& to) {
    const bool done = village_->revoke(from, to).has_value();
    EXPECT_EQ(done, naive_.is_active(from) && naive_.here.contains({from, to}));
    if (done) naive_.here.erase({from, to});
  }
  void challenge(const std::string& from, const std::string& to, bool open) {
    model::TrustChallenge body;
    body.scope = village_->scope().id();
    body.context = context_named("medical");
    body.challenger = village_->did(from);
    body.trustee = village_->did(to);
    body.open = open;
    body.counter = village_->next(from);
    const bool done = village_->apply(village_->sign(body, from)).has_value();
    EXPECT_EQ(done, naive_.is_active(from) && from != to && (open || naive_.challenges.contains({from, to})));
    if (done && open) naive_.challenges.insert({from, to});
    if (done && !open) naive_.challenges.erase({from, to});
  }
  void bridge() {
    model::TrustBridge body;
    body.scope = village_->scope().id();
    body.context = context_named("medical");
    body.clerk = village_->did("clerk");
    body.other = testing::scope_named("north");
    body.gate = village_->did("nora");
    body.level = static_cast<TrustLevel>(below(4));
    body.decay_ppm = 500'000 + 100'000 * below(6);
    body.depth_max = 1 + below(3);
    if (below(3) == 0) body.until = model::UnixMs{naive_.now + 1 + below(80)};
    body.counter = village_->next("clerk");
    EXPECT_TRUE(village_->apply(village_->sign(body, "clerk")));
    naive_.bridge = body;
  }
  void grant_there(const std::string& from, const std::string& to) {
    const Statement one = any_statement();
    const ipld::Cid north = testing::scope_named("north");
    const model::TrustGrant body{north,
                                 context_named("medical"),
                                 village_->did(from),
                                 village_->did(to),
                                 one.level,
                                 time(one.until),
                                 village_->engine().next_counter(north, village_->did(from))};
    // Whether it is accepted depends on the bridge; what was accepted must count as in the naive model.
    if (village_->apply(village_->sign(body, from))) naive_.there[{from, to}] = one;
  }

  void check_path(const TrustValidationResult& result) {
    if (result == TrustValidationResult::denied) return;
    ASSERT_FALSE(result.path.empty());
    EXPECT_EQ(result.path.front(), result.creator);
    EXPECT_EQ(result.path.back(), result.executor);
    EXPECT_GE(result.level, naive_.level_min);
    for (std::size_t i = 0; i + 1 < result.path.size(); ++i) {
      if (result.bridge && i == 0) continue;
      const auto& all = result.bridge ? naive_.there : naive_.here;
      const auto link = all.find({village_->name_of(result.path[i]), village_->name_of(result.path[i + 1])});
      ASSERT_NE(link, all.end()) << "no such statement";
      EXPECT_TRUE(naive_.holds(link->second));
    }
  }

  std::mt19937_64 random_;
  const std::vector<std::string> people_{"alice", "bob",  "carol", "dave", "erin",
                                         "frank", "node", "nora",  "nils", "nina"};
  Naive naive_;
  std::unique_ptr<Village> village_;
};

TEST(TrustRandom, DecidesAsTheNaiveModel) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Rounds run(seed);
    for (std::size_t step = 0; step < 60; ++step) {
      run.step();
      if (step % 10 == 9) run.compare();
    }
    run.reopen();
    run.compare();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace icn::trust
