// RuntimeContext's part of governance: statements of the context's identity, entered at once.
#include <fmt/core.h>

#include "embed/context.hpp"
#include "embed/governance.hpp"
#include "governance/refusals.hpp"
#include "runtime/governance.hpp"

namespace icn::embed {

Result<void> RuntimeContext::enter(const runtime::PreparedStatement& prepared) {
  ICN_TRY(require_key());
  const model::SignatureTag tag = model::tag_of(model::kind_of(prepared.statement));
  const model::Signature signature =
      ICN_TRY(config_.identity_signer->sign(tag, model::body_of(prepared.statement).cid));
  ICN_TRY(runtime::admit_statement(*node_, prepared, signature));
  return {};
}

Result<ipld::Cid> RuntimeContext::propose(const runtime::ProposalDraft& draft) {
  const runtime::PreparedStatement prepared = ICN_TRY(runtime::prepare_proposal(*node_, draft));
  ICN_TRY(enter(prepared));
  return model::body_of(prepared.statement).cid;
}

Result<std::string> RuntimeContext::create_governance_proposal(const CreateProposalPayload& payload) {
  runtime::ProposalDraft draft;
  draft.proposer = current_identity();
  draft.actions = {ICN_TRY(action_of(payload, node_->node_did()))};
  draft.kind = model::kind_of(draft.actions.front());
  draft.title = clipped_utf8(payload.description, model::kTitleBytesMax);
  if (payload.body) {
    draft.text = text_of(*payload.body);
  } else if (draft.title.size() < payload.description.size()) {
    draft.text = payload.description;
  }
  constexpr std::uint64_t kSecondsMax = model::kGovernedDurationMsMax / 1'000;
  if (payload.duration_secs == 0 || payload.duration_secs > kSecondsMax) {
    return refuse(ErrorCode::invalid_argument, "duration_secs",
                  fmt::format("A vote is open for 1 to {} seconds; nothing was charged.", kSecondsMax));
  }
  draft.voting_ms = payload.duration_secs * 1'000;
  if (payload.quorum) draft.quorum = model::Quorum{model::Quorum::Unit::heads, *payload.quorum};
  if (payload.threshold) draft.threshold_ppm = ICN_TRY(ppm_of(*payload.threshold));
  return ICN_TRY(propose(draft)).to_text();
}

Result<void> RuntimeContext::open_governance_voting(std::string_view proposal_id) {
  const ipld::Cid proposal = ICN_TRY(runtime::find_proposal(*node_, proposal_id));
  ICN_TRY(runtime::advance_governance(*node_));
  const governance::ProposalInfo info = ICN_TRY(runtime::describe_proposal(*node_, proposal));
  if (info.opened_position != 0) return {};
  return refuse(ErrorCode::invalid_state, std::string(governance::rules::kVotingNotOpen),
                fmt::format("The proposal {} is in {}, so its vote does not open yet.", proposal.to_text(),
                            governance::state_name(info.state)),
                proposal.to_text());
}

Result<void> RuntimeContext::cast_governance_vote(const CastVotePayload& payload) {
  std::string option = payload.vote_option_str;
  for (char& c : option) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const auto choice = model::find_vote_choice(option);
  if (!choice) {
    return refuse(ErrorCode::invalid_argument, "vote_option_str",
                  fmt::format("'{}' is not a choice; the choices are yes, no and abstain. Nothing was charged.",
                              payload.vote_option_str));
  }
  const ipld::Cid proposal = ICN_TRY(runtime::find_proposal(*node_, payload.proposal_id_str));
  return enter(runtime::prepare_vote(*node_, current_identity(), proposal, *choice));
}

Result<governance::ProposalInfo> RuntimeContext::close_governance_proposal_voting(std::string_view proposal_id) {
  const ipld::Cid proposal = ICN_TRY(runtime::find_proposal(*node_, proposal_id));
  ICN_TRY(runtime::close_vote(*node_, proposal));
  return runtime::describe_proposal(*node_, proposal);
}

Result<void> RuntimeContext::execute_governance_proposal(std::string_view proposal_id) {
  const ipld::Cid proposal = ICN_TRY(runtime::find_proposal(*node_, proposal_id));
  const auto info = ICN_TRY(runtime::describe_proposal(*node_, proposal));
  if (info.state == governance::ProposalState::executed) return {};
  return runtime::execute_proposal(*node_, proposal, node_->scope().position());
}

Result<void> RuntimeContext::update_parameter(std::string_view name, std::string_view value) {
  runtime::ProposalDraft draft;
  draft.proposer = current_identity();
  draft.kind = model::ProposalKind::set;
  draft.actions = {model::SetAction{{{std::string(name), std::string(value)}}}};
  draft.title = clipped_utf8(fmt::format("{} = {}", name, value), model::kTitleBytesMax);
  const ipld::Cid proposal = ICN_TRY(propose(draft));
  ICN_TRY(enter(runtime::prepare_vote(*node_, current_identity(), proposal, model::VoteChoice::yes)));
  const governance::ProposalInfo info = ICN_TRY(runtime::describe_proposal(*node_, proposal));
  if (info.state == governance::ProposalState::executed) return {};
  return refuse(ErrorCode::invalid_state, "not_decided",
                fmt::format("The change of {} is proposed ({}) and waits for other members.", name, proposal.to_text()),
                proposal.to_text());
}

std::optional<ParameterUpdate> RuntimeContext::last_parameter_update(std::string_view name) const {
  const auto changes = node().governance().parameter_history(name);
  if (changes.empty()) return std::nullopt;
  const governance::ParameterChange& last = changes.back();
  const auto proposal = node().governance().find(last.proposal);
  if (!proposal) return std::nullopt;
  return ParameterUpdate{last.name, last.after, last.time.value / 1'000, proposal->body.proposer};
}

}  // namespace icn::embed
