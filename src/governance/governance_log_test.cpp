// A clerk cannot state what the log does not imply, a forged or misplaced entry changes nothing, and effects happen
// exactly once.
#include <gtest/gtest.h>

#include "governance/testing/assembly.hpp"
#include "model/keys.hpp"

namespace icn::governance {
namespace {

using model::UnixMs;
using model::VoteChoice;
using testing::Assembly;
using testing::scope_of;

// What apply() answers to a record, which must change nothing.
std::string refusal(Assembly& scope, const model::LogRecord& record) {
  const ipld::Digest before = scope.governance().state_hash();
  ports::Batch batch;
  const auto applied = scope.governance().apply(record, Signatures::verify, batch);
  EXPECT_TRUE(batch.empty());
  EXPECT_EQ(scope.governance().state_hash(), before);
  if (applied) return "applied";
  return applied.error().rule.empty() ? std::string(error_row(applied.error().code).name) : applied.error().rule;
}

struct Voted {
  Assembly scope{scope_of({"alice", "bob", "carol"})};
  ipld::Cid proposal;
  Voted() {
    proposal = *scope.opened("alice", model::BudgetAction{scope.did("bob"), model::Mana{5}});
    EXPECT_TRUE(scope.vote(proposal, "alice", VoteChoice::yes));
    EXPECT_TRUE(scope.vote(proposal, "bob", VoteChoice::yes));
  }
};

TEST(GovernanceLog, AClerkCannotStateAWrongResult) {
  Voted voted;
  Assembly& scope = voted.scope;
  const model::ScopeEntry good = scope.governance().draft(Step::close, voted.proposal, scope.now).value();
  const auto expect_refused = [&](const std::function<void(model::ClosedResult&)>& change) {
    model::ScopeEntry entry = good;
    change(std::get<model::ClosedResult>(entry.result));
    EXPECT_EQ(refusal(scope, scope.record(entry)), "entry_result");
  };
  expect_refused([](auto& closed) { closed.yes = 3; });
  expect_refused([](auto& closed) { closed.no = 1; });
  expect_refused([](auto& closed) { closed.abstain = 1; });
  expect_refused([](auto& closed) { closed.outcome = model::VoteOutcome::threshold_not_met; });
  expect_refused([](auto& closed) { closed.votes[31] ^= 1; });
  EXPECT_TRUE(scope.apply(scope.record(good), Signatures::verify));
}

TEST(GovernanceLog, AClerkCannotOpenByOtherRules) {
  Assembly scope(scope_of({"alice", "bob", "carol"}));
  const model::Proposal proposal = scope.draft_proposal("alice", model::ResolutionAction{});
  ASSERT_TRUE(scope.submit(proposal, "alice"));
  const model::ScopeEntry good = scope.governance().draft(Step::open, proposal.to_block().cid, scope.now).value();
  const auto expect_refused = [&](const std::function<void(model::OpenedResult&)>& change) {
    model::ScopeEntry entry = good;
    change(std::get<model::OpenedResult>(entry.result));
    EXPECT_EQ(refusal(scope, scope.record(entry)), "entry_result");
  };
  expect_refused([](auto& opened) { opened.quorum = 2; });
  expect_refused([](auto& opened) { opened.threshold = 1; });
  expect_refused([](auto& opened) { opened.members = 2; });
  expect_refused([](auto& opened) { opened.closes.value += 1; });
  expect_refused([](auto& opened) { opened.electorate[0] ^= 1; });
}

TEST(GovernanceLog, AnEntryThatIsNotTheNextOfTheClerkIsRefused) {
  Voted voted;
  Assembly& scope = voted.scope;
  const model::ScopeEntry good = scope.governance().draft(Step::close, voted.proposal, scope.now).value();
  const auto refused = [&](const std::function<void(model::ScopeEntry&)>& change) {
    model::ScopeEntry entry = good;
    change(entry);
    return refusal(scope, scope.record(entry));
  };
  EXPECT_EQ(refused([](auto& entry) { entry.scope = ipld::Cid(); }), "other_scope");
  EXPECT_EQ(refused([](auto& entry) { ++entry.position; }), "entry_position");
  EXPECT_EQ(refused([](auto& entry) { --entry.position; }), "entry_position");
  EXPECT_EQ(refused([](auto& entry) { entry.previous = ipld::Cid(); }), "entry_previous");
  EXPECT_EQ(refused([](auto& entry) { --entry.time.value; }), "entry_time");
  EXPECT_EQ(refused([](auto& entry) { entry.time.value = UINT64_MAX; }), "entry_time");
  EXPECT_EQ(refused([](auto& entry) { entry.result = model::ExecutedResult{}; }), "unknown_proposal");
  EXPECT_EQ(refused([&](auto& entry) { entry.result = model::ExecutedResult{voted.proposal}; }), "not_accepted");
  EXPECT_EQ(refused([&](auto& entry) { entry.result = model::AdmittedResult{}; }), "entry_statement");
  scope.clerk = "alice";
  EXPECT_EQ(refused([](auto&) {}), "entry_clerk");
  scope.clerk = "clerk";
  model::LogRecord record = scope.record(good);
  record.envelope.signature[5] ^= 1;
  EXPECT_EQ(refusal(scope, record), "invalid_signature");
  record = scope.record(good);
  record.entry.time.value += 1;
  EXPECT_EQ(refusal(scope, record), "entry_statement");
}

TEST(GovernanceLog, AForgedOrExchangedStatementIsRefused) {
  Voted voted;
  Assembly& scope = voted.scope;
  const model::Vote vote{scope.scope_id(), voted.proposal, scope.did("carol"), VoteChoice::no, 1};
  const model::SignedStatement good = scope.sign(vote, "carol");
  const auto admitting = [&](const model::SignedStatement& envelope, const model::Statement& statement) {
    model::ScopeEntry entry = scope.governance().draft(good, vote, scope.now).value();
    entry.result = model::AdmittedResult{envelope.kind, envelope.to_block().cid};
    return scope.record(entry, model::LogRecord::Admitted{envelope, statement});
  };
  // Signed by another member, and for another kind of statement.
  EXPECT_EQ(refusal(scope, admitting(scope.sign(vote, "alice"), vote)), "invalid_signature");
  EXPECT_FALSE(scope.governance().draft(scope.sign(vote, "alice"), vote, scope.now));
  model::SignedStatement other = good;
  other.signature = scope.key("carol").sign(model::SignatureTag::sponsorship, good.body);
  EXPECT_EQ(refusal(scope, admitting(other, vote)), "invalid_signature");
  // The envelope of one vote over the body of another.
  model::Vote yes = vote;
  yes.choice = VoteChoice::yes;
  EXPECT_EQ(refusal(scope, admitting(good, yes)), "statement_body");
  // Of another scope.
  model::Vote elsewhere = vote;
  elsewhere.scope = ipld::Cid();
  EXPECT_EQ(refusal(scope, admitting(scope.sign(elsewhere, "carol"), elsewhere)), "other_scope");
  EXPECT_TRUE(scope.apply(admitting(good, vote), Signatures::verify));
  EXPECT_EQ(refusal(scope, scope.log().back()), "entry_position");
}

TEST(GovernanceLog, EffectsHappenOnceAlsoAfterReopening) {
  Voted voted;
  Assembly& scope = voted.scope;
  ASSERT_TRUE(scope.step(Step::close, voted.proposal));
  // Two clients want to execute at once: both drafted, one is applied.
  const model::LogRecord first =
      scope.record(scope.governance().draft(Step::execute, voted.proposal, scope.now).value());
  scope.now.value += 1;
  const model::LogRecord second =
      scope.record(scope.governance().draft(Step::execute, voted.proposal, scope.now).value());
  const Result<Applied> executed = scope.apply(first);
  ASSERT_TRUE(executed);
  ASSERT_EQ(executed->effects.size(), 1U);
  EXPECT_EQ(std::get<BudgetEffect>(executed->effects[0].what), (BudgetEffect{scope.did("bob"), model::Mana{5}}));
  EXPECT_EQ(refusal(scope, second), "entry_position");
  EXPECT_EQ(scope.step(Step::execute, voted.proposal).error().rule, "already_executed");
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.step(Step::execute, voted.proposal).error().rule, "already_executed");
}

// The batch of the closing or of the execution is lost in a crash: the log goes on where it was durable.
TEST(GovernanceLog, AnEntryThatWasNotCommittedHappensAgain) {
  Voted voted;
  Assembly& scope = voted.scope;
  for (const Step step : {Step::close, Step::execute}) {
    ports::Batch lost;
    const auto entry = scope.governance().draft(step, voted.proposal, scope.now);
    ASSERT_TRUE(entry);
    ASSERT_TRUE(scope.governance().apply(scope.record(*entry), Signatures::verified, lost));
    ASSERT_TRUE(scope.reopen());
    const Result<Applied> again = scope.step(step, voted.proposal);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->effects.size(), step == Step::execute ? 1U : 0U);
  }
  EXPECT_EQ(scope.governance().find(voted.proposal)->state, ProposalState::executed);
}

