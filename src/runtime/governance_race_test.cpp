// Threads that execute, vote and close at once, and clocks that go forward and back, cause each effect once.
#include <thread>

#include "governance/refusals.hpp"
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;
constexpr std::uint64_t kYearMs = 365ULL * 86'400'000;

struct Races : HomeFixture {
  void found_three(std::map<std::string, std::string> rules) {
    for (std::uint8_t i = 0; i < 3; ++i) members.push_back(signer_of(static_cast<std::uint8_t>(20 + i)));
    Founding founding;
    founding.member = members[0]->did();
    for (std::size_t i = 1; i < 3; ++i) founding.others.push_back({members[i]->did(), services.signer->did()});
    founding.parameters = std::move(rules);
    node = NodeState::found(services, settings, founding).value();
  }
  Result<std::uint64_t> enter(std::size_t by, const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, members[by]->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  ipld::Cid propose_budget(std::uint64_t mana) {
    ProposalDraft made;
    made.proposer = members[0]->did();
    made.kind = model::ProposalKind::budget;
    made.actions = {model::BudgetAction{members[1]->did(), model::Mana{mana * kUnit}}};
    made.title = "A budget";
    const PreparedStatement prepared = prepare_proposal(*node, made).value();
    EXPECT_TRUE(enter(0, prepared));
    return model::body_of(prepared.statement).cid;
  }
  Result<std::uint64_t> vote(std::size_t by, const ipld::Cid& proposal) {
    return enter(by, prepare_vote(*node, members[by]->did(), proposal, model::VoteChoice::yes));
  }
  template <class F>
  static void at_once(std::size_t threads, const F& body) {
    std::vector<std::thread> all;
    for (std::size_t i = 0; i < threads; ++i) all.emplace_back([&body, i] { body(i); });
    for (std::thread& thread : all) thread.join();
  }
  std::uint64_t treasury() const { return of_system(model::SystemAccount::treasury).umana; }

  std::vector<std::shared_ptr<ports::Signer>> members;
};

TEST_F(Races, TwoExecutionsPayOnce) {
  found_three({{"timelock_secs", "10"}, {"vote_fee_mana", "0"}, {"proposal_fee_mana", "0"}});
  for (int round = 1; round <= 20; ++round) {
    const ipld::Cid proposal = propose_budget(7);
    for (const std::size_t by : {0U, 1U, 2U}) ASSERT_TRUE(vote(by, proposal));
    ASSERT_EQ(node->governance().find(proposal)->state, governance::ProposalState::timelock);
    const std::uint64_t before = treasury();
    const std::uint64_t position = node->scope().position();
    clock->now_ms += 10'000;
    std::atomic<int> done{0};
    at_once(8, [&](std::size_t i) {
      const auto result = i % 2 == 0 ? execute_proposal(*node, proposal, position)
                                     : advance_governance(*node).map([](const AdvanceReport&) {});
      if (result) {
        ++done;
        return;
      }
      EXPECT_EQ(result.error().rule, governance::rules::kAlreadyExecuted) << result.error().detail;
    });
    EXPECT_GE(done.load(), 1);
    EXPECT_EQ(node->governance().find(proposal)->state, governance::ProposalState::executed);
    EXPECT_EQ(before - treasury(), 7 * kUnit) << round;
    EXPECT_EQ(node->scope().position(), position + 1) << "one entry";
  }
  ASSERT_TRUE(verify_scope_log(*node));
  ASSERT_TRUE(audit_mana(*node));
}

TEST_F(Races, VotesFromManyThreadsCountOnceEach) {
  found_three({{"vote_fee_mana", "1"}, {"proposal_fee_mana", "0"}, {"timelock_secs", "10"}});
  const ipld::Cid proposal = propose_budget(7);
  const PreparedStatement ballot = prepare_vote(*node, members[1]->did(), proposal, model::VoteChoice::yes);
  const std::uint64_t before = available(model::AccountKey::of(members[1]->did())).umana;
  std::atomic<int> entered{0};
  at_once(8, [&](std::size_t) { entered += enter(1, ballot) ? 1 : 0; });
  EXPECT_EQ(entered.load(), 1) << "the same vote";
  EXPECT_EQ(before - available(model::AccountKey::of(members[1]->did())).umana, kUnit) << "one fee";
  EXPECT_EQ(node->governance().find(proposal)->tally.yes, 1U);
  ASSERT_TRUE(verify_scope_log(*node));
}

TEST_F(Races, AClockForwardAndBackEndsNothingTwice) {
  found_three({{"voting_secs", "100"}, {"vote_fee_mana", "0"}, {"proposal_fee_mana", "0"}, {"timelock_secs", "10"}});
  const ipld::Cid first = propose_budget(7);
  ASSERT_TRUE(vote(0, first));
  ASSERT_TRUE(vote(1, first));
  const std::uint64_t before = treasury();
  // Far ahead: the vote closes, and what is accepted may be too old to execute.
  clock->now_ms += 10 * kYearMs;
  ASSERT_TRUE(advance_governance(*node));
  const governance::ProposalInfo closed = *node->governance().find(first);
  EXPECT_NE(closed.state, governance::ProposalState::voting);
  clock->now_ms -= 11 * kYearMs;
  ASSERT_TRUE(advance_governance(*node));
  EXPECT_EQ(node->governance().find(first)->state, closed.state);
  EXPECT_EQ(vote(2, first).error().rule, governance::rules::kVotingClosed) << "the past is not open again";
  // The log's time never goes back, and life goes on.
  const ipld::Cid second = propose_budget(3);
  for (const std::size_t by : {0U, 1U, 2U}) ASSERT_TRUE(vote(by, second));
  EXPECT_GE(node->scope().time().value, closed.closes->value);
  clock->now_ms += 12 * kYearMs;
  ASSERT_TRUE(advance_governance(*node));
  const std::uint64_t paid = before - treasury();
  EXPECT_TRUE(paid % kUnit == 0 && paid <= 10 * kUnit) << paid;
  ASSERT_TRUE(verify_scope_log(*node));
  ASSERT_TRUE(audit_mana(*node));
  reopen();
  EXPECT_EQ(before - treasury(), paid);
}

}  // namespace
}  // namespace icn::runtime
