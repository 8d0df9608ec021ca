// What an attacker may try: long chains and cycles of delegations, many proposals at once, times at their bounds.
#include <gtest/gtest.h>

#include "governance/testing/assembly.hpp"

namespace icn::governance {
namespace {

using model::UnixMs;
using model::VoteChoice;
using testing::Assembly;
using testing::scope_of;

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("m" + std::to_string(i));
  return names;
}

TEST(GovernanceAttacks, ACycleOfAThousandDelegationsIsRefused) {
  const std::vector<std::string> members = names(1'000);
  Assembly scope(scope_of(members));
  for (std::size_t i = 0; i + 1 < members.size(); ++i) ASSERT_TRUE(scope.delegate(members[i], members[i + 1]));
  const ipld::Digest before = scope.governance().state_hash();
  EXPECT_EQ(scope.delegate(members.back(), members[0]).error().rule, "delegation_cycle");
  EXPECT_EQ(scope.delegate(members.back(), members[500], model::ProposalKind::budget).error().rule, "delegation_cycle");
  EXPECT_EQ(scope.governance().state_hash(), before);
  // The whole chain votes with its end.
  const ipld::Cid proposal = *scope.opened(members[3], model::ResolutionAction{});
  ASSERT_TRUE(scope.vote(proposal, members.back(), VoteChoice::yes));
  EXPECT_EQ(scope.governance().find(proposal)->tally, (Tally{1'000, 0, 0}));
  ASSERT_TRUE(scope.vote(proposal, members[499], VoteChoice::no));
  EXPECT_EQ(scope.governance().find(proposal)->tally, (Tally{500, 500, 0}));
  EXPECT_EQ(scope.governance().route(scope.did(members[0]), proposal)->path.size(), 500U);
}

TEST(GovernanceAttacks, TenThousandProposalsAtOnceAreHeldOpenedAndEnded) {
  const std::vector<std::string> members = names(100);
  Assembly scope(scope_of(members));
  std::vector<ipld::Cid> proposals;
  for (std::size_t i = 0; i < 10'000; ++i) {
    const std::string& author = members[i % members.size()];
    const model::Proposal proposal = scope.draft_proposal(author, model::ResolutionAction{});
    ASSERT_TRUE(scope.submit(proposal, author)) << i;
    proposals.push_back(proposal.to_block().cid);
  }
  for (const std::string& member : {members[0], members[99]}) {
    const model::Proposal more = scope.draft_proposal(member, model::ResolutionAction{});
    EXPECT_EQ(scope.submit(more, member).error().rule, "open_proposals_max");
  }
  EXPECT_EQ(scope.governance().due(scope.now, 1'000'000).size(), 10'000U);
  EXPECT_EQ(scope.advance(), 10'000U);
  ASSERT_TRUE(scope.vote(proposals[5'000], members[7], VoteChoice::yes));
  scope.now.value += 60'000;
  EXPECT_EQ(scope.advance(), 10'000U);
  EXPECT_FALSE(scope.governance().next_due());
  // All that was decided is replayed, and members may propose again.
  const ipld::Digest hash = scope.governance().state_hash();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().state_hash(), hash);
  EXPECT_TRUE(scope.opened(members[0], model::ResolutionAction{}));
}

TEST(GovernanceAttacks, TimesAtTheirBoundsOverflowNothing) {
  Assembly scope(scope_of({"alice", "bob", "carol"}));
  constexpr std::uint64_t kLast = 253'402'300'799'999;
  scope.now = UnixMs{kLast + 1};
  EXPECT_FALSE(scope.opened("alice", model::ResolutionAction{}));
  scope.now = UnixMs{UINT64_MAX};
  EXPECT_FALSE(scope.opened("alice", model::ResolutionAction{}));
  scope.now = UnixMs{kLast};
  const auto proposal = scope.opened("alice", model::ResolutionAction{}, model::kGovernedDurationMsMax);
  ASSERT_TRUE(proposal);
  EXPECT_GT(scope.governance().find(*proposal)->closes->value, kLast);
  ASSERT_TRUE(scope.delegate("alice", "bob", {}, UnixMs{UINT64_MAX}));
  ASSERT_TRUE(scope.vote(*proposal, "bob", VoteChoice::yes));
  EXPECT_EQ(scope.step(Step::close, *proposal).error().rule, "voting_open");
  EXPECT_TRUE(scope.governance().due(UnixMs{UINT64_MAX}, 10).size() == 1);
}

TEST(GovernanceAttacks, CountersAtTheirBoundEndAVotersVotes) {
  Assembly scope(scope_of({"alice", "bob"}));
  const ipld::Cid proposal = *scope.opened("alice", model::ResolutionAction{});
  const auto vote = [&](std::uint64_t counter) {
    return scope.submit(model::Vote{scope.scope_id(), proposal, scope.did("bob"), VoteChoice::no, counter}, "bob");
  };
  ASSERT_TRUE(vote(UINT64_MAX));
  for (const std::uint64_t counter : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX - 1, UINT64_MAX})
    EXPECT_EQ(vote(counter).error().rule, "vote_replayed");
}

TEST(GovernanceAttacks, ALargeProposalIsRefusedBeforeItIsKept) {
  Assembly scope(scope_of({"alice", "bob"}));
  model::Proposal proposal = scope.draft_proposal("alice", model::ResolutionAction{});
  proposal.kind = model::ProposalKind::batch;
  proposal.actions.assign(model::kBatchActionsMax, model::SetAction{{{"fuel_per_mana", std::string(300, '1')}}});
  EXPECT_EQ(scope.submit(proposal, "alice").error().rule, "proposal_shape");
  proposal.actions.assign(model::kBatchActionsMax + 1, model::ResolutionAction{});
  EXPECT_EQ(scope.submit(proposal, "alice").error().rule, "proposal_shape");
  proposal.actions.clear();
  EXPECT_EQ(scope.submit(proposal, "alice").error().rule, "proposal_shape");
  proposal.kind = model::ProposalKind::budget;
  proposal.actions = {model::ResolutionAction{}};
  EXPECT_EQ(scope.submit(proposal, "alice").error().rule, "proposal_shape");
  proposal.kind = model::ProposalKind::resolution;
  proposal.title = std::string(model::kTitleBytesMax + 1, 'x');
  EXPECT_EQ(scope.submit(proposal, "alice").error().rule, "proposal_shape");
  proposal.title.pop_back();
  EXPECT_TRUE(scope.submit(proposal, "alice"));
}

// Members come and go and delegate while votes are open: only what open votes ask for is remembered, and it is right.
TEST(GovernanceAttacks, AnOpenVoteKeepsItsElectorateThroughManyChanges) {
  Assembly scope(scope_of({"alice", "bob", "carol"}));
  ASSERT_TRUE(scope.delegate("carol", "bob"));
  const ipld::Cid early = *scope.opened("alice", model::ResolutionAction{}, 3'600'000);
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(scope.delegate("carol", "alice"));
    ASSERT_TRUE(scope.revoke("carol"));
    const ipld::Cid out = *scope.opened("alice", model::SuspendAction{scope.did("carol")});
    ASSERT_TRUE(scope.vote(out, "alice", VoteChoice::yes) && scope.vote(out, "bob", VoteChoice::yes));
    ASSERT_TRUE(scope.step(Step::close, out) && scope.step(Step::execute, out));
    const ipld::Cid in =
        *scope.opened("alice", model::AdmitAction{scope.did("carol"), scope.did("clerk"), std::nullopt});
    ASSERT_TRUE(scope.vote(in, "alice", VoteChoice::yes) && scope.vote(in, "bob", VoteChoice::yes));
    ASSERT_TRUE(scope.step(Step::close, in) && scope.step(Step::execute, in));
  }
  ASSERT_TRUE(scope.vote(early, "bob", VoteChoice::yes));
  EXPECT_EQ(scope.governance().find(early)->tally, (Tally{2, 0, 0}))
      << "carol's vote goes with bob's, as at the opening";
  EXPECT_EQ(scope.governance().route(scope.did("carol"), early)->path.back(), scope.did("bob"));
  ASSERT_TRUE(scope.vote(early, "carol", VoteChoice::no));
  EXPECT_EQ(scope.governance().find(early)->tally, (Tally{1, 1, 0}));
  const ipld::Digest hash = scope.governance().state_hash();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().state_hash(), hash);
}

}  // namespace
}  // namespace icn::governance
