// What a member's statement must satisfy to be admitted to the log.
#include <fmt/core.h>

#include "core/ppm.hpp"
#include "governance/detail/state.hpp"
#include "governance/refusals.hpp"

namespace icn::governance::detail {
namespace {

constexpr std::uint64_t kMsPerDay = 86'400'000;
constexpr std::size_t kNonceBytesMax = 32;
constexpr std::size_t kBodyBytesMax = 16'384;  // what an undecided proposal costs in memory

tl::unexpected<Error> replayed(std::string_view rule, std::string_view what, std::uint64_t counter,
                               std::uint64_t last) {
  return refuse(ErrorCode::conflict, std::string(rule),
                fmt::format("The counter of this {} is {}, and one with {} was admitted before; nothing was changed.",
                            what, counter, last));
}

tl::unexpected<Error> cycle(const model::Delegation& delegation) {
  return refuse(ErrorCode::invalid_state, std::string(rules::kDelegationCycle),
                fmt::format("{} delegates to {} already, directly or through others; nothing was changed.",
                            delegation.delegate.to_text(), delegation.delegator.to_text()),
                delegation.delegate.to_text());
}

}  // namespace

Result<void> Machine::check(const model::Statement& statement, model::UnixMs time) const {
  if (model::scope_of(statement) != scope_.id()) {
    return refuse(ErrorCode::invalid_argument, std::string(rules::kOtherScope),
                  fmt::format("It is for the scope {}, not for this one; nothing was changed.",
                              model::scope_of(statement).to_text()),
                  model::scope_of(statement).to_text());
  }
  return std::visit([&](const auto& body) { return check_one(body, time); }, statement);
}

Result<void> Machine::check(const model::SignedHandOver& hand_over) const {
  if (hand_over.body.scope != scope_.id() || hand_over.body.position != scope_.position() ||
      hand_over.body.previous != scope_.head()) {
    return refuse(ErrorCode::conflict, std::string(rules::kEntryPrevious),
                  fmt::format("The hand-over is not at the head of this log, which is at position {}; nothing was "
                              "changed.",
                              scope_.position()));
  }
  const auto& signers = hand_over.signers;
  for (const model::SignedHandOver::Signer& signer : signers) ICN_TRY(check_member(signer.member));
  const bool distinct = std::adjacent_find(signers.begin(), signers.end(), [](const auto& a, const auto& b) {
                          return !(a.member < b.member);
                        }) == signers.end();
  if (!distinct || signers.size() > model::kHandOverSignersMax) {
    return refuse(ErrorCode::invalid_argument, std::string(rules::kHandOver),
                  "The signers of the hand-over are not distinct and in order; nothing was changed.");
  }
  if (2 * hand_over.signers.size() <= scope_.active_count()) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kHandOver),
                  fmt::format("{} of {} members sign the hand-over, which is not more than half; nothing was changed.",
                              hand_over.signers.size(), scope_.active_count()));
  }
  return {};
}

Result<void> Machine::check_member(const model::Did& did) const {
  if (scope_.is_member(did)) return {};
  const model::MemberRecord* record = scope_.find(did);
  return refuse(ErrorCode::permission_denied, std::string(rules::kNotAMember),
                fmt::format("{} is {} this scope; nothing was changed.", did.to_text(),
                            record == nullptr ? "not a member of"
                                              : fmt::format("a {} member of", member_status_name(record->status))),
                did.to_text());
}

Result<const ProposalRecord*> Machine::get(const ipld::Cid& proposal) const {
  const ProposalRecord* record = find(proposal);
  if (record != nullptr) return record;
  return refuse(ErrorCode::not_found, std::string(rules::kUnknownProposal),
                fmt::format("The scope has no proposal {}.", proposal.to_text()), proposal.to_text());
}

