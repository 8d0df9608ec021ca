#include "node/governance_operations.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "api/coop.hpp"
#include "api/delegations.hpp"
#include "api/governance.hpp"
#include "core/ppm.hpp"
#include "governance/refusals.hpp"
#include "node/embedded_node.hpp"
#include "node/named_keys.hpp"
#include "runtime/governance.hpp"

namespace icn::node {
namespace {

using model::ProposalKind;

Result<std::uint64_t> enter(EmbeddedNode& node, const runtime::PreparedStatement& prepared) {
  // The entry is signed by the node; a passphrase is asked for before anything is done.
  ICN_TRY(node.unlock_node_key());
  const model::SignatureTag tag = model::tag_of(model::kind_of(prepared.statement));
  const model::Signature signature = ICN_TRY(node.sign(tag, model::body_of(prepared.statement).cid));
  return runtime::admit_statement(node.state(), prepared, signature);
}

tl::unexpected<Error> incomplete(ProposalKind kind, std::string_view what) {
  return refuse(
      ErrorCode::invalid_argument, std::string(governance::rules::kProposalShape),
      fmt::format("A proposal of the kind {} {}; nothing was proposed.", model::proposal_kind_name(kind), what));
}

Result<model::AdmitAction> admission_of(EmbeddedNode& node, const api::ActionRequest& request) {
  if (request.record.has_value() == request.member.has_value())
    return incomplete(request.kind, "names a candidate, or has the record that one signed");
  if (!request.record)
    return model::AdmitAction{ICN_TRY(did_of(node, *request.member)), node.state().node_did(), std::nullopt};
  const model::SignedCandidate record = ICN_TRY(model::SignedCandidate::from_bytes(*request.record));
  return model::AdmitAction{record.candidate.member, record.candidate.home, record.signature};
}

Result<model::UpgradeAction> upgrade_of(const api::ActionRequest& request) {
  if (!request.version) return incomplete(request.kind, "names a version");
  const auto version = model::ProgramVersion::parse(*request.version);
  if (version) return model::UpgradeAction{*version};
  return refuse(ErrorCode::invalid_argument, std::string(governance::rules::kUpgradeVersion),
                "'" + *request.version + "' is not a version, as 1.2.3; nothing was proposed.");
}

Result<model::Action> action_of(EmbeddedNode& node, const api::ActionRequest& request) {
  if (request.kind == ProposalKind::set) {
    if (request.values.empty()) return incomplete(request.kind, "names at least one parameter");
    return model::Action(model::SetAction{request.values});
  }
  if (request.kind == ProposalKind::resolution) return model::Action(model::ResolutionAction{});
  if (request.kind == ProposalKind::admit) return model::Action(ICN_TRY(admission_of(node, request)));
  if (request.kind == ProposalKind::upgrade) return model::Action(ICN_TRY(upgrade_of(request)));
  if (request.kind == ProposalKind::federate) {
    if (!request.scope || !request.rate_ppm || !request.credit)
      return incomplete(request.kind, "names a scope, a rate and a credit");
    return model::Action(model::FederateAction{*request.scope, {*request.rate_ppm, *request.credit}});
  }
  if (request.kind == ProposalKind::batch || !request.member) return incomplete(request.kind, "names a member");
  const model::Did member =
      *request.member == "node" ? node.state().node_did() : ICN_TRY(did_of(node, *request.member));
  if (request.kind == ProposalKind::key) {
    if (!request.key) return incomplete(request.kind, "names a new key");
    const model::Did key = ICN_TRY(did_of(node, *request.key));
    return model::Action(model::KeyAction{member, key});
  }
  switch (request.kind) {
    case ProposalKind::suspend:
      return model::Action(model::SuspendAction{member});
    case ProposalKind::remove:
      return model::Action(model::RemoveAction{member});
    case ProposalKind::clerk:
      return model::Action(model::ClerkAction{member});
    default:
      break;
  }
  if (!request.amount) return incomplete(request.kind, "says how much");
  return model::Action(model::BudgetAction{member, *request.amount});
}

// "3", or "200000ppm".
Result<model::Quorum> quorum_of(const std::string& text) {
  model::Quorum quorum;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quorum.value);
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const bool is_share = rest == "ppm";
  if (error != std::errc() || !(rest.empty() || is_share) || quorum.value == 0 || (is_share && quorum.value > kPpm)) {
    return refuse(ErrorCode::invalid_argument, std::string(governance::rules::kQuorum),
                  fmt::format("The quorum '{}' is neither a number of members nor a share from 1ppm to 1000000ppm; "
                              "nothing was proposed.",
                              text));
  }
  quorum.unit = is_share ? model::Quorum::Unit::ppm : model::Quorum::Unit::heads;
  return quorum;
}

Result<runtime::ProposalDraft> draft_of(EmbeddedNode& node, const api::ProposeRequest& request) {
  runtime::ProposalDraft draft;
  draft.proposer = node.member();
  draft.kind = request.kind;
  if (request.kind == ProposalKind::batch) {
    if (request.actions.empty()) return incomplete(request.kind, "has at least one action");
    for (const api::ActionRequest& action : request.actions) draft.actions.push_back(ICN_TRY(action_of(node, action)));
  } else {
    draft.actions.push_back(ICN_TRY(action_of(node, request)));
  }
  draft.title = request.title;
  draft.text = request.text;
  if (request.voting_s) draft.voting_ms = *request.voting_s * 1'000;
  if (request.timelock_s) draft.timelock_ms = *request.timelock_s * 1'000;
  if (request.quorum) draft.quorum = ICN_TRY(quorum_of(*request.quorum));
  draft.threshold_ppm = request.threshold_ppm;
  return draft;
}

Result<api::ProposalMade> propose(EmbeddedNode& node, const api::ProposeRequest& request) {
  const runtime::PreparedStatement prepared = ICN_TRY(prepare_proposal(node.state(), ICN_TRY(draft_of(node, request))));
  ICN_TRY(enter(node, prepared));
  const auto info = ICN_TRY(describe_proposal(node.state(), model::body_of(prepared.statement).cid));
  return api::ProposalMade{info.id, info.state, info.opens, info.closes};
}

// The proposal after a statement about it.
template <class Prepare>
Result<api::ProposalView> about(EmbeddedNode& node, const std::string& name, Prepare prepare) {
  const ipld::Cid proposal = ICN_TRY(find_proposal(node.state(), name));
  ICN_TRY(enter(node, prepare(node.state(), node.member(), proposal)));
  return api::proposal_view(ICN_TRY(describe_proposal(node.state(), proposal)));
}

api::DelegationView delegation_view(const model::Did& delegator, const governance::DelegationInfo& info, bool revoked) {
  return {delegator, info.delegate, info.topic, info.until, revoked};
}

Result<api::DelegationView> delegate(EmbeddedNode& node, const api::DelegateRequest& request) {
  const model::Did to = ICN_TRY(did_of(node, request.delegate));
  ICN_TRY(enter(node, prepare_delegation(node.state(), node.member(), to, request.topic, request.until)));
  return api::DelegationView{node.member(), to, request.topic, request.until, false};
}

Result<api::DelegationsRevoked> revoke(EmbeddedNode& node, const api::RevokeRequest& request) {
  const model::Did from = ICN_TRY(did_of(node, request.delegate));
  api::DelegationsRevoked answer;
  for (const auto& info : node.state().governance().delegations(node.member(), node.state().now())) {
    if (info.delegate != from) continue;
    ICN_TRY(enter(node, prepare_revocation(node.state(), node.member(), info.topic)));
    answer.delegations.push_back(delegation_view(node.member(), info, true));
  }
  if (!answer.delegations.empty()) return answer;
  return refuse(
      ErrorCode::invalid_state, std::string(governance::rules::kNotDelegated),
      fmt::format("{} has no delegation to {}; nothing was changed.", node.member().to_text(), from.to_text()),
      from.to_text());
}

Result<api::ProposalView> execute(EmbeddedNode& node, const std::string& name) {
  ICN_TRY(node.unlock_node_key());
  const ipld::Cid proposal = ICN_TRY(find_proposal(node.state(), name));
  ICN_TRY(execute_proposal(node.state(), proposal, node.opened_at()));
  return api::proposal_view(ICN_TRY(describe_proposal(node.state(), proposal)));
}

Result<api::Application> apply(EmbeddedNode& node, const api::ApplyRequest& request) {
  model::SignedCandidate record;
  record.candidate.scope = request.scope.value_or(node.state().scope().id());
  record.candidate.member = node.member();
  record.candidate.home = request.home.value_or(node.state().node_did());
  record.signature = ICN_TRY(node.sign(model::SignatureTag::candidate, record.candidate.to_block().cid));
  return api::Application{
      record.candidate.scope, record.candidate.member, record.candidate.home, record.to_block().bytes, {}};
}

}  // namespace

