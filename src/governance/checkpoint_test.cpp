// Opening from a checkpoint gives what a replay of the whole log gives; a damaged checkpoint costs time only, and one
// that says something else is found.
#include <gtest/gtest.h>

#include "governance/testing/assembly.hpp"
#include "model/keys.hpp"

namespace icn::governance {
namespace {

using model::VoteChoice;
using testing::Assembly;
using testing::scope_of;

constexpr std::size_t kSumBytes = 32;

// A log with everything that a checkpoint holds.
struct Lived {
  Assembly scope{scope_of({"alice", "bob", "carol", "dave"}, {{"sponsors_wanted", "1"}, {"timelock_secs", "5"}})};
  ipld::Cid open;
  Lived() {
    decide(
        model::SetAction{{{"mana_regeneration_umana_per_hour", "5"}, {"frozen_accounts", scope.did("bob").to_text()}}});
    decide(model::AdmitAction{scope.did("erin"), scope.did("clerk"), std::nullopt});
    decide(model::SuspendAction{scope.did("dave")});
    decide(model::UpgradeAction{*model::ProgramVersion::parse("0.0.1")});
    decide(model::FederateAction{scope.peer("north"), {5, model::Mana{7}}});
    decide(model::SetAction{{{"frozen_accounts", ""}, {"fuel_per_mana", "77"}}});
    for (const char* next : {"dave 2", "dave 3"}) {
      const model::Scope now = scope.governance().scope();
      const auto rotation = scope.rotation("dave", next, next, now.keys().since(scope.did("dave")));
      EXPECT_TRUE(scope.submit(rotation, "dave"));
      scope.key_names["dave"] = next;
    }
    EXPECT_TRUE(scope.delegate("alice", "bob"));
    EXPECT_TRUE(scope.delegate("carol", "bob", model::ProposalKind::budget, model::UnixMs{scope.now.value + 100'000}));
    EXPECT_TRUE(scope.revoke("alice"));
    open = opened(model::BudgetAction{scope.did("bob"), model::Mana{5}});
    EXPECT_TRUE(scope.delegate("alice", "erin"));
    EXPECT_TRUE(scope.vote(open, "bob", VoteChoice::yes));
    EXPECT_TRUE(scope.vote(open, "erin", VoteChoice::abstain));
    const model::Proposal waiting = scope.draft_proposal("bob", model::ResolutionAction{});
    EXPECT_TRUE(scope.submit(waiting, "bob"));
    const model::Proposal cancelled = scope.draft_proposal("bob", model::ResolutionAction{});
    EXPECT_TRUE(scope.submit(cancelled, "bob"));
    EXPECT_TRUE(scope.submit(model::Cancellation{scope.scope_id(), cancelled.to_block().cid, scope.did("bob")}, "bob"));
  }
  ipld::Cid opened(model::Action action) {
    const model::Proposal proposal = scope.draft_proposal("alice", std::move(action));
    const ipld::Cid id = proposal.to_block().cid;
    EXPECT_TRUE(scope.submit(proposal, "alice"));
    EXPECT_TRUE(scope.submit(model::Sponsorship{scope.scope_id(), id, scope.did("bob")}, "bob"));
    EXPECT_TRUE(scope.step(Step::open, id));
    return id;
  }
  void decide(model::Action action) {
    const ipld::Cid id = opened(std::move(action));
    for (const char* voter : {"alice", "bob", "carol"}) EXPECT_TRUE(scope.vote(id, voter, VoteChoice::yes));
    EXPECT_TRUE(scope.step(Step::close, id));
    scope.now.value += 5'000;
    const auto executed = scope.step(Step::execute, id);
    EXPECT_TRUE(executed) << executed.error().detail;
  }
  [[nodiscard]] std::vector<Bytes> checkpoint_keys() {
    std::vector<Bytes> keys;
    for (const auto& [key, value] : scope.store().pairs) {
      if (text_of(key).starts_with(model::keys::kScopeCheckpoint) && !is_page(key)) keys.push_back(key);
    }
    return keys;
  }
  [[nodiscard]] std::vector<Bytes> page_keys() {
    std::vector<Bytes> keys;
    for (const auto& [key, value] : scope.store().pairs) {
      if (is_page(key)) keys.push_back(key);
    }
    return keys;
  }
  [[nodiscard]] static bool is_page(ByteView key) { return text_of(key).starts_with("gc/ended"); }
};

TEST(GovernanceCheckpoint, OpensAsAReplayOfTheWholeLog) {
  Lived lived;
  Assembly& scope = lived.scope;
  const Bytes all = scope.governance().make_checkpoint().bytes;
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().make_checkpoint().bytes, all) << "by a replay";
  EXPECT_EQ(scope.governance().log_since_checkpoint(), scope.log().size());
  scope.checkpoint();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().make_checkpoint().bytes, all) << "by the checkpoint";
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 0U);
  EXPECT_EQ(scope.governance().votes(lived.open)->size(), 2U);
  // And the log goes on as if nothing had happened.
  ASSERT_TRUE(scope.vote(lived.open, "carol", VoteChoice::yes));
  ASSERT_TRUE(scope.step(Step::close, lived.open));
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 2U);
  EXPECT_EQ(scope.governance().find(lived.open)->state, ProposalState::timelock);
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), scope.governance().state_hash()).value(), scope.log().size());
}

