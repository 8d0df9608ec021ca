#include "runtime/governance.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_set>

#include "core/check.hpp"
#include "core/log.hpp"
#include "governance/refusals.hpp"
#include "runtime/detail/governance_entries.hpp"
#include "runtime/detail/governance_money.hpp"
#include "runtime/detail/governing.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

using detail::require_clerk;

// Steps that advance_governance() asks for at a time.
constexpr std::size_t kDueMax = 256;
constexpr std::size_t kStatementNonceBytes = 16;

// What a step's entry will do to mana, before it is applied.
Result<std::vector<model::Transfer>> transfers_of_step(const NodeState& node, governance::Step step,
                                                       const ipld::Cid& proposal) {
  if (step != governance::Step::execute) return std::vector<model::Transfer>{};
  return detail::transfers_of_effects(node, proposal, ICN_TRY(node.governance().dry_run(proposal)));
}

Result<governance::Applied> take_step(NodeState& node, governance::Step step, const ipld::Cid& proposal) {
  const model::UnixMs now = node.now();
  detail::EntryDraft entry;
  entry.draft = [&] { return node.governance().draft(step, proposal, now); };
  entry.transfers = [&] { return transfers_of_step(node, step, proposal); };
  // Nothing of it leaves before the caller has waited for the disk.
  return detail::make_entry(node, entry, detail::Durable::later);
}

// Of a store or a signer that failed, which says nothing about the step.
bool ends_the_round(const Error& error) {
  using enum ErrorCode;
  return error.code == storage || error.code == corrupted || error.code == wrong_passphrase ||
         error.code == infrastructure;
}

Result<AdvanceReport> advance(NodeState& node) {
  AdvanceReport report;
  if (!require_clerk(node)) return report;
  std::unordered_set<ipld::Cid> refused;
  const auto wanted = [&refused](const governance::Due& due) { return !refused.contains(due.proposal); };
  // A step may make the next one due: an opening its closing, that the execution.
  for (;;) {
    const std::vector<governance::Due> all = node.governance().due(node.now(), kDueMax, wanted);
    if (all.empty()) break;
    for (const governance::Due& due : all) {
      const Result<governance::Applied> applied = take_step(node, due.step, due.proposal);
      report.entries += applied ? 1 : 0;
      if (applied) continue;
      if (ends_the_round(applied.error())) return fail(applied.error());
      refused.insert(due.proposal);
    }
  }
  report.refused = refused.size();
  return report;
}

Result<void> close_if_complete(NodeState& node, const ipld::Cid& proposal) {
  if (!detail::may_close(node.governance(), proposal)) return {};
  ICN_TRY(take_step(node, governance::Step::close, proposal));
  return {};
}

}  // namespace

