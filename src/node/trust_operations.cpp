#include "node/trust_operations.hpp"

#include "api/trust.hpp"
#include "node/embedded_node.hpp"
#include "node/named_keys.hpp"
#include "runtime/trust.hpp"

namespace icn::node {
namespace {

using model::TrustContext;

Result<void> enter(EmbeddedNode& node, const model::TrustStatement& statement) {
  const model::SignatureTag tag = model::tag_of(model::kind_of(statement));
  const model::Signature signature = ICN_TRY(node.sign(tag, model::body_of(statement).cid));
  return runtime::enter_trust(node.state(), {statement, signature});
}

api::TrustView trust_view(const model::TrustGrant& grant, bool in_force) {
  return {grant.truster, grant.trustee, grant.context.to_text(), grant.level, grant.until, in_force};
}

Result<api::TrustView> grant(EmbeddedNode& node, const api::TrustRequest& request) {
  const TrustContext context = ICN_TRY(TrustContext::from_scope(request.context));
  const model::Did trustee = ICN_TRY(did_of(node, request.trustee));
  const model::TrustStatement made =
      prepare_trust_grant(node.state(), node.member(), trustee, context, request.level, request.until);
  ICN_TRY(enter(node, made));
  return trust_view(std::get<model::TrustGrant>(made), true);
}

Result<api::TrustView> revoke(EmbeddedNode& node, const api::TrustRevokeRequest& request) {
  const TrustContext context = ICN_TRY(TrustContext::from_scope(request.context));
  const model::Did truster = node.member();
  const model::Did trustee = ICN_TRY(did_of(node, request.trustee));
  const model::TrustStatement made = prepare_trust_revocation(node.state(), truster, trustee, context);
  ICN_TRY(node.state().books().wait_for_staged());
  const auto ended = ICN_TRY(trust::find_grant(node.state().state_store(), std::get<model::TrustRevocation>(made)));
  ICN_TRY(enter(node, made));
  if (!ended) return api::TrustView{truster, trustee, request.context, {}, {}, false};
  return trust_view(*ended, false);
}

Result<api::ChallengeView> challenge(EmbeddedNode& node, const api::ChallengeRequest& request) {
  const TrustContext context = ICN_TRY(TrustContext::from_scope(request.context));
  const model::Did trustee = ICN_TRY(did_of(node, request.trustee));
  const model::TrustStatement made =
      prepare_trust_challenge(node.state(), node.member(), trustee, context, request.reason, !request.withdraw);
  ICN_TRY(enter(node, made));
  return api::ChallengeView{node.member(), trustee, request.context, request.reason, !request.withdraw};
}

Result<api::TrustRuleView> rule(EmbeddedNode& node, const api::TrustRuleRequest& request) {
  model::TrustRule made;
  made.context = ICN_TRY(TrustContext::from_scope(request.context));
  made.level_min = request.level_min;
  made.depth_max = request.depth_max;
  made.members_only = request.members_only;
  made.bridges = request.bridges;
  ICN_TRY(node.unlock_node_key());
  ICN_TRY(rule_trust(node.state(), made));
  api::TrustRuleView view;
  static_cast<api::TrustRuleRequest&>(view) = request;
  view.clerk = node.state().node_did();
  return view;
}

Result<api::TrustBridgeView> bridge(EmbeddedNode& node, const api::TrustBridgeRequest& request) {
  model::TrustBridge made;
  made.context = ICN_TRY(TrustContext::from_scope(request.context));
  made.other = request.scope;
  made.gate = request.gate;
  made.level = request.level;
  made.decay_ppm = request.decay_ppm;
  made.depth_max = request.depth_max;
  made.until = request.until;
  ICN_TRY(node.unlock_node_key());
  ICN_TRY(bridge_trust(node.state(), made));
  api::TrustBridgeView view;
  static_cast<api::TrustBridgeRequest&>(view) = request;
  view.clerk = node.state().node_did();
  return view;
}

// Adds each statement to the list of its kind.
struct AddTo {
  api::TrustList& list;
  model::UnixMs now;

