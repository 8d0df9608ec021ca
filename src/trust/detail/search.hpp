// The strongest path of grants between two people, with bounded work. Not thread safe.
//
// By layers of equal length: in each, a person is reached by the best weakest link, over the truster with the smallest
// DID among equals; a person is followed again only if a longer way is stronger. So the result does not depend on the
// order in which grants arrived, and a loop has an end. Who of a layer grants to the end is looked up before the layer
// is followed; a layer that would exceed the work is not followed.
#pragma once
#include <functional>

#include "trust/detail/graph.hpp"

namespace icn::trust::detail {

struct SearchTerms {
  GroupKey group;
  PersonId from = 0;
  PersonId to = 0;
  std::uint64_t depth_max = 1;             // links
  std::uint64_t decay_ppm = 1'000'000;     // of each link after the first
  std::uint64_t strength_max = 1'000'000;  // of the weakest link, as if it were at most that
  std::uint64_t share_ppm = 1'000'000;     // that the whole path keeps
  model::UnixMs now;
};

struct Found {
  std::uint64_t strength_ppm = 0;  // 0: no path
  std::vector<PersonId> path;      // with both ends
  bool cut = false;                // a layer was left out: there may be a stronger path
};

class Search {
 public:
  // `may_vouch` decides whose grants are followed, except those of `from`. Adds to `work` the grants that it looks at,
  // at most up to `work_max`.
  [[nodiscard]] Found run(const Graph& graph, const SearchTerms& terms, const std::function<bool(PersonId)>& may_vouch,
                          std::uint64_t work_max, std::uint64_t& work);

 private:
  struct Step {
    PersonId person = 0;
    model::TrustLevel level = model::TrustLevel::none;  // of the weakest link
    std::uint32_t parent = 0;                           // a step before it
  };
  struct Mark {
    std::uint32_t run = 0;
    model::TrustLevel level = model::TrustLevel::none;
    std::uint32_t step = 0;
  };
  // Notes a grant of the frontier to the end of the search.
  void arrive(const Graph& graph, const SearchTerms& terms, const std::vector<std::uint32_t>& frontier,
              std::uint64_t links, Found& best) const;
  void follow(const Graph& graph, const SearchTerms& terms, std::uint32_t from, std::uint32_t layer);
  void reach(const Graph& graph, PersonId person, model::TrustLevel level, std::uint32_t parent, std::uint32_t layer);
  [[nodiscard]] std::vector<PersonId> path_to(std::uint32_t step) const;

  std::uint32_t run_ = 0;
  std::vector<Mark> marks_;  // by person
  std::vector<Step> steps_;
};

}  // namespace icn::trust::detail
