// Goal: a job is accepted only if the jobs ahead leave it time to start.
#include "jobs/queue.hpp"

#include <gtest/gtest.h>

namespace icn::jobs {
namespace {

model::Deadlines from(std::uint64_t now_ms, std::uint64_t wait_ms, std::uint64_t run_ms) {
  model::Deadlines deadlines;
  deadlines.start_by.value = now_ms + wait_ms;
  deadlines.finish_by.value = deadlines.start_by.value + run_ms;
  return deadlines;
}
const model::JobId kJob{ipld::Cid::of(ipld::Codec::dag_cbor, bytes_of("job"))};

TEST(Queue, ARunTakesItsTimeLimitOrItsFuelWhicheverEndsFirst) {
  EXPECT_EQ(run_ms_max(from(0, 10, 30'000), 1'000'000'000'000), 30'000U);
  EXPECT_EQ(run_ms_max(from(0, 10, 30'000), 100'000'000), 101U);
  EXPECT_EQ(run_ms_max(from(0, 10, 30'000), 0), 1U) << "nothing is free";
}

TEST(Queue, AJobIsRefusedThatCouldNotBeginInTime) {
  const model::UnixMs now{1'000'000};
  const model::Deadlines deadlines = from(now.value, 60'000, 30'000);
  EXPECT_TRUE(check_queue(kJob, deadlines, now, 0, 1));
  EXPECT_TRUE(check_queue(kJob, deadlines, now, 60'000, 1));
  EXPECT_TRUE(check_queue(kJob, deadlines, now, 240'003, 4)) << "threads share the queue";
  const auto refused = check_queue(kJob, deadlines, now, 120'004, 2);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_EQ(refused.error().rule, "job_queue");
  EXPECT_EQ(refused.error().subject, kJob.to_text());
  EXPECT_FALSE(check_queue(kJob, deadlines, {now.value + 60'001}, 1'000, 1)) << "time that has passed is gone";
}

}  // namespace
}  // namespace icn::jobs
