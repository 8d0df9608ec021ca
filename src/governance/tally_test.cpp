// Counting is exact at every bound, and delegated votes end where a naive walk ends.
#include "governance/tally.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <random>

namespace icn::governance {
namespace {

using model::Quorum;
using model::VoteOutcome;

TEST(Tally, AQuorumIsAShareRoundedUpOrANumber) {
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 250'000}, 3), 1U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 500'000}, 3), 2U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 333'334}, 3), 2U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 333'333}, 3), 1U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 1'000'000}, 3), 3U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 1}, 100'000), 1U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 1}, 0), 1U);
  EXPECT_EQ(heads_of({Quorum::Unit::ppm, 1'000'000}, UINT64_MAX), UINT64_MAX);
  EXPECT_EQ(heads_of({Quorum::Unit::heads, 7}, 3), 7U);
}

// Every whole percentage and every electorate up to 400 decides as the fraction does; floating point fails in 86 cases.
TEST(Tally, EveryPercentageOfUpTo400VotesIsExact) {
  for (std::uint64_t votes = 1; votes <= 400; ++votes) {
    for (std::uint64_t percent = 1; percent <= 100; ++percent) {
      const std::uint64_t least = (votes * percent + 99) / 100;
      for (const std::uint64_t yes : {least - 1, least}) {
        const Tally tally{yes, votes - yes, 0};
        const bool accepted = outcome_of(tally, {votes, 1, percent * 10'000}) == VoteOutcome::accepted;
        EXPECT_EQ(accepted, yes == least && yes > 0) << yes << " of " << votes << " at " << percent << " %";
      }
    }
  }
}

TEST(Tally, HoldsAtTheBoundsOfNumbers) {
  constexpr std::uint64_t kMost = UINT64_MAX / 2;
  EXPECT_EQ(outcome_of({kMost, kMost, 0}, {UINT64_MAX, 1, 500'000}), VoteOutcome::accepted);
  EXPECT_EQ(outcome_of({kMost, kMost, 0}, {UINT64_MAX, 1, 500'001}), VoteOutcome::threshold_not_met);
  EXPECT_EQ(outcome_of({kMost - 1, kMost, 0}, {UINT64_MAX, 1, 500'000}), VoteOutcome::threshold_not_met);
  EXPECT_EQ(outcome_of({1, 0, 0}, {1, 1, 1'000'000}), VoteOutcome::accepted);
  EXPECT_EQ(outcome_of({0, 0, 5}, {5, 1, 1}), VoteOutcome::threshold_not_met) << "abstentions alone accept nothing";
  EXPECT_EQ(outcome_of({}, {5, 1, 1}), VoteOutcome::quorum_not_met);
  EXPECT_EQ(outcome_of({1, 0, 1}, {5, 2, 1'000'000}), VoteOutcome::accepted) << "abstentions count for the quorum only";
}

// All ways in which up to five members can still vote: an outcome is fixed exactly if none of them changes it.
TEST(Tally, AnOutcomeIsFixedExactlyIfNoMissingVoteCanChangeIt) {
  for (std::uint64_t members = 1; members <= 6; ++members) {
    for (std::uint64_t quorum = 1; quorum <= members; ++quorum) {
      for (const std::uint64_t ppm : std::array<std::uint64_t, 6>{1, 333'334, 500'000, 500'001, 750'000, 1'000'000}) {
        for (std::uint64_t yes = 0; yes <= members; ++yes) {
          for (std::uint64_t no = 0; yes + no <= members; ++no) {
            for (std::uint64_t abstain = 0; yes + no + abstain <= members; ++abstain) {
              const Terms terms{members, quorum, ppm};
              const Tally direct{yes, no, abstain};
              const std::uint64_t missing = members - direct.present();
              bool can_pass = false;
              bool can_fail = false;
              for (std::uint64_t more_yes = 0; more_yes <= missing; ++more_yes) {
                for (std::uint64_t more_no = 0; more_yes + more_no <= missing; ++more_no) {
                  for (std::uint64_t more = 0; more_yes + more_no + more <= missing; ++more) {
                    const Tally end{yes + more_yes, no + more_no, abstain + more};
                    (outcome_of(end, terms) == VoteOutcome::accepted ? can_pass : can_fail) = true;
                  }
                }
              }
              const auto fixed = fixed_outcome(direct, 0, terms);
              EXPECT_EQ(fixed == Fixed::accepted, !can_fail);
              EXPECT_EQ(fixed == Fixed::rejected, !can_pass);
            }
          }
        }
      }
    }
  }
}

std::uint32_t walk(const std::vector<std::uint32_t>& delegates, const std::vector<bool>& voted, std::uint32_t from,
                   bool to_voter) {
  std::uint32_t at = from;
  for (std::size_t steps = 0; steps <= delegates.size(); ++steps) {
    if (to_voter && voted[at]) return at;
    if (delegates[at] == kNoOne) return to_voter ? kNoOne : at;
    at = delegates[at];
  }
  return kNoOne;
}

TEST(Tally, DelegatedVotesEndWhereANaiveWalkEnds) {
  std::mt19937_64 random(2026);
  for (int round = 0; round < 2'000; ++round) {
    const std::size_t members = 1 + random() % 20;
    std::vector<std::uint32_t> delegates(members, kNoOne);
    std::vector<bool> voted(members);
    for (std::size_t i = 0; i < members; ++i) {
      if (random() % 3 != 0) delegates[i] = static_cast<std::uint32_t>(random() % members);
      voted[i] = random() % 4 == 0;
    }
    const auto ends = ends_of(delegates);
    const auto voters = voters_of(delegates, voted);
    for (std::uint32_t i = 0; i < members; ++i) {
      EXPECT_EQ(ends[i], walk(delegates, voted, i, false));
      EXPECT_EQ(voters[i], walk(delegates, voted, i, true));
    }
  }
}

TEST(Tally, LongChainsAndCyclesAreResolvedInLinearTime) {
  std::vector<std::uint32_t> delegates(200'000);
  std::iota(delegates.begin(), delegates.end(), 1U);
  delegates.back() = kNoOne;
  EXPECT_EQ(ends_of(delegates).front(), 199'999U);
  delegates.back() = 0;
  for (const std::uint32_t end : ends_of(delegates)) ASSERT_EQ(end, kNoOne);
  std::vector<bool> voted(delegates.size());
  voted[7] = true;
  for (const std::uint32_t voter : voters_of(delegates, voted)) ASSERT_EQ(voter, 7U);
}

}  // namespace
}  // namespace icn::governance
