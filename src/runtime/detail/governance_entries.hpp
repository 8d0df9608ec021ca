// Entries of the scope's log at the clerk's node: what is checked before one is made, and its commit. Used by the use
// cases of runtime/governance.hpp and by jobs that govern (runtime/detail/governing.hpp).
#pragma once
#include <optional>
#include <vector>

#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Whether this node may make entries. Errors: permission_denied with the rule not_clerk; unsupported_version with the
// rule scope_version.
[[nodiscard]] Result<void> require_clerk(const NodeState& node);
// The title and the blocks that a statement comes with. Errors: invalid_argument, missing_data, with the rules
// proposal_title, proposal_text.
[[nodiscard]] Result<void> check_prepared(const NodeState& node, const PreparedStatement& prepared);
// The entry with the clerk's signature, and everything that is needed to apply it. Errors: those of the signer.
[[nodiscard]] Result<model::LogRecord> signed_record(const NodeState& node, model::ScopeEntry entry,
                                                     std::optional<model::LogRecord::Admitted> admitted);
// Applies an entry that governance drafted under the writer lock. What the ledger may refuse comes first and changes
// nothing then; nothing after it is refused. Announces a statement.
[[nodiscard]] Result<governance::Applied> stage_entry(NodeState& node, const model::LogRecord& record,
                                                      const std::vector<model::Transfer>& transfers, Staging& staging);

}  // namespace icn::runtime::detail