Result<void> Machine::check_terms(const model::Proposal& body) const {
  const VotingRules rules = VotingRules::of(scope_.parameters());
  if (body.voting_ms < rules.voting_ms_min) {
    return refuse(ErrorCode::invalid_argument, std::string(rules::kVotingTime),
                  fmt::format("The vote would be open for {} ms, and the scope requires {} ms; nothing was changed.",
                              body.voting_ms, rules.voting_ms_min));
  }
  if (body.voting_ms > model::kGovernedDurationMsMax || body.timelock_ms > model::kGovernedDurationMsMax) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kDuration),
                  fmt::format("A duration exceeds the limit of {} days; nothing was changed.",
                              model::kGovernedDurationMsMax / kMsPerDay));
  }
  const std::uint64_t members = scope_.active_count();
  const std::uint64_t least = heads_of(rules.quorum, members);
  if (body.quorum) {
    const std::uint64_t heads = heads_of(*body.quorum, members);
    if (body.quorum->value == 0 || heads < least || heads > members) {
      return refuse(ErrorCode::invalid_argument, std::string(rules::kQuorum),
                    fmt::format("A quorum of {} members is outside of what the scope allows, {} to {}; nothing was "
                                "changed.",
                                body.quorum->value == 0 ? 0 : heads, least, members));
    }
  }
  if (body.threshold && (*body.threshold < rules.threshold || *body.threshold > kPpm)) {
    return refuse(ErrorCode::invalid_argument, std::string(rules::kThreshold),
                  fmt::format("A threshold of {} ppm is outside of what the scope allows, {} to {} ppm; nothing was "
                              "changed.",
                              *body.threshold, rules.threshold, kPpm));
  }
  return {};
}

Result<void> Machine::check_one(const model::Proposal& body, model::UnixMs time) const {
  ICN_TRY(check_member(body.proposer));
  const ipld::Block block = body.to_block();
  if (find(block.cid) != nullptr) {
    return refuse(ErrorCode::already_exists, std::string(rules::kAlreadyProposed),
                  fmt::format("The proposal {} was made before; nothing was changed.", block.cid.to_text()),
                  block.cid.to_text());
  }
  const bool batch = body.kind == model::ProposalKind::batch;
  const bool right_count = batch ? !body.actions.empty() && body.actions.size() <= model::kBatchActionsMax
                                 : body.actions.size() == 1 && model::kind_of(body.actions[0]) == body.kind;
  if (!right_count || body.title.size() > model::kTitleBytesMax || body.nonce.size() > kNonceBytesMax ||
      block.bytes.size() > kBodyBytesMax) {
    return refuse(
        ErrorCode::invalid_argument, std::string(rules::kProposalShape),
        fmt::format("The proposal's actions do not match its kind, or it is larger than {} bytes; nothing was "
                    "changed.",
                    kBodyBytesMax));
  }
  ICN_TRY(check_terms(body));
  const VotingRules rules = VotingRules::of(scope_.parameters());
  if (due_.size() >= rules.open_max) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kOpenProposals),
                  fmt::format("{} proposals are undecided, the limit of the scope; nothing was changed.", due_.size()));
  }
  const auto open = open_of_member_.find(roll_.number_of(body.proposer));
  if (open != open_of_member_.end() && open->second >= rules.open_per_member_max) {
    return refuse(ErrorCode::limit_exceeded, std::string(rules::kOpenProposalsOfMember),
                  fmt::format("{} has {} undecided proposals, the limit of the scope; nothing was changed.",
                              body.proposer.to_text(), open->second),
                  body.proposer.to_text());
  }
  // What could not be executed now is not worth a vote; it may still become impossible later.
  model::Scope after = scope_;
  ICN_TRY(apply_actions(body.actions, scope_.position() + 1, time, after));
  return {};
}

