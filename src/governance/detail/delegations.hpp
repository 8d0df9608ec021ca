// Delegations of members (by their numbers in the roll), by topic, versioned by log position: those of a vote are the
// ones in force at its opening.
//
// Not thread safe; part of the state of governance. Memory: 32 bytes for each change that an open vote may ask for.
#pragma once
#include <array>
#include <map>
#include <unordered_map>
#include <vector>

#include "governance/detail/roll.hpp"

namespace icn::governance::detail {

// The moment at which delegations are looked up: after the entry at `position`, which has the time `time`.
struct Moment {
  std::uint64_t position = UINT64_MAX;
  model::UnixMs time;
};

struct DelegationChange {
  std::uint64_t position = 0;
  std::uint64_t counter = 0;
  std::uint32_t delegate = kNoOne;  // kNoOne: revoked
  std::uint64_t until = UINT64_MAX;
  [[nodiscard]] bool in_force(model::UnixMs time) const { return delegate != kNoOne && time.value < until; }
};

inline constexpr std::size_t kTopics = model::kProposalKinds + 1;
inline constexpr std::size_t kAllTopic = model::kProposalKinds;
[[nodiscard]] inline std::size_t slot_of(model::Topic topic) {
  return topic ? static_cast<std::size_t>(*topic) : kAllTopic;
}
[[nodiscard]] inline model::Topic topic_of(std::size_t slot) {
  return slot == kAllTopic ? model::Topic{} : model::Topic{static_cast<model::ProposalKind>(slot)};
}

class Delegations {
 public:
  using Slots = std::array<std::vector<DelegationChange>, kTopics>;

  // The newest change of a delegator on a topic; null without one.
  [[nodiscard]] const DelegationChange* newest(std::uint32_t delegator, std::size_t slot) const {
    const auto found = of_.find(delegator);
    return found == of_.end() || found->second[slot].empty() ? nullptr : &found->second[slot].back();
  }
  // Who votes for the delegator on proposals of the kind: by the delegation for the kind, else by the one for all.
  // Delegations to members that were not active then are not in force.
  [[nodiscard]] std::uint32_t delegate_of(const Roll& roll, std::uint32_t delegator, model::ProposalKind kind,
                                          Moment at) const {
    const auto found = of_.find(delegator);
    return found == of_.end() ? kNoOne : delegate_in(roll, found->second, kind, at);
  }
  // Calls visit(delegator, delegate) for each delegation in force, in ascending order of delegators.
  template <class Visit>
  void for_each(const Roll& roll, model::ProposalKind kind, Moment at, Visit visit) const {
    for (const auto& [delegator, slots] : of_) {
      const std::uint32_t delegate = delegate_in(roll, slots, kind, at);
      if (delegate != kNoOne && was_active(roll, delegator, at.position)) visit(delegator, delegate);
    }
  }
  // `oldest` is the oldest position that may still be asked for.
  void add(std::uint32_t delegator, std::size_t slot, const DelegationChange& change, std::uint64_t oldest) {
    std::vector<DelegationChange>& changes = of_[delegator][slot];
    changes.push_back(change);
    const auto after = std::upper_bound(changes.begin(), changes.end(), oldest, before);
    if (after - changes.begin() > 1) changes.erase(changes.begin(), std::prev(after));
  }
  [[nodiscard]] const std::map<std::uint32_t, Slots>& all() const { return of_; }
  // Those that all() has at the slot.
  void restore(std::uint32_t delegator, std::size_t slot, std::vector<DelegationChange> changes) {
    of_[delegator][slot] = std::move(changes);
  }

 private:
  static bool before(std::uint64_t position, const DelegationChange& change) { return position < change.position; }
  static bool was_active(const Roll& roll, std::uint32_t number, std::uint64_t position) {
    return position == UINT64_MAX ? roll.is_active(number) : roll.was_active(number, position);
  }
  static std::uint32_t delegate_in(const Roll& roll, const Slots& slots, model::ProposalKind kind, Moment at) {
    for (const std::size_t slot : {static_cast<std::size_t>(kind), kAllTopic}) {
      const std::vector<DelegationChange>& changes = slots[slot];
      const auto after = std::upper_bound(changes.begin(), changes.end(), at.position, before);
      if (after == changes.begin()) continue;
      const DelegationChange& change = *std::prev(after);
      if (change.in_force(at.time) && was_active(roll, change.delegate, at.position)) return change.delegate;
    }
    return kNoOne;
  }

  std::map<std::uint32_t, Slots> of_;
};

}  // namespace icn::governance::detail