TEST(GovernanceLog, DamageToTheStoredLogIsFound) {
  Voted voted;
  Assembly& scope = voted.scope;
  const auto pairs = scope.store().pairs;
  const Bytes third = model::key_of(model::keys::kScopeLog, 3);
  const auto expect_corrupted = [&] {
    const auto opened = Governance::open(scope.store(), scope.genesis());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::corrupted);
    EXPECT_NE(opened.error().detail.find("position 3"), std::string::npos) << opened.error().detail;
    scope.store().pairs = pairs;
  };
  scope.store().pairs.erase(third);
  expect_corrupted();
  scope.store().pairs[third].back() ^= 1;
  expect_corrupted();
  scope.store().pairs[third] = scope.store().pairs[model::key_of(model::keys::kScopeLog, 2)];
  expect_corrupted();
  // A record that was signed by another key than the clerk's is found when the log is verified.
  const ipld::Digest hash = scope.governance().state_hash();
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), hash).value(), scope.log().size());
  model::LogRecord forged = scope.log()[2];
  forged.envelope.signature[3] ^= 1;
  scope.store().pairs[third] = forged.to_bytes();
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), hash).error().code, ErrorCode::invalid_signature);
}

TEST(GovernanceLog, AScopeWithoutALogIsItsGenesis) {
  Assembly scope(scope_of({"alice"}));
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().scope().position(), 0U);
  EXPECT_EQ(scope.governance().scope().head(), scope.scope_id());
  EXPECT_FALSE(scope.governance().next_due());
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), scope.governance().state_hash()).value(), 0U);
}

TEST(GovernanceLog, AnotherIdCannotBeTakenInAdvance) {
  Assembly scope(scope_of({"alice", "bob"}));
  // Whatever another member proposes first, an id is that of its whole body, the proposer included.
  model::Proposal proposal = scope.draft_proposal("alice", model::ResolutionAction{});
  model::Proposal copy = proposal;
  copy.proposer = scope.did("bob");
  ASSERT_TRUE(scope.submit(copy, "bob"));
  ASSERT_TRUE(scope.submit(proposal, "alice"));
  EXPECT_NE(copy.to_block().cid, proposal.to_block().cid);
  EXPECT_FALSE(scope.submit(proposal, "bob")) << "a body that names another proposer";
}

}  // namespace
}  // namespace icn::governance