TEST(GovernanceCheckpoint, IsDueByTheEntriesAndTheSizeOfTheLast) {
  Assembly scope(scope_of({"alice", "bob"}));
  std::size_t written = 0;
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_TRUE(scope.delegate("alice", "bob"));
    if (!scope.governance().checkpoint_is_due()) continue;
    EXPECT_GE(scope.governance().log_since_checkpoint(), 256U);
    scope.checkpoint();
    EXPECT_FALSE(scope.governance().checkpoint_is_due());
    ++written;
  }
  EXPECT_EQ(written, 7U);
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 2'000U - 7 * 256U);
}

TEST(GovernanceCheckpoint, TwoAreKeptAndADamagedOneCostsTimeOnly) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  scope.checkpoint();
  EXPECT_EQ(lived.checkpoint_keys().size(), 1U) << "nothing new to keep";
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(scope.delegate("bob", "alice"));
    scope.checkpoint();
  }
  const std::vector<Bytes> keys = lived.checkpoint_keys();
  ASSERT_EQ(keys.size(), 2U);
  const ipld::Digest hash = scope.governance().state_hash();
  scope.store().pairs[keys[1]][9] ^= 1;
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().state_hash(), hash);
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 1U);
  scope.store().pairs[keys[0]].clear();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().state_hash(), hash);
  EXPECT_EQ(scope.governance().log_since_checkpoint(), scope.log().size());
  EXPECT_TRUE(verify_log(scope.store(), scope.genesis(), hash));
  scope.checkpoint();
  EXPECT_EQ(lived.checkpoint_keys().size(), 1U) << "the damaged ones are gone";
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 0U);
}

