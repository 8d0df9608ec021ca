// Effects of jobs: budgets, all_or_none, jobs that submit jobs, and the state after a failed job.
#include "runtime/testing/home_fixture.hpp"
#include "stores/incarnation.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct Effects : HomeFixture {
  Effects() { found(); }

  JobDraft spender(const std::string& script) const {
    JobDraft from = draft(script);
    from.spend_max = 10;
    from.grants.add(model::Capability::spend);
    from.grants.add(model::Capability::submit);
    from.grants.add(model::Capability::anchor);
    return from;
  }
  std::string spend(std::uint64_t amount) const {
    return "spend " + member->did().to_text() + " " + std::to_string(amount) + "\n";
  }
  // A body that a guest of `member` may submit.
  PreparedJob child(const std::string& script) {
    JobDraft from = draft(script);
    PreparedJob prepared = prepare_job(*node, from).value();
    EXPECT_TRUE(node->dag_store().put(prepared.blocks));
    return prepared;
  }
  static std::string submit_line(const PreparedJob& prepared) { return "submit " + to_hex(prepared.body.bytes) + "\n"; }
};

TEST_F(Effects, WhatAJobSpendsGoesFromItsBudgetToTheFees) {
  const JobReport report = run(spender(spend(3) + spend(4)));
  EXPECT_EQ(report.record.budget_spent.umana, 7 * kUnit);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 7 * kUnit);
  EXPECT_EQ(of_member().umana, 1'000 * kUnit - 7 * kUnit - report.record.charged.umana);
  EXPECT_TRUE(report.record.effects_told.empty());
  expect_all_settled();
}

TEST_F(Effects, AFailedJobChangesNothingButItsCharge) {
  const JobReport report = run(spender(spend(3) + "trap 1\n"));
  EXPECT_EQ(report.record.budget_spent.umana, 0U);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 0U);
  EXPECT_EQ(of_member().umana, 1'000 * kUnit - report.record.charged.umana);
  expect_all_settled();
}

