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
  const model::ProposalTerms terms = ICN_TRY(model::terms_of(payload, node_->node_did()));
  draft.actions = {terms.action};
  draft.kind = model::kind_of(terms.action);
  draft.title = terms.title;
  draft.text = terms.text;
  draft.voting_ms = terms.voting_ms;
  draft.quorum = terms.quorum;
  draft.threshold_ppm = terms.threshold;
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
  const model::VoteChoice choice = ICN_TRY(model::choice_of(payload));
  const ipld::Cid proposal = ICN_TRY(runtime::find_proposal(*node_, payload.proposal_id_str));
  return enter(runtime::prepare_vote(*node_, current_identity(), proposal, choice));
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

Result<void> RuntimeContext::delegate_vote(const DelegateVotePayload& payload) {
  return enter(runtime::prepare_delegation(*node_, current_identity(), payload.delegate, payload.topic, payload.until));
}

Result<void> RuntimeContext::revoke_delegation(const RevokeDelegationPayload& payload) {
  return enter(runtime::prepare_revocation(*node_, current_identity(), payload.topic));
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