// A proposal that has ended is written once, with the next checkpoint, and read from there.
TEST(GovernanceCheckpoint, DoesNotGrowWithTheProposalsThatEnded) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  ASSERT_EQ(lived.page_keys().size(), 1U);
  const std::size_t before = scope.governance().make_checkpoint().bytes.size();
  const Bytes first = scope.store().pairs[lived.page_keys()[0]];
  for (int i = 0; i < 40; ++i) {
    lived.decide(model::SetAction{{{"fuel_per_mana", std::to_string(100 + i)}}});
    if (i % 10 == 9) scope.checkpoint();
  }
  EXPECT_LT(scope.governance().make_checkpoint().bytes.size(), before + 64);
  EXPECT_EQ(lived.page_keys().size(), 5U);
  EXPECT_EQ(scope.store().pairs[lived.page_keys()[0]], first) << "written once";
  lived.decide(model::SetAction{{{"fuel_per_mana", "5"}}});
  const Bytes all = scope.governance().make_checkpoint().bytes;
  const ipld::Digest hash = scope.governance().state_hash();
  const std::size_t proposals = scope.governance().list(UINT64_MAX, SIZE_MAX).size();
  const std::size_t changes = scope.governance().parameter_history("").size();
  ASSERT_TRUE(scope.reopen());
  EXPECT_GT(scope.governance().log_since_checkpoint(), 0U);
  EXPECT_EQ(scope.governance().make_checkpoint().bytes, all);
  EXPECT_EQ(scope.governance().state_hash(), hash);
  EXPECT_EQ(scope.governance().list(UINT64_MAX, SIZE_MAX).size(), proposals);
  EXPECT_EQ(scope.governance().parameter_history("").size(), changes);
  EXPECT_EQ(verify_log(scope.store(), scope.genesis(), hash).value(), scope.log().size());
}

TEST(GovernanceCheckpoint, WhosePagesAreDamagedOrMissingCostsTimeOnly) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  lived.decide(model::ResolutionAction{});
  scope.checkpoint();
  const ipld::Digest hash = scope.governance().state_hash();
  const auto whole = scope.store().pairs;
  const std::vector<Bytes> pages = lived.page_keys();
  ASSERT_EQ(pages.size(), 2U);
  // The page of the newest, which the one before does not need; then that of both.
  for (std::size_t page = pages.size(); page-- > 0;) {
    for (const bool missing : {false, true}) {
      SCOPED_TRACE(page);
      scope.store().pairs = whole;
      if (missing) scope.store().pairs.erase(pages[page]);
      if (!missing) scope.store().pairs[pages[page]][20] ^= 1;
      ASSERT_TRUE(scope.reopen());
      EXPECT_EQ(scope.governance().state_hash(), hash);
      EXPECT_EQ(scope.governance().log_since_checkpoint() == scope.log().size(), page == 0);
      EXPECT_TRUE(verify_log(scope.store(), scope.genesis(), hash));
      scope.checkpoint();
      ASSERT_TRUE(scope.reopen());
      EXPECT_EQ(scope.governance().log_since_checkpoint(), 0U);
      EXPECT_EQ(scope.governance().state_hash(), hash);
      EXPECT_EQ(lived.page_keys().size(), page == 0 ? 1U : 2U) << "damaged ones are replaced";
    }
  }
}

// Releases before had all proposals in the checkpoint itself.
TEST(GovernanceCheckpoint, OfAnEarlierVersionIsReplaced) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  for (const Bytes& page : lived.page_keys()) scope.store().pairs.erase(page);
  Bytes& stored = scope.store().pairs[lived.checkpoint_keys()[0]];
  stored[0] = 1;
  const ipld::Digest sum = ipld::sha256(ByteView(stored).first(stored.size() - kSumBytes));
  std::copy(sum.begin(), sum.end(), stored.end() - kSumBytes);
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().log_since_checkpoint(), scope.log().size());
  scope.checkpoint();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 0U);
}

TEST(Governance, DerivesAResultOnceHoweverOftenItIsDraftedAndApplied) {
  Lived lived;
  Assembly& scope = lived.scope;
  ASSERT_TRUE(scope.vote(lived.open, "alice", VoteChoice::yes));
  ASSERT_TRUE(scope.vote(lived.open, "carol", VoteChoice::yes));
  const std::uint64_t before = scope.governance().derivations();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(scope.governance().draft(Step::close, lived.open, scope.now));
  ASSERT_TRUE(scope.step(Step::close, lived.open));
  EXPECT_EQ(scope.governance().derivations(), before + 1);
  // Not one that another entry overtook, nor that of another moment or step.
  scope.now.value += 5'000;
  ASSERT_TRUE(scope.governance().draft(Step::execute, lived.open, scope.now));
  ASSERT_TRUE(scope.delegate("alice", "bob"));
  ASSERT_TRUE(scope.step(Step::execute, lived.open));
  EXPECT_EQ(scope.governance().derivations(), before + 3);
}

