// What governance answers to readers.
#include <fmt/core.h>

#include <algorithm>

#include "governance/detail/state.hpp"
#include "governance/refusals.hpp"

namespace icn::governance {
namespace {

using detail::Machine;
using detail::Moment;
using detail::ProposalRecord;
using model::UnixMs;

ProposalInfo info_of(const Machine& machine, const ProposalRecord& record) {
  ProposalInfo info;
  info.id = record.id;
  info.body = record.body;
  info.state = record.state;
  info.position = record.position;
  info.proposed = record.proposed;
  for (const std::uint32_t sponsor : record.sponsors) info.sponsors.push_back(machine.roll().did(sponsor));
  info.sponsors_wanted = record.sponsors_wanted;
  info.sponsored_by = record.sponsored_by;
  info.opened_position = record.opened.position == UINT64_MAX ? 0 : record.opened.position;
  const bool opened = info.opened_position != 0;
  if (record.opens.value != 0) {
    info.opens = record.opens;
    info.closes = opened ? record.closes : UnixMs{record.opens.value + record.body.voting_ms};
  }
  if (opened || !is_terminal(record.state)) info.terms = opened ? record.terms : machine.terms_of(record.body);
  info.tally = record.state == ProposalState::voting ? machine.tally(record) : record.tally;
  info.outcome = record.outcome;
  if (record.outcome == model::VoteOutcome::accepted) {
    info.executable_from = record.executable_from;
    info.execute_by = record.execute_by;
  }
  info.ended_position = record.ended_position;
  return info;
}

// The member's delegates, one after the other, up to one for whom `ends` holds.
VoteRoute route_of(const Machine& machine, std::uint32_t member, model::ProposalKind kind, Moment at,
                   const std::function<bool(std::uint32_t)>& ends) {
  VoteRoute route;
  std::uint32_t one = member;
  while (one != kNoOne && route.path.size() <= machine.roll().size()) {
    route.path.push_back(machine.roll().did(one));
    if (ends(one)) break;
    one = machine.delegations().delegate_of(machine.roll(), one, kind, at);
    if (one == member) break;  // a cycle: its votes count for nothing
  }
  return route;
}

tl::unexpected<Error> not_a_member(const model::Did& member) {
  return refuse(ErrorCode::invalid_state, std::string(rules::kNotAMember),
                fmt::format("{} has no vote.", member.to_text()), member.to_text());
}

}  // namespace

Result<ProposalInfo> Governance::find(const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  return info_of(state_->machine, *ICN_TRY(state_->machine.get(proposal)));
}

std::vector<ProposalInfo> Governance::list(std::uint64_t before, std::size_t count,
                                           const std::function<bool(const ProposalHead&)>& wanted) const {
  Lock lock(state_->mutex);
  const std::vector<ProposalRecord>& all = state_->machine.proposals();
  std::vector<ProposalInfo> listed;
  for (auto at = all.rbegin(); at != all.rend() && listed.size() < count; ++at) {
    if (at->position >= before) continue;
    if (!wanted || wanted({at->id, at->state})) listed.push_back(info_of(state_->machine, *at));
  }
  return listed;
}

Result<void> Governance::check_terms(const model::Proposal& body) const {
  Lock lock(state_->mutex);
  return state_->machine.check_terms(body);
}

Result<std::vector<Effect>> Governance::dry_run(const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  model::Scope after = state_->machine.scope();
  return apply_actions((*ICN_TRY(state_->machine.get(proposal))).body.actions, after.position() + 1, after.time(),
                       after);
}

Result<std::vector<Effect>> Governance::dry_run(const std::vector<model::Action>& actions) const {
  model::Scope after = scope();
  return apply_actions(actions, after.position() + 1, after.time(), after);
}

Result<std::vector<model::Vote>> Governance::votes(const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  const ProposalRecord& record = *ICN_TRY(state_->machine.get(proposal));
  std::vector<model::Vote> votes;
  votes.reserve(record.votes.size());
  for (const auto& [voter, ballot] : record.votes) {
    votes.push_back(
        {state_->machine.scope().id(), record.id, state_->machine.roll().did(voter), ballot.choice, ballot.counter});
  }
  std::sort(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.voter < b.voter; });
  return votes;
}

