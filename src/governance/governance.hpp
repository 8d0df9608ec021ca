// Governance of a scope: members, parameters, proposals, votes and delegations as a deterministic state machine over
// the scope's log. Log and checkpoints are in the state store; the state is in memory.
//
// Only apply() changes it, all or nothing, and adds the log record to the caller's batch; the caller commits them in
// call order, as for the ledger (economy/ledger.hpp). It has no clock: time comes with the entries, and the position
// in the log decides what counts. Replaying the log yields the same state hash. It moves no mana: what a proposal wants
// moved is an effect that the caller posts in the same commit. Thread safe; one lock, held only for memory work.
//
// The clerk's node drafts the next entry, signs it and applies it; every other node applies entries that it receives.
// All derive the same results, so an entry with another result is refused.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "governance/effects.hpp"
#include "governance/proposal_state.hpp"
#include "governance/tally.hpp"
#include "model/job.hpp"
#include "model/scope.hpp"
#include "model/scope_log.hpp"
#include "ports/state_store.hpp"

namespace icn::governance {

// What becomes of the proposer's deposit; it returns if the quorum took part in the vote.
enum class Deposit : std::uint8_t { held, returned, forfeited };

// What an entry did.
struct Applied {
  std::uint64_t position = 0;
  std::optional<ipld::Cid> proposal;   // that the entry is about
  std::optional<ProposalState> state;  // of that proposal, after the entry
  Deposit deposit = Deposit::held;
  std::vector<Effect> effects;  // of an execution; of a resignation its MemberEffect, of a rotation its KeyEffect
};

// What the clerk can do for a proposal by an entry of its own.
enum class Step : std::uint8_t { open, close, execute, expire };
struct Due {
  ipld::Cid proposal;
  Step step = Step::open;
  model::UnixMs since;  // when it became due
};

// What a list selects by: without counting votes or copying a body.
struct ProposalHead {
  ipld::Cid id;
  ProposalState state = ProposalState::sponsorship;
};

// What is known without counting delegated votes.
struct ProposalStatus {
  ProposalState state = ProposalState::sponsorship;
  Tally cast;  // direct votes; the final count from the closing on
};

struct ProposalInfo {
  ipld::Cid id;
  model::Proposal body;
  ProposalState state = ProposalState::sponsorship;
  std::uint64_t position = 0;  // of the entry that admitted it
  model::UnixMs proposed;
  std::vector<model::Did> sponsors;
  std::uint64_t sponsors_wanted = 0;
  model::UnixMs sponsored_by;           // the end of its sponsorship
  std::optional<model::UnixMs> opens;   // when its vote opens or opened; empty while it waits for sponsors
  std::optional<model::UnixMs> closes;  // when its vote closes or closed; before the opening as planned
  std::optional<Terms> terms;           // from the opening on; before, those that would apply now
  std::uint64_t opened_position = 0;    // 0 before the opening
  Tally tally;                          // final from the closing on
  std::optional<model::VoteOutcome> outcome;
  std::optional<model::UnixMs> executable_from;  // if accepted
  std::optional<model::UnixMs> execute_by;
  std::uint64_t ended_position = 0;  // of the entry that ended it; 0 while it is open
};

// Where a member's vote on proposals of a kind goes.
struct VoteRoute {
  std::vector<model::Did> path;  // the member first, then delegate after delegate
  // The member on the path whose vote counts for it: the first that has voted; without a vote, the last one.
  std::optional<model::VoteChoice> choice;  // of that member, if it has voted on the proposal asked for
};

struct DelegationInfo {
  model::Did delegator;
  model::Did delegate;
  model::Topic topic;
  std::optional<model::UnixMs> until;
  std::uint64_t counter = 0;
  std::uint64_t position = 0;
};

struct ParameterChange {
  std::string name;
  std::string before;
  std::string after;
  ipld::Cid proposal;
  std::uint64_t position = 0;
  model::UnixMs time;
};

struct VotingPower {
  model::Did member;
  std::uint64_t votes = 0;  // its own and those delegated to it; 0 if it delegates
};

// Whether apply() verifies the signatures: not those that were just made or verified.
enum class Signatures : std::uint8_t { verify, verified };

class Governance {
 public:
  // At position 0, without a log.
  explicit Governance(model::Scope genesis);
  ~Governance();
  Governance(const Governance&) = delete;
  Governance& operator=(const Governance&) = delete;
  // Reads the newest readable checkpoint and replays the stored log after it, or all of it. Signatures of stored
  // records are not verified again; verify_log() checks everything. Errors: corrupted (naming the position),
  // unsupported_version, storage.
  [[nodiscard]] static Result<std::unique_ptr<Governance>> open(const ports::StateReader& store, model::Scope genesis);