Result<void> Machine::check_one(const model::Vote& vote, model::UnixMs time) const {
  const ProposalRecord& record = *ICN_TRY(get(vote.proposal));
  ICN_TRY(check_member(vote.voter));
  ICN_TRY(next_state(record.state, ProposalEvent::vote));
  if (time >= record.closes) {
    return refuse(ErrorCode::expired, std::string(rules::kVotingClosed),
                  fmt::format("The vote on {} closed at {} ms; this vote was not counted.", record.id.to_text(),
                              record.closes.value),
                  record.id.to_text());
  }
  const std::uint32_t voter = roll_.number_of(vote.voter);
  if (!roll_.was_active(voter, record.opened.position)) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kNotInElectorate),
                  fmt::format("{} was not a member when the vote on {} opened; this vote was not counted.",
                              vote.voter.to_text(), record.id.to_text()),
                  vote.voter.to_text());
  }
  const auto earlier = record.votes.find(voter);
  const std::uint64_t last = earlier == record.votes.end() ? 0 : earlier->second.counter;
  if (vote.counter <= last) return replayed(rules::kVoteReplayed, "vote", vote.counter, last);
  return {};
}

Result<void> Machine::check_one(const model::Delegation& delegation, model::UnixMs time) const {
  ICN_TRY(check_member(delegation.delegator));
  ICN_TRY(check_member(delegation.delegate));
  if (delegation.until && time >= *delegation.until) {
    return refuse(ErrorCode::expired, std::string(rules::kDelegationExpired),
                  "The delegation ends before it begins; nothing was changed.");
  }
  const DelegationChange* last = delegations_.newest(roll_.number_of(delegation.delegator), slot_of(delegation.topic));
  if (last != nullptr && delegation.counter <= last->counter)
    return replayed(rules::kStatementReplayed, "delegation", delegation.counter, last->counter);
  return check_cycle(delegation, time);
}

// A cycle can still come about when a delegation for a kind ends and the one for all takes its place; the count
// tolerates it (tally.hpp). Here it is refused where its author can choose otherwise.
Result<void> Machine::check_cycle(const model::Delegation& delegation, model::UnixMs time) const {
  const std::uint32_t delegator = roll_.number_of(delegation.delegator);
  const std::uint32_t delegate = roll_.number_of(delegation.delegate);
  if (delegator == delegate) return cycle(delegation);
  const Moment now{UINT64_MAX, time};
  for (std::size_t slot = 0; slot < model::kProposalKinds; ++slot) {
    const auto kind = static_cast<model::ProposalKind>(slot);
    if (delegation.topic && *delegation.topic != kind) continue;
    const DelegationChange* own = delegations_.newest(delegator, slot);
    if (!delegation.topic && own != nullptr && own->in_force(time)) continue;  // the one for the kind counts
    std::uint32_t at = delegate;
    for (std::size_t steps = 0; at != kNoOne && steps <= roll_.size(); ++steps) {
      if (at == delegator) return cycle(delegation);
      at = delegations_.delegate_of(roll_, at, kind, now);
    }
  }
  return {};
}

Result<void> Machine::check_one(const model::Revocation& revocation, model::UnixMs time) const {
  ICN_TRY(check_member(revocation.delegator));
  const DelegationChange* last = delegations_.newest(roll_.number_of(revocation.delegator), slot_of(revocation.topic));
  if (last != nullptr && revocation.counter <= last->counter)
    return replayed(rules::kStatementReplayed, "revocation", revocation.counter, last->counter);
  if (last == nullptr || !last->in_force(time)) {
    return refuse(ErrorCode::invalid_state, std::string(rules::kNotDelegated),
                  fmt::format("{} has no delegation for the topic '{}'; nothing was changed.",
                              revocation.delegator.to_text(), model::topic_name(revocation.topic)),
                  revocation.delegator.to_text());
  }
  return {};
}