TEST(GovernanceCheckpoint, OfALaterVersionIsLeftOut) {
  Lived lived;
  lived.scope.checkpoint();
  lived.scope.store().pairs[lived.checkpoint_keys()[0]][0] = 200;
  ASSERT_TRUE(lived.scope.reopen());
  EXPECT_EQ(lived.scope.governance().log_since_checkpoint(), lived.scope.log().size());
}

// A checkpoint must not hide that the log lost entries, or is another one.
TEST(GovernanceCheckpoint, OfEntriesThatTheLogLacksIsRefused) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  const auto pairs = scope.store().pairs;
  const Bytes last = model::key_of(model::keys::kScopeLog, scope.log().size());
  scope.store().pairs.erase(last);
  EXPECT_EQ(Governance::open(scope.store(), scope.genesis()).error().code, ErrorCode::corrupted);
  scope.store().pairs = pairs;
  scope.store().pairs[last] = scope.log()[1].to_bytes();
  EXPECT_EQ(Governance::open(scope.store(), scope.genesis()).error().code, ErrorCode::corrupted);
  scope.store().pairs = pairs;
  const auto elsewhere = Governance::open(scope.store(), scope_of({"alice"}));
  EXPECT_EQ(elsewhere.error().code, ErrorCode::corrupted) << "of another scope";
}

// With some bytes changed and the checksum made right again: what opens differently, the verification of the log finds.
TEST(GovernanceCheckpoint, ThatSaysSomethingElseIsFound) {
  Lived lived;
  Assembly& scope = lived.scope;
  scope.checkpoint();
  const Bytes key = lived.checkpoint_keys()[0];
  const Bytes good = scope.store().pairs[key];
  std::size_t opened_differently = 0;
  for (std::size_t at = 1; at + kSumBytes < good.size(); at += 29) {
    Bytes forged = good;
    forged[at] ^= 1;
    const ipld::Digest sum = ipld::sha256(ByteView(forged).first(good.size() - kSumBytes));
    std::copy(sum.begin(), sum.end(), forged.end() - kSumBytes);
    scope.store().pairs[key] = forged;
    const auto governance = Governance::open(scope.store(), scope.genesis());
    if (!governance || (*governance)->make_checkpoint().bytes == good) continue;
    ++opened_differently;
    ASSERT_FALSE(verify_log(scope.store(), scope.genesis(), (*governance)->state_hash())) << at;
  }
  EXPECT_GT(opened_differently, 10U);
}

TEST(GovernanceCheckpoint, DoesNotGrowWithTheMembersOfTheGenesis) {
  model::Genesis genesis;
  genesis.name = "Large";
  genesis.clerk = testing::did_named("clerk");
  std::vector<model::Member> members{{testing::did_named("alice"), genesis.clerk}};
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    Bytes seed;
    append_be64(seed, i);
    members.push_back({model::Did::of_key(ipld::sha256(seed)), genesis.clerk});
  }
  std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return a.did < b.did; });
  Assembly scope({genesis.to_block().cid, genesis, model::Parameters(), members});
  ASSERT_TRUE(scope.submit(scope.draft_proposal("alice", model::ResolutionAction{}), "alice"));
  EXPECT_LT(scope.governance().make_checkpoint().bytes.size(), 1'024U);
  scope.checkpoint();
  ASSERT_TRUE(scope.reopen());
  EXPECT_EQ(scope.governance().scope().active_count(), 20'001U);
  EXPECT_EQ(scope.governance().log_since_checkpoint(), 0U);
}

}  // namespace
}  // namespace icn::governance
