// Goal: an overdue job ends, a vote closes and a root is anchored without a request.
#include "node/sweeper.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::node {
namespace {

using SweeperTest = runtime::HomeFixture;

TEST_F(SweeperTest, WhatIsOverdueEndsByTheClock) {
  found();
  const model::JobId id = submit(draft("output late\n")).id;
  Sweeper sweeper(*node, {.interval_ms = 1});
  clock->now_ms += 86'400'000;
  while (node->jobs().find(id).value()->phase != jobs::JobPhase::expired) std::this_thread::yield();
  expect_all_settled();
}

TEST_F(SweeperTest, AVoteClosesByTheClock) {
  found();
  runtime::ProposalDraft draft;
  draft.proposer = member->did();
  draft.actions = {model::ResolutionAction{}};
  draft.voting_ms = 60'000;
  const runtime::PreparedStatement prepared = prepare_proposal(*node, draft).value();
  const ipld::Cid proposal = model::body_of(prepared.statement).cid;
  ASSERT_TRUE(admit_statement(*node, prepared, member->sign(model::SignatureTag::proposal, proposal).value()));
  Sweeper sweeper(*node, {.interval_ms = 1});
  clock->now_ms += 60'000;
  while (node->governance().find(proposal)->state != governance::ProposalState::rejected) std::this_thread::yield();
}

TEST_F(SweeperTest, ARootIsAnchoredByTheClock) {
  found();
  Sweeper sweeper(*node, {.interval_ms = 1});
  clock->now_ms += 7 * 86'400'000ULL;
  while (!runtime::newest_root(*node)->has_value()) std::this_thread::yield();
}

TEST_F(SweeperTest, NewTermsCountAtOnce) {
  found();
  const model::JobId id = submit(draft("output late\n")).id;
  std::atomic<int> sweeps = 0;
  Sweeper sweeper(*node, {.interval_ms = 86'400'000}, [&sweeps] { ++sweeps; });
  clock->now_ms += 86'400'000;
  sweeper.set({.interval_ms = 1});
  while (node->jobs().find(id).value()->phase != jobs::JobPhase::expired) std::this_thread::yield();
  while (sweeps == 0) std::this_thread::yield();
}

TEST_F(SweeperTest, ANodeThatDoesNotGovernLeavesDueStepsAndDoesTheRest) {
  found();
  runtime::ProposalDraft draft;
  draft.proposer = member->did();
  draft.actions = {model::ResolutionAction{}};
  draft.voting_ms = 60'000;
  const runtime::PreparedStatement prepared = prepare_proposal(*node, draft).value();
  const ipld::Cid proposal = model::body_of(prepared.statement).cid;
  ASSERT_TRUE(admit_statement(*node, prepared, member->sign(model::SignatureTag::proposal, proposal).value()));
  clock->now_ms += 60'000;
  std::atomic<int> sweeps = 0;
  Sweeper sweeper(*node, {.interval_ms = 1, .governs = false}, [&sweeps] { ++sweeps; });
  while (sweeps < 2) std::this_thread::yield();
  EXPECT_EQ(node->governance().find(proposal)->state, governance::ProposalState::voting);
}

}  // namespace
}  // namespace icn::node
