// Credits out of the treasury: exact, once, by delegates of the scope only and within its limit; what is refused leaves
// nothing. The scripted executor asks for effects that the host function would not let a guest ask for.
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;
using model::EffectsMode;

struct TreasuryCredits : HomeFixture {
  // `member` is the delegate; the account of signer 5 is kept by another node.
  void found_with(std::map<std::string, std::string> texts, std::uint64_t endowment = 1'000) {
    Founding founding;
    founding.member = member->did();
    for (const auto other : std::array<std::uint8_t, 2>{3, 4})
      founding.others.push_back({signer_of(other)->did(), services.signer->did()});
    founding.others.push_back({signer_of(5)->did(), signer_of(7)->did()});
    founding.parameters = std::move(texts);
    founding.operator_did = member->did();
    founding.endowment = model::Mana{endowment * kUnit};
    node = NodeState::found(services, settings, founding).value();
  }
  void found_usual(std::uint64_t endowment = 1'000) {
    found_with({{"treasury_delegates", member->did().to_text()},
                {"treasury_credit_window_max_mana", "100"},
                {"spend_window_secs", "150"},
                {"vote_fee_mana", "0"}},
               endowment);
  }
  static std::string credit(std::uint8_t to, std::uint64_t mana) {
    return "credit " + signer_of(to)->did().to_text() + " " + std::to_string(mana) + "\n";
  }
  JobDraft crediting(const std::string& script, EffectsMode mode = EffectsMode::independent) const {
    JobDraft out = draft(script);
    out.grants.add(model::Capability::treasury);
    out.effects = mode;
    return out;
  }
  // What became of the job's effects: the reasons of those that were not applied.
  std::string told(const JobDraft& from) {
    const JobReport report = run(from);
    EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
    std::string text;
    for (const std::string& one : report.record.effects_told) text += one + "; ";
    return text;
  }
  // Beyond the opening grant.
  std::uint64_t credited(std::uint8_t to) const {
    return (available(model::AccountKey::of(signer_of(to)->did())).umana - grant.umana) / kUnit;
  }
  std::uint64_t treasury() const { return of_system(model::SystemAccount::treasury).umana / kUnit; }
  // Executed by the votes of all members.
  void decide(model::Action action) {
    ProposalDraft made;
    made.proposer = member->did();
    made.kind = model::kind_of(action);
    made.actions = {std::move(action)};
    made.title = "A change";
    const PreparedStatement proposal = prepare_proposal(*node, made).value();
    const ipld::Cid id = model::body_of(proposal.statement).cid;
    enter(proposal, *member);
    for (const auto voter : std::array<std::uint8_t, 4>{2, 3, 4, 5})
      enter(prepare_vote(*node, signer_of(voter)->did(), id, model::VoteChoice::yes), *signer_of(voter));
    ASSERT_EQ(node->governance().find(id)->state, governance::ProposalState::executed);
  }
  void enter(const PreparedStatement& prepared, ports::Signer& by) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    const auto entered = admit_statement(*node, prepared, by.sign(tag, model::body_of(prepared.statement).cid).value());
    ASSERT_TRUE(entered) << entered.error().detail;
  }
};

TEST_F(TreasuryCredits, AreExactAndPostedOnce) {
  found_usual();
  EXPECT_EQ(told(crediting(credit(3, 5) + credit(4, 7) + credit(3, 1), EffectsMode::all_or_none)), "");
  EXPECT_EQ(treasury(), 987U);
  EXPECT_EQ(credited(3), 6U);
  EXPECT_EQ(credited(4), 7U);
  expect_all_settled();
  reopen();
  EXPECT_EQ(treasury(), 987U);
  // The job's observations say who was a delegate, so that every replay asks for the same.
  const jobs::JobRecord record = node->jobs().find_number(1).value().value();
  EXPECT_NE(describe_job(*node, record.id.to_text())->record.happenings.back().text.find("the treasury credited 13"),
            std::string::npos);
}

