// Governance: statements of the job's submitter, and steps of the scope's clerk, as effects. A statement's body follows
// from the order and the call alone; its counter from the order's time, so that an older job's statement cannot replace
// that of a newer one.
#include "abi/detail/icn_calls.hpp"
#include "model/governance_json.hpp"

namespace icn::abi::calls {
namespace {

// Counts a call that adds an effect of governance. Errors: limit_exceeded.
Result<void> count_governing(CallScope& call) {
  if (call.data().governing >= kGoverningMax) {
    return refuse(ErrorCode::limit_exceeded, "governing_max",
                  "a job makes at most " + std::to_string(kGoverningMax) + " statements and steps");
  }
  ++call.data().governing;
  return {};
}

// Greater than that of every statement that an earlier order or call made.
std::uint64_t counter_of(const CallScope& call) {
  constexpr std::uint64_t per_order = 4'096;
  static_assert(kGoverningMax < per_order);
  const std::uint64_t ms = std::min(call.data().in.order.time.value, UINT64_MAX / per_order - 1);
  return ms * per_order + call.data().governing;
}

// SHA-256("ICN-PROPOSED-v1" ‖ 0x00 ‖ job id ‖ call index): the same run makes the same proposals.
Bytes proposal_nonce(const CallScope& call) {
  Bytes seed = bytes_of(std::string_view("ICN-PROPOSED-v1\0", 16));
  append(seed, call.data().in.job_id.cid.to_bytes());
  append_be64(seed, call.call_index());
  return copy_of(ipld::sha256(seed));
}

Result<ipld::Cid> proposal_in(std::string_view text) {
  const auto cid = ipld::Cid::parse(text);
  if (!cid) return fail(ErrorCode::invalid_argument, "not a proposal's id: " + cid.error().detail);
  return *cid;
}

Result<void> state(CallScope& call, const model::Statement& statement, std::vector<ipld::Block> linked = {}) {
  ipld::Block body = model::body_of(statement);
  const model::StatementEffect effect{model::kind_of(statement), body.cid};
  linked.push_back(std::move(body));
  return call.add_blocks(std::move(linked), effect);
}

Result<void> ask(CallScope& call, model::GovernStep step, std::string_view proposal) {
  const ipld::Cid cid = ICN_TRY(proposal_in(proposal));
  ICN_TRY(count_governing(call));
  return call.add_effect(model::StepEffect{step, cid});
}

}  // namespace

Result<Register> create_governance_proposal(CallScope& call, GuestStr payload_json) {
  // The text itself, and the payload inside it that may be JSON, too.
  ICN_TRY(call.work(2 * payload_json.text.size()));
  const auto payload = ICN_TRY(model::CreateProposalPayload::from_json(payload_json.text));
  model::ProposalTerms terms = ICN_TRY(model::terms_of(payload, call.data().in.order.home));
  model::Proposal proposal;
  proposal.scope = call.job().scope;
  proposal.proposer = call.job().submitter;
  proposal.kind = model::kind_of(terms.action);
  proposal.actions = {std::move(terms.action)};
  proposal.title = std::move(terms.title);
  proposal.voting_ms = terms.voting_ms;
  proposal.quorum = terms.quorum;
  proposal.threshold = terms.threshold;
  proposal.nonce = proposal_nonce(call);
  std::vector<ipld::Block> linked;
  if (terms.text.size() > model::kProposalTextBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "proposal_text",
                  "the text has " + std::to_string(terms.text.size()) + " bytes, at most " +
                      std::to_string(model::kProposalTextBytesMax) + " are allowed");
  }
  if (!terms.text.empty()) {
    linked.push_back(ipld::Block::of(ipld::Codec::raw, bytes_of(terms.text)));
    proposal.text = linked.back().cid;
  }
  const ipld::Block body = proposal.to_block();
  ICN_TRY(model::Proposal::from_bytes(body.bytes));  // the bounds of a body hold for this one too
  ICN_TRY(count_governing(call));
  ICN_TRY(state(call, proposal, std::move(linked)));
  call.data().proposed.insert(body.cid);
  return call.answer(view_of(body.cid.to_text()));
}

Result<void> open_governance_voting(CallScope& call, GuestStr proposal) {
  return ask(call, model::GovernStep::open_voting, proposal.text);
}

Result<void> cast_governance_vote(CallScope& call, GuestStr payload_json) {
  ICN_TRY(call.work(payload_json.text.size()));
  const auto payload = ICN_TRY(model::CastVotePayload::from_json(payload_json.text));
  const ipld::Cid proposal = ICN_TRY(proposal_in(payload.proposal_id_str));
  const model::VoteChoice choice = ICN_TRY(model::choice_of(payload));
  if (call.data().voted.contains(proposal))
    return refuse(ErrorCode::already_exists, "voted", "this run has voted on " + proposal.to_text() + " before");
  ICN_TRY(count_governing(call));
  call.data().voted.insert(proposal);
  return state(call, model::Vote{call.job().scope, proposal, call.job().submitter, choice, counter_of(call)});
}

Result<Register> close_governance_proposal_voting(CallScope& call, GuestStr proposal) {
  const ipld::Cid cid = ICN_TRY(proposal_in(proposal.text));
  const bool own = call.data().proposed.contains(cid);
  const std::string status = own ? R"({"proposal":")" + cid.to_text() + R"(","state":"proposed"})"
                                 : ICN_TRY(observed_text(call, model::ReadKind::proposal, cid.to_text()));
  ICN_TRY(ask(call, model::GovernStep::close_voting, proposal.text));
  return call.answer(view_of(status));
}

Result<void> execute_governance_proposal(CallScope& call, GuestStr proposal) {
  return ask(call, model::GovernStep::execute_proposal, proposal.text);
}

Result<void> delegate_vote(CallScope& call, GuestStr payload_json) {
  ICN_TRY(call.work(payload_json.text.size()));
  const auto payload = ICN_TRY(model::DelegateVotePayload::from_json(payload_json.text));
  ICN_TRY(count_governing(call));
  return state(call, model::Delegation{call.job().scope, call.job().submitter, payload.delegate, payload.topic,
                                       payload.until, counter_of(call)});
}

Result<void> revoke_delegation(CallScope& call, GuestStr payload_json) {
  ICN_TRY(call.work(payload_json.text.size()));
  const auto payload = ICN_TRY(model::RevokeDelegationPayload::from_json(payload_json.text));
  ICN_TRY(count_governing(call));
  return state(call, model::Revocation{call.job().scope, call.job().submitter, payload.topic, counter_of(call)});
}

}  // namespace icn::abi::calls
