// Jobs that one call accepts, runs and settles; reports of a job whose change is not durable yet.
#include <thread>

#include "runtime/testing/home_fixture.hpp"
#include "runtime/testing/watched_store.hpp"
#include "testing/services.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kSlice = testing::ScriptedExecutor::kSliceFuel;

// Records the number of commits at each announcement.
class ListeningMesh : public testing::StubMeshNetworkService {
 public:
  explicit ListeningMesh(const WatchedStore& store) : store_(store) {}
  Result<void> announce_job(const model::JobId& id, const model::Job& job) override {
    told.push_back("job at " + std::to_string(store_.commits.load()));
    return StubMeshNetworkService::announce_job(id, job);
  }
  Result<void> announce_completion(const model::SignedReceipt& receipt) override {
    told.push_back("completion at " + std::to_string(store_.commits.load()));
    return StubMeshNetworkService::announce_completion(receipt);
  }
  std::vector<std::string> told;

 private:
  const WatchedStore& store_;
};

struct RunJob : HomeFixture {
  RunJob() {
    services.state_store = state;
    services.mesh_network = mesh;
  }
  void begin() {
    found();
    state->commits = 0;
  }
  SubmitRequest now(const std::string& script) const {
    SubmitRequest made = request(draft(script));
    made.start = StartMode::now;
    return made;
  }
  // The record as another opening of the same store sees it.
  std::optional<jobs::JobRecord> durable(const model::JobId& id) const {
    return jobs::JobBook::open(*state).value()->find(id).value();
  }
  std::shared_ptr<WatchedStore> state = std::make_shared<WatchedStore>();
  std::shared_ptr<ListeningMesh> mesh = std::make_shared<ListeningMesh>(*state);
};

TEST_F(RunJob, AShortJobIsAcceptedAndSettledByOneCommit) {
  begin();
  const JobReport report = run_job(*node, now("fuel 100\noutput x\n")).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(text_of(report.output), "x");
  EXPECT_EQ(state->commits, 1U);
  EXPECT_EQ(durable(report.record.id), report.record);
  EXPECT_EQ(mesh->told, (std::vector<std::string>{"job at 1", "completion at 1"}));
  EXPECT_TRUE(verify_receipt(*node, *report.record.receipt));
  expect_all_settled();
}

TEST_F(RunJob, ALongerJobIsDurableBeforeItsSecondSlice) {
  begin();
  const SubmitRequest made = now("fuel " + std::to_string(3 * kSlice) + "\n");
  const model::JobId id{made.body.cid};
  std::vector<bool> accepted;
  RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t, std::uint64_t) { accepted.push_back(durable(id).has_value()); };
  const JobReport report = run_job(*node, made, hooks).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  ASSERT_GE(accepted.size(), 3U);
  EXPECT_FALSE(accepted[0]);
  for (std::size_t slice = 1; slice < accepted.size(); ++slice) EXPECT_TRUE(accepted[slice]) << slice;
  EXPECT_EQ(mesh->told, (std::vector<std::string>{"job at 1", "completion at 2"}));
  expect_all_settled();
}

TEST_F(RunJob, AnAttemptThatFailsIsFollowedByAnother) {
  begin();
  const JobReport report = run_job(*node, now("flaky 1\noutput x\n")).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report.record.attempts, 2U);
  ASSERT_EQ(mesh->told.size(), 2U);
  EXPECT_EQ(mesh->told.front(), "job at 1");
  expect_all_settled();
}

TEST_F(RunJob, TheSameBodyAgainIsTheSameJob) {
  begin();
  const SubmitRequest made = now("output x\n");
  const JobReport first = run_job(*node, made).value();
  const JobReport second = run_job(*node, made).value();
  EXPECT_EQ(second.record, first.record);
  EXPECT_EQ(executor->starts(), 1U);
  EXPECT_EQ(mesh->told.size(), 2U);
}

TEST_F(RunJob, ARefusalChangesNothing) {
  begin();
  EXPECT_EQ(run_job(*node, request(draft("output x\n"))).error().code, ErrorCode::invalid_argument);
  SubmitRequest foreign = now("output x\n");
  foreign.signature[3] ^= 1;
  EXPECT_EQ(run_job(*node, foreign).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(node->jobs().open_count(), 0U);
  EXPECT_EQ(state->commits, 0U);
  EXPECT_TRUE(mesh->told.empty());
}

// A second caller asks for a job that the first is committing; the answer must wait until it is durable.
struct OnItsWay : RunJob {
  void expect_to_wait(const std::function<void()>& change, const std::function<void()>& ask) {
    std::thread second;
    std::atomic<bool> answered{false};
    state->before_commit = [&](std::size_t) {
      if (second.joinable()) return;
      const std::uint64_t before = staged;
      second = std::thread([&] {
        ask();
        answered = true;
      });
      while (staged == before && !answered) std::this_thread::yield();
      EXPECT_FALSE(answered);
    };
    change();
    second.join();
    EXPECT_TRUE(answered);
  }
  void begin_watched() {
    settings.commit_observer = [this](CommitStep step) { staged += step == CommitStep::staged ? 1 : 0; };
    begin();
    made = request(draft("output x\n"));
  }
  // A run that only needs its settlement.
  std::unique_ptr<JobRun> run_without_end(const model::JobId& id) {
    std::unique_ptr<JobRun> run = start_job(*node, id).value();
    while (run->poll() == ports::RunState::running) {
    }
    return run;
  }
  std::atomic<std::uint64_t> staged{0};
  SubmitRequest made;
};

TEST_F(OnItsWay, AJobThatIsKnownAlreadyIsAnsweredWhenItIsDurable) {
  begin_watched();
  expect_to_wait([&] { EXPECT_EQ(submit_job(*node, made)->accepted, Acceptance::now); },
                 [&] { EXPECT_EQ(submit_job(*node, made)->accepted, Acceptance::before); });
}

TEST_F(OnItsWay, AnEndIsToldWhenItIsDurable) {
  begin_watched();
  const model::JobId id = submit_job(*node, made)->id;
  const std::unique_ptr<JobRun> run = run_without_end(id);
  expect_to_wait([&] { EXPECT_TRUE(run->finish()); },
                 [&] { EXPECT_EQ(describe_job(*node, id.to_text())->record.phase, jobs::JobPhase::completed); });
}

TEST_F(OnItsWay, ABalanceIsGivenWhenItIsDurable) {
  begin_watched();
  const model::Mana before = of_member();
  expect_to_wait([&] { EXPECT_TRUE(submit_job(*node, made)); },
                 [&] { EXPECT_LT(view_account(*node, member->did()).balance.available(), before); });
}

TEST_F(OnItsWay, AListOfJobsIsGivenWhenItIsDurable) {
  begin_watched();
  const model::JobId id = submit_job(*node, made)->id;
  const std::unique_ptr<JobRun> run = run_without_end(id);
  expect_to_wait([&] { EXPECT_TRUE(run->finish()); },
                 [&] { EXPECT_EQ(list_jobs(*node, {}, 10, jobs::JobPhase::completed)->jobs.size(), 1U); });
}

TEST_F(OnItsWay, TheReportOfAJobThatSomebodyElseSettlesIsGivenWhenItIsDurable) {
  begin_watched();
  const model::JobId id = submit_job(*node, made)->id;
  const std::unique_ptr<JobRun> run = run_without_end(id);
  expect_to_wait([&] { EXPECT_TRUE(run->finish()); },
                 [&] { EXPECT_EQ(execute_job(*node, id)->record.phase, jobs::JobPhase::completed); });
}

}  // namespace
}  // namespace icn::runtime
