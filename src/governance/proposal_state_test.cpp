// Every pair of state and event is a transition of the table or a refusal with its rule; every state leads to an end.
#include "governance/proposal_state.hpp"

#include <gtest/gtest.h>

#include <set>

namespace icn::governance {
namespace {

// The state after each event: s sponsorship, d deliberation, v voting, t timelock, x executed, r rejected, e expired,
// c cancelled; a dot is a refusal.
constexpr std::string_view kLetters = "sdvtxrec";
constexpr std::array<std::string_view, kProposalStates> kExpected{
    // sponsor finish_sponsors open vote accept reject execute expire cancel
    "sd.....ec",  // sponsorship
    "..v.....c",  // deliberation
    "...vtr..c",  // voting
    "......xe.",  // timelock
    ".........",  // executed
    ".........",  // rejected
    ".........",  // expired
    ".........",  // cancelled
};
// The rule of each refusal.
constexpr std::array<std::string_view, kProposalEvents> kEarly{
    "no_sponsors_wanted", "no_sponsors_wanted", "voting_not_open", "voting_not_open",   "voting_not_open",
    "voting_not_open",    "not_accepted",       "not_due",         "too_late_to_cancel"};
constexpr std::array<std::string_view, kProposalEvents> kLate{
    "no_sponsors_wanted", "no_sponsors_wanted", "voting_was_opened", "voting_closed",     "voting_closed",
    "voting_closed",      "not_accepted",       "not_due",           "too_late_to_cancel"};

TEST(ProposalStates, EveryPairIsATransitionOrARefusalWithItsRule) {
  for (std::size_t i = 0; i < kProposalStates; ++i) {
    for (std::size_t j = 0; j < kProposalEvents; ++j) {
      const auto state = static_cast<ProposalState>(i);
      const auto event = static_cast<ProposalEvent>(j);
      const std::string pair = std::string(state_name(state)) + ", " + std::string(event_name(event));
      const Result<ProposalState> next = next_state(state, event);
      if (kExpected[i][j] == '.') {
        ASSERT_FALSE(next) << pair;
        EXPECT_EQ(next.error().code, ErrorCode::invalid_state) << pair;
        std::string_view rule = i < 2 ? kEarly[j] : kLate[j];
        if (state == ProposalState::executed && event == ProposalEvent::execute) rule = "already_executed";
        EXPECT_EQ(next.error().rule, rule) << pair;
      } else {
        ASSERT_TRUE(next) << pair;
        EXPECT_EQ(kLetters[static_cast<std::size_t>(*next)], kExpected[i][j]) << pair;
      }
    }
  }
}

TEST(ProposalStates, EveryStateIsReachedAndLeadsToAnEnd) {
  std::set<ProposalState> reached{ProposalState::sponsorship};
  std::set<ProposalState> ending;
  for (std::size_t i = 0; i < kProposalStates; ++i) {
    if (is_terminal(static_cast<ProposalState>(i))) ending.insert(static_cast<ProposalState>(i));
  }
  EXPECT_EQ(ending.size(), 4U);
  for (bool more = true; more;) {
    more = false;
    for (const ProposalRow& row : kProposalTable) {
      more = (reached.contains(row.from) && reached.insert(row.to).second) || more;
      more = (ending.contains(row.to) && ending.insert(row.from).second) || more;
    }
  }
  EXPECT_EQ(reached.size(), kProposalStates);
  EXPECT_EQ(ending.size(), kProposalStates);
}

TEST(ProposalStates, NamesAreReadAsTheyAreWritten) {
  for (std::size_t i = 0; i < kProposalStates; ++i) {
    const auto state = static_cast<ProposalState>(i);
    EXPECT_EQ(find_state(state_name(state)), state);
  }
  EXPECT_FALSE(find_state("accepted"));
}

}  // namespace
}  // namespace icn::governance