Result<PreparedStatement> prepare_proposal(const NodeState& node, const ProposalDraft& draft) {
  const model::Scope scope = node.scope();
  PreparedStatement out;
  model::Proposal body;
  body.scope = scope.id();
  body.proposer = draft.proposer;
  body.kind = draft.kind;
  body.actions = draft.actions;
  body.title = draft.title;
  if (draft.text.size() > kProposalTextBytesMax) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kProposalText),
                  fmt::format("The text has {} bytes; at most {} are allowed. Nothing was proposed.", draft.text.size(),
                              kProposalTextBytesMax));
  }
  if (!draft.text.empty()) {
    out.blocks.push_back(ipld::Block::of(ipld::Codec::raw, bytes_of(draft.text)));
    body.text = out.blocks.back().cid;
  }
  body.voting_ms = draft.voting_ms.value_or(scope.parameters()[model::ParameterKey::voting_secs] * 1'000);
  body.timelock_ms = draft.timelock_ms.value_or(scope.parameters()[model::ParameterKey::timelock_secs] * 1'000);
  body.quorum = draft.quorum;
  body.threshold = draft.threshold_ppm;
  body.nonce.resize(kStatementNonceBytes);
  node.services().random->fill(body.nonce);
  // A body that cannot be read back is refused by the rule that it breaks, or else (a title that is not UTF-8, too many
  // actions) by the name of its field.
  if (const auto read = model::Proposal::from_bytes(body.to_block().bytes); !read) {
    ICN_TRY(node.governance().check_terms(body));
    ICN_TRY(node.governance().dry_run(body.actions));
    Error error = read.error();
    error.detail += "; nothing was proposed";
    return fail(std::move(error));
  }
  out.statement = std::move(body);
  return out;
}

PreparedStatement prepare_vote(const NodeState& node, const model::Did& voter, const ipld::Cid& proposal,
                               model::VoteChoice choice) {
  return {model::Vote{node.scope().id(), proposal, voter, choice, node.governance().next_counter(voter, proposal)}, {}};
}

PreparedStatement prepare_sponsorship(const NodeState& node, const model::Did& sponsor, const ipld::Cid& proposal) {
  return {model::Sponsorship{node.scope().id(), proposal, sponsor}, {}};
}

PreparedStatement prepare_cancellation(const NodeState& node, const model::Did& proposer, const ipld::Cid& proposal) {
  return {model::Cancellation{node.scope().id(), proposal, proposer}, {}};
}

PreparedStatement prepare_delegation(const NodeState& node, const model::Did& delegator, const model::Did& delegate,
                                     model::Topic topic, std::optional<model::UnixMs> until) {
  const std::uint64_t counter = node.governance().next_counter(delegator, topic);
  return {model::Delegation{node.scope().id(), delegator, delegate, topic, until, counter}, {}};
}

PreparedStatement prepare_revocation(const NodeState& node, const model::Did& delegator, model::Topic topic) {
  const std::uint64_t counter = node.governance().next_counter(delegator, topic);
  return {model::Revocation{node.scope().id(), delegator, topic, counter}, {}};
}

Result<PreparedStatement> prepare_resignation(const NodeState& node, const model::Did& member) {
  const model::Scope scope = node.scope();
  const model::MemberRecord* record = scope.find(member);
  if (record == nullptr) {
    return refuse(ErrorCode::invalid_state, std::string(governance::rules::kNotAMember),
                  member.to_text() + " is not a member; nothing was changed.", member.to_text());
  }
  return PreparedStatement{model::Resignation{scope.id(), member, record->since}, {}};
}

model::KeyConsent key_consent(const NodeState& node, const model::Did& did, const model::Did& key) {
  const model::Scope scope = node.scope();
  return {scope.id(), did, key, scope.keys().since(did)};
}

PreparedStatement prepare_rotation(const model::KeyConsent& consented, const model::Signature& consent) {
  return {model::Rotation{consented.scope, consented.did, consented.key, consented.since, consent}, {}};
}

Result<std::uint64_t> admit_statement(NodeState& node, const PreparedStatement& prepared,
                                      const model::Signature& signature) {
  ICN_TRY(require_clerk(node));
  ICN_TRY(node.check_outbox());
  ICN_TRY(detail::check_prepared(node, prepared));
  const model::SignedStatement envelope = model::SignedStatement::of(prepared.statement, signature);
  const model::UnixMs now = node.now();
  std::optional<std::uint64_t> verified_at;  // the position of the log
  detail::EntryDraft entry;
  entry.draft = [&]() -> Result<model::ScopeEntry> {
    // Once the log has moved, another key may sign for the author.
    const std::uint64_t position = node.scope().position();
    const auto signatures = verified_at == position ? governance::Signatures::verified : governance::Signatures::verify;
    auto drafted = node.governance().draft(envelope, prepared.statement, now, signatures);
    if (drafted && drafted->position == position + 1) verified_at = position;
    return drafted;
  };
  entry.transfers = [&]() -> Result<std::vector<model::Transfer>> {
    return detail::transfers_of_statement(node, prepared.statement);
  };
  entry.admitted = model::LogRecord::Admitted{envelope, prepared.statement};
  entry.blocks = prepared.blocks;
  const governance::Applied applied = ICN_TRY(detail::make_entry(node, entry, detail::Durable::now));
  // The statement is entered whatever becomes of what is due now; that remains due.
  Result<void> followed = applied.proposal ? close_if_complete(node, *applied.proposal) : Result<void>{};
  if (followed) followed = advance(node).map([](const AdvanceReport&) {});
  if (!followed) log(LogLevel::warning, "governance", "what is due could not be done: " + followed.error().detail);
  ICN_TRY(node.committer().wait_for_staged());
  return applied.position;
}

Result<void> close_vote(NodeState& node, const ipld::Cid& proposal) {
  ICN_TRY(require_clerk(node));
  if (ICN_TRY(node.governance().find(proposal)).outcome) return {};
  ICN_TRY(take_step(node, governance::Step::close, proposal));
  ICN_TRY(advance(node));
  return node.committer().wait_for_staged();
}

bool is_governance_due(const NodeState& node) {
  const std::optional<model::UnixMs> next = node.governance().next_due();
  return next && *next <= node.now() && require_clerk(node).has_value();
}

Result<AdvanceReport> advance_governance(NodeState& node) {
  if (!is_governance_due(node)) return AdvanceReport{};
  const AdvanceReport report = ICN_TRY(advance(node));
  ICN_TRY(node.committer().wait_for_staged());
  return report;
}

Result<void> execute_proposal(NodeState& node, const ipld::Cid& proposal, std::uint64_t since) {
  using governance::ProposalState;
  ICN_TRY(require_clerk(node));
  const auto before = ICN_TRY(node.governance().find(proposal));
  if (before.ended_position > since) return {};
  if (before.state == ProposalState::deliberation) ICN_TRY(take_step(node, governance::Step::open, proposal));
  if (before.state == ProposalState::deliberation || before.state == ProposalState::voting) {
    ICN_TRY(take_step(node, governance::Step::close, proposal));
    ICN_TRY(advance(node));
  } else {
    // Of a proposal that ended or waits for sponsors, governance says why it is not executed.
    ICN_TRY(take_step(node, governance::Step::execute, proposal));
  }
  return node.committer().wait_for_staged();
}

}  // namespace icn::runtime