TEST_F(TreasuryCredits, NeedTheGrantOfTheMember) {
  found_usual();
  JobDraft without = crediting(credit(3, 5));
  without.grants = {};
  EXPECT_NE(told(without).find("not granted"), std::string::npos);
  EXPECT_EQ(treasury(), 1'000U);
}

TEST_F(TreasuryCredits, AreRefusedToOthersThanDelegates) {
  found_with({{"treasury_delegates", signer_of(3)->did().to_text()}, {"treasury_credit_window_max_mana", "100"}});
  EXPECT_NE(told(crediting(credit(4, 5))).find("is not a delegate"), std::string::npos);
  EXPECT_EQ(treasury(), 1'000U);
  expect_all_settled();
}

TEST_F(TreasuryCredits, ReachOtherMembersOfThisHomeOnly) {
  found_usual();
  EXPECT_NE(told(crediting(credit(2, 5))).find("other members only"), std::string::npos) << "itself";
  EXPECT_NE(told(crediting(credit(8, 5))).find("not an active member"), std::string::npos) << "a stranger";
  EXPECT_NE(told(crediting(credit(1, 5))).find("not an active member"), std::string::npos) << "the node";
  EXPECT_NE(told(crediting(credit(5, 5))).find("is kept by the node"), std::string::npos) << "of another home";
  EXPECT_EQ(treasury(), 1'000U);
  // One refused credit keeps back the others only where all or none are wanted.
  EXPECT_NE(told(crediting(credit(3, 5) + credit(8, 5), EffectsMode::all_or_none)), "");
  EXPECT_EQ(credited(3), 0U);
  EXPECT_NE(told(crediting(credit(8, 5) + credit(3, 5))), "");
  EXPECT_EQ(credited(3), 5U);
  expect_all_settled();
}

TEST_F(TreasuryCredits, StayWithinTheLimitOfEveryWindow) {
  found_usual();
  EXPECT_NE(told(crediting(credit(3, 101))).find("100"), std::string::npos);
  EXPECT_NE(told(crediting(credit(3, 60) + credit(4, 41), EffectsMode::all_or_none)), "");
  EXPECT_EQ(treasury(), 1'000U) << "a refusal counts nothing";
  EXPECT_EQ(told(crediting(credit(3, 60))), "");
  EXPECT_NE(told(crediting(credit(4, 30) + credit(4, 11))).find("There is room for it in"), std::string::npos);
  EXPECT_EQ(credited(4), 30U);
  reopen();
  EXPECT_NE(told(crediting(credit(4, 11))), "") << "the window outlives the process";
  clock->now_ms += 161'000;
  EXPECT_EQ(told(crediting(credit(4, 100))), "");
  EXPECT_EQ(treasury(), 810U);
  EXPECT_NE(told(crediting(credit(3, UINT64_MAX))), "");
  EXPECT_NE(told(crediting(credit(3, UINT64_MAX / kUnit) + credit(3, UINT64_MAX / kUnit))), "");
  expect_all_settled();
}

TEST_F(TreasuryCredits, NeverExceedTheTreasury) {
  found_usual(20);
  EXPECT_NE(told(crediting(credit(3, 15) + credit(4, 6))).find("the treasury has"), std::string::npos);
  EXPECT_EQ(credited(3), 15U);
  EXPECT_EQ(credited(4), 0U);
  EXPECT_EQ(treasury(), 5U);
  expect_all_settled();
}

TEST_F(TreasuryCredits, EndWithTheDecisionThatAllowedThem) {
  found_usual();
  SubmitRequest made = request(crediting(credit(3, 5)));
  made.start = StartMode::now;
  SubmitAnswer accepted = submit_job(*node, made).value();
  decide(model::SetAction{{{"treasury_delegates", ""}}});
  const JobReport report = execute_job(*node, accepted.id, {}, std::move(accepted.claim)).value();
  ASSERT_FALSE(report.record.effects_told.empty()) << "the rules at the settlement count";
  EXPECT_EQ(treasury(), 1'000U);
  decide(model::SetAction{{{"treasury_delegates", member->did().to_text()}}});
  EXPECT_EQ(told(crediting(credit(3, 5))), "");
  made = request(crediting(credit(3, 6)));
  made.start = StartMode::now;
  accepted = submit_job(*node, made).value();
  decide(model::SetAction{{{"frozen_accounts", member->did().to_text()}}});
  EXPECT_FALSE(execute_job(*node, accepted.id, {}, std::move(accepted.claim))->record.effects_told.empty());
  EXPECT_EQ(credited(3), 5U);
}

TEST_F(TreasuryCredits, AJobThatAJobSubmitsSharesTheWindow) {
  found_usual();
  const PreparedJob child = prepare_job(*node, crediting(credit(3, 50))).value();
  ASSERT_TRUE(node->dag_store().put(child.blocks));
  JobDraft parent = crediting(credit(3, 60) + "submit " + to_hex(child.body.bytes) + "\n");
  parent.grants.add(model::Capability::submit);
  parent.spend_max = 100;
  EXPECT_EQ(told(parent), "");
  const JobReport report = execute_job(*node, child.id()).value();
  EXPECT_FALSE(report.record.effects_told.empty()) << "50 are more than the 40 left";
  EXPECT_EQ(treasury(), 940U);
  parent.grants = {};
  parent.grants.add(model::Capability::submit);
  EXPECT_NE(told(parent).find("cannot grant more"), std::string::npos);
  expect_all_settled();
}

TEST_F(TreasuryCredits, AnEmbedderCreditsAsItsOwnIdentityAndOnce) {
  found_usual();
  const model::Did other = signer_of(3)->did();
  const Bytes id{1};
  for (int again = 0; again < 3; ++again)
    ASSERT_TRUE(credit_mana(*node, member->did(), other, model::Mana{60 * kUnit}, id));
  EXPECT_EQ(credited(3), 60U);
  const auto refused = [&](const model::Did& by, const model::Did& to, std::uint64_t umana) {
    const auto credited = credit_mana(*node, by, to, model::Mana{umana}, Bytes{2});
    return credited ? std::string("credited") : credited.error().rule;
  };
  EXPECT_EQ(refused(member->did(), other, 41 * kUnit), "treasury_credit_window_max_mana");
  EXPECT_EQ(refused(other, signer_of(4)->did(), 1), "treasury_delegates");
  EXPECT_EQ(refused(member->did(), member->did(), 1), "own_credit");
  EXPECT_EQ(refused(member->did(), signer_of(8)->did(), 1), "not_a_member");
  EXPECT_EQ(refused(member->did(), signer_of(5)->did(), 1), "other_home");
  EXPECT_EQ(refused(member->did(), other, 40 * kUnit), "credited");
  EXPECT_EQ(treasury(), 900U);
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
