// What the clerk may state: derived from the log before, so that every reader gets the same.
#include <fmt/core.h>

#include "governance/detail/state.hpp"
#include "governance/refusals.hpp"
#include "ipld/dag_cbor.hpp"

namespace icn::governance::detail {
namespace {

// Direct votes in ascending order of their voters' keys.
std::vector<std::pair<const model::Did*, Ballot>> sorted_votes(const Roll& roll, const ProposalRecord& record) {
  std::vector<std::pair<const model::Did*, Ballot>> votes;
  votes.reserve(record.votes.size());
  for (const auto& [voter, ballot] : record.votes) votes.emplace_back(&roll.did(voter), ballot);
  std::sort(votes.begin(), votes.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
  return votes;
}

ipld::Digest digest_of_votes(const Roll& roll, const ProposalRecord& record) {
  Bytes all;
  all.reserve(33 * record.votes.size());
  for (const auto& [voter, ballot] : sorted_votes(roll, record)) {
    append(all, voter->key());
    all.push_back(static_cast<std::uint8_t>(ballot.choice));
  }
  return ipld::sha256(all);
}

tl::unexpected<Error> not_yet(std::string_view rule, const ProposalRecord& record, std::string_view what,
                              model::UnixMs when) {
  return refuse(
      ErrorCode::invalid_state, std::string(rule),
      fmt::format("The proposal {} {} at {} ms, not yet; nothing was changed.", record.id.to_text(), what, when.value),
      record.id.to_text());
}

}  // namespace

Terms Machine::terms_of(const model::Proposal& body) const {
  const VotingRules rules = VotingRules::of(scope_.parameters());
  Terms terms;
  terms.members = scope_.active_count();
  terms.quorum = heads_of(rules.quorum, terms.members);
  if (body.quorum) terms.quorum = std::max(terms.quorum, heads_of(*body.quorum, terms.members));
  terms.threshold = std::max(rules.threshold, body.threshold ? *body.threshold : 0);
  return terms;
}

ipld::Digest Machine::electorate() const {
  if (electorate_) return *electorate_;
  std::vector<const model::PublicKey*> keys;
  keys.reserve(scope_.active_count());
  for (std::uint32_t number = 0; number < roll_.size(); ++number) {
    if (roll_.is_active(number)) keys.push_back(&roll_.did(number).key());
  }
  std::sort(keys.begin(), keys.end(), [](const auto* a, const auto* b) { return *a < *b; });
  Bytes all;
  all.reserve(32 * keys.size());
  for (const auto* key : keys) append(all, *key);
  return ipld::sha256(all);
}

Tally Machine::tally(const ProposalRecord& record) const {
  if (record.outcome || record.direct.present() == 0) return record.outcome ? record.tally : Tally{};
  // Only members that delegate need a look: the others' votes are direct or missing.
  std::unordered_map<std::uint32_t, std::uint32_t> places;
  std::vector<std::uint32_t> members;
  const auto place_of = [&](std::uint32_t member) {
    const auto [at, added] = places.try_emplace(member, static_cast<std::uint32_t>(members.size()));
    if (added) members.push_back(member);
    return at->second;
  };
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  delegations_.for_each(roll_, record.body.kind, record.opened, [&](std::uint32_t delegator, std::uint32_t delegate) {
    const std::uint32_t from = place_of(delegator);
    edges.emplace_back(from, place_of(delegate));
  });
  std::vector<std::uint32_t> delegates(members.size(), kNoOne);
  for (const auto& [from, to] : edges) delegates[from] = to;
  std::vector<bool> voted(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) voted[i] = record.votes.contains(members[i]);
  const std::vector<std::uint32_t> voters = voters_of(delegates, voted);
  Tally tally = record.direct;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!voted[i] && voters[i] != kNoOne) tally.add(record.votes.at(members[voters[i]]).choice);
  }
  return tally;
}

std::uint64_t Machine::present(const ProposalRecord& record, std::uint64_t enough) const {
  return record.direct.present() >= enough ? record.direct.present() : tally(record).present();
}

Result<model::EntryResult> Machine::derive(Step step, const ipld::Cid& proposal, model::UnixMs time) const {
  const ProposalRecord& record = *ICN_TRY(get(proposal));
  switch (step) {
    case Step::open:
      return opened(record, time);
    case Step::close:
      return closed(record, time);
    case Step::execute:
      return executed(record, time);
    case Step::expire:
      break;
  }
  return expired(record, time);
}

Result<model::EntryResult> Machine::opened(const ProposalRecord& record, model::UnixMs time) const {
  ICN_TRY(next_state(record.state, ProposalEvent::open));
  if (time < record.opens) return not_yet(rules::kVotingNotOpen, record, "opens its vote", record.opens);
  const Terms terms = terms_of(record.body);
  return model::EntryResult{model::OpenedResult{record.id, model::UnixMs{time.value + record.body.voting_ms},
                                                terms.members, electorate(), terms.quorum, terms.threshold}};
}

