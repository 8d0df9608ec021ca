// How trust is decided.
#include <fmt/core.h>

#include <algorithm>

#include "core/ppm.hpp"
#include "trust/detail/book.hpp"
#include "trust/refusals.hpp"

namespace icn::trust {
namespace {

using model::TrustLevel;

struct LevelRow {
  std::uint64_t worth_ppm;  // of a statement
  std::uint64_t least_ppm;  // of a path that is of this level
};
// In the order of TrustLevel. A path of basic trust stays one while any meaningful share of it is left.
constexpr std::array<LevelRow, model::kTrustLevels> kLevels{{
    {0, 0},
    {300'000, 100'000},
    {600'000, 600'000},
    {1'000'000, 1'000'000},
}};

}  // namespace

std::uint64_t strength_of(TrustLevel level) { return kLevels[static_cast<std::size_t>(level)].worth_ppm; }

TrustLevel level_of(std::uint64_t strength_ppm) {
  std::size_t level = kLevels.size() - 1;
  while (strength_ppm < kLevels[level].least_ppm) --level;
  return static_cast<TrustLevel>(level);
}

std::string TrustValidationResult::why() const {
  const std::string from = creator.to_text();
  const std::string to = executor.to_text();
  const std::string in = fmt::format("in '{}'", context.to_text());
  const std::string_view is = model::trust_level_name(level);
  const std::string_view needed = model::trust_level_name(level_min);
  const std::size_t links = path.empty() ? 0 : path.size() - 1;
  if (rule == rules::kSelf) return from + " trusts itself";
  if (rule == rules::kDirect) return fmt::format("{} states that it trusts {} {}: {}", from, to, in, is);
  if (rule == rules::kInherited)
    return fmt::format("{} trusts {} {} through {} statements of members: {}", from, to, in, links, is);
  if (rule == rules::kBridge)
    return fmt::format("{} trusts {} {} over the bridge to {}: {}", from, to, in, bridge->to_text(), is);
  if (rule == rules::kLevel && level == TrustLevel::none)
    return fmt::format("{} states that it does not trust {} {}", from, to, in);
  if (rule == rules::kLevel) return fmt::format("{} trusts {} {}: {}, and {} is needed", from, to, in, is, needed);
  if (rule == rules::kMembersOnly)
    return fmt::format("{} belongs to no member of the scope, as trust {} needs", to, in);
  if (rule == rules::kBridges)
    return fmt::format("only a bridge could lead from {} to {} {}, and none may be crossed", from, to, in);
  if (rule == rules::kChallenged)
    return fmt::format("{} is challenged {}, and {} does not state that it trusts it", to, in, from);
  if (rule == rules::kSearch)
    return fmt::format("more than {} statements would have to be looked at to find whether {} trusts {} {}",
                       TrustEngine::kSearchMax, from, to, in);
  if (rule == rules::kNotAMember) return from + " is not an active member of this scope";
  return fmt::format("no statement or path of statements says that {} trusts {} {}", from, to, in);
}

namespace detail {

TrustValidationResult Book::decide(const model::Did& creator, const model::Did& executor,
                                   const model::TrustContext& context, const World& world) {
  TrustValidationResult result;
  result.creator = creator;
  result.executor = executor;
  result.context = context;
  const Terms terms = terms_of(context, world);
  result.level_min = terms.level_min;
  if (decide_at_once(result, terms, world)) return result;
  if (is_challenged(result, terms, world)) {
    result.rule = rules::kChallenged;
    return result;
  }
  bool cut = false;
  Way way = inherited(result, terms, world, result.looked_at, cut);
  const bool is_enough =
      level_of(way.strength_ppm) >= terms.level_min && (!terms.members_only || belongs(executor, way.path, world));
  if (!is_enough) {
    Way over = over_bridges(result, terms, world, result.looked_at, cut);
    if (over.strength_ppm > 0 && (terms.bridges || way.strength_ppm == 0)) way = std::move(over);
  }
  conclude(result, terms, std::move(way), cut, world);
  return result;
}

Book::Terms Book::terms_of(const model::TrustContext& context, const World& world) const {
  using Key = model::ParameterKey;
  const model::Parameters& governed = world.scope.parameters();
  Terms terms{static_cast<TrustLevel>(governed[Key::trust_level_min]),
              governed[Key::trust_depth_max],
              governed[Key::trust_decay_ppm],
              governed[Key::trust_members_only] != 0,
              governed[Key::trust_bridges_max] != 0,
              governed[Key::trust_challenges_max]};
  const auto rule = rules_.find({world.scope.id(), context});
  if (rule == rules_.end()) return terms;
  terms.level_min = std::max(terms.level_min, rule->second.level_min);
  terms.depth_max = std::min(terms.depth_max, rule->second.depth_max);
  terms.members_only = terms.members_only || rule->second.members_only;
  terms.bridges = terms.bridges && rule->second.bridges;
  return terms;
}

bool Book::decide_at_once(TrustValidationResult& result, const Terms& terms, const World& world) const {
  if (!world.scope.is_member(result.creator)) {
    result.rule = rules::kNotAMember;
    return true;
  }
  if (result.creator == result.executor) {
    result.verdict = TrustValidationResult::allowed;
    result.rule = rules::kSelf;
    result.level = TrustLevel::full;
    result.strength_ppm = kPpm;
    result.path = {result.creator};
    return true;
  }
  const auto key = graph_.find(world.scope.id(), result.context);
  const auto from = graph_.find(result.creator);
  const auto to = graph_.find(result.executor);
  const Grant* grant = key && from && to ? graph_.grant(*from, *to, *key) : nullptr;
  if (grant == nullptr || !grant->in_force(world.now)) return false;
  const bool is_enough = grant->level >= terms.level_min;
  std::vector<model::Did> path{result.creator, result.executor};
  // A bridge may still lead to someone who does not belong to the scope.
  if (is_enough && terms.members_only && !belongs(result.executor, path, world)) return false;
  result.looked_at = 1;
  result.level = grant->level;
  result.strength_ppm = strength_of(grant->level);
  result.path = std::move(path);
  result.rule = is_enough ? rules::kDirect : rules::kLevel;
  result.verdict = is_enough ? TrustValidationResult::allowed : TrustValidationResult::denied;
  return true;
}

bool Book::is_challenged(const TrustValidationResult& result, const Terms& terms, const World& world) const {
  const auto at = challenges_.find({world.scope.id(), result.context, result.executor});
  if (at == challenges_.end()) return false;
  if (at->second.contains(result.creator)) return true;
  std::uint64_t members = 0;
  for (const auto& [challenger, challenge] : at->second) {
    members += world.scope.is_member(challenger) ? 1 : 0;
    if (members >= terms.challenges_max) return true;
  }
  return false;
}

bool Book::is_active(PersonId id, const World& world) {
  Person& person = graph_.person(id);
  if (person.looked_up != members_seen_) {
    person.active = world.scope.is_member(person.did);
    person.looked_up = members_seen_;
  }
  return person.active;
}

// A node is of the scope if it keeps its log, decides here, or keeps the account of a member on the path.
bool Book::belongs(const model::Did& did, const std::vector<model::Did>& path, const World& world) const {
  if (world.scope.is_member(did) || did == world.scope.clerk() || did == world.node) return true;
  return std::any_of(path.begin(), path.end(), [&](const model::Did& member) {
    const model::MemberRecord* record = world.scope.find(member);
    return record != nullptr && record->status == model::MemberStatus::active && record->home == did;
  });
}

Book::Way Book::inherited(const TrustValidationResult& result, const Terms& terms, const World& world,
                          std::uint64_t& work, bool& cut) {
  Way way;
  const auto key = graph_.find(world.scope.id(), result.context);
  const auto from = graph_.find(result.creator);
  const auto to = graph_.find(result.executor);
  if (!key || !from || !to) return way;
  if (members_head_ != world.scope.head()) {
    members_head_ = world.scope.head();
    ++members_seen_;
  }
  const SearchTerms search{.group = *key,
                           .from = *from,
                           .to = *to,
                           .depth_max = terms.depth_max,
                           .decay_ppm = terms.decay_ppm,
                           .now = world.now};
  const auto may_vouch = [&](PersonId id) { return is_active(id, world); };
  const Found found = search_.run(graph_, search, may_vouch, TrustEngine::kSearchMax, work);
  cut = cut || found.cut;
  way.strength_ppm = found.strength_ppm;
  for (const PersonId id : found.path) way.path.push_back(graph_.did(id));
  return way;
}

// Over each bridge of the context, or, if none may be crossed, whether one leads there.
Book::Way Book::over_bridges(const TrustValidationResult& result, const Terms& terms, const World& world,
                             std::uint64_t& work, bool& cut) {
  Way best;
  const auto to = graph_.find(result.executor);
  for (auto at = bridges_.lower_bound({world.scope.id(), result.context, ipld::Cid(ipld::Codec::raw, {})});
       at != bridges_.end(); ++at) {
    const model::TrustBridge& bridge = at->second;
    if (bridge.scope != world.scope.id() || bridge.context != result.context) break;
    if (!is_open(bridge, world.now)) continue;
    Way way;
    way.bridge = bridge.other;
    way.path = {result.creator, bridge.gate};
    if (bridge.gate == result.executor) {
      way.strength_ppm = strength_of(bridge.level) * bridge.decay_ppm / kPpm;
    } else {
      const auto key = graph_.find(bridge.other, result.context);
      const auto from = graph_.find(bridge.gate);
      if (!key || !from || !to) continue;
      const SearchTerms search{.group = *key,
                               .from = *from,
                               .to = *to,
                               .depth_max = bridge.depth_max,
                               .decay_ppm = terms.decay_ppm,
                               .strength_max = strength_of(bridge.level),
                               .share_ppm = bridge.decay_ppm,
                               .now = world.now};
      const Found found = search_.run(
          graph_, search, [](PersonId) { return true; }, TrustEngine::kSearchMax, work);
      cut = cut || found.cut;
      way.strength_ppm = found.strength_ppm;
      for (std::size_t i = 1; i < found.path.size(); ++i) way.path.push_back(graph_.did(found.path[i]));
    }
    if (way.strength_ppm > best.strength_ppm) best = std::move(way);
  }
  return best;
}

void Book::conclude(TrustValidationResult& result, const Terms& terms, Way way, bool cut, const World& world) const {
  result.strength_ppm = way.strength_ppm;
  result.level = level_of(way.strength_ppm);
  if (result.level == TrustLevel::none) {
    result.strength_ppm = 0;
    result.rule = cut ? rules::kSearch : rules::kNoPath;
    return;
  }
  result.path = std::move(way.path);
  result.bridge = way.bridge;
  if (way.bridge && !terms.bridges) {
    result.rule = rules::kBridges;
  } else if (result.level < terms.level_min) {
    result.rule = cut ? rules::kSearch : rules::kLevel;
  } else if (!way.bridge && terms.members_only && !belongs(result.executor, result.path, world)) {
    result.rule = rules::kMembersOnly;
  } else {
    result.verdict = TrustValidationResult::allowed;
    result.rule = way.bridge ? rules::kBridge : rules::kInherited;
  }
}

}  // namespace detail
}  // namespace icn::trust
