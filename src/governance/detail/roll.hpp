// Every DID that ever was a member, numbered, and from which position on it was active.
//
// Versioned, so that the electorate of a vote needs no copy: whether a member was active at the opening is looked up.
// Not thread safe; part of the state of governance.
#pragma once
#include <algorithm>
#include <optional>
#include <unordered_map>
#include <vector>

#include "governance/tally.hpp"
#include "model/scope.hpp"

namespace icn::governance::detail {

class Roll {
 public:
  // From which position on a member was active or not.
  struct Change {
    std::uint64_t since = 0;
    bool active = false;
  };

  explicit Roll(const model::Scope& genesis) {
    const std::vector<model::ListedMember> members = genesis.members();
    numbers_.reserve(members.size());
    for (const model::ListedMember& member : members)
      set(member.did, 0, member.record.status == model::MemberStatus::active);
  }

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] const model::Did& did(std::uint32_t number) const { return rows_[number].did; }
  // kNoOne for a DID that was never a member.
  [[nodiscard]] std::uint32_t number_of(const model::Did& did) const {
    const auto found = numbers_.find(did);
    return found == numbers_.end() ? kNoOne : found->second;
  }
  [[nodiscard]] bool is_active(std::uint32_t number) const { return rows_[number].active; }
  // After the entry at `position`.
  [[nodiscard]] bool was_active(std::uint32_t number, std::uint64_t position) const {
    const Row& row = rows_[number];
    if (row.since <= position) return row.active;
    const auto earlier = earlier_.find(number);
    if (earlier == earlier_.end()) return false;
    const auto after = std::upper_bound(earlier->second.begin(), earlier->second.end(), position,
                                        [](std::uint64_t at, const Change& change) { return at < change.since; });
    return after != earlier->second.begin() && std::prev(after)->active;
  }

  // `oldest` is the oldest position that was_active() may still be asked for.
  void set(const model::Did& did, std::uint64_t position, bool active, std::uint64_t oldest = 0) {
    const auto [at, added] = numbers_.try_emplace(did, static_cast<std::uint32_t>(rows_.size()));
    if (added) {
      rows_.push_back({did, position, active});
      return;
    }
    Row& row = rows_[at->second];
    if (row.since == position) {
      row.active = active;
      return;
    }
    std::vector<Change>& earlier = earlier_[at->second];
    earlier.push_back({row.since, row.active});
    const auto after = std::upper_bound(earlier.begin(), earlier.end(), oldest,
                                        [](std::uint64_t value, const Change& change) { return value < change.since; });
    if (after - earlier.begin() > 1) earlier.erase(earlier.begin(), std::prev(after));
    row.since = position;
    row.active = active;
  }

  // What is remembered of a member: ascending, the last one is in force.
  [[nodiscard]] std::vector<Change> changes(std::uint32_t number) const {
    std::vector<Change> changes;
    if (const auto earlier = earlier_.find(number); earlier != earlier_.end()) changes = earlier->second;
    changes.push_back({rows_[number].since, rows_[number].active});
    return changes;
  }
  // The inverse, for a member that is known or the next one; `changes` is not empty.
  void restore(const model::Did& did, std::vector<Change> changes) {
    const auto [at, added] = numbers_.try_emplace(did, static_cast<std::uint32_t>(rows_.size()));
    if (added) rows_.emplace_back();
    rows_[at->second] = {did, changes.back().since, changes.back().active};
    changes.pop_back();
    if (!changes.empty()) earlier_[at->second] = std::move(changes);
  }

 private:
  struct Row {
    model::Did did;
    std::uint64_t since = 0;
    bool active = false;
  };
  std::vector<Row> rows_;
  std::unordered_map<model::Did, std::uint32_t> numbers_;
  std::unordered_map<std::uint32_t, std::vector<Change>> earlier_;  // older changes, ascending
};

}  // namespace icn::governance::detail