  // The next entry, for the clerk to sign. `now` is the clerk's clock; an entry's time is never before that of the
  // entry before. Verifies the statement's signature. Errors, each with its rule (governance/refusals.hpp), nothing
  // changed: not_found, invalid_argument, invalid_state, permission_denied, conflict, limit_exceeded, already_exists,
  // expired, invalid_signature.
  [[nodiscard]] Result<model::ScopeEntry> draft(const model::SignedStatement& envelope,
                                                const model::Statement& statement, model::UnixMs now,
                                                Signatures signatures = Signatures::verify) const;
  // The same for a statement that a job may have made: it must be ordered by the author's home.
  [[nodiscard]] Result<model::ScopeEntry> draft(const model::LogRecord::Admitted& admitted, model::UnixMs now) const;
  [[nodiscard]] Result<model::ScopeEntry> draft(Step step, const ipld::Cid& proposal, model::UnixMs now) const;
  // For the clerk that the members call, to sign as its first entry. Verifies their signatures.
  [[nodiscard]] Result<model::ScopeEntry> draft(const model::SignedHandOver& hand_over, model::UnixMs now) const;
  // Applies the next entry. Errors: as draft(), and those of an entry that is not the next one or whose result is not
  // what the log implies. Memory and batch are unchanged on error. An entry that draft() returned, signed by the clerk,
  // is not refused unless another was applied in between.
  // A result that was drafted, perhaps several times, is not derived again.
  [[nodiscard]] Result<Applied> apply(const model::LogRecord& record, Signatures signatures, ports::Batch& batch);

  // A checkpoint saves the next open() the entries up to its position. One is due when writing it costs little more
  // than the entries since the last one did. make_checkpoint() holds only the lock of this object; keep() adds it to a
  // batch that is committed after those entries, with the proposals that ended since the one before and the erasure of
  // all older checkpoints but one, and does nothing if a newer one was kept in between.
  struct Checkpoint {
    std::uint64_t position = 0;
    Bytes bytes;
  };
  [[nodiscard]] std::uint64_t log_since_checkpoint() const;
  [[nodiscard]] bool checkpoint_is_due() const;
  [[nodiscard]] Checkpoint make_checkpoint() const;
  void keep(const Checkpoint& checkpoint, ports::Batch& batch);

  // A copy for trying entries before any is applied here. Takes time in proportion to weight().
  [[nodiscard]] std::unique_ptr<Governance> fork() const;
  // Members that there ever were, proposals, and votes of open ones.
  [[nodiscard]] std::size_t weight() const;

  // What is due at `now` and `wanted` (an empty function: all), the longest due first, at most `count`. A step that was
  // refused remains due, so a caller that goes on leaves it out. `wanted` is called under the lock.
  [[nodiscard]] std::vector<Due> due(model::UnixMs now, std::size_t count,
                                     const std::function<bool(const Due&)>& wanted = {}) const;
  // Results of steps that were derived since the opening, each by counting votes or trying actions.
  [[nodiscard]] std::uint64_t derivations() const;
  // When the next step becomes due.
  [[nodiscard]] std::optional<model::UnixMs> next_due() const;
  // Whether the vote may close before its deadline, because its outcome is fixed. Errors: not_found, invalid_state.
  [[nodiscard]] Result<std::optional<Fixed>> fixed(const ipld::Cid& proposal) const;

