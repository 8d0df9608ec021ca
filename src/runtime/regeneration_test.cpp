// Goal: a home's members regenerate by the scope's parameters and their reputation: what is due can be spent at once,
// the journal has it before anything that depends on it, and nothing else changes.
#include "model/transfer_codes.hpp"
#include "runtime/statement.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kMinuteMs = 60'000;

struct Regenerating : HomeFixture {
  Regenerating() {
    // 10 mana a minute at reputation 100, so one at reputation 0.
    parameters["mana_regeneration_umana_per_hour"] = "600000000";
    parameters["mana_max_capacity"] = "1100";
  }
  void pass(std::uint64_t minutes) { clock->now_ms += minutes * kMinuteMs; }
  AccountView view() const { return view_account(*node, member->did()); }
  std::uint64_t due_mana() const { return view().due.umana / model::Mana::kUnit; }
  Result<void> spend(std::uint64_t mana, const std::string& id) {
    return spend_mana(*node, member->did(), model::Mana{mana * model::Mana::kUnit}, view_of(id));
  }
  std::vector<economy::JournalEntry> journal() const {
    return mana_history(*node, model::AccountKey::of(member->did()), 0, 1'000)->entries;
  }
};

TEST_F(HomeFixture, WithoutTheParameterNothingRegenerates) {
  found();
  clock->now_ms += 1'000 * kMinuteMs;
  EXPECT_EQ(view_account(*node, member->did()).due.umana, 0U);
  EXPECT_EQ(view_account(*node, member->did()).balance.available(), grant);
  const Result<void> refused = spend_mana(*node, member->did(), model::Mana{grant.umana + 1}, view_of("x"));
  EXPECT_TRUE(refused.error().detail.ends_with("nothing changed")) << refused.error().detail;
}

TEST_F(Regenerating, WhatIsDueIsShownAndSpentAndThenInTheJournal) {
  found();
  EXPECT_EQ(due_mana(), 0U);
  pass(30);
  EXPECT_EQ(due_mana(), 30U);
  EXPECT_EQ(view().balance.available().whole_floor(), 1'030U);
  EXPECT_EQ(of_member(), grant) << "a read posts nothing";
  reopen();
  EXPECT_EQ(due_mana(), 30U);
  ASSERT_TRUE(spend(1'025, "a"));
  EXPECT_EQ(of_member().whole_floor(), 5U);
  EXPECT_EQ(due_mana(), 0U);
  const auto entries = journal();
  ASSERT_EQ(entries.size(), 4U) << "grant; the beginning, the accrual and the expense";
  EXPECT_EQ(entries[1].transfer.code, model::TransferCode::regeneration);
  EXPECT_EQ(entries[1].transfer.amount.umana, 0U);
  EXPECT_EQ(entries[2].transfer.amount.whole_floor(), 30U);
  EXPECT_EQ(entries[3].sequence, entries[2].sequence) << "one record";
  // A repeat is the same answer, and accrues nothing.
  pass(5);
  ASSERT_TRUE(spend(1'025, "a"));
  EXPECT_EQ(journal().size(), 4U);
  expect_all_settled();
}

TEST_F(Regenerating, ARefusalSaysWhenItSufficesOrThatItNeverWill) {
  found();
  EXPECT_TRUE(spend(1'010, "a").error().detail.ends_with("Regeneration makes up for that in 10 min 0 s."));
  EXPECT_TRUE(spend(1'101, "b").error().detail.ends_with("Regeneration alone never makes up for that."));
  JobDraft large = draft("output x\n");
  large.cost_mana = 1'020;
  const Result<SubmitAnswer> refused = submit_job(*node, request(large));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::insufficient_mana);
  EXPECT_TRUE(refused.error().detail.ends_with("in 20 min 0 s. Nothing was charged.")) << refused.error().detail;
  pass(20);
  const auto accepted = submit_job(*node, request(large));
  ASSERT_TRUE(accepted) << accepted.error().detail;
  ASSERT_TRUE(cancel_job(*node, accepted->id));
  EXPECT_EQ(of_member().whole_floor(), 1'020U);
}

TEST_F(Regenerating, TheCapBoundsRegenerationAndReservesCountAsHeld) {
  found();
  pass(10'000);
  EXPECT_EQ(due_mana(), 100U);
  JobDraft job = draft("output x\n");
  job.cost_mana = 700;
  const SubmitAnswer held = submit(job);
  pass(5);
  EXPECT_EQ(due_mana(), 0U) << "the reserve is still the member's";
  ASSERT_TRUE(cancel_job(*node, held.id));
  EXPECT_EQ(of_member().whole_floor(), 1'100U);
  pass(10);
  ASSERT_TRUE(spend(100, "a"));
  EXPECT_EQ(due_mana(), 0U) << "the time at the cap does not count later";
  pass(7);
  EXPECT_EQ(due_mana(), 7U);
}

TEST_F(Regenerating, WhatWasEarnedBeforeAChangeOfReputationKeepsItsRate) {
  parameters["reputation_submission_micro_points"] = "200000000";
  parameters["reputation_pair_points_per_day_max"] = "1000";
  parameters["mana_max_capacity"] = "100000";
  found();
  pass(10);
  run(draft("fuel 1000000\noutput x\n"));
  EXPECT_GE(view().reputation.points_floor(), 200U);
  EXPECT_EQ(due_mana(), 0U) << "posted with the job";
  pass(10);
  EXPECT_EQ(due_mana(), 200U);
  std::uint64_t regenerated = 0;
  for (const economy::JournalEntry& entry : journal()) {
    if (entry.transfer.code == model::TransferCode::regeneration) regenerated += entry.transfer.amount.umana;
  }
  EXPECT_EQ(regenerated, 10 * model::Mana::kUnit);
  expect_all_settled();
}

TEST_F(Regenerating, OnlyMembersRegenerateAndOnlyAtTheirHome) {
  Founding founding;
  founding.member = member->did();
  founding.operator_did = signer_of(9)->did();
  founding.parameters = parameters;
  founding.others = {{signer_of(3)->did(), signer_of(1)->did()}, {signer_of(4)->did(), signer_of(7)->did()}};
  node = NodeState::found(services, settings, founding).value();
  pass(10);
  const auto due = [&](std::uint8_t number) { return view_account(*node, signer_of(number)->did()).due.whole_floor(); };
  EXPECT_EQ(due(2), 10U);
  EXPECT_EQ(due(3), 10U);
  EXPECT_EQ(due(4), 0U) << "of another home";
  EXPECT_EQ(due(1), 0U) << "the node is not a member";
  EXPECT_EQ(due(8), 0U) << "a stranger";
}

TEST_F(Regenerating, AClockThatJumpsTakesNothingAndGrantsAtMostTheCap) {
  found();
  pass(10);
  const std::uint64_t now = clock->now_ms;
  clock->now_ms = 0;
  EXPECT_EQ(due_mana(), 0U);
  ASSERT_TRUE(spend(1, "a"));
  EXPECT_EQ(of_member().whole_floor(), 999U);
  clock->now_ms = now;
  EXPECT_EQ(due_mana(), 10U);
  clock->now_ms = UINT64_MAX;
  EXPECT_EQ(view().balance.available().whole_floor(), 1'100U);
  ASSERT_TRUE(spend(1, "b"));
  clock->now_ms = now;
  EXPECT_EQ(due_mana(), 0U);
  EXPECT_EQ(of_member().whole_floor(), 1'099U);
  expect_all_settled();
}

TEST_F(Regenerating, TheStatementEndsAtWhatIsAvailable) {
  found();
  pass(10);
  ASSERT_TRUE(spend(5, "a"));
  pass(20);
  const SubmitAnswer held = submit(draft("output x\n"));
  pass(3);
  const StatementPage page = mana_statement(*node, member->did(), {}, 50).value();
  std::vector<std::string> what;
  std::uint64_t balance = 0;
  for (const StatementRow& row : page.rows) {
    what.emplace_back(row.what);
    balance = balance + row.in.umana - row.out.umana;
    EXPECT_EQ(row.balance.umana, balance) << row.what;
  }
  EXPECT_EQ(what, (std::vector<std::string>{"grant", "regeneration", "fee", "regeneration", "due", "held"}));
  EXPECT_EQ(page.rows.back().balance, view().balance.available());
  EXPECT_EQ(page.rows[4].in.whole_floor(), 3U);
}

TEST_F(Regenerating, AJobSeesWhatItsSubmitterCanSpend) {
  found();
  pass(30);
  JobDraft job = draft("output x\n");
  job.reads = {model::ReadKey{model::ReadKind::account, member->did().to_text()}};
  const Simulation simulated = simulate_job(*node, job, {}).value();
  EXPECT_EQ(simulated.available.whole_floor(), 1'030U);
  const JobReport report = run(job);
  const auto order = node->dag_store().get(report.record.order);
  ASSERT_TRUE(order);
  const auto observations = node->dag_store().get(model::Order::from_bytes(order->bytes)->observations);
  ASSERT_TRUE(observations);
  const auto seen = model::Observations::from_bytes(observations->bytes);
  ASSERT_TRUE(seen);
  const model::ObservedValue* const account = seen->find({model::ReadKind::account, member->did().to_text()});
  ASSERT_NE(account, nullptr);
  EXPECT_EQ(*account, model::ObservedValue(std::uint64_t{1'030}));
}

}  // namespace
}  // namespace icn::runtime
