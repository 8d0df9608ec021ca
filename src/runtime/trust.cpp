#include "runtime/trust.hpp"

#include <fmt/core.h>

#include "runtime/node_state.hpp"

namespace icn::runtime {

model::TrustStatement prepare_trust_grant(const NodeState& node, const model::Did& truster, const model::Did& trustee,
                                          const model::TrustContext& context, model::TrustLevel level,
                                          std::optional<model::UnixMs> until) {
  const ipld::Cid scope = node.scope().id();
  return model::TrustGrant{scope, context, truster, trustee, level, until, node.trust().next_counter(scope, truster)};
}

model::TrustStatement prepare_trust_revocation(const NodeState& node, const model::Did& truster,
                                               const model::Did& trustee, const model::TrustContext& context) {
  const ipld::Cid scope = node.scope().id();
  return model::TrustRevocation{scope, context, truster, trustee, node.trust().next_counter(scope, truster)};
}

model::TrustStatement prepare_trust_challenge(const NodeState& node, const model::Did& challenger,
                                              const model::Did& trustee, const model::TrustContext& context,
                                              std::string reason, bool open) {
  const ipld::Cid scope = node.scope().id();
  const std::uint64_t counter = node.trust().next_counter(scope, challenger);
  return model::TrustChallenge{scope, context, challenger, trustee, open, std::move(reason), counter};
}

namespace {

// Completes, signs and enters what the clerk states for its scope.
template <class Body>
Result<void> enter_as_clerk(NodeState& node, Body body) {
  body.scope = node.scope().id();
  body.clerk = node.node_did();
  body.counter = node.trust().next_counter(body.scope, body.clerk);
  const model::TrustStatement statement = std::move(body);
  const model::SignatureTag tag = model::tag_of(model::kind_of(statement));
  const model::Signature signature = ICN_TRY(node.services().signer->sign(tag, model::body_of(statement).cid));
  return enter_trust(node, {statement, signature});
}

}  // namespace

Result<void> rule_trust(NodeState& node, model::TrustRule rule) { return enter_as_clerk(node, std::move(rule)); }

Result<void> bridge_trust(NodeState& node, model::TrustBridge bridge) {
  return enter_as_clerk(node, std::move(bridge));
}

Result<void> enter_trust(NodeState& node, const model::TrustRecord& record) {
  ICN_TRY(model::verify(record, node.scope().keys()));
  // What is stored must be readable: a reason with line breaks is not.
  ICN_TRY(model::TrustRecord::from_bytes(record.to_block().bytes));
  return node.committer().commit([&](Staging& staging) -> Result<void> {
    const model::Scope scope = node.scope();
    const trust::World world{scope, node.node_did(), node.now()};
    // A key may have been replaced since.
    ICN_TRY(model::verify(record, scope.keys()));
    return node.trust().apply(record, world, trust::Signatures::verified, staging.batch);
  });
}

trust::TrustValidationResult validate_trust(const NodeState& node, const model::Did& creator,
                                            const model::Did& executor, const model::TrustContext& context) {
  const model::Scope scope = node.scope();
  return node.trust().validate_trust(creator, executor, context, {scope, node.node_did(), node.now()});
}

Result<trust::StatementPage> list_trust(const NodeState& node, const std::optional<Bytes>& after, std::size_t count,
                                        const std::function<bool(const model::TrustStatement&)>& wanted) {
  ICN_TRY(node.books().wait_for_staged());
  return trust::read_statements(node.state_store(), after, count, wanted);
}

namespace detail {

Result<void> check_executor_trust(const NodeState& node, const model::Job& job) {
  if (!job.trust_scope) return {};
  const model::TrustContext context = ICN_TRY(model::TrustContext::from_scope(*job.trust_scope));
  const auto result = validate_trust(node, job.submitter, node.node_did(), context);
  if (result == trust::TrustValidationResult::allowed) return {};
  return refuse(ErrorCode::permission_denied, std::string(result.rule),
                fmt::format("{}: {}. Nothing was charged.", trust::kDenied, result.why()), result.executor.to_text());
}

Result<void> check_submitter_trust(const NodeState& node, const model::Job& job) {
  const model::TrustLevel least = node.settings().submitter_trust_min;
  if (least == model::TrustLevel::none || job.submitter == node.operator_did()) return {};
  const auto context = model::TrustContext::from_scope(kSubmitterContext);
  const auto result = validate_trust(node, node.operator_did(), job.submitter, *context);
  if (result == trust::TrustValidationResult::allowed && result.level >= least) return {};
  return refuse(ErrorCode::permission_denied, "submitter_trust",
                fmt::format("This node works only for submitters whom its operator trusts at the level {} in '{}', and "
                            "{}. Nothing was charged.",
                            model::trust_level_name(least), kSubmitterContext, result.why()),
                job.submitter.to_text());
}

}  // namespace detail
}  // namespace icn::runtime