  void operator()(const model::TrustGrant& grant) const {
    list.statements.push_back(trust_view(grant, !grant.until || now < *grant.until));
  }
  void operator()(const model::TrustRevocation&) const {}  // nothing is kept of it
  void operator()(const model::TrustChallenge& challenge) const {
    list.challenges.push_back(
        {challenge.challenger, challenge.trustee, challenge.context.to_text(), challenge.reason, challenge.open});
  }
  void operator()(const model::TrustRule& rule) const {
    api::TrustRuleView& view = list.rules.emplace_back();
    view.context = rule.context.to_text();
    view.level_min = rule.level_min;
    view.depth_max = rule.depth_max;
    view.members_only = rule.members_only;
    view.bridges = rule.bridges;
    view.clerk = rule.clerk;
  }
  void operator()(const model::TrustBridge& bridge) const {
    api::TrustBridgeView& view = list.bridges.emplace_back();
    view.scope = bridge.other;
    view.gate = bridge.gate;
    view.context = bridge.context.to_text();
    view.level = bridge.level;
    view.decay_ppm = bridge.decay_ppm;
    view.depth_max = bridge.depth_max;
    view.until = bridge.until;
    view.clerk = bridge.clerk;
  }
};

// Whether it is by or about the DID.
bool concerns(const model::TrustStatement& statement, const model::Did& did) {
  if (model::author_of(statement) == did) return true;
  if (const auto* grant = std::get_if<model::TrustGrant>(&statement)) return grant->trustee == did;
  if (const auto* challenge = std::get_if<model::TrustChallenge>(&statement)) return challenge->trustee == did;
  const auto* bridge = std::get_if<model::TrustBridge>(&statement);
  return bridge != nullptr && bridge->gate == did;
}

Result<api::TrustList> list(EmbeddedNode& node, const api::TrustListRequest& request) {
  std::optional<model::Did> did;
  if (request.did) did = ICN_TRY(did_of(node, *request.did));
  const auto wanted = [&](const model::TrustStatement& statement) {
    return (!did || concerns(statement, *did)) &&
           (!request.context || model::context_of(statement).to_text() == *request.context);
  };
  const trust::StatementPage page = ICN_TRY(list_trust(node.state(), request.after, request.count, wanted));
  api::TrustList answer;
  const AddTo add{answer, node.state().now()};
  for (const model::TrustStatement& statement : page.statements) std::visit(add, statement);
  answer.complete = !page.next.has_value();
  if (page.next) answer.next = *page.next;
  return answer;
}

Result<api::TrustExplanation> explain(EmbeddedNode& node, const api::TrustExplainRequest& request) {
  const TrustContext context = ICN_TRY(TrustContext::from_scope(request.context));
  const model::Did creator = ICN_TRY(did_of(node, request.creator));
  const model::Did executor = ICN_TRY(did_of(node, request.executor));
  const auto result = validate_trust(node.state(), creator, executor, context);
  ICN_TRY(node.state().books().wait_for_staged());
  api::TrustExplanation answer;
  answer.result = result.verdict;
  answer.path = result.path;
  answer.rule = std::string(result.rule);
  answer.level = result.level;
  answer.level_min = result.level_min;
  answer.strength_ppm = result.strength_ppm;
  answer.bridge = result.bridge;
  answer.why = result.why();
  return answer;
}

}  // namespace

void bind_trust_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::GrantTrust>(
      [&node](const api::Context&, const api::TrustRequest& request) { return grant(node, request); });
  slots.bind<api::RevokeTrust>(
      [&node](const api::Context&, const api::TrustRevokeRequest& request) { return revoke(node, request); });
  slots.bind<api::ChallengeTrust>(
      [&node](const api::Context&, const api::ChallengeRequest& request) { return challenge(node, request); });
  slots.bind<api::RuleTrust>(
      [&node](const api::Context&, const api::TrustRuleRequest& request) { return rule(node, request); });
  slots.bind<api::BridgeTrust>(
      [&node](const api::Context&, const api::TrustBridgeRequest& request) { return bridge(node, request); });
  slots.bind<api::ListTrust>(
      [&node](const api::Context&, const api::TrustListRequest& request) { return list(node, request); });
  slots.bind<api::ExplainTrust>(
      [&node](const api::Context&, const api::TrustExplainRequest& request) { return explain(node, request); });
}

}  // namespace icn::node
