// The names in JSON of what members decide about and how, and how requests name a proposal.
#pragma once
#include "api/fields.hpp"
#include "governance/governance.hpp"
#include "model/scope.hpp"
#include "model/scope_log.hpp"

namespace icn::api {

inline constexpr std::string_view kProposalNameText = "its id, or a unique prefix of it; @last is the newest";

template <>
struct EnumNames<model::ProposalKind> {
  static constexpr auto values = first_values<model::ProposalKind, model::kProposalKinds>();
  static_assert(values.back() == model::ProposalKind::batch);
  static std::string_view name(model::ProposalKind kind) { return model::proposal_kind_name(kind); }
};

template <>
struct EnumNames<model::VoteChoice> {
  static constexpr auto values = first_values<model::VoteChoice, 3>();
  static_assert(values.back() == model::VoteChoice::abstain);
  static std::string_view name(model::VoteChoice choice) { return model::vote_choice_name(choice); }
};

template <>
struct EnumNames<model::VoteOutcome> {
  static constexpr auto values = first_values<model::VoteOutcome, 3>();
  static_assert(values.back() == model::VoteOutcome::threshold_not_met);
  static std::string_view name(model::VoteOutcome outcome) { return model::vote_outcome_name(outcome); }
};

template <>
struct EnumNames<model::MemberStatus> {
  static constexpr auto values = first_values<model::MemberStatus, model::kMemberStatuses>();
  static_assert(values.back() == model::MemberStatus::resigned);
  static std::string_view name(model::MemberStatus status) { return model::member_status_name(status); }
};

template <>
struct EnumNames<governance::ProposalState> {
  static constexpr auto values = first_values<governance::ProposalState, governance::kProposalStates>();
  static_assert(values.back() == governance::ProposalState::cancelled);
  static std::string_view name(governance::ProposalState state) { return governance::state_name(state); }
};

}  // namespace icn::api
