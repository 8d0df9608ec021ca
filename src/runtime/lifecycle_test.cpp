// The life of a job: accepted, run, settled; and every way in which it can end.
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kUnit = model::Mana::kUnit;

struct Lifecycle : HomeFixture {
  // Ten settled jobs at 0.1 each; a pair earns at most 5 points a day, of which a job takes 1.1.
  void earn_one_point() {
    constexpr std::uint64_t kDayMs = 86'400'000;
    for (int i = 0; i < 10; ++i) {
      if (i % 4 == 0) clock->now_ms += kDayMs;
      ASSERT_EQ(run(draft("fuel 7\n")).record.treasury_charged.umana, 0U);
    }
    ASSERT_EQ(node->reputation().score(member->did()).points_floor(), 1U);
  }
};

TEST_F(Lifecycle, AJobRunsToItsEndAndItsPriceGoesFromTheMemberToTheNode) {
  found();
  JobDraft from = draft("fuel 500000000\noutput hello\nexit 0\n");
  const JobReport report = run(from);
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(text_of(report.output), "hello");
  EXPECT_EQ(report.record.fuel_used, 500'000'000U);
  // A run with half the fuel limit and one page of 160 costs the base, half the fuel price, and that page.
  const std::uint64_t base = report.record.base.umana;
  EXPECT_EQ(report.record.bid.umana, base + 160 * 100 + kUnit);
  EXPECT_EQ(report.record.pay.umana, base + 100 + kUnit / 2);
  EXPECT_EQ(report.record.charged, report.record.pay);
  EXPECT_EQ(of_node(), report.record.pay);
  EXPECT_EQ(of_member().umana, 1'000 * kUnit - report.record.pay.umana);
  expect_all_settled();
}

TEST_F(Lifecycle, MemoryIsReservedByItsLimitAndPaidByItsPeak) {
  parameters["job_memory_page_umana"] = "1000";
  found();
  JobDraft from = draft("fuel 0\npages 17\n");
  from.limits.values[*model::find_limit("max_memory_pages")] = 200;
  const JobReport report = run(from);
  EXPECT_EQ(report.record.memory_pages, 17U);
  EXPECT_EQ(report.record.reserve.umana, 2 * kUnit) << "the base, 200 pages and the fuel, in whole mana";
  EXPECT_EQ(report.record.bid.umana, report.record.base.umana + 200'000 + kUnit);
  EXPECT_EQ(report.record.pay.umana, report.record.base.umana + 17'000);
  EXPECT_EQ(report.record.released().umana, report.record.reserve.umana - report.record.pay.umana);
  EXPECT_EQ(of_member().umana, 1'000 * kUnit - report.record.pay.umana);
  EXPECT_EQ(simulate_job(*node, from).value().pay, report.record.pay);
  from.limits.values[*model::find_limit("max_memory_pages")] = 17;
  EXPECT_EQ(run(from).record.pay, report.record.pay) << "the limit is not what is paid";
  expect_all_settled();
}

TEST_F(Lifecycle, TheSameBodyIsTheSameJobChargedOnce) {
  found();
  const SubmitRequest made = request(draft("output once\n"));
  const SubmitAnswer first = submit_job(*node, made).value();
  const model::Mana after_first = of_member();
  const SubmitAnswer second = submit_job(*node, made).value();
  EXPECT_EQ(second.accepted, Acceptance::before);
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(of_member(), after_first);
  ASSERT_TRUE(execute_job(*node, first.id));
  const model::Mana settled = of_member();
  EXPECT_EQ(submit_job(*node, made).value().record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(of_member(), settled);
  EXPECT_EQ(executor->starts(), 1U);
}

TEST_F(Lifecycle, AProgramThatFailsIsChargedAndKeepsItsOutput) {
  found();
  const JobReport report = run(draft("fuel 1000\noutput partly\nexit 3\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(outcome_text(report.record), "nonzero_exit");
  EXPECT_EQ(exit_code_of(report.record), 3);
  EXPECT_TRUE(report.record.output);
  EXPECT_GT(report.record.charged.umana, 0U);
  expect_all_settled();
}

TEST_F(Lifecycle, AnExitCodeThatEightBitsTurnIntoZeroStaysAFailure) {
  found();
  EXPECT_EQ(exit_code_of(run(draft("exit 256\n")).record), 255);
  EXPECT_EQ(exit_code_of(run(draft("exit 257\n")).record), 1);
}

TEST_F(Lifecycle, ATrapIsChargedAndKeepsWhatWasWrittenBeforeIt) {
  found();
  const JobReport report = run(draft("fuel 1000\noutput so far\ntrap 1\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::failed);
  ASSERT_TRUE(report.record.output);
  EXPECT_EQ(text_of(read_file_bytes(node->dag_store(), *report.record.output, 100).value()), "so far");
  EXPECT_EQ(exit_code_of(report.record), 110);
  EXPECT_GT(report.record.charged.umana, report.record.base.umana);
  expect_all_settled();
}

TEST_F(Lifecycle, AStackOverflowPaysItsWholeLimitAsItsReceiptSays) {
  found();
  const JobReport report = run(draft("fuel 1000\noverflow\n"));
  EXPECT_EQ(report.record.fuel_used, report.record.fuel_limit);
  EXPECT_EQ(report.record.pay, report.record.bid);
  EXPECT_GT(report.record.pay, report.record.base);
  expect_all_settled();
}

TEST_F(Lifecycle, AnEndlessJobEndsAtItsFuelLimitAndPaysAllOfIt) {
  found();
  JobDraft from = draft("loop\n");
  from.fuel = 5'000'000;
  const JobReport report = run(from);
  EXPECT_EQ(outcome_text(report.record), "out_of_fuel");
  EXPECT_EQ(report.record.pay.umana, report.record.bid.umana - 159 * 100) << "all but the pages that it never had";
  EXPECT_GE(report.slices, 5U);
  expect_all_settled();
}

TEST_F(Lifecycle, AJobPastItsDeadlineIsStoppedAndChargedForItsFuel) {
  found();
  JobDraft from = draft("loop\n");
  from.limits.values[*model::find_limit("max_execution_time_secs")] = 2;
  RunHooks hooks;
  hooks.on_slice = [this](std::uint64_t, std::uint64_t) { clock->now_ms += 500; };
  const SubmitAnswer answer = submit(from);
  const JobReport report = execute_job(*node, answer.id, hooks).value();
  EXPECT_EQ(outcome_text(report.record), "stopped");
  EXPECT_EQ(report.record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(report.record.fuel_used, 4'000'000U);
  expect_all_settled();
}

TEST_F(Lifecycle, TimeThatARunWaitsForOthersIsNotItsOwn) {
  found();
  JobDraft from = draft("fuel 9000000\noutput done\n");
  from.limits.values[*model::find_limit("max_execution_time_secs")] = 2;
  const SubmitAnswer answer = submit(from);
  const auto run = start_job(*node, answer.id).value();
  while (run->poll() == ports::RunState::running) clock->now_ms += 10'000;
  const JobReport report = run->finish().value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed) << outcome_text(report.record);
  expect_all_settled();
}

// The sandbox has no room for another run.
class FullExecutor : public icn::testing::ScriptedExecutor {
 public:
  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    if (full) return refuse(ErrorCode::busy, "max_runs", "no room");
    return ScriptedExecutor::start(std::move(request));
  }
  bool full = true;
};

TEST_F(Lifecycle, AnExecutorWithoutRoomIsNoAttemptAndTheJobWaits) {
  const auto small = std::make_shared<FullExecutor>();
  services.executor = small;
  found();
  const SubmitAnswer answer = submit(draft("output done\n"));
  for (int i = 0; i < 5; ++i) {
    const auto refused = execute_job(*node, answer.id);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::busy);
    EXPECT_EQ(refused.error().rule, "max_runs");
    const jobs::JobRecord record = node->jobs().find(answer.id).value().value();
    EXPECT_EQ(record.phase, jobs::JobPhase::submitted);
    EXPECT_EQ(record.attempts, 0U);
  }
  small->full = false;
  EXPECT_EQ(execute_job(*node, answer.id)->record.phase, jobs::JobPhase::completed);
  expect_all_settled();
}

TEST_F(Lifecycle, CancellingBeforeTheStartReleasesEverything) {
  found();
  const model::Mana before = of_member();
  const SubmitAnswer answer = submit(draft("output never\n"));
  EXPECT_LT(of_member(), before);
  EXPECT_EQ(cancel_job(*node, answer.id).value(), Cancelled::released);
  EXPECT_EQ(of_member(), before);
  const jobs::JobRecord record = node->jobs().find(answer.id).value().value();
  EXPECT_EQ(record.phase, jobs::JobPhase::cancelled);
  EXPECT_EQ(record.charged.umana, 0U);
  EXPECT_EQ(cancel_job(*node, answer.id).error().code, ErrorCode::invalid_state);
  EXPECT_EQ(executor->starts(), 0U);
  expect_all_settled();
}

TEST_F(Lifecycle, CancellingARunningJobStopsItAndChargesWhatItUsed) {
  found();
  const SubmitAnswer answer = submit(draft("loop\n"));
  RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t fuel, std::uint64_t) {
    if (fuel != 3'000'000) return;
    EXPECT_EQ(cancel_job(*node, answer.id).value(), Cancelled::stopping);
  };
  const JobReport report = execute_job(*node, answer.id, hooks).value();
  EXPECT_EQ(outcome_text(report.record), "stopped");
  EXPECT_EQ(report.record.phase, jobs::JobPhase::cancelled);
  EXPECT_FALSE(node->jobs().find_newest(jobs::NewestJob::failed).value()) << "it did not fail";
  EXPECT_EQ(report.record.fuel_used, 3'000'000U);
  EXPECT_GT(report.record.charged.umana, 0U);
  expect_all_settled();
}

TEST_F(Lifecycle, AMachineThatFailsGetsFurtherAttemptsAndTheJobIsChargedOnce) {
  found();
  const JobReport report = run(draft("flaky 2\noutput at last\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report.record.attempts, 3U);
  EXPECT_EQ(executor->starts(), 3U);
  expect_all_settled();
}

TEST_F(Lifecycle, AttemptsAreBoundedAndAnUnrunnableJobIsNotCharged) {
  found();
  const model::Mana before = of_member();
  const JobReport report = run(draft("flaky 100\n"));
  EXPECT_EQ(report.record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(outcome_text(report.record), "infrastructure");
  EXPECT_EQ(exit_code_of(report.record), 115);
  EXPECT_EQ(report.record.attempts, node->scope().parameters()[model::ParameterKey::job_attempts_max]);
  EXPECT_FALSE(report.record.receipt);
  EXPECT_EQ(of_member(), before);
  expect_all_settled();
}

TEST_F(Lifecycle, AShutdownDoesNotCountAsAnAttempt) {
  found();
  const SubmitAnswer answer = submit(draft("loop\n"));
  std::unique_ptr<JobRun> one = start_job(*node, answer.id).value();
  EXPECT_EQ(one->poll(), ports::RunState::running);
  node->running().stop_all(ports::StopReason::shutdown);
  EXPECT_EQ(one->poll(), ports::RunState::finished);
  const JobReport report = one->finish().value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::submitted);
  EXPECT_EQ(report.record.attempts, 0U);
}

TEST_F(Lifecycle, EachJobIsCountedOnceByHowItEnds) {
  found();
  const auto count = [this](Metric metric) { return node->metrics().value(metric); };
  submit(draft("output late\n"));
  clock->now_ms += 86'400'000;
  ASSERT_EQ(sweep_jobs(*node).value().expired, 1U);
  run(draft("output done\n"));
  run(draft("trap 1\n"));
  run(draft("flaky 100\n"));
  ASSERT_TRUE(cancel_job(*node, submit(draft("output never\n")).id));
  const JobDraft waiting = draft("output waiting\n");
  submit(waiting);
  EXPECT_EQ(count(Metric::jobs_submitted), 6U);
  EXPECT_EQ(count(Metric::jobs_completed), 1U);
  EXPECT_EQ(count(Metric::jobs_failed), 2U);
  EXPECT_EQ(count(Metric::jobs_cancelled), 1U);
  EXPECT_EQ(count(Metric::jobs_expired), 1U);
  EXPECT_EQ(count(Metric::jobs_active), 1U);
  reopen();
  EXPECT_EQ(count(Metric::jobs_submitted), 0U);
  EXPECT_EQ(count(Metric::jobs_active), 1U) << "one that an earlier process accepted";
}

TEST_F(Lifecycle, OneJobRunsOnceAtATime) {
  found();
  const SubmitAnswer answer = submit(draft("output x\n"));
  std::unique_ptr<JobRun> one = start_job(*node, answer.id).value();
  EXPECT_EQ(start_job(*node, answer.id).error().code, ErrorCode::busy);
  EXPECT_EQ(one->poll(), ports::RunState::finished);
  ASSERT_TRUE(one->finish());
  one.reset();
  EXPECT_EQ(start_job(*node, answer.id).error().code, ErrorCode::invalid_state);
}

TEST_F(Lifecycle, AClaimIsOfOneOwnerAndDroppedLeavesTheJobToBeStartedAgain) {
  found();
  SubmitRequest made = request(draft("output x\n"));
  made.start = StartMode::now;
  std::optional<SubmitAnswer> answer = submit_job(*node, made).value();
  const model::JobId id = answer->id;
  EXPECT_EQ(start_job(*node, id).error().code, ErrorCode::busy);
  EXPECT_FALSE(submit_job(*node, made)->claim.held()) << "the same job again";
  answer.reset();
  EXPECT_EQ(sweep_jobs(*node)->runnable_again, 1U);
  const JobReport report = execute_job(*node, id).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report.record.attempts, 2U);
  expect_all_settled();
}

TEST_F(Lifecycle, AnUnrunJobExpiresAndReleasesEverything) {
  found();
  const model::Mana before = of_member();
  const SubmitAnswer answer = submit(draft("output late\n"));
  clock->now_ms += 86'400'000;
  EXPECT_EQ(sweep_jobs(*node).value().expired, 1U);
  EXPECT_EQ(node->jobs().find(answer.id).value()->phase, jobs::JobPhase::expired);
  EXPECT_EQ(of_member(), before);
  expect_all_settled();
}

TEST_F(Lifecycle, StartingAJobTooLateExpiresIt) {
  found();
  const SubmitAnswer answer = submit(draft("output late\n"));
  clock->now_ms += 86'400'000;
  const JobReport report = execute_job(*node, answer.id).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::expired);
  EXPECT_EQ(executor->starts(), 0U);
  expect_all_settled();
}

TEST_F(Lifecycle, AnotherOpeningFindsEverythingAndRunsWhatWasInterrupted) {
  found();
  const JobReport done = run(draft("output done\n"));
  const SubmitAnswer waiting = submit(draft("output waiting\n"));
  SubmitRequest interrupted = request(draft("output interrupted\n"));
  interrupted.start = StartMode::now;
  const model::JobId cut = submit_job(*node, interrupted).value().id;
  const auto before = node->ledger().state_hash();
  reopen();
  EXPECT_EQ(node->ledger().state_hash(), before);
  EXPECT_EQ(node->jobs().find(done.record.id).value().value(), done.record);
  EXPECT_EQ(node->jobs().find(waiting.id).value()->phase, jobs::JobPhase::submitted);
  const jobs::JobRecord again = node->jobs().find(cut).value().value();
  EXPECT_EQ(again.phase, jobs::JobPhase::submitted);
  EXPECT_EQ(again.attempts, 1U);
  EXPECT_EQ(execute_job(*node, cut)->record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(execute_job(*node, waiting.id)->record.phase, jobs::JobPhase::completed);
  expect_all_settled();
}

TEST_F(Lifecycle, AJobThatEndsTheProcessEachTimeIsGivenUp) {
  found();
  SubmitRequest deadly = request(draft("output deadly\n"));
  deadly.start = StartMode::now;
  const model::JobId id = submit_job(*node, deadly).value().id;
  for (std::uint32_t attempt = 1; attempt < node->scope().parameters()[model::ParameterKey::job_attempts_max];
       ++attempt) {
    reopen();
    // Claimed and never finished, as when the process is killed.
    ASSERT_TRUE(start_job(*node, id));
  }
  reopen();
  const jobs::JobRecord record = node->jobs().find(id).value().value();
  EXPECT_EQ(record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(record.charged.umana, 0U);
  expect_all_settled();
}

TEST_F(Lifecycle, AReceiptEarnsItsExecutorAPointAndItsSubmitterATenth) {
  found();
  ASSERT_EQ(run(draft("output point\n")).record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(node->reputation().score(node->node_did()).points_floor(), 1U);
  EXPECT_EQ(node->reputation().score(member->did()).micro_points, 100'000U);
}

TEST_F(Lifecycle, ReputationLowersTheSubmittersPartAndTheTreasuryPaysTheRest) {
  found();
  earn_one_point();
  const model::Mana treasury = of_system(model::SystemAccount::treasury);
  const JobReport report = run(draft("fuel 1000000000\n"));
  EXPECT_EQ(report.record.discount.umana, report.record.cost.umana - report.record.cost.umana * 100 / 101);
  EXPECT_GT(report.record.treasury_charged.umana, 0U);
  EXPECT_EQ(report.record.charged.umana + report.record.treasury_charged.umana, report.record.pay.umana);
  EXPECT_EQ(of_system(model::SystemAccount::treasury).umana, treasury.umana - report.record.treasury_charged.umana);
  expect_all_settled();
}

TEST_F(Lifecycle, AnEmptyTreasuryReducesTheDiscountAndSaysSo) {
  parameters["discount_budget_umana"] = "5";
  found();
  earn_one_point();
  const SubmitAnswer answer = submit(draft("fuel 7\n"));
  EXPECT_EQ(answer.record.discount.umana, 5U);
  EXPECT_EQ(answer.record.reserve.umana + 5, answer.record.cost.umana);
  EXPECT_NE(answer.note.find("reduced"), std::string::npos);
}

TEST_F(Lifecycle, PricesAndLimitsAreTheScopes) {
  parameters["fuel_per_mana"] = "500000000";
  parameters["job_base_umana"] = "20000";
  parameters["max_memory_pages"] = "200";
  found();
  reopen();
  JobDraft from = draft("observe parameter:fuel_per_mana\noutput ,\nobserve parameter:dag_retention_days\n");
  for (const char* read : {"parameter:dag_retention_days", "parameter:fuel_per_mana"}) {
    from.reads.push_back(model::ReadKey::parse(read).value());
  }
  PreparedJob prepared = prepare_job(*node, from).value();
  const std::uint64_t bytes = from.module.size();
  const std::uint64_t loading = model::loading_fuel({bytes, bytes, 1});
  EXPECT_EQ(prepared.base.umana, 20'000U + 10 + (loading + 499) / 500);
  EXPECT_EQ(prepared.asking.umana - prepared.base.umana, 160 * 100 + 2 * model::Mana::kUnit);
  const JobReport report = run(from);
  EXPECT_EQ(report.record.bid, prepared.asking);
  EXPECT_EQ(text_of(report.output), "500000000,90");
  // Refused while drafting, and when another program drafted it.
  from.limits.values[*model::find_limit("max_memory_pages")] = 201;
  EXPECT_EQ(prepare_job(*node, from).error().rule, "max_memory_pages");
  prepared.job.limits = from.limits;
  prepared.body = prepared.job.to_block();
  EXPECT_EQ(submit_job(*node, signed_request(prepared)).error().rule, "max_memory_pages");
}

TEST_F(Lifecycle, WorkForTheNodesOwnOperatorEarnsNoReputation) {
  found(member->did());
  ASSERT_EQ(run(draft("output own\n")).record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 0U);
}

TEST_F(Lifecycle, SimulatingTellsThePriceAndChangesNothing) {
  found();
  const ipld::Digest before = state_hash(*node).value();
  const Simulation told = simulate_job(*node, draft("fuel 250000000\noutput dry\n")).value();
  EXPECT_EQ(state_hash(*node).value(), before);
  EXPECT_EQ(text_of(told.output), "dry");
  EXPECT_EQ(told.receipt.fuel, 250'000'000U);
  const JobReport real = run(draft("fuel 250000000\noutput dry\n"));
  EXPECT_EQ(real.record.charged, told.charged);
  EXPECT_EQ(real.record.reserve, told.reserve);
}

TEST_F(Lifecycle, WhyTellsTheChainAndTheMoneyInWords) {
  found();
  const JobReport report = run(draft("fuel 1000\ntrap 1\n"));
  const std::vector<std::string> lines = why_job(*node, report.record.id.to_text()).value().lines;
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  EXPECT_NE(all.find(": failed."), std::string::npos) << all;
  EXPECT_NE(all.find("trapped"), std::string::npos) << all;
  EXPECT_NE(all.find(report.record.charged.to_text() + " charged"), std::string::npos) << all;
  EXPECT_NE(all.find(report.record.released().to_text() + " released"), std::string::npos) << all;
}

}  // namespace
}  // namespace icn::runtime
