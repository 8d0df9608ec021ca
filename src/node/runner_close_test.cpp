// Goal: a runner that is closed starts nothing and loses nothing; a job is taken up once; each stage is observed.
#include <gtest/gtest.h>

#include "node/job_runner.hpp"
#include "runtime/testing/home_fixture.hpp"

namespace icn::node {
namespace {

struct RunnerClose : runtime::HomeFixture {
  RunnerClose() { found(); }
  jobs::JobPhase phase_of(const model::JobId& id) const { return node->jobs().find(id).value()->phase; }
  std::uint64_t observed(Metric stage) const { return node->metrics().value(stage); }
  static JobRunner::Watched unwatched(const model::JobId&) { return {}; }
  static void wait_for(JobRunner& runner, const model::JobId& id) {
    while (runner.wait_for_taken(id, 10'000)) {
    }
  }
};

TEST_F(RunnerClose, NothingStartsAfterwardsAndEverythingWaitsForTheNextRunner) {
  const model::JobId waiting = submit(draft("output waiting\n")).id;
  const model::JobId asked = submit(draft("output asked\n")).id;
  {
    JobRunner runner(*node, 1);
    runner.close();
    runner.take_up({waiting}, unwatched);
    const auto refused = runner.run(asked, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::infrastructure);
    EXPECT_TRUE(runner.wait_for_taken(waiting, 0));
    EXPECT_EQ(node->running().count(), 0U);
    runner.stop();
    EXPECT_FALSE(runner.wait_for_taken(waiting, 10'000)) << "no one waits for a runner that has stopped";
  }
  EXPECT_EQ(phase_of(waiting), jobs::JobPhase::submitted);
  EXPECT_EQ(phase_of(asked), jobs::JobPhase::submitted);
  JobRunner next(*node, 1);
  next.take_up({waiting, asked}, unwatched);
  wait_for(next, waiting);
  wait_for(next, asked);
  EXPECT_EQ(phase_of(waiting), jobs::JobPhase::completed);
  EXPECT_EQ(phase_of(asked), jobs::JobPhase::completed);
  expect_all_settled();
}

TEST_F(RunnerClose, AJobThatIsTakenUpTwiceRunsOnceAndEachOfItsStagesIsObserved) {
  const model::JobId id = submit(draft("output once\n")).id;
  JobRunner runner(*node, 1);
  runner.take_up({id, id}, unwatched);
  runner.take_up({id}, unwatched);
  wait_for(runner, id);
  while (runner.wait_for_waiting(10'000) > 0) {
  }
  EXPECT_EQ(phase_of(id), jobs::JobPhase::completed);
  for (const Metric stage :
       {Metric::job_queue_seconds, Metric::job_start_seconds, Metric::job_run_seconds, Metric::job_settle_seconds})
    EXPECT_EQ(observed(stage), 1U) << metric_row(stage).name;
}

}  // namespace
}  // namespace icn::node