Result<ProposalStatus> Governance::status(const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  const ProposalRecord& record = *ICN_TRY(state_->machine.get(proposal));
  return ProposalStatus{record.state, record.outcome ? record.tally : record.direct};
}

std::uint64_t Governance::next_counter(const model::Did& voter, const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  const ProposalRecord* record = state_->machine.find(proposal);
  if (record == nullptr) return 1;
  const auto vote = record->votes.find(state_->machine.roll().number_of(voter));
  return vote == record->votes.end() ? 1 : vote->second.counter + 1;
}

std::uint64_t Governance::next_counter(const model::Did& delegator, model::Topic topic) const {
  Lock lock(state_->mutex);
  const detail::DelegationChange* last =
      state_->machine.delegations().newest(state_->machine.roll().number_of(delegator), detail::slot_of(topic));
  return last == nullptr ? 1 : last->counter + 1;
}

std::vector<DelegationInfo> Governance::delegations(const model::Did& delegator, UnixMs now) const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  std::vector<DelegationInfo> list;
  for (std::size_t slot = 0; slot < detail::kTopics; ++slot) {
    const detail::DelegationChange* newest = machine.delegations().newest(machine.roll().number_of(delegator), slot);
    if (newest == nullptr || !newest->in_force(now)) continue;
    list.push_back({delegator, machine.roll().did(newest->delegate), detail::topic_of(slot),
                    newest->until == UINT64_MAX ? std::nullopt : std::optional(UnixMs{newest->until}), newest->counter,
                    newest->position});
  }
  return list;
}

Result<VoteRoute> Governance::route(const model::Did& member, const ipld::Cid& proposal) const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  const ProposalRecord& record = *ICN_TRY(machine.get(proposal));
  const std::uint32_t number = machine.roll().number_of(member);
  const bool open = record.state == ProposalState::voting;
  const Moment at = open ? record.opened : Moment{UINT64_MAX, machine.scope().time()};
  if (number == kNoOne || !(open ? machine.roll().was_active(number, at.position) : machine.roll().is_active(number)))
    return not_a_member(member);
  VoteRoute route =
      route_of(machine, number, record.body.kind, at, [&](std::uint32_t one) { return record.votes.contains(one); });
  const auto vote = record.votes.find(machine.roll().number_of(route.path.back()));
  if (vote != record.votes.end()) route.choice = vote->second.choice;
  return route;
}

Result<VoteRoute> Governance::route(const model::Did& member, model::ProposalKind kind, UnixMs now) const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  const std::uint32_t number = machine.roll().number_of(member);
  if (number == kNoOne || !machine.roll().is_active(number)) return not_a_member(member);
  return route_of(machine, number, kind, {UINT64_MAX, std::max(now, machine.scope().time())},
                  [](std::uint32_t) { return false; });
}

std::vector<VotingPower> Governance::voting_power(model::ProposalKind kind, UnixMs now) const {
  Lock lock(state_->mutex);
  Machine& machine = state_->machine;
  const detail::Roll& roll = machine.roll();
  std::vector<std::uint32_t> delegates(roll.size(), kNoOne);
  machine.delegations().for_each(
      roll, kind, {UINT64_MAX, std::max(now, machine.scope().time())},
      [&](std::uint32_t delegator, std::uint32_t delegate) { delegates[delegator] = delegate; });
  const std::vector<std::uint32_t> ends = ends_of(delegates);
  std::vector<std::uint64_t> votes(roll.size());
  for (std::uint32_t member = 0; member < roll.size(); ++member) {
    if (roll.is_active(member) && ends[member] != kNoOne) ++votes[ends[member]];
  }
  std::vector<VotingPower> power;
  power.reserve(machine.scope().active_count());
  for (std::uint32_t member = 0; member < roll.size(); ++member) {
    if (roll.is_active(member)) power.push_back({roll.did(member), votes[member]});
  }
  std::sort(power.begin(), power.end(), [](const auto& a, const auto& b) { return a.member < b.member; });
  return power;
}

std::vector<ParameterChange> Governance::parameter_history(std::string_view name) const {
  Lock lock(state_->mutex);
  std::vector<ParameterChange> changes;
  for (const ParameterChange& change : state_->machine.parameter_changes()) {
    if (name.empty() || change.name == name) changes.push_back(change);
  }
  return changes;
}

}  // namespace icn::governance
