// Nothing stays open: every phase ends at its deadline, every failure of the infrastructure is a row of one table.
#include "jobs/failure.hpp"
#include "jobs/obligation.hpp"
#include "runtime/detail/settlement.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

// Fails each start with an error.
struct FailingExecutor : testing::ScriptedExecutor {
  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    if (error) return fail(*error);
    return ScriptedExecutor::start(std::move(request));
  }
  std::optional<Error> error;
};

struct Obligations : HomeFixture {
  Obligations() {
    failing = std::make_shared<FailingExecutor>();
    services.executor = failing;
    found();
  }
  jobs::JobRecord record_of(const model::JobId& id) const { return node->jobs().find(id).value().value(); }
  // Brings a waiting job to a phase by the transition table alone.
  void bring_to(const model::JobId& id, jobs::JobPhase phase) {
    using jobs::JobEvent;
    const std::map<jobs::JobPhase, std::vector<JobEvent>> ways{
        {jobs::JobPhase::submitted, {}},
        {jobs::JobPhase::bidding, {JobEvent::open_bidding}},
        {jobs::JobPhase::assigned, {JobEvent::assign}},
        {jobs::JobPhase::executing, {JobEvent::assign, JobEvent::start}},
        {jobs::JobPhase::delivered, {JobEvent::assign, JobEvent::start, JobEvent::deliver}},
    };
    ASSERT_TRUE(node->committer().commit([&](Staging& staging) -> Result<void> {
      jobs::JobRecord record = record_of(id);
      for (const JobEvent event : ways.at(phase)) ICN_TRY(record.advance(event, node->now(), "moved"));
      return node->jobs().replace(record, staging.batch);
    }));
    ASSERT_EQ(record_of(id).phase, phase);
  }

  std::shared_ptr<FailingExecutor> failing;
};

TEST_F(Obligations, EveryPhaseThatWaitsEndsAtItsDeadlineWithEverythingReleased) {
  for (const jobs::JobPhase phase : {jobs::JobPhase::submitted, jobs::JobPhase::bidding, jobs::JobPhase::delivered}) {
    const model::Mana before = of_member();
    const model::JobId id = submit(draft("output late\n")).id;
    bring_to(id, phase);
    const model::UnixMs deadline = record_of(id).deadlines.*jobs::find_obligation(phase)->deadline;
    clock->now_ms = deadline.value - 1;
    ASSERT_EQ(sweep_jobs(*node)->expired, 0U) << jobs::phase_name(phase);
    clock->now_ms = deadline.value;
    ASSERT_EQ(sweep_jobs(*node)->expired, 1U) << jobs::phase_name(phase);
    EXPECT_EQ(record_of(id).phase, jobs::JobPhase::expired);
    EXPECT_EQ(of_member(), before);
    expect_all_settled();
  }
  // A job that runs nowhere counts as interrupted, and is then overdue.
  for (const jobs::JobPhase phase : {jobs::JobPhase::assigned, jobs::JobPhase::executing}) {
    const model::JobId id = submit(draft("output late\n")).id;
    bring_to(id, phase);
    ASSERT_EQ(sweep_jobs(*node)->runnable_again, 1U);
    EXPECT_EQ(record_of(id).phase, jobs::JobPhase::submitted);
    bring_to(id, phase);
    clock->now_ms = record_of(id).deadlines.finish_by.value;
    ASSERT_EQ(sweep_jobs(*node)->expired, 1U);
    expect_all_settled();
  }
}

TEST_F(Obligations, EveryEventThatEndsAJobWithoutAReceiptReleasesItFromEveryPhase) {
  for (const jobs::JobRow& row : jobs::kJobTable) {
    if (!jobs::is_terminal(row.to) || row.from == jobs::JobPhase::settled) continue;
    if (row.event == jobs::JobEvent::complete || row.event == jobs::JobEvent::fail) continue;
    const model::Mana before = of_member();
    const model::JobId id = submit(draft("output never\n")).id;
    bring_to(id, row.from);
    ASSERT_TRUE(node->committer().commit(
        [&](Staging& staging) { return detail::stage_release(*node, record_of(id), row.event, "ended", staging); }));
    EXPECT_EQ(record_of(id).phase, row.to);
    EXPECT_EQ(of_member(), before) << jobs::phase_name(row.from) << " " << jobs::event_name(row.event);
    expect_all_settled();
  }
}

TEST_F(Obligations, AJobWhoseReceiptIsRejectedWaitsForAnotherAttempt) {
  const model::JobId id = submit(draft("output again\n")).id;
  bring_to(id, jobs::JobPhase::delivered);
  ASSERT_TRUE(node->committer().commit([&](Staging& staging) -> Result<void> {
    jobs::JobRecord record = record_of(id);
    ICN_TRY(record.advance(jobs::JobEvent::reject, node->now(), "its receipt is invalid"));
    return node->jobs().replace(record, staging.batch);
  }));
  EXPECT_EQ(execute_job(*node, id)->record.phase, jobs::JobPhase::completed);
  expect_all_settled();
}

