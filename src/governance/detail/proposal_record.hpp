// A proposal as governance keeps it: the signed body, its state, and what was frozen when its vote opened.
#pragma once
#include <unordered_map>

#include "governance/detail/delegations.hpp"
#include "governance/governance.hpp"

namespace icn::governance::detail {

struct Ballot {
  model::VoteChoice choice = model::VoteChoice::abstain;
  std::uint64_t counter = 0;
};

struct ProposalRecord {
  ipld::Cid id;
  model::Proposal body;
  ProposalState state = ProposalState::sponsorship;
  std::uint64_t position = 0;
  model::UnixMs proposed;
  std::vector<std::uint32_t> sponsors;  // in the order of their entries
  std::uint64_t sponsors_wanted = 0;
  model::UnixMs sponsored_by;
  model::UnixMs opens;  // from deliberation on

  // From the opening on.
  Moment opened;
  model::UnixMs closes;
  Terms terms;
  std::uint64_t timelock_ms = 0;
  std::uint64_t execution_ms = 0;
  std::uint64_t late_ms = 0;                        // 0: not extended by a late quorum, or no longer
  bool quorum_seen = false;                         // before the last part of the voting time, or the vote was extended
  std::unordered_map<std::uint32_t, Ballot> votes;  // direct ones; empty after the closing
  Tally direct;                                     // of `votes`

  // From the closing on.
  std::optional<model::VoteOutcome> outcome;
  Tally tally;
  model::UnixMs executable_from;
  model::UnixMs execute_by;
  std::uint64_t ended_position = 0;

  // When the next step of the clerk is due; empty in a terminal state.
  [[nodiscard]] std::optional<model::UnixMs> due() const {
    switch (state) {
      case ProposalState::sponsorship:
        return sponsored_by;
      case ProposalState::deliberation:
        return opens;
      case ProposalState::voting:
        return closes;
      case ProposalState::timelock:
        return executable_from;
      default:
        return std::nullopt;
    }
  }
  [[nodiscard]] Step step(model::UnixMs now) const {
    switch (state) {
      case ProposalState::deliberation:
        return Step::open;
      case ProposalState::voting:
        return Step::close;
      case ProposalState::timelock:
        return now < execute_by ? Step::execute : Step::expire;
      default:
        return Step::expire;
    }
  }
};

}  // namespace icn::governance::detail
