// A member spends no more at once and within a sliding window than its scope allows, and nothing from a frozen account,
// whose reserves still settle.
#include "runtime/mana_limits.hpp"

#include "runtime/detail/spending.hpp"
#include "runtime/governance.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct ManaLimitsOfMembers : HomeFixture {
  Result<void> spend(std::uint64_t mana) {
    Bytes id;
    append_be64(id, ++spends);
    return spend_mana(*node, member->did(), model::Mana{mana * kUnit}, id);
  }
  // What the only member decides takes effect at once.
  void decide(const std::string& name, const std::string& value) {
    ProposalDraft made;
    made.proposer = member->did();
    made.kind = model::ProposalKind::set;
    made.actions = {model::SetAction{{{name, value}}}};
    made.title = "A change";
    const PreparedStatement proposal = prepare_proposal(*node, made).value();
    ASSERT_TRUE(enter(proposal));
    ASSERT_TRUE(
        enter(prepare_vote(*node, member->did(), model::body_of(proposal.statement).cid, model::VoteChoice::yes)));
    ASSERT_EQ(node->scope().parameters().text(name), value);
  }
  Result<std::uint64_t> enter(const PreparedStatement& prepared) {
    const auto tag = model::tag_of(model::kind_of(prepared.statement));
    return admit_statement(*node, prepared, member->sign(tag, model::body_of(prepared.statement).cid).value());
  }
  std::uint64_t spends = 0;
};

TEST_F(ManaLimitsOfMembers, BoundOneOperation) {
  parameters = {{"spend_operation_max_mana", "5"}};
  found();
  EXPECT_TRUE(spend(5));
  const auto refused = spend(6);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "spend_operation_max_mana");
  EXPECT_EQ(refused.error().code, ErrorCode::limit_exceeded);
  // A job reserves its cost and its budget at once.
  JobDraft from = draft("output x\n");
  from.cost_mana = 3;
  from.spend_max = 2;
  EXPECT_EQ(run(from).record.phase, jobs::JobPhase::completed);
  from.spend_max = 3;
  EXPECT_EQ(submit_job(*node, request(from)).error().rule, "spend_operation_max_mana");
  EXPECT_EQ(executor->compilations(), 1U) << "refused before it is compiled";
  expect_all_settled();
}

TEST_F(ManaLimitsOfMembers, BoundAWindowThatSlides) {
  parameters = {{"spend_window_max_mana", "10"}, {"spend_window_secs", "150"}};
  found();
  EXPECT_EQ(spend(11).error().code, ErrorCode::limit_exceeded) << "no window has room for it";
  ASSERT_TRUE(spend(6));
  clock->now_ms += 70'000;
  ASSERT_TRUE(spend(4));
  const auto refused = spend(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "spend_window_max_mana");
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  // The 6 of the beginning leave after 150 s and less than a step of 10 s.
  const auto at = refused.error().detail.find("room for it in ");
  ASSERT_NE(at, std::string::npos) << refused.error().detail;
  const std::uint64_t wait = std::stoull(refused.error().detail.substr(at + 15));
  EXPECT_GE(wait, 80U);
  EXPECT_LE(wait, 91U);
  clock->now_ms += 79'000;
  EXPECT_EQ(spend(1).error().rule, "spend_window_max_mana") << "within 150 s of the 6";
  clock->now_ms += (wait - 79) * 1'000;
  EXPECT_TRUE(spend(6)) << "after the time that the refusal names";
  EXPECT_FALSE(spend(1));
  reopen();
  EXPECT_FALSE(spend(1)) << "a window outlives the process";
  clock->now_ms -= 1'000'000;
  EXPECT_FALSE(spend(1)) << "nor does a clock set back end it";
  clock->now_ms += 161'000;
  EXPECT_TRUE(spend(10)) << "and it locks out for no longer than a window";
}

// No window of this length, wherever it begins, holds more than the limit.
TEST_F(ManaLimitsOfMembers, HoldInEveryWindowOfTheirLength) {
  parameters = {{"spend_window_max_mana", "10"}, {"spend_window_secs", "60"}};
  found();
  std::vector<std::pair<std::uint64_t, std::uint64_t>> spent;
  std::uint64_t random = 1;
  for (int i = 0; i < 400; ++i) {
    random = random * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
    clock->now_ms += (random >> 33) % 9'000;
    const std::uint64_t mana = 1 + (random >> 60) % 4;
    if (spend(mana)) spent.emplace_back(clock->now_ms.load(), mana);
  }
  EXPECT_GT(spent.size(), 60U);
  for (std::size_t first = 0; first < spent.size(); ++first) {
    std::uint64_t sum = 0;
    for (std::size_t at = first; at < spent.size() && spent[at].first < spent[first].first + 60'000; ++at)
      sum += spent[at].second;
    ASSERT_LE(sum, 10U);
  }
}

TEST_F(ManaLimitsOfMembers, CountAnActOnceAndNoRefusal) {
  parameters = {{"spend_window_max_mana", "10"}};
  found();
  const Bytes id{1};
  for (int again = 0; again < 3; ++again) ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{6 * kUnit}, id));
  EXPECT_FALSE(spend(5));
  EXPECT_TRUE(spend(4)) << "neither the repetitions nor the refusal counted";
}