TEST_F(Obligations, AJobAcceptedToStartAtOnceAndNeverStartedKeepsItsReserveNoLongerThanItsDeadline) {
  const auto accepted_and_left = [&] {
    SubmitRequest made = request(draft("output never\n"));
    made.start = StartMode::now;
    return submit_job(*node, made).value().record;  // the claim ends here
  };
  const jobs::JobRecord record = accepted_and_left();
  clock->now_ms = record.deadlines.start_by.value;
  ASSERT_EQ(sweep_jobs(*node)->expired, 1U);
  expect_all_settled();
  // Or it is cancelled first.
  EXPECT_EQ(cancel_job(*node, accepted_and_left().id).value(), Cancelled::released);
  expect_all_settled();
}

TEST_F(Obligations, ARunThatThisNodeCannotFinishInTimeIsStoppedAndCostsNothing) {
  const SubmitAnswer answer = submit(draft("loop\n"));
  std::unique_ptr<JobRun> run = start_job(*node, answer.id).value();
  ASSERT_EQ(run->poll(), ports::RunState::running);
  clock->now_ms = answer.record.deadlines.start_by.value;
  ASSERT_EQ(sweep_jobs(*node)->stopping, 0U) << "the job has started";
  // The sweep stops it before its own time is checked.
  clock->now_ms = answer.record.deadlines.finish_by.value;
  ASSERT_EQ(sweep_jobs(*node)->stopping, 1U);
  ASSERT_EQ(run->stopped_by(), ports::StopReason::shutdown);
  while (run->poll() == ports::RunState::running) continue;
  EXPECT_EQ(run->finish()->record.failure_rule, "finish_by");
  run.reset();
  ASSERT_EQ(sweep_jobs(*node)->expired, 1U);
  EXPECT_EQ(record_of(answer.id).charged.umana, 0U);
  expect_all_settled();
}

TEST_F(Obligations, ManyOverdueJobsEndInFewCommits) {
  grant = model::Mana{100'000 * model::Mana::kUnit};
  settings.dag_quota.bytes = 0;  // results of this many jobs do not fit in the default one
  services.state_store = *backends::state_store::open("memory");
  found();
  JobDraft from = draft("output late\n");
  from.fuel = 1'000;
  const PreparedJob prepared = prepare_job(*node, from).value();
  constexpr std::size_t kJobs = 1'500;
  for (std::size_t i = 0; i < kJobs; ++i) {
    PreparedJob one = prepared;
    append_be64(one.job.nonce, i);
    one.job.nonce.resize(16);
    one.job.nonce[8] = static_cast<std::uint8_t>(i);
    one.job.nonce[9] = static_cast<std::uint8_t>(i >> 8);
    one.body = one.job.to_block();
    ASSERT_TRUE(submit_job(*node, signed_request(one)));
  }
  clock->now_ms += 86'400'000;
  const std::uint64_t before = node->committer().statistics().commits;
  EXPECT_EQ(sweep_jobs(*node)->expired, kJobs);
  EXPECT_LE(node->committer().statistics().commits - before, kJobs / kSweptAtOnce + 2);
  expect_all_settled();
}

TEST_F(Obligations, EveryErrorOfARunIsARowOfTheTableAndChargesNobody) {
  for (const ErrorRow& row : error_table()) {
    failing->error = Error{row.code, "made by the test", "some_rule"};
    const jobs::FailureRow& cause = jobs::failure_row(jobs::cause_of(*failing->error, ports::StopReason::none));
    const model::Mana before = of_member();
    if (cause.cause == jobs::FailureCause::no_room) {
      const model::JobId id = submit(draft("output x\n")).id;
      EXPECT_EQ(execute_job(*node, id).error().code, row.code);
      EXPECT_EQ(cancel_job(*node, id).value(), Cancelled::released) << "the job keeps waiting";
      continue;
    }
    const JobReport report = run(draft("output x\n"));
    EXPECT_EQ(report.record.phase, jobs::JobPhase::failed) << row.name;
    EXPECT_EQ(report.record.attempts, cause.rerun == jobs::Rerun::never ? 1U : 3U) << row.name;
    EXPECT_EQ(report.record.failure, row.code);
    EXPECT_FALSE(report.record.receipt);
    EXPECT_EQ(of_member(), before) << row.name;
    expect_all_settled();
  }
  failing->error.reset();
  for (const jobs::FailureRow& row : jobs::kFailureTable) {
    const model::Mana before = of_member();
    const model::JobId id = submit(draft("output x\n")).id;
    bring_to(id, jobs::JobPhase::executing);
    const jobs::JobRecord failed =
        detail::fail_attempt(*node, id, row.cause, {ErrorCode::infrastructure, "failed", {}}).value();
    EXPECT_EQ(failed.phase, row.rerun == jobs::Rerun::never ? jobs::JobPhase::failed : jobs::JobPhase::submitted)
        << row.name;
    if (!jobs::is_terminal(failed.phase)) {
      ASSERT_TRUE(cancel_job(*node, id));
    }
    EXPECT_EQ(of_member(), before) << row.name;
  }
  // A failure of the job itself is charged.
  for (const char* script : {"trap 1\n", "overflow\n", "exit 3\n", "fuel 2000000000\n"}) {
    const JobReport report = run(draft(script));
    EXPECT_TRUE(report.record.receipt) << script;
    EXPECT_GT(report.record.pay.umana, 0U) << script;
  }
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
