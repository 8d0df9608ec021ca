#include "trust/detail/search.hpp"

#include "core/ppm.hpp"
#include "trust/trust.hpp"

namespace icn::trust::detail {
namespace {

std::uint64_t strength(const SearchTerms& terms, model::TrustLevel weakest, std::uint64_t links) {
  std::uint64_t value = std::min(strength_of(weakest), terms.strength_max) * terms.share_ppm / kPpm;
  for (std::uint64_t link = 1; link < links; ++link) value = value * terms.decay_ppm / kPpm;
  return value;
}

}  // namespace

Found Search::run(const Graph& graph, const SearchTerms& terms, const std::function<bool(PersonId)>& may_vouch,
                  std::uint64_t work_max, std::uint64_t& work) {
  Found best;
  if (++run_ == 0) marks_.clear();
  run_ = std::max<std::uint32_t>(run_, 1);
  marks_.resize(std::max(marks_.size(), graph.size()));
  steps_.assign(1, {terms.from, model::TrustLevel::full, 0});
  marks_[terms.from] = {run_, model::TrustLevel::full, 0};
  std::vector<std::uint32_t> frontier{0};
  for (std::uint64_t links = 1; links <= terms.depth_max && !frontier.empty(); ++links) {
    // No longer path can be stronger.
    const std::uint64_t most = strength(terms, model::TrustLevel::full, links);
    if (level_of(most) == model::TrustLevel::none || best.strength_ppm >= most) break;
    work += frontier.size();
    arrive(graph, terms, frontier, links, best);
    const std::uint64_t next = strength(terms, model::TrustLevel::full, links + 1);
    if (links == terms.depth_max || level_of(next) == model::TrustLevel::none || best.strength_ppm >= next) break;
    std::uint64_t grants = 0;
    for (const std::uint32_t step : frontier) {
      const Group* group = graph.group(steps_[step].person, terms.group);
      if (group != nullptr) grants += group->grants.size();
    }
    // Each grant that is followed may be looked up in the next layer.
    if (work + 2 * grants > work_max) {
      best.cut = true;
      break;
    }
    work += grants;
    const auto layer = static_cast<std::uint32_t>(steps_.size());
    for (const std::uint32_t step : frontier) follow(graph, terms, step, layer);
    frontier.clear();
    for (auto step = layer; step < steps_.size(); ++step) {
      if (may_vouch(steps_[step].person)) frontier.push_back(step);
    }
  }
  return best;
}

void Search::arrive(const Graph& graph, const SearchTerms& terms, const std::vector<std::uint32_t>& frontier,
                    std::uint64_t links, Found& best) const {
  model::TrustLevel level = model::TrustLevel::none;
  std::uint32_t last = 0;
  for (const std::uint32_t step : frontier) {
    const Grant* grant = graph.grant(steps_[step].person, terms.to, terms.group);
    if (grant == nullptr || !grant->in_force(terms.now)) continue;
    const model::TrustLevel reached = std::min(steps_[step].level, grant->level);
    const bool is_first = reached == level && graph.did(steps_[step].person) < graph.did(steps_[last].person);
    if (reached < level || reached == model::TrustLevel::none || (reached == level && !is_first)) continue;
    level = reached;
    last = step;
  }
  const std::uint64_t value = strength(terms, level, links);
  if (value <= best.strength_ppm) return;
  best.strength_ppm = value;
  best.path = path_to(last);
  best.path.push_back(terms.to);
}

void Search::follow(const Graph& graph, const SearchTerms& terms, std::uint32_t from, std::uint32_t layer) {
  const Group* group = graph.group(steps_[from].person, terms.group);
  if (group == nullptr) return;
  const model::TrustLevel reached = steps_[from].level;
  for (const Grant& grant : group->grants) {
    const model::TrustLevel level = std::min(reached, grant.level);
    if (level == model::TrustLevel::none || grant.trustee == terms.to || !grant.in_force(terms.now)) continue;
    reach(graph, grant.trustee, level, from, layer);
  }
}

void Search::reach(const Graph& graph, PersonId person, model::TrustLevel level, std::uint32_t parent,
                   std::uint32_t layer) {
  Mark& mark = marks_[person];
  const bool known = mark.run == run_;
  if (known && mark.level > level) return;
  if (known && mark.level == level) {
    if (mark.step < layer) return;
    Step& step = steps_[mark.step];
    if (graph.did(steps_[parent].person) < graph.did(steps_[step.parent].person)) step.parent = parent;
    return;
  }
  if (!known || mark.step < layer) {
    mark.step = static_cast<std::uint32_t>(steps_.size());
    steps_.emplace_back();
  }
  mark.run = run_;
  mark.level = level;
  steps_[mark.step] = {person, level, parent};
}

std::vector<PersonId> Search::path_to(std::uint32_t step) const {
  std::vector<PersonId> path;
  for (; step != 0; step = steps_[step].parent) path.push_back(steps_[step].person);
  path.push_back(steps_[0].person);
  std::reverse(path.begin(), path.end());
  return path;
}

}  // namespace icn::trust::detail