Result<void> Machine::check_one(const model::Sponsorship& sponsorship, model::UnixMs time) const {
  const ProposalRecord& record = *ICN_TRY(get(sponsorship.proposal));
  ICN_TRY(check_member(sponsorship.sponsor));
  ICN_TRY(next_state(record.state, ProposalEvent::sponsor));
  if (time >= record.sponsored_by) {
    return refuse(ErrorCode::expired, std::string(rules::kSponsorshipClosed),
                  fmt::format("The proposal {} waited for sponsors until {} ms; nothing was changed.",
                              record.id.to_text(), record.sponsored_by.value),
                  record.id.to_text());
  }
  if (sponsorship.sponsor == record.body.proposer) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kOwnProposal),
                  "A member cannot sponsor its own proposal; nothing was changed.", sponsorship.sponsor.to_text());
  }
  const std::uint32_t sponsor = roll_.number_of(sponsorship.sponsor);
  if (std::find(record.sponsors.begin(), record.sponsors.end(), sponsor) != record.sponsors.end()) {
    return refuse(ErrorCode::already_exists, std::string(rules::kAlreadySponsor),
                  fmt::format("{} sponsors the proposal {} already; nothing was changed.",
                              sponsorship.sponsor.to_text(), record.id.to_text()),
                  sponsorship.sponsor.to_text());
  }
  return {};
}

Result<void> Machine::check_one(const model::Cancellation& cancellation, model::UnixMs time) const {
  const ProposalRecord& record = *ICN_TRY(get(cancellation.proposal));
  if (cancellation.proposer != record.body.proposer) {
    return refuse(ErrorCode::permission_denied, std::string(rules::kNotProposer),
                  fmt::format("Only {} can cancel the proposal; nothing was changed.", record.body.proposer.to_text()),
                  cancellation.proposer.to_text());
  }
  ICN_TRY(next_state(record.state, ProposalEvent::cancel));
  // What is due is done first: a proposer cannot withdraw what was decided.
  if (record.state == ProposalState::voting && time >= record.closes) {
    return refuse(ErrorCode::expired, std::string(rules::kTooLateToCancel),
                  "The vote on the proposal has closed; nothing was changed.", record.id.to_text());
  }
  return {};
}

Result<void> Machine::check_one(const model::Resignation& resignation, model::UnixMs) const {
  const model::MemberRecord* record = scope_.find(resignation.member);
  if (record == nullptr ||
      (record->status != model::MemberStatus::active && record->status != model::MemberStatus::suspended))
    return check_member(resignation.member);
  if (record->since != resignation.since) {
    return refuse(ErrorCode::conflict, std::string(rules::kOtherMembership),
                  fmt::format("It ends the membership since position {}, and the present one began at {}; nothing was "
                              "changed.",
                              resignation.since, record->since),
                  resignation.member.to_text());
  }
  if (record->status == model::MemberStatus::active && scope_.active_count() == 1) {
    return refuse(ErrorCode::invalid_state, std::string(rules::kLastMember),
                  "The only member of a scope cannot resign; nothing was changed.", resignation.member.to_text());
  }
  return {};
}

Result<void> Machine::check_one(const model::Rotation& rotation, model::UnixMs) const {
  ICN_TRY(check_new_key(scope_, rotation.did, rotation.key));
  const model::SigningKeys& keys = scope_.keys();
  if (rotation.since != keys.since(rotation.did)) {
    return refuse(ErrorCode::conflict, std::string(rules::kOtherKey),
                  fmt::format("It replaces the key since position {}, and the present one signs since {}; nothing was "
                              "changed.",
                              rotation.since, keys.since(rotation.did)),
                  rotation.did.to_text());
  }
  const model::SigningKeys::Changes* const changes = keys.changes(rotation.did);
  if (changes == nullptr || changes->size() < model::SigningKeys::kRotationsMax) return {};
  return refuse(ErrorCode::limit_exceeded, std::string(rules::kRotations),
                fmt::format("The key of {} was replaced {} times, the limit; only a vote of the scope replaces it "
                            "again. Nothing was changed.",
                            rotation.did.to_text(), changes->size()),
                rotation.did.to_text());
}

}  // namespace icn::governance::detail