TEST_F(ManaLimitsOfMembers, LeaveVotesAlone) {
  parameters = {{"spend_operation_max_mana", "0"}, {"proposal_fee_mana", "0"}, {"vote_fee_mana", "1"}};
  found();
  EXPECT_EQ(spend(1).error().rule, "spend_operation_max_mana");
  decide("job_base_umana", "70000");
  decide("proposal_fee_mana", "2");
  ProposalDraft made;
  made.proposer = member->did();
  made.title = "A deposit";
  made.actions = {model::ResolutionAction{}};
  EXPECT_EQ(enter(prepare_proposal(*node, made).value()).error().rule, "spend_operation_max_mana");
}

TEST_F(ManaLimitsOfMembers, AFrozenAccountSpendsNothingAndWhatItReservedSettles) {
  parameters = {{"proposal_fee_mana", "0"}, {"vote_fee_mana", "1"}, {"free_vote_below_mana", "0"}};
  found();
  JobDraft from = draft("fuel 1000000\noutput x\n");
  from.spend_max = 7;
  const SubmitAnswer waiting = submit(from);
  const model::Mana before = of_member();
  decide("frozen_accounts", member->did().to_text());
  const model::Mana frozen = of_member();
  EXPECT_EQ(before.umana - frozen.umana, kUnit) << "the vote that froze it";
  EXPECT_EQ(spend(1).error().rule, "frozen_accounts");
  EXPECT_EQ(submit_job(*node, request(from)).error().rule, "frozen_accounts");
  // What it reserved pays for the run, and the rest returns.
  const JobReport report = execute_job(*node, waiting.id).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_GT(report.record.charged.umana, 0U);
  EXPECT_GT(of_member(), frozen);
  EXPECT_EQ(text_of(report.output), "x");
  expect_all_settled();
  // A fee never bars a member from voting: a frozen one votes for nothing.
  const model::Mana settled = of_member();
  decide("frozen_accounts", "");
  EXPECT_EQ(of_member(), settled);
  EXPECT_TRUE(spend(1));
}

TEST_F(ManaLimitsOfMembers, AFrozenAccountKeepsWhatItRegeneratedAndRegeneratesNothing) {
  parameters = {{"proposal_fee_mana", "0"}, {"vote_fee_mana", "0"}, {"mana_regeneration_umana_per_hour", "10000000"}};
  found();
  const auto held = [this] { return view_account(*node, member->did()).balance.posted.umana; };
  constexpr std::uint64_t kHourMs = 3'600'000;
  // A member without reputation regenerates a tenth of the rate.
  const std::uint64_t begin = held();
  clock->now_ms += 2 * kHourMs;
  EXPECT_EQ(held() - begin, 2 * kUnit);
  decide("frozen_accounts", member->did().to_text());
  EXPECT_EQ(held() - begin, 2 * kUnit) << "what it regenerated before";
  clock->now_ms += 50 * kHourMs;
  EXPECT_EQ(held() - begin, 2 * kUnit);
  decide("frozen_accounts", "");
  EXPECT_EQ(held() - begin, 2 * kUnit) << "nor afterwards for that time";
  clock->now_ms += kHourMs;
  EXPECT_EQ(held() - begin, 3 * kUnit);
  reopen();
  EXPECT_EQ(held() - begin, 3 * kUnit);
  EXPECT_TRUE(audit_mana(*node));
}

TEST_F(ManaLimitsOfMembers, AFrozenMembersRunningJobSubmitsNoOther) {
  parameters = {{"proposal_fee_mana", "0"}};
  found();
  const PreparedJob child = prepare_job(*node, draft("output child\n")).value();
  ASSERT_TRUE(node->dag_store().put(child.blocks));
  JobDraft from = draft("submit " + to_hex(child.body.bytes) + "\n");
  from.grants.add(model::Capability::submit);
  from.spend_max = 100;
  from.effects = model::EffectsMode::independent;
  const SubmitAnswer parent = submit(from);
  decide("frozen_accounts", member->did().to_text());
  const JobReport report = execute_job(*node, parent.id).value();
  ASSERT_EQ(report.record.effects_told.size(), 1U);
  EXPECT_NE(report.record.effects_told.front().find("has frozen the account"), std::string::npos);
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