void bind_governance_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::Propose>(
      [&node](const api::Context&, const api::ProposeRequest& request) { return propose(node, request); });
  slots.bind<api::Sponsor>([&node](const api::Context&, const api::ProposalNamed& request) {
    return about(node, request.proposal, runtime::prepare_sponsorship);
  });
  slots.bind<api::CancelProposal>([&node](const api::Context&, const api::ProposalNamed& request) {
    return about(node, request.proposal, runtime::prepare_cancellation);
  });
  slots.bind<api::CastVote>([&node](const api::Context&, const api::VoteRequest& request) {
    const auto vote = [&request](const runtime::NodeState& state, const model::Did& voter, const ipld::Cid& proposal) {
      return prepare_vote(state, voter, proposal, request.choice);
    };
    return about(node, request.proposal, vote);
  });
  slots.bind<api::ExecuteProposal>(
      [&node](const api::Context&, const api::ProposalNamed& request) { return execute(node, request.proposal); });
  slots.bind<api::Delegate>(
      [&node](const api::Context&, const api::DelegateRequest& request) { return delegate(node, request); });
  slots.bind<api::Revoke>(
      [&node](const api::Context&, const api::RevokeRequest& request) { return revoke(node, request); });
  slots.bind<api::Apply>(
      [&node](const api::Context&, const api::ApplyRequest& request) { return apply(node, request); });
  slots.bind<api::Resign>([&node](const api::Context&, const api::ResignRequest&) -> Result<api::Resigned> {
    const auto prepared = ICN_TRY(prepare_resignation(node.state(), node.member()));
    const auto position = ICN_TRY(enter(node, prepared));
    return api::Resigned{node.member(), position};
  });
}

}  // namespace icn::node
