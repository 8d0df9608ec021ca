// Entries of the scope's log at the clerk's node: what is checked before one is made, and its commit. Used by the use
// cases of runtime/governance.hpp and by jobs that govern (runtime/detail/governing.hpp).
#pragma once
#include <functional>
#include <optional>
#include <unordered_map>
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
// Signs entries as the clerk, each once. A token takes long to sign, so an entry is drafted and signed before the
// writer lock is taken; under it the same entry is drafted again, unless the log has moved. Used by one thread.
class EntrySigner {
 public:
  explicit EntrySigner(const NodeState& node) : node_(node) {}
  [[nodiscard]] bool knows(const model::ScopeEntry& entry) const;
  // The entry with its signature, and everything that is needed to apply it. Errors: those of the signer.
  [[nodiscard]] Result<model::LogRecord> sign(model::ScopeEntry entry,
                                              std::optional<model::LogRecord::Admitted> admitted);

 private:
  const NodeState& node_;
  std::unordered_map<ipld::Cid, model::Signature> signatures_;
};
// How often an entry is signed again because the log moved; after that it is signed under the writer lock.
inline constexpr int kSigningTries = 3;

// An entry to make. Both functions are also called under the writer lock.
struct EntryDraft {
  std::function<Result<model::ScopeEntry>()> draft;
  std::function<Result<std::vector<model::Transfer>>()> transfers;  // that it causes; empty: none
  std::optional<model::LogRecord::Admitted> admitted;
  std::optional<model::SignedHandOver> hand_over;
  std::vector<ipld::Block> blocks;  // that come with its statement
};
enum class Durable : std::uint8_t { now, later };
// Signs the entry, applies and stages it. Errors: those of the functions, of the signer and of stage_entry().
[[nodiscard]] Result<governance::Applied> make_entry(NodeState& node, const EntryDraft& entry, Durable durable);
// Applies an entry that governance drafted under the writer lock. What the ledger may refuse comes first and changes
// nothing then; nothing after it is refused. Announces a statement.
[[nodiscard]] Result<governance::Applied> stage_entry(NodeState& node, const model::LogRecord& record,
                                                      const std::vector<model::Transfer>& transfers, Staging& staging);

}  // namespace icn::runtime::detail