  [[nodiscard]] model::Scope scope() const;
  // Whether the scope lets this member submit this job (governance/job_policy.hpp); `submitter_points` is its
  // reputation.
  [[nodiscard]] Result<void> validate_job(const model::Job& job, std::uint64_t submitter_points) const;
  // Errors: not_found, with the rule unknown_proposal.
  [[nodiscard]] Result<ProposalInfo> find(const ipld::Cid& proposal) const;
  // In constant time. Errors: as find().
  [[nodiscard]] Result<ProposalStatus> status(const ipld::Cid& proposal) const;
  // Newest first, those before position `before`, for which `wanted` holds (an empty function: all). `wanted` is called
  // under the lock.
  [[nodiscard]] std::vector<ProposalInfo> list(std::uint64_t before, std::size_t count,
                                               const std::function<bool(const ProposalHead&)>& wanted = {}) const;
  // Whether the scope allows the durations, the quorum and the threshold of a proposal. Errors: those of draft().
  [[nodiscard]] Result<void> check_terms(const model::Proposal& body) const;
  // The effects that executing it now would have. Errors: those of apply_actions(), not_found.
  [[nodiscard]] Result<std::vector<Effect>> dry_run(const ipld::Cid& proposal) const;
  // The same for actions that are not proposed yet.
  [[nodiscard]] Result<std::vector<Effect>> dry_run(const std::vector<model::Action>& actions) const;
  // The direct votes of an open vote, sorted by voter. Empty after its closing: the log has them.
  [[nodiscard]] Result<std::vector<model::Vote>> votes(const ipld::Cid& proposal) const;

  // The counter that a member's next vote on the proposal needs, or the next delegation or revocation on the topic.
  [[nodiscard]] std::uint64_t next_counter(const model::Did& voter, const ipld::Cid& proposal) const;
  [[nodiscard]] std::uint64_t next_counter(const model::Did& delegator, model::Topic topic) const;
  // Delegations of a member that are in force at `now`, by topic.
  [[nodiscard]] std::vector<DelegationInfo> delegations(const model::Did& delegator, model::UnixMs now) const;
  // Where the member's vote goes: on a proposal whose vote is open, or on one of the kind that would open at `now`.
  // Errors: not_found (unknown_proposal), invalid_state (not_a_member).
  [[nodiscard]] Result<VoteRoute> route(const model::Did& member, const ipld::Cid& proposal) const;
  [[nodiscard]] Result<VoteRoute> route(const model::Did& member, model::ProposalKind kind, model::UnixMs now) const;
  // Of every active member, sorted by DID, for a vote that would open at `now`.
  [[nodiscard]] std::vector<VotingPower> voting_power(model::ProposalKind kind, model::UnixMs now) const;

  // Oldest first; of all parameters for an empty name.
  [[nodiscard]] std::vector<ParameterChange> parameter_history(std::string_view name) const;
  // SHA-256 over members, parameters, proposals, votes, delegations and the head of the log.
  [[nodiscard]] ipld::Digest state_hash() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Visits the stored log from `from` on until `visit` returns false. Errors: corrupted, unsupported_version, storage.
[[nodiscard]] Result<void> for_each_record(const ports::StateReader& store, std::uint64_t from,
                                           const std::function<bool(const model::LogRecord&)>& visit);
// Replays the whole stored log with every signature verified and compares its hash with `live`, and each checkpoint
// with the state at its position. Errors: as open(), those of the first entry that is refused; unbalanced (the hashes
// or a checkpoint differ).
[[nodiscard]] Result<std::uint64_t> verify_log(const ports::StateReader& store, model::Scope genesis,
                                               const ipld::Digest& live);

}  // namespace icn::governance
