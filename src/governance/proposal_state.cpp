#include "governance/proposal_state.hpp"

#include <algorithm>
#include <string>

#include "governance/refusals.hpp"

namespace icn::governance {
namespace {

constexpr std::array<std::string_view, kProposalStates> kStateNames{
    "sponsorship", "deliberation", "voting", "timelock", "executed", "rejected", "expired", "cancelled"};
constexpr std::array<std::string_view, kProposalEvents> kEventNames{"be sponsored",  "pass on to its deliberation",
                                                                    "open its vote", "take votes",
                                                                    "be accepted",   "be rejected",
                                                                    "be executed",   "expire",
                                                                    "be cancelled"};

// Each (state, event) has at most one row, or the table would contradict itself.
constexpr bool rows_are_unique() {
  for (std::size_t i = 0; i < kProposalTable.size(); ++i) {
    for (std::size_t j = i + 1; j < kProposalTable.size(); ++j) {
      if (kProposalTable[i].from == kProposalTable[j].from && kProposalTable[i].event == kProposalTable[j].event)
        return false;
    }
  }
  return true;
}
static_assert(rows_are_unique());

bool is_before_voting(ProposalState state) {
  return state == ProposalState::sponsorship || state == ProposalState::deliberation;
}

std::string_view refusal_of(ProposalState from, ProposalEvent event) {
  switch (event) {
    case ProposalEvent::sponsor:
    case ProposalEvent::finish_sponsors:
      return rules::kNotSponsored;
    case ProposalEvent::open:
      return from == ProposalState::sponsorship ? rules::kVotingNotOpen : rules::kVotingWasOpened;
    case ProposalEvent::vote:
    case ProposalEvent::accept:
    case ProposalEvent::reject:
      return is_before_voting(from) ? rules::kVotingNotOpen : rules::kVotingClosed;
    case ProposalEvent::execute:
      return from == ProposalState::executed ? rules::kAlreadyExecuted : rules::kNotAccepted;
    case ProposalEvent::expire:
      return rules::kNotDue;
    case ProposalEvent::cancel:
      return rules::kTooLateToCancel;
  }
  return rules::kNotDue;
}

}  // namespace

std::string_view state_name(ProposalState state) { return kStateNames[static_cast<std::size_t>(state)]; }

std::optional<ProposalState> find_state(std::string_view name) {
  const auto at = std::find(kStateNames.begin(), kStateNames.end(), name);
  if (at == kStateNames.end()) return std::nullopt;
  return static_cast<ProposalState>(at - kStateNames.begin());
}

std::string_view event_name(ProposalEvent event) { return kEventNames[static_cast<std::size_t>(event)]; }

bool is_terminal(ProposalState state) {
  return std::none_of(kProposalTable.begin(), kProposalTable.end(),
                      [&](const ProposalRow& row) { return row.from == state; });
}

Result<ProposalState> next_state(ProposalState from, ProposalEvent event) {
  for (const ProposalRow& row : kProposalTable) {
    if (row.from == from && row.event == event) return row.to;
  }
  return refuse(ErrorCode::invalid_state, std::string(refusal_of(from, event)),
                "A proposal in the state " + std::string(state_name(from)) + " cannot " +
                    std::string(event_name(event)) + "; nothing was changed.");
}

}  // namespace icn::governance