TEST_F(Effects, OneEffectThatCannotBeAppliedDropsAllOfThemAndIsTold) {
  const JobReport report = run(spender(spend(3) + "credit " + member->did().to_text() + " 5\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 0U);
  ASSERT_EQ(report.record.effects_told.size(), 2U);
  EXPECT_NE(report.record.effects_told[0].find("out of the treasury"), std::string::npos);
  expect_all_settled();
}

TEST_F(Effects, IndependentEffectsStandAlone) {
  JobDraft from = spender(spend(3) + "credit " + member->did().to_text() + " 5\n");
  from.effects = model::EffectsMode::independent;
  const JobReport report = run(from);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 3 * kUnit);
  EXPECT_EQ(report.record.effects_told.size(), 1U);
  expect_all_settled();
}

TEST_F(Effects, SpendingBeyondTheBudgetAppliesNothing) {
  const JobReport report = run(spender(spend(6) + spend(5)));
  EXPECT_EQ(report.record.budget_spent.umana, 0U);
  EXPECT_FALSE(report.record.effects_told.empty());
  EXPECT_EQ(of_member().umana, 1'000 * kUnit - report.record.charged.umana);
  expect_all_settled();
}

TEST_F(Effects, AJobSubmitsAnotherWhichIsPaidFromItsBudget) {
  const PreparedJob inner = child("fuel 1000\noutput inner\n");
  const JobReport outer = run(spender(submit_line(inner)));
  ASSERT_TRUE(outer.record.effects_told.empty()) << outer.record.effects_told.front();
  const jobs::JobRecord waiting = node->jobs().find(inner.id()).value().value();
  EXPECT_EQ(waiting.phase, jobs::JobPhase::submitted);
  EXPECT_EQ(waiting.parent, outer.record.id);
  EXPECT_EQ(outer.record.budget_passed_on, waiting.reserve);
  const JobReport done = execute_job(*node, inner.id()).value();
  EXPECT_EQ(done.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(text_of(done.output), "inner");
  expect_all_settled();
  // The receipt of the outer job is its authority.
  const auto verified = verify_receipt(*node, *done.record.receipt);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->held.back().what, "submitted by job");
}

TEST_F(Effects, EveryOrderNamesTheIncarnationAlsoThatOfAJobWhichAJobSubmits) {
  const auto incarnation_of = [&](const model::JobId& id) {
    return describe_job(*node, id.to_text())->order->incarnation;
  };
  const PreparedJob before = child("output before\n");
  const JobReport first = run(spender(submit_line(before)));
  EXPECT_EQ(incarnation_of(first.record.id), 1U);
  EXPECT_EQ(incarnation_of(before.id()), 1U);
  node.reset();
  ports::Batch batch;
  stores::begin_incarnation({}, {{1}, {2}}, batch);
  ASSERT_TRUE(services.state_store->commit({&batch, 1}));
  node = NodeState::open(services, settings).value();
  const PreparedJob after = child("output after\n");
  const JobReport second = run(spender(submit_line(after)));
  EXPECT_EQ(incarnation_of(second.record.id), 2U);
  EXPECT_EQ(incarnation_of(after.id()), 2U);
  EXPECT_EQ(incarnation_of(first.record.id), 1U);
}

TEST_F(Effects, AChildWhoseResultsHaveNoRoomIsRefused) {
  const PreparedJob inner = child("output inner\n");
  settings.dag_quota = {32ULL << 20, 0};
  reopen();
  const JobReport outer = run(spender(submit_line(inner)));
  ASSERT_FALSE(outer.record.effects_told.empty());
  EXPECT_NE(outer.record.effects_told[0].find("quota of 32 MiB"), std::string::npos) << outer.record.effects_told[0];
  EXPECT_FALSE(node->jobs().find(inner.id()).value());
  EXPECT_EQ(node->jobs().open_result_bytes(), 0U);
}

TEST_F(Effects, AJobCannotSubmitBeyondItsBudget) {
  const PreparedJob inner = child("output inner\n");
  JobDraft from = spender(spend(9) + submit_line(inner));
  const JobReport outer = run(from);
  EXPECT_FALSE(outer.record.effects_told.empty());
  EXPECT_FALSE(node->jobs().find(inner.id()).value());
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, 0U);
  expect_all_settled();
}

TEST_F(Effects, TheSameJobSubmittedTwiceByOneRunIsRefused) {
  const PreparedJob inner = child("output inner\n");
  const JobReport outer = run(spender(submit_line(inner) + submit_line(inner)));
  EXPECT_FALSE(outer.record.effects_told.empty());
  EXPECT_FALSE(node->jobs().find(inner.id()).value());
  expect_all_settled();
}

TEST_F(Effects, AJobThatThisNodeWouldNotRunIsNotSubmittedByAnotherEither) {
  const PreparedJob inner = child("output inner\n");
  const auto told_of = [&](const std::function<void(model::Job&)>& demand) {
    PreparedJob demanding = inner;
    demand(demanding.job);
    demanding.body = demanding.job.to_block();
    const JobReport outer = run(spender(submit_line(demanding)));
    EXPECT_FALSE(node->jobs().find(demanding.id()).value());
    EXPECT_EQ(outer.record.budget_passed_on.umana, 0U);
    return outer.record.effects_told.empty() ? std::string() : outer.record.effects_told.front();
  };
  EXPECT_NE(told_of([](model::Job& job) { job.resources.cpu_cores = 5; }).find("5 CPU cores"), std::string::npos);
  EXPECT_NE(told_of([](model::Job& job) { job.required_capabilities = {"gpu"}; }).find("'gpu'"), std::string::npos);
  EXPECT_NE(told_of([](model::Job& job) { job.federations = {"north"}; }).find("federations"), std::string::npos);
  EXPECT_NE(told_of([](model::Job& job) { job.min_executor_reputation = 500; }).find("500"), std::string::npos);
  expect_all_settled();
}

TEST_F(Effects, ABlockThatAJobPutsIsStored) {
  ASSERT_EQ(run(draft("put 616263\n")).record.phase, jobs::JobPhase::completed);
  EXPECT_TRUE(node->dag_store().has(ipld::Cid::of(ipld::Codec::raw, view_of("abc"))).value());
  ASSERT_EQ(run(draft("put 646566\ntrap 1\n")).record.phase, jobs::JobPhase::failed);
  EXPECT_FALSE(node->dag_store().has(ipld::Cid::of(ipld::Codec::raw, view_of("def"))).value());
}

}  // namespace
}  // namespace icn::runtime
