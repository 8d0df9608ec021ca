// One valid value of every type of governance, for testing/golden.hpp.
#pragma once
#include "ipld/dag_cbor.hpp"
#include "model/dry_run.hpp"
#include "model/fork_proof.hpp"
#include "model/key_history.hpp"

namespace icn::testing::golden {

[[nodiscard]] inline model::KeyPair key(std::uint8_t byte) {
  model::Seed seed;
  seed.fill(byte);
  return model::KeyPair::from_seed(seed);
}
[[nodiscard]] inline model::KeyPair member_key() { return key(0x01); }
[[nodiscard]] inline model::KeyPair node_key() { return key(0x02); }
[[nodiscard]] inline model::KeyPair author_key() { return key(0x2a); }
[[nodiscard]] inline ipld::Cid raw(std::string_view text) { return ipld::Cid::of(ipld::Codec::raw, view_of(text)); }

[[nodiscard]] inline model::Candidate candidate(const ipld::Cid& scope) {
  return {scope, author_key().did(), node_key().did()};
}
[[nodiscard]] inline model::SignedCandidate signed_candidate(const ipld::Cid& scope) {
  const model::Candidate record = candidate(scope);
  return {record, author_key().sign(model::SignatureTag::candidate, record.to_block().cid)};
}
// A batch of every kind of action.
[[nodiscard]] inline model::Proposal proposal(const ipld::Cid& scope) {
  model::Proposal proposal;
  proposal.scope = scope;
  proposal.proposer = member_key().did();
  proposal.kind = model::ProposalKind::batch;
  proposal.actions = {model::SetAction{{{"fuel_per_mana", "2000000000"}, {"job_base_umana", "5"}}},
                      model::AdmitAction{author_key().did(), node_key().did(), signed_candidate(scope).signature},
                      model::AdmitAction{member_key().did(), node_key().did(), std::nullopt},
                      model::SuspendAction{author_key().did()},
                      model::RemoveAction{author_key().did()},
                      model::BudgetAction{member_key().did(), model::Mana{50'000'000}},
                      model::ResolutionAction{},
                      model::ClerkAction{author_key().did()}};
  proposal.title = "All kinds at once";
  proposal.text = raw("the reasons");
  proposal.voting_ms = 86'400'000;
  proposal.timelock_ms = 3'600'000;
  proposal.quorum = model::Quorum{model::Quorum::Unit::ppm, 500'000};
  proposal.threshold = 666'667;
  proposal.nonce = {0xca, 0xfe};
  return proposal;
}
// Every field that may be empty or null is.
[[nodiscard]] inline model::Proposal proposal_scope(const ipld::Cid& scope) {
  model::Proposal proposal = golden::proposal(scope);
  proposal.actions = {model::UpgradeAction{{{1, 20, 3}}},
                      model::FederateAction{raw("another scope"), {900'000, model::Mana{5'000'000}}},
                      model::KeyAction{member_key().did(), node_key().did()}};
  return proposal;
}
[[nodiscard]] inline model::Proposal proposal_minimal(const ipld::Cid& scope) {
  model::Proposal proposal;
  proposal.scope = scope;
  proposal.proposer = member_key().did();
  proposal.voting_ms = 1;
  return proposal;
}
[[nodiscard]] inline model::Vote vote(const ipld::Cid& scope) {
  return {scope, proposal_minimal(scope).to_block().cid, member_key().did(), model::VoteChoice::yes, 2};
}
[[nodiscard]] inline model::Delegation delegation(const ipld::Cid& scope) {
  return {scope, member_key().did(), author_key().did(), model::ProposalKind::budget, model::UnixMs{1'800'000'000'000},
          3};
}
[[nodiscard]] inline model::Revocation revocation(const ipld::Cid& scope) {
  return {scope, member_key().did(), model::Topic{}, 4};
}
[[nodiscard]] inline model::Sponsorship sponsorship(const ipld::Cid& scope) {
  return {scope, proposal(scope).to_block().cid, author_key().did()};
}
[[nodiscard]] inline model::Cancellation cancellation(const ipld::Cid& scope) {
  return {scope, proposal(scope).to_block().cid, member_key().did()};
}
[[nodiscard]] inline model::Resignation resignation(const ipld::Cid& scope) { return {scope, member_key().did(), 12}; }
[[nodiscard]] inline model::Rotation rotation(const ipld::Cid& scope) {
  model::Rotation rotation{scope, member_key().did(), node_key().did(), 12, {}};
  rotation.consent = node_key().sign(model::SignatureTag::key_consent, rotation.to_consent().to_block().cid);
  return rotation;
}
// Of the member, whose own key the node's replaced.
[[nodiscard]] inline model::KeyHistory key_history(const ipld::Cid& scope) {
  model::Rotation made{scope, member_key().did(), node_key().did(), 0, {}};
  made.consent = node_key().sign(model::SignatureTag::key_consent, made.to_consent().to_block().cid);
  const model::Signature signature = member_key().sign(model::SignatureTag::rotation, made.to_block().cid);
  return {scope, made.did, {{made.key, made.since, made.consent, signature}}};
}
[[nodiscard]] inline model::SignedStatement signed_vote(const ipld::Cid& scope) {
  const model::Vote body = vote(scope);
  return model::SignedStatement::of(body, member_key().sign(model::SignatureTag::vote, body.to_block().cid));
}

[[nodiscard]] inline model::SignedStatement vote_of_job(const ipld::Cid& scope) {
  model::SignedStatement made;
  made.kind = model::StatementKind::vote;
  made.body = vote(scope).to_block().cid;
  made.job = model::MadeByJob{9, raw("an order"), raw("a signed receipt")};
  return made;
}

[[nodiscard]] inline model::ScopeEntry entry(const ipld::Cid& scope, const model::EntryResult& result) {
  return {scope, 7, raw("the entry before"), {1'700'000'000'000}, result};
}
[[nodiscard]] inline model::ScopeEntry entry_vote(const ipld::Cid& scope) {
  return entry(scope, model::AdmittedResult{model::StatementKind::vote, signed_vote(scope).to_block().cid});
}
[[nodiscard]] inline model::ScopeEntry entry_opened(const ipld::Cid& scope) {
  return entry(
      scope,
      model::OpenedResult{
          proposal(scope).to_block().cid, {1'700'086'400'000}, 3, ipld::sha256(view_of("the members")), 2, 666'667});
}
[[nodiscard]] inline model::ScopeEntry entry_closed(const ipld::Cid& scope) {
  return entry(scope, model::ClosedResult{proposal(scope).to_block().cid, model::VoteOutcome::threshold_not_met, 5, 4,
                                          3, ipld::sha256(view_of("the votes"))});
}
[[nodiscard]] inline model::ScopeEntry entry_executed(const ipld::Cid& scope) {
  return entry(scope, model::ExecutedResult{proposal(scope).to_block().cid});
}
[[nodiscard]] inline model::ScopeEntry entry_expired(const ipld::Cid& scope) {
  return entry(scope, model::ExpiredResult{proposal(scope).to_block().cid});
}
[[nodiscard]] inline model::HandOver hand_over(const ipld::Cid& scope) {
  return {scope, node_key().did(), raw("the last entry"), 6};
}
[[nodiscard]] inline model::SignedHandOver signed_hand_over(const ipld::Cid& scope) {
  const model::HandOver body = hand_over(scope);
  const ipld::Cid cid = body.to_block().cid;
  return {body, {{member_key().did(), member_key().sign(model::SignatureTag::hand_over, cid)}}};
}
[[nodiscard]] inline model::ScopeEntry entry_handed_over(const ipld::Cid& scope) {
  return entry(scope, model::HandedOverResult{signed_hand_over(scope).to_block().cid});
}
[[nodiscard]] inline model::SignedEntry signed_entry(const ipld::Cid& scope) {
  const ipld::Cid cid = entry_vote(scope).to_block().cid;
  return {cid, node_key().did(), node_key().sign(model::SignatureTag::scope_entry, cid)};
}
[[nodiscard]] inline model::ForkProof fork_proof(const ipld::Cid& scope) {
  const model::ScopeEntry other = entry_executed(scope);
  const ipld::Cid cid = other.to_block().cid;
  const model::SignedEntry envelope{cid, node_key().did(), node_key().sign(model::SignatureTag::scope_entry, cid)};
  return *model::ForkProof::of({signed_entry(scope), entry_vote(scope)}, {envelope, other});
}

[[nodiscard]] inline model::DryRun dry_run_v1(const ipld::Cid& scope) {
  model::DryRun run;
  run.scope = scope;
  run.proposal = proposal(scope).to_block().cid;
  run.head = entry_vote(scope).to_block().cid;
  run.position = 7;
  run.home = node_key().did();
  run.parameters = {{"fuel_per_mana", "5", "6"}};
  run.members = {{member_key().did(), model::MemberStatus::active, model::MemberStatus::suspended},
                 {author_key().did(), {}, model::MemberStatus::active}};
  run.peers = {{raw("another scope"), {}, {900'000, model::Mana{5}}},
               {raw("one more"), model::PeerTerms{1, model::Mana{2}}, {3, model::Mana{4}}}};
  run.balances = {{"system:treasury", model::Mana{50}, model::Mana{40}}};
  run.clerk = author_key().did();
  run.version = model::ProgramVersion{{1, 20, 3}};
  run.refused = "already_member";
  run.charges = {{raw("a receipt"), model::Mana{10}, model::Mana{20}}, {raw("another"), model::Mana{30}, {}}};
  return run;
}
// With a key that changes.
[[nodiscard]] inline model::DryRun dry_run(const ipld::Cid& scope) {
  model::DryRun run = dry_run_v1(scope);
  run.keys = {{member_key().did(), member_key().did(), author_key().did()}};
  return run;
}

}  // namespace icn::testing::golden