Result<model::EntryResult> Machine::closed(const ProposalRecord& record, model::UnixMs time) const {
  ICN_TRY(next_state(record.state, ProposalEvent::accept));
  const Tally counted = tally(record);
  if (time < record.closes &&
      !fixed_outcome(record.direct, counted.present() - record.direct.present(), record.terms)) {
    return not_yet(rules::kVotingOpen, record, "closes its vote, whose outcome votes can still change,", record.closes);
  }
  return model::EntryResult{model::ClosedResult{record.id, outcome_of(counted, record.terms), counted.yes, counted.no,
                                                counted.abstain, digest_of_votes(roll_, record)}};
}

Result<model::EntryResult> Machine::executed(const ProposalRecord& record, model::UnixMs time) const {
  ICN_TRY(next_state(record.state, ProposalEvent::execute));
  if (time < record.executable_from)
    return not_yet(rules::kTimelock, record, "can be executed", record.executable_from);
  if (time >= record.execute_by) {
    return refuse(ErrorCode::expired, std::string(rules::kTooLateToExecute),
                  fmt::format("The proposal {} could be executed until {} ms; nothing was changed.",
                              record.id.to_text(), record.execute_by.value),
                  record.id.to_text());
  }
  model::Scope after = scope_;
  ICN_TRY(apply_actions(record.body.actions, scope_.position() + 1, time, after));
  return model::EntryResult{model::ExecutedResult{record.id}};
}

Result<model::EntryResult> Machine::expired(const ProposalRecord& record, model::UnixMs time) const {
  ICN_TRY(next_state(record.state, ProposalEvent::expire));
  const model::UnixMs end = record.state == ProposalState::sponsorship ? record.sponsored_by : record.execute_by;
  if (time < end) return not_yet(rules::kNotDue, record, "expires", end);
  return model::EntryResult{model::ExpiredResult{record.id}};
}

ipld::Digest Machine::hash() const {
  ipld::CborWriter writer(4096);
  writer.text("ICN-GOVERNANCE-v1").link(scope_.id()).link(scope_.head()).unsigned_integer(scope_.position());
  writer.bytes(scope_.clerk().key());
  for (const model::ParameterRow& row : model::parameter_table()) {
    writer.unsigned_integer(scope_.parameters()[row.key]);
    for (const std::string& entry : scope_.parameters().list(row.key)) writer.text(entry);
  }
  for (const model::ListedMember& member : scope_.members()) {
    writer.bytes(member.did.key()).bytes(member.record.home.key());
    writer.unsigned_integer(static_cast<std::uint64_t>(member.record.status)).unsigned_integer(member.record.since);
  }
  if (const auto& required = scope_.required_version())
    writer.text(required->version.to_text()).unsigned_integer(required->since);
  for (const auto& [peer, row] : scope_.peers()) {
    writer.link(peer).unsigned_integer(row.terms.rate_ppm).unsigned_integer(row.terms.credit.umana);
    writer.unsigned_integer(row.since);
  }
  for (const auto& [did, changes] : scope_.keys().all()) {
    writer.bytes(did.key());
    for (const model::SigningKeys::Change& change : changes)
      writer.unsigned_integer(change.since).bytes(change.key.key());
  }
  for (const ProposalRecord& record : proposals_) {
    writer.link(record.id).unsigned_integer(static_cast<std::uint64_t>(record.state));
    writer.unsigned_integer(record.position).unsigned_integer(record.ended_position);
    writer.unsigned_integer(record.opens.value).unsigned_integer(record.closes.value);
    for (const std::uint32_t sponsor : record.sponsors) writer.bytes(roll_.did(sponsor).key());
    for (const auto& [voter, ballot] : sorted_votes(roll_, record)) {
      writer.bytes(voter->key()).unsigned_integer(static_cast<std::uint64_t>(ballot.choice));
      writer.unsigned_integer(ballot.counter);
    }
    for (const std::uint64_t number : {record.tally.yes, record.tally.no, record.tally.abstain, record.terms.members,
                                       record.terms.quorum, record.terms.threshold, record.executable_from.value})
      writer.unsigned_integer(number);
  }
  for (const auto& [delegator, slots] : delegations_.all()) {
    for (std::size_t slot = 0; slot < kTopics; ++slot) {
      if (slots[slot].empty()) continue;
      const DelegationChange& newest = slots[slot].back();
      writer.bytes(roll_.did(delegator).key()).unsigned_integer(slot).unsigned_integer(newest.counter);
      writer.unsigned_integer(newest.until);
      if (newest.delegate != kNoOne) writer.bytes(roll_.did(newest.delegate).key());
    }
  }
  return ipld::sha256(writer.view());
}

}  // namespace icn::governance::detail
