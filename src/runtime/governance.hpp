// Governance: what members sign becomes entries of the scope's log, and what accepted proposals want is done.
//
// Only the clerk's node enters statements. Each entry is one commit: the log record, its blocks and their pin, and the
// mana it moves (a proposal's deposit and its end, a vote's fee, the treasury's payments, the grant of a new member).
// So an effect happens exactly once, also across a crash; transfer ids derive from the proposal and the effect's index.
// advance_governance() takes the steps that are due by time (opening, closing, execution, expiry); the node calls it
// when it can sign, and every use case that enters a statement calls it. Thread safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/governance.hpp"
#include "ipld/cid.hpp"
#include "model/ballot.hpp"
#include "model/transfer.hpp"

namespace icn::runtime {

class NodeState;

// The rules by which this module refuses, besides those of governance/refusals.hpp and economy/ledger.hpp.
namespace rules {
inline constexpr std::string_view kNotClerk = "not_clerk";            // another node keeps the log
inline constexpr std::string_view kScopeVersion = "scope_version";    // the members require a newer program
inline constexpr std::string_view kOtherHome = "other_home";          // the account is kept by another node
inline constexpr std::string_view kProposalId = "proposal_id";        // not a name of a proposal
inline constexpr std::string_view kProposalTitle = "proposal_title";  // not one line
inline constexpr std::string_view kProposalText = "proposal_text";    // the text did not come along, or is too long
}  // namespace rules

// ---- statements, for their authors to sign ----

struct ProposalDraft {
  model::Did proposer;
  model::ProposalKind kind = model::ProposalKind::resolution;
  std::vector<model::Action> actions;
  std::string title;
  std::string text;  // the reasons; empty: none
  // Without a value what the scope says.
  std::optional<std::uint64_t> voting_ms;
  std::optional<std::uint64_t> timelock_ms;
  std::optional<model::Quorum> quorum;
  std::optional<std::uint64_t> threshold_ppm;
};
using model::kProposalTextBytesMax;

struct PreparedStatement {
  model::Statement statement;
  std::vector<ipld::Block> blocks;  // that it links to
};
// Errors: limit_exceeded (the text), and what the body cannot hold.
[[nodiscard]] Result<PreparedStatement> prepare_proposal(const NodeState& node, const ProposalDraft& draft);
[[nodiscard]] PreparedStatement prepare_vote(const NodeState& node, const model::Did& voter, const ipld::Cid& proposal,
                                             model::VoteChoice choice);
[[nodiscard]] PreparedStatement prepare_sponsorship(const NodeState& node, const model::Did& sponsor,
                                                    const ipld::Cid& proposal);
[[nodiscard]] PreparedStatement prepare_cancellation(const NodeState& node, const model::Did& proposer,
                                                     const ipld::Cid& proposal);
[[nodiscard]] PreparedStatement prepare_delegation(const NodeState& node, const model::Did& delegator,
                                                   const model::Did& delegate, model::Topic topic,
                                                   std::optional<model::UnixMs> until);
[[nodiscard]] PreparedStatement prepare_revocation(const NodeState& node, const model::Did& delegator,
                                                   model::Topic topic);
// Errors: invalid_state (not_a_member).
[[nodiscard]] Result<PreparedStatement> prepare_resignation(const NodeState& node, const model::Did& member);
// What the new key signs first; `consent` is its signature over it.
[[nodiscard]] model::KeyConsent key_consent(const NodeState& node, const model::Did& did, const model::Did& key);
[[nodiscard]] PreparedStatement prepare_rotation(const model::KeyConsent& consented, const model::Signature& consent);

// ---- entries ----

// Enters a statement that its author signed, then takes the steps that it made due: opening, closing of a vote in which
// all members take part, execution. Returns the position of the statement's entry. Errors: permission_denied
// (not_clerk), those of Governance::draft, insufficient_mana (the deposit), invalid_signature, storage; nothing is
// charged then.
[[nodiscard]] Result<std::uint64_t> admit_statement(NodeState& node, const PreparedStatement& prepared,
                                                    const model::Signature& signature);

// Closes a vote that is over, or whose outcome is fixed; does nothing if it is closed. Errors: not_found, invalid_state
// (voting_not_open, voting_open).
[[nodiscard]] Result<void> close_vote(NodeState& node, const ipld::Cid& proposal);

struct AdvanceReport {
  std::size_t entries = 0;
  std::size_t refused = 0;  // due, but not possible now (a short treasury); tried again the next time
};
// Takes all steps that are due now; none on a node that is not the clerk. Errors: storage, those of the signer.
[[nodiscard]] Result<AdvanceReport> advance_governance(NodeState& node);
// Whether a step is due.
[[nodiscard]] bool is_governance_due(const NodeState& node);

// Takes the due steps of one proposal; closes a vote whose outcome is fixed. Succeeds if the proposal has ended after
// log position `since`: the opening of the node may have taken the steps for the same caller. Errors: not_found,
// invalid_state saying why nothing is due, insufficient_mana.
[[nodiscard]] Result<void> execute_proposal(NodeState& node, const ipld::Cid& proposal, std::uint64_t since);

// ---- reading; what is answered is durable ----

// By its id, a unique prefix of at least kNameMin characters (runtime/find.hpp), or @last. Errors: not_found,
// invalid_argument, with the rules unknown_proposal, proposal_id, ambiguous_id.
[[nodiscard]] Result<ipld::Cid> find_proposal(const NodeState& node, std::string_view name);
[[nodiscard]] Result<governance::ProposalInfo> describe_proposal(const NodeState& node, const ipld::Cid& proposal);

struct BalanceChange {
  model::AccountKey account;
  model::Mana before;
  model::Mana after;
};
struct DryRunReport {
  std::uint64_t position = 0;
  std::vector<governance::Effect> effects;
  std::vector<BalanceChange> balances;  // at this home
  std::optional<Error> refused;         // why it could not be executed now
};
// What executing it now would change. Changes nothing. Errors: not_found.
[[nodiscard]] Result<DryRunReport> dry_run_proposal(const NodeState& node, const ipld::Cid& proposal);

struct LogCheckReport {
  std::uint64_t entries = 0;
  model::Scope scope;
  ipld::Digest state_hash{};
};
// Replays the stored log, verifies every signature and compares the result with memory. Errors: corrupted, unbalanced,
// storage.
[[nodiscard]] Result<LogCheckReport> verify_scope_log(const NodeState& node);
// Records from `from` on. Errors: storage, corrupted.
[[nodiscard]] Result<std::vector<model::LogRecord>> read_scope_log(const NodeState& node, std::uint64_t from,
                                                                   std::size_t count);

}  // namespace icn::runtime
