// Jobs that jobs submit: the balances that they see, the depth of their chain, and the cost of many of them.
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct Children : HomeFixture {
  JobDraft small(const std::string& script) const {
    JobDraft from = draft(script);
    from.fuel = 1'000'000;
    return from;
  }
  JobDraft parent(const std::string& script, std::uint64_t spend_max) const {
    JobDraft from = small(script);
    from.spend_max = spend_max;
    from.grants.add(model::Capability::spend);
    from.grants.add(model::Capability::submit);
    return from;
  }
  // A body that a guest of `member` may submit.
  PreparedJob child(const JobDraft& from) {
    PreparedJob prepared = prepare_job(*node, from).value();
    EXPECT_TRUE(node->dag_store().put(prepared.blocks));
    return prepared;
  }
  static std::string submit_line(const PreparedJob& prepared) { return "submit " + to_hex(prepared.body.bytes) + "\n"; }
  static JobDraft with_effects(JobDraft from, std::uint64_t effects) {
    from.limits.values[*model::find_limit("max_effects")] = effects;
    from.effects = model::EffectsMode::independent;
    return from;
  }
};

TEST_F(Children, ThousandsThatAreRefusedWithLongReasonsLeaveABoundedRecord) {
  found();
  PreparedJob demanding = child(small("output child\n"));
  demanding.job.required_capabilities = {std::string(4'000, 'x')};
  demanding.body = demanding.job.to_block();
  const JobReport report = run(with_effects(parent("repeat 4200\n" + submit_line(demanding), 10), model::kEffectsMax));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_GT(report.record.charged.umana, 0U);
  ASSERT_EQ(report.record.effects_told.size(), jobs::kEffectsToldMax);
  EXPECT_EQ(report.record.effects_told.back(), "4137 more effects were not applied");
  EXPECT_LT(report.record.story_bytes().size(), 300'000U);
  // The node keeps working and reads all of it again.
  reopen();
  EXPECT_EQ(node->jobs().find(report.record.id)->value().effects_told, report.record.effects_told);
  EXPECT_EQ(run(small("output other\n")).record.phase, jobs::JobPhase::completed);
  expect_all_settled();
}

TEST_F(Children, AsManyEffectsAsALimitAllowsAreSettledTogether) {
  grant = model::Mana{20'000 * kUnit};
  found();
  const std::string spends =
      "repeat " + std::to_string(model::kEffectsMax) + "\nspend " + member->did().to_text() + " 1\n";
  const JobReport report = run(with_effects(parent(spends, model::kEffectsMax), model::kEffectsMax));
  EXPECT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  EXPECT_EQ(report.record.budget_spent.umana, model::kEffectsMax * kUnit);
  EXPECT_EQ(of_system(model::SystemAccount::fees).umana, model::kEffectsMax * kUnit);
  reopen();
  expect_all_settled();
}

TEST_F(Children, AChainOfJobsIsNoLongerThanItsReceiptsCanBeVerified) {
  found();
  constexpr std::size_t kChain = 16;  // jobs above the last one that is accepted
  std::vector<PreparedJob> jobs{child(parent("output end\n", 0))};
  while (jobs.size() < kChain + 1) {
    const std::uint64_t costs = jobs.back().job.cost_mana + jobs.back().job.spend_max;
    jobs.push_back(child(parent(submit_line(jobs.back()), costs)));
  }
  const std::uint64_t costs = jobs.back().job.cost_mana + jobs.back().job.spend_max;
  const JobReport first = run(parent(submit_line(jobs.back()), costs));
  EXPECT_TRUE(first.record.effects_told.empty()) << first.record.effects_told.front();
  for (std::size_t depth = 1; depth < kChain; ++depth) {
    const JobReport report = execute_job(*node, jobs[kChain + 1 - depth].id()).value();
    EXPECT_TRUE(report.record.effects_told.empty()) << depth << report.record.effects_told.front();
    EXPECT_TRUE(verify_receipt(*node, *report.record.receipt));
  }
  const JobReport last = execute_job(*node, jobs[1].id()).value();
  EXPECT_TRUE(verify_receipt(*node, *last.record.receipt));
  ASSERT_EQ(last.record.effects_told.size(), 2U);
  EXPECT_NE(last.record.effects_told.front().find("16 jobs submitted each other"), std::string::npos)
      << last.record.effects_told.front();
  EXPECT_FALSE(node->jobs().find(jobs[0].id()).value());
  expect_all_settled();
}

TEST_F(Children, AChildSeesTheBalanceThatTheSettlementOfItsParentLeaves) {
  found();
  JobDraft reader = small("observe account:" + member->did().to_text() + "\n");
  const PreparedJob one = child(reader);
  const PreparedJob two = child(reader);
  // The parent reserves nearly the whole balance while it runs.
  const JobReport outer = run(parent(submit_line(one) + submit_line(two), 990));
  ASSERT_TRUE(outer.record.effects_told.empty()) << outer.record.effects_told.front();
  const model::Mana before{1'000 * kUnit - outer.record.charged.umana};
  const jobs::JobRecord first = node->jobs().find(one.id()).value().value();
  EXPECT_EQ(text_of(execute_job(*node, one.id())->output), std::to_string(before.whole_floor()));
  const model::Mana then{before.umana - first.reserve.umana};
  EXPECT_EQ(text_of(execute_job(*node, two.id())->output), std::to_string(then.whole_floor()));
  expect_all_settled();
}

TEST_F(Children, SeveralChildrenShareWhatTheTreasuryHasForDiscounts) {
  // Room for the discount of one child and half the discount of another.
  parameters["discount_budget_umana"] = "15000";
  found();
  for (int i = 0; i < 10; ++i) {
    if (i % 4 == 0) clock->now_ms += 86'400'000;
    ASSERT_EQ(run(small("output x\n")).record.phase, jobs::JobPhase::completed);
  }
  ASSERT_EQ(node->reputation().score(member->did()).points_floor(), 1U);
  JobDraft cheap = small("output child\n");
  const PreparedJob one = child(cheap);
  const PreparedJob two = child(cheap);
  const PreparedJob three = child(cheap);
  const JobReport outer = run(parent(submit_line(one) + submit_line(two) + submit_line(three), 100));
  ASSERT_TRUE(outer.record.effects_told.empty()) << outer.record.effects_told.front();
  std::uint64_t discounts = 0;
  for (const PreparedJob* job : {&one, &two, &three})
    discounts += node->jobs().find(job->id()).value().value().discount.umana;
  EXPECT_EQ(discounts, 15'000U);
  for (const PreparedJob* job : {&one, &two, &three}) ASSERT_TRUE(execute_job(*node, job->id()));
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
