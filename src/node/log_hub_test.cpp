// Goal: the hub's memory is bounded by the running jobs plus a fixed room for ended ones, however many jobs run.
#include "node/log_hub.hpp"

#include <gtest/gtest.h>

namespace icn::node {
namespace {

model::JobId job_of(int number) {
  return {ipld::Block::of(ipld::Codec::dag_cbor, bytes_of(std::to_string(number))).cid};
}

TEST(LogHub, ForgetsTheOldestOfTheJobsThatHaveEnded) {
  LogHub hub;
  const std::string text(kLogHubBytesMax / 4, 'x');
  constexpr int kJobs = 40;
  for (int i = 0; i < kJobs; ++i) {
    hub.open(job_of(i));
    hub.write(job_of(i), text);
    EXPECT_LE(hub.bytes(), kEndedLogsBytesMax + text.size());
    hub.close(job_of(i));
    EXPECT_LE(hub.bytes(), kEndedLogsBytesMax);
  }
  EXPECT_TRUE(hub.read(job_of(0), 0, LogHub::Follow::yes).ended) << "a follower is not left waiting";
  EXPECT_EQ(hub.read(job_of(kJobs - 1), 0, LogHub::Follow::yes).text, text);
}

TEST(LogHub, KeepsWhatRunsAndBoundsIt) {
  LogHub hub;
  hub.open(job_of(0));
  for (int i = 0; i < 40; ++i) hub.write(job_of(0), std::string(kLogHubBytesMax / 4, 'x'));
  EXPECT_EQ(hub.bytes(), kLogHubBytesMax);
  hub.close(job_of(0));
  hub.write(job_of(0), "late");
  hub.close(job_of(0));
  EXPECT_EQ(hub.bytes(), kLogHubBytesMax);
  hub.open(job_of(0));  // its next attempt
  EXPECT_EQ(hub.bytes(), 0U);
  hub.write(job_of(0), "again");
  EXPECT_EQ(hub.read(job_of(0), 0, LogHub::Follow::no).text, "again");
}

TEST(LogHub, ForgetsJobsWithoutALogToo) {
  LogHub hub;
  for (int i = 0; i < 3 * static_cast<int>(kEndedLogsMax); ++i) {
    hub.open(job_of(i));
    hub.close(job_of(i));
  }
  EXPECT_LE(hub.bytes(), kLogHubBytesMax);
  EXPECT_TRUE(hub.read(job_of(0), 0, LogHub::Follow::yes).ended);
}

}  // namespace
}  // namespace icn::node
