// Counting votes, in integers: who takes part, what is accepted, and where delegated votes go. Pure functions.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/scope_log.hpp"

namespace icn::governance {

struct Tally {
  std::uint64_t yes = 0;
  std::uint64_t no = 0;
  std::uint64_t abstain = 0;
  [[nodiscard]] std::uint64_t present() const { return yes + no + abstain; }
  void add(model::VoteChoice choice, std::uint64_t votes = 1) {
    (choice == model::VoteChoice::yes ? yes : choice == model::VoteChoice::no ? no : abstain) += votes;
  }
  void remove(model::VoteChoice choice) {
    --(choice == model::VoteChoice::yes ? yes : choice == model::VoteChoice::no ? no : abstain);
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

// The rules of one vote, frozen at its opening.
struct Terms {
  std::uint64_t members = 0;    // of the electorate
  std::uint64_t quorum = 1;     // members that must take part, at least 1
  std::uint64_t threshold = 0;  // ppm of yes among yes and no
  friend bool operator==(const Terms&, const Terms&) = default;
};

// The members that a quorum requires of an electorate: a share is rounded up, and at least one.
[[nodiscard]] std::uint64_t heads_of(const model::Quorum& quorum, std::uint64_t members);

// Accepted: the quorum takes part (abstentions included), at least one votes yes, and yes · 10^6 ≥ (yes + no) · ppm.
[[nodiscard]] model::VoteOutcome outcome_of(const Tally& tally, const Terms& terms);

// The outcome if no vote that is still missing can change it; votes that were cast count as they are. `direct` are the
// votes that members cast themselves, `delegated` the number of further votes by delegation, whose members may still
// vote otherwise. Empty: it is open.
enum class Fixed : std::uint8_t { accepted, rejected };
[[nodiscard]] std::optional<Fixed> fixed_outcome(const Tally& direct, std::uint64_t delegated, const Terms& terms);

inline constexpr std::uint32_t kNoOne = UINT32_MAX;
// Where each vote goes: `delegates[i]` is the member that i delegates to, or kNoOne. The answer has, for each member,
// the end of its chain: itself without a delegate, kNoOne if the chain is a cycle. In linear time, for any input.
[[nodiscard]] std::vector<std::uint32_t> ends_of(std::span<const std::uint32_t> delegates);
// As ends_of, but a chain ends at the first member for whom `voted` holds, and at kNoOne if there is none.
[[nodiscard]] std::vector<std::uint32_t> voters_of(std::span<const std::uint32_t> delegates,
                                                   const std::vector<bool>& voted);

}  // namespace icn::governance
