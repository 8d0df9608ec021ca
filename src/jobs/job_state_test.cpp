// Every pair of phase and event is a transition of the table or a refusal, and every waiting phase has an end.
#include "jobs/job_state.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "jobs/obligation.hpp"

namespace icn::jobs {
namespace {

constexpr std::size_t kPhases = 10;
constexpr std::size_t kEvents = 12;
// The phase after each event: s submitted, b bidding, a assigned, x executing, d delivered, t settled, c completed, f
// failed, k cancelled, e expired; a dot is a refusal.
constexpr std::array<std::string_view, kPhases> kExpected{
    // open assign start attempt_failed deliver settle complete fail give_up cancel expire reject
    "ba......fke.",  // submitted
    ".a......fke.",  // bidding
    "..xs....fke.",  // assigned
    "...sd...fke.",  // executing
    ".....tcffkes",  // delivered
    "......cf....",  // settled
    "............",  // completed
    "............",  // failed
    "............",  // cancelled
    "............",  // expired
};
constexpr std::string_view kLetters = "sbaxdtcfke";

TEST(JobStates, EveryPairIsATransitionOrARefusalThatChangesNothing) {
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    for (std::size_t event = 0; event < kEvents; ++event) {
      JobRecord record;
      record.phase = static_cast<JobPhase>(phase);
      const Result<void> advanced = record.advance(static_cast<JobEvent>(event), {7}, "it happened");
      const char expected = kExpected[phase][event];
      const std::string pair = std::string(phase_name(static_cast<JobPhase>(phase))) + ", " +
                               std::string(event_name(static_cast<JobEvent>(event)));
      if (expected == '.') {
        ASSERT_FALSE(advanced) << pair;
        EXPECT_EQ(advanced.error().code, ErrorCode::invalid_state) << pair;
        EXPECT_EQ(record.phase, static_cast<JobPhase>(phase)) << pair;
        EXPECT_TRUE(record.happenings.empty()) << pair;
      } else {
        ASSERT_TRUE(advanced) << pair;
        EXPECT_EQ(kLetters[static_cast<std::size_t>(record.phase)], expected) << pair;
        EXPECT_EQ(record.happenings.size(), 1U) << pair;
      }
    }
  }
}

TEST(JobStates, EveryPhaseIsReachedAndEveryPhaseLeadsToAnEnd) {
  std::set<JobPhase> reached{JobPhase::submitted};
  for (bool more = true; more;) {
    more = false;
    for (const JobRow& row : kJobTable) more = (reached.contains(row.from) && reached.insert(row.to).second) || more;
  }
  EXPECT_EQ(reached.size(), kPhases);
}

TEST(JobStates, WhatIsOverdueEndsByOneEvent) {
  for (std::size_t phase = 0; phase < kPhases; ++phase) {
    JobRecord record;
    record.phase = static_cast<JobPhase>(phase);
    record.deadlines = {{10}, {20}, {30}, {40}};
    const ObligationRow* row = find_obligation(record.phase);
    EXPECT_EQ(row == nullptr, is_terminal(record.phase)) << phase;
    if (row == nullptr) {
      EXPECT_FALSE(is_overdue(record, {1'000}));
      continue;
    }
    const std::uint64_t deadline = (record.deadlines.*row->deadline).value;
    EXPECT_FALSE(is_overdue(record, {deadline - 1}));
    EXPECT_TRUE(is_overdue(record, {deadline}));
    for (const model::OutcomeKind outcome : {model::OutcomeKind::ok, model::OutcomeKind::trap}) {
      record.outcome = model::Outcome{outcome, 0};
      EXPECT_TRUE(is_terminal(next_phase(record.phase, overdue_event(record)).value())) << phase_name(record.phase);
    }
  }
}

}  // namespace
}  // namespace icn::jobs
