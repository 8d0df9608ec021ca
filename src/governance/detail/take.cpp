// How an entry that was checked changes the state. Nothing here can fail.
#include "core/check.hpp"
#include "core/ppm.hpp"
#include "governance/detail/state.hpp"

namespace icn::governance::detail {

using model::UnixMs;

const ProposalRecord* Machine::find(const ipld::Cid& proposal) const {
  const auto found = numbers_.find(proposal);
  return found == numbers_.end() ? nullptr : &proposals_[found->second];
}

ProposalRecord& Machine::known(const ipld::Cid& proposal) {
  const auto found = numbers_.find(proposal);
  ICN_CHECK(found != numbers_.end());
  return proposals_[found->second];
}

Applied Machine::take(const model::LogRecord& record, const ipld::Cid& entry_cid) {
  const model::ScopeEntry& entry = record.entry;
  Applied applied;
  applied.position = entry.position;
  if (record.admitted) {
    std::visit([&](const auto& body) { take_one(body, entry, applied); }, record.admitted->statement);
  } else {
    std::visit([&](const auto& result) { take_one(result, entry, applied); }, entry.result);
  }
  if (record.hand_over) {
    applied.effects.push_back({0, ClerkEffect{scope_.clerk(), record.hand_over->body.clerk}});
    scope_.set_clerk(record.hand_over->body.clerk);
  }
  if (applied.state && is_terminal(*applied.state)) note_ended(numbers_.at(*applied.proposal));
  scope_.advance(entry_cid, entry.time);
  return applied;
}

void Machine::set_due(const ProposalRecord& record, std::optional<UnixMs> before) {
  const std::uint32_t number = numbers_.at(record.id);
  if (before) due_.erase({*before, number});
  if (const std::optional<UnixMs> now = record.due()) due_.insert({*now, number});
}

void Machine::move(ProposalRecord& record, ProposalEvent event, const model::ScopeEntry& entry, Applied& applied) {
  const Result<ProposalState> next = next_state(record.state, event);
  ICN_CHECK(next.has_value());
  if (record.state == ProposalState::voting && *next != ProposalState::voting)
    openings_.erase(openings_.find(record.opened.position));
  record.state = *next;
  applied.proposal = record.id;
  applied.state = *next;
  if (!is_terminal(*next)) return;
  record.ended_position = entry.position;
  const auto open = open_of_member_.find(roll_.number_of(record.body.proposer));
  if (--open->second == 0) open_of_member_.erase(open);
}

void Machine::enter_deliberation(ProposalRecord& record, const model::ScopeEntry& entry, Applied& applied) {
  move(record, ProposalEvent::finish_sponsors, entry, applied);
  record.opens = {entry.time.value + VotingRules::of(scope_.parameters()).deliberation_ms};
}

void Machine::take_one(const model::Proposal& body, const model::ScopeEntry& entry, Applied& applied) {
  const VotingRules rules = VotingRules::of(scope_.parameters());
  ProposalRecord record;
  record.id = body.to_block().cid;
  record.body = body;
  record.position = entry.position;
  record.proposed = entry.time;
  // More sponsors than there are other members could never be found.
  record.sponsors_wanted = std::min<std::uint64_t>(rules.sponsors_wanted, scope_.active_count() - 1);
  record.sponsored_by = {entry.time.value + rules.sponsorship_ms};
  numbers_.emplace(record.id, static_cast<std::uint32_t>(proposals_.size()));
  proposals_.push_back(std::move(record));
  ++open_of_member_[roll_.number_of(body.proposer)];
  ProposalRecord& added = proposals_.back();
  applied.proposal = added.id;
  applied.state = added.state;
  if (added.sponsors_wanted == 0) enter_deliberation(added, entry, applied);
  set_due(added, std::nullopt);
}

void Machine::take_one(const model::Sponsorship& sponsorship, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(sponsorship.proposal);
  const std::optional<UnixMs> before = record.due();
  record.sponsors.push_back(roll_.number_of(sponsorship.sponsor));
  move(record, ProposalEvent::sponsor, entry, applied);
  if (record.sponsors.size() >= record.sponsors_wanted) enter_deliberation(record, entry, applied);
  set_due(record, before);
}

void Machine::take_one(const model::Cancellation& cancellation, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(cancellation.proposal);
  const std::optional<UnixMs> before = record.due();
  record.tally = tally(record);
  move(record, ProposalEvent::cancel, entry, applied);
  record.votes.clear();
  applied.deposit = Deposit::forfeited;
  set_due(record, before);
}

void Machine::take_one(const model::Vote& vote, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(vote.proposal);
  const std::optional<UnixMs> before = record.due();
  // Members who see the quorum met in the last minute must have time to react.
  const bool late =
      record.late_ms > 0 && !record.quorum_seen && entry.time.value >= record.closes.value - record.late_ms;
  if (late) record.quorum_seen = present(record, record.terms.quorum) >= record.terms.quorum;
  const std::uint32_t voter = roll_.number_of(vote.voter);
  const auto [ballot, first] = record.votes.try_emplace(voter);
  if (!first) record.direct.remove(ballot->second.choice);
  ballot->second = {vote.choice, vote.counter};
  record.direct.add(vote.choice);
  move(record, ProposalEvent::vote, entry, applied);
  if (late && !record.quorum_seen && present(record, record.terms.quorum) >= record.terms.quorum) {
    record.quorum_seen = true;
    record.closes.value += record.late_ms;
  }
  set_due(record, before);
}

std::uint64_t Machine::oldest_opening(std::uint64_t position) const {
  return openings_.empty() ? position : *openings_.begin();
}

void Machine::take_one(const model::Delegation& delegation, const model::ScopeEntry& entry, Applied&) {
  delegations_.add(roll_.number_of(delegation.delegator), slot_of(delegation.topic),
                   {entry.position, delegation.counter, roll_.number_of(delegation.delegate),
                    delegation.until ? delegation.until->value : UINT64_MAX},
                   oldest_opening(entry.position));
}

void Machine::take_one(const model::Revocation& revocation, const model::ScopeEntry& entry, Applied&) {
  delegations_.add(roll_.number_of(revocation.delegator), slot_of(revocation.topic),
                   {entry.position, revocation.counter, kNoOne, UINT64_MAX}, oldest_opening(entry.position));
}

void Machine::note_members(const std::vector<Effect>& effects, std::uint64_t position) {
  for (const Effect& effect : effects) {
    const auto* member = std::get_if<MemberEffect>(&effect.what);
    if (member == nullptr) continue;
    electorate_.reset();
    roll_.set(member->member, position, member->after.status == model::MemberStatus::active, oldest_opening(position));
  }
}

void Machine::take_one(const model::Resignation& resignation, const model::ScopeEntry& entry, Applied& applied) {
  const model::MemberRecord before = *scope_.find(resignation.member);
  const model::MemberRecord after{before.home, model::MemberStatus::resigned, entry.position, entry.time};
  scope_.set_member(resignation.member, after);
  applied.effects.push_back({0, MemberEffect{resignation.member, before, after}});
  note_members(applied.effects, entry.position);
}

void Machine::take_one(const model::Rotation& rotation, const model::ScopeEntry& entry, Applied& applied) {
  applied.effects.push_back({0, KeyEffect{rotation.did, scope_.keys().key_of(rotation.did), rotation.key}});
  scope_.set_key(rotation.did, rotation.key, entry.position);
}

void Machine::take_one(const model::OpenedResult& opened, const model::ScopeEntry& entry, Applied& applied) {
  const VotingRules rules = VotingRules::of(scope_.parameters());
  ProposalRecord& record = known(opened.proposal);
  const std::optional<UnixMs> before = record.due();
  move(record, ProposalEvent::open, entry, applied);
  record.opens = entry.time;
  record.opened = {entry.position, entry.time};
  record.closes = opened.closes;
  record.terms = {opened.members, opened.quorum, opened.threshold};
  record.timelock_ms = std::max(rules.timelock_ms, record.body.timelock_ms);
  record.execution_ms = rules.execution_ms;
  record.late_ms = record.body.voting_ms / kPpm * rules.late_ppm + record.body.voting_ms % kPpm * rules.late_ppm / kPpm;
  openings_.insert(entry.position);
  electorate_ = opened.electorate;
  set_due(record, before);
}

void Machine::take_one(const model::ClosedResult& closed, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(closed.proposal);
  const std::optional<UnixMs> before = record.due();
  const bool accepted = closed.outcome == model::VoteOutcome::accepted;
  move(record, accepted ? ProposalEvent::accept : ProposalEvent::reject, entry, applied);
  record.tally = {closed.yes, closed.no, closed.abstain};
  record.outcome = closed.outcome;
  record.closes = entry.time;
  record.votes.clear();
  record.executable_from = {entry.time.value + record.timelock_ms};
  record.execute_by = {record.executable_from.value + record.execution_ms};
  applied.deposit = closed.outcome == model::VoteOutcome::quorum_not_met ? Deposit::forfeited : Deposit::returned;
  set_due(record, before);
}

void Machine::take_one(const model::ExecutedResult& executed, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(executed.proposal);
  const std::optional<UnixMs> before = record.due();
  Result<std::vector<Effect>> effects = apply_actions(record.body.actions, entry.position, entry.time, scope_);
  ICN_CHECK(effects.has_value());
  move(record, ProposalEvent::execute, entry, applied);
  for (const Effect& effect : *effects) {
    const auto* parameter = std::get_if<ParameterEffect>(&effect.what);
    if (parameter == nullptr) continue;
    parameter_changes_.push_back(
        {parameter->name, parameter->before, parameter->after, record.id, entry.position, entry.time});
  }
  note_members(*effects, entry.position);
  applied.effects = *std::move(effects);
  set_due(record, before);
}

void Machine::take_one(const model::ExpiredResult& expired, const model::ScopeEntry& entry, Applied& applied) {
  ProposalRecord& record = known(expired.proposal);
  const std::optional<UnixMs> before = record.due();
  // An accepted proposal's deposit was returned when its vote closed.
  applied.deposit = record.state == ProposalState::sponsorship ? Deposit::forfeited : Deposit::held;
  move(record, ProposalEvent::expire, entry, applied);
  set_due(record, before);
}

}  // namespace icn::governance::detail
