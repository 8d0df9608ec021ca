// A decision about trust in a large scope, against a plain breadth-first search over the same links in flat arrays.
#include <algorithm>
#include <random>

#include "measure.hpp"
#include "trust/trust.hpp"

namespace icn::bench {
namespace {

constexpr std::uint64_t kLinksOfEach = 10;
constexpr std::uint64_t kDepth = 3;

model::Did member(std::uint64_t number) {
  Bytes bytes;
  append_be64(bytes, number);
  return model::Did::of_key(ipld::sha256(bytes));
}

struct Links {
  std::uint64_t members;
  std::vector<std::uint32_t> to;  // kLinksOfEach for each member

  explicit Links(std::uint64_t count) : members(count), to(count * kLinksOfEach) {
    std::mt19937_64 random(16);
    for (std::uint64_t i = 0; i < to.size(); ++i) {
      do {
        to[i] = static_cast<std::uint32_t>(random() % members);
      } while (to[i] == i / kLinksOfEach);
    }
  }
};

// The floor: whether `end` is at most kDepth links away.
class FlatSearch {
 public:
  explicit FlatSearch(const Links& links) : links_(links), seen_(links.members) {}
  bool reaches(std::uint32_t from, std::uint32_t end) {
    ++run_;
    queue_.assign(1, from);
    seen_[from] = run_;
    std::size_t at = 0;
    for (std::uint64_t depth = 0; depth < kDepth; ++depth) {
      for (const std::size_t layer_end = queue_.size(); at < layer_end; ++at) {
        const std::uint32_t* link = &links_.to[queue_[at] * kLinksOfEach];
        for (std::uint64_t i = 0; i < kLinksOfEach; ++i) {
          if (link[i] == end) return true;
          if (seen_[link[i]] == run_) continue;
          seen_[link[i]] = run_;
          queue_.push_back(link[i]);
        }
      }
    }
    return false;
  }

 private:
  const Links& links_;
  std::uint32_t run_ = 0;
  std::vector<std::uint32_t> seen_;
  std::vector<std::uint32_t> queue_;
};

}  // namespace

std::vector<Figure> measure_trust(const Settings& settings) {
  const std::uint64_t members = 10'000;
  const Links links(members);
  model::Genesis genesis;
  genesis.name = "Large";
  std::vector<model::Member> list;
  for (std::uint64_t i = 0; i < members; ++i) list.push_back({member(i), genesis.clerk});
  const model::Scope scope(ipld::Cid(), genesis, expect(model::Parameters::from_texts({}), "parameters"), list);
  const trust::World world{scope, genesis.clerk, model::UnixMs{1'700'000'000'000}};
  trust::TrustEngine engine;
  for (std::uint64_t i = 0; i < links.to.size(); ++i) {
    const std::uint64_t from = i / kLinksOfEach;
    ports::Batch batch;
    const model::TrustGrant grant{
        scope.id(), {}, member(from), member(links.to[i]), model::TrustLevel::full, std::nullopt, 1 + i % kLinksOfEach};
    expect(engine.apply({grant, {}}, world, trust::Signatures::verified, batch), "grant");
  }
  const std::uint64_t decisions = settings.scaled(4'000, 1'000);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  std::vector<std::pair<model::Did, model::Did>> dids;
  std::mt19937_64 random(7);
  for (std::uint64_t i = 0; i < decisions; ++i) {
    pairs.emplace_back(random() % members, random() % members);
    dids.emplace_back(member(pairs.back().first), member(pairs.back().second));
  }
  FlatSearch flat(links);
  std::vector<double> each(decisions, 1e300);
  double ours = 1e300;
  double floor = 1e300;
  std::uint64_t allowed = 0;
  std::uint64_t reached = 0;
  for (int round = 0; round < 5; ++round) {
    allowed = reached = 0;
    double sum = 0;
    for (std::uint64_t i = 0; i < decisions; ++i) {
      const double ns = time_ns([&] {
        allowed += engine.validate_trust(dids[i].first, dids[i].second, {}, world).verdict ==
                           trust::TrustValidationResult::allowed
                       ? 1
                       : 0;
      });
      each[i] = std::min(each[i], ns);
      sum += ns;
    }
    ours = std::min(ours, sum / static_cast<double>(decisions));
    floor = std::min(floor, time_ns([&] {
                              for (const auto& [from, to] : pairs)
                                reached += from == to || flat.reaches(from, to) ? 1 : 0;
                            }) / static_cast<double>(decisions));
  }
  if (allowed != reached) give_up("trust: the engine and the plain search disagree");
  return {
      {"trust_decision_us", ours / 1e3, "µs", floor / 1e3,
       std::to_string(members) + " members, " + std::to_string(links.to.size()) +
           " statements, 3 links; bar 50 µs (floor: plain search over flat arrays)"},
      {"trust_decision_p99_us", percentile(each, 0.99) / 1e3, "µs", 0, "the slowest of a hundred of the same pairs"}};
}

}  // namespace icn::bench
