// The states of a proposal and the events allowed in each: one table, state × event → state.
//
// Every change goes through next_state(); a pair without a row is refused, with the rule of the first refusal that
// matches. The numbers are part of the state hash, so they are append-only.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.hpp"

namespace icn::governance {

enum class ProposalState : std::uint8_t {
  sponsorship = 0,   // waits for sponsors
  deliberation = 1,  // waits for the opening of its vote
  voting = 2,
  timelock = 3,  // accepted, not executed
  executed = 4,
  rejected = 5,
  expired = 6,    // not sponsored or not executed in time
  cancelled = 7,  // by its proposer
};
inline constexpr std::size_t kProposalStates = 8;

enum class ProposalEvent : std::uint8_t {
  sponsor = 0,          // another member supports it
  finish_sponsors = 1,  // it has the wanted number
  open = 2,
  vote = 3,
  accept = 4,
  reject = 5,
  execute = 6,
  expire = 7,
  cancel = 8,
};
inline constexpr std::size_t kProposalEvents = 9;

struct ProposalRow {
  ProposalState from;
  ProposalEvent event;
  ProposalState to;
};

inline constexpr std::array kProposalTable{
    ProposalRow{ProposalState::sponsorship, ProposalEvent::sponsor, ProposalState::sponsorship},
    ProposalRow{ProposalState::sponsorship, ProposalEvent::finish_sponsors, ProposalState::deliberation},
    ProposalRow{ProposalState::sponsorship, ProposalEvent::expire, ProposalState::expired},
    ProposalRow{ProposalState::sponsorship, ProposalEvent::cancel, ProposalState::cancelled},
    ProposalRow{ProposalState::deliberation, ProposalEvent::open, ProposalState::voting},
    ProposalRow{ProposalState::deliberation, ProposalEvent::cancel, ProposalState::cancelled},
    ProposalRow{ProposalState::voting, ProposalEvent::vote, ProposalState::voting},
    ProposalRow{ProposalState::voting, ProposalEvent::accept, ProposalState::timelock},
    ProposalRow{ProposalState::voting, ProposalEvent::reject, ProposalState::rejected},
    ProposalRow{ProposalState::voting, ProposalEvent::cancel, ProposalState::cancelled},
    ProposalRow{ProposalState::timelock, ProposalEvent::execute, ProposalState::executed},
    ProposalRow{ProposalState::timelock, ProposalEvent::expire, ProposalState::expired},
};

[[nodiscard]] std::string_view state_name(ProposalState state);
[[nodiscard]] std::optional<ProposalState> find_state(std::string_view name);
[[nodiscard]] std::string_view event_name(ProposalEvent event);
// A terminal state has no row that leaves it.
[[nodiscard]] bool is_terminal(ProposalState state);
// Errors: invalid_state, naming the state and the attempted event; the rule says whether it is too early or too late.
[[nodiscard]] Result<ProposalState> next_state(ProposalState from, ProposalEvent event);

}  // namespace icn::governance
