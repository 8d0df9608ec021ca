// Trust: statements that members and the clerk sign, and the decisions that jobs need. The engine is trust/trust.hpp.
//
// This node keeps the statements that are entered here: one commit each. A decision reads memory only. Thread safe.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "model/job.hpp"
#include "trust/trust.hpp"

namespace icn::runtime {

class NodeState;

// The context in which a node's operator says which submitters it works for (NodeSettings::submitter_trust_min).
inline constexpr std::string_view kSubmitterContext = "resource_sharing";

// Statements for their authors to sign, with the author's next counter.
[[nodiscard]] model::TrustStatement prepare_trust_grant(const NodeState& node, const model::Did& truster,
                                                        const model::Did& trustee, const model::TrustContext& context,
                                                        model::TrustLevel level, std::optional<model::UnixMs> until);
[[nodiscard]] model::TrustStatement prepare_trust_revocation(const NodeState& node, const model::Did& truster,
                                                             const model::Did& trustee,
                                                             const model::TrustContext& context);

// An open challenge, or its withdrawal. The reason is one line.
[[nodiscard]] model::TrustStatement prepare_trust_challenge(const NodeState& node, const model::Did& challenger,
                                                            const model::Did& trustee,
                                                            const model::TrustContext& context, std::string reason,
                                                            bool open);

// Enters a statement that its author signed, in one commit. Errors: those of TrustEngine::apply, storage.
[[nodiscard]] Result<void> enter_trust(NodeState& node, const model::TrustRecord& record);
// Signs and enters a rule of a context as this node, which must be the clerk's; sets its scope, clerk and counter.
// Errors: as enter_trust, those of the signer.
[[nodiscard]] Result<void> rule_trust(NodeState& node, model::TrustRule rule);
// The same of a bridge to another scope; one of the level none is closed.
[[nodiscard]] Result<void> bridge_trust(NodeState& node, model::TrustBridge bridge);

// Whether the creator trusts the executor now, as the next job would be decided.
[[nodiscard]] trust::TrustValidationResult validate_trust(const NodeState& node, const model::Did& creator,
                                                          const model::Did& executor,
                                                          const model::TrustContext& context);
// A page of the statements, once they are durable. Errors: those of trust::read_statements.
[[nodiscard]] Result<trust::StatementPage> list_trust(const NodeState& node, const std::optional<Bytes>& after,
                                                      std::size_t count,
                                                      const std::function<bool(const model::TrustStatement&)>& wanted);

namespace detail {

// That the job's submitter trusts this node in the scope that the job demands. Errors: invalid_argument (not a trust
// scope), permission_denied with the rule that decided and the specification's text.
[[nodiscard]] Result<void> check_executor_trust(const NodeState& node, const model::Job& job);
// That the operator of this node works for the submitter. Errors: permission_denied with the rule submitter_trust.
[[nodiscard]] Result<void> check_submitter_trust(const NodeState& node, const model::Job& job);

}  // namespace detail
}  // namespace icn::runtime
