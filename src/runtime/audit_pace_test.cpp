// An audit gives way to jobs: while others commit it pauses after each piece for four times as long as the piece took,
// jobs are accepted, run and settled in these pauses, and the audit still is one of the moment at which it began.
#include <algorithm>

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kPieceNs = 3'000'000;

// Each reading takes the time of one piece, during which `work` happens.
class WorkingClock : public StandingClock {
 public:
  std::uint64_t monotonic_ns() const override {
    if (work) work();
    return passed_ns_ += kPieceNs;
  }
  std::function<void()> work;

 private:
  mutable std::uint64_t passed_ns_ = 0;
};

struct AuditPace : HomeFixture {
  AuditPace() {
    clock = working;
    services.clock = working;
    settings.on_pause = [this](std::uint64_t ns) {
      pauses.push_back(ns);
      if (in_pause) in_pause();
    };
    found();
    // Some pieces of a thousand transfers.
    for (int i = 0; i < 5'000; ++i) spend();
  }
  void spend() {
    const std::string id = std::to_string(++spends_);
    ASSERT_TRUE(spend_mana(*node, member->did(), model::Mana{1}, view_of(id)));
  }
  std::shared_ptr<WorkingClock> working = std::make_shared<WorkingClock>();
  std::vector<std::uint64_t> pauses;
  std::function<void()> in_pause;

 private:
  int spends_ = 0;
};

TEST_F(AuditPace, WithoutOtherWorkItTakesNoPause) {
  ASSERT_TRUE(audit_mana(*node));
  EXPECT_TRUE(pauses.empty());
}

TEST_F(AuditPace, ItPausesWhileJobsRunAndJobsRunInItsPauses) {
  const economy::AuditReport before = node->ledger().audit().value();
  std::size_t jobs = 0;
  bool working_now = false;
  working->work = [&] {
    if (std::exchange(working_now, true)) return;
    spend();
    working_now = false;
  };
  in_pause = [&] {
    const auto work = std::exchange(working->work, {});
    EXPECT_EQ(run(draft("output " + std::to_string(jobs++) + "\n")).record.phase, jobs::JobPhase::completed);
    working->work = work;
  };
  const auto audit = audit_mana(*node);
  ASSERT_TRUE(audit) << audit.error().detail;
  EXPECT_EQ(audit->transfers, before.transfers) << "of the moment at which it began";
  EXPECT_EQ(audit->state_hash, before.state_hash);
  EXPECT_GE(pauses.size(), 4U) << "one after each piece";
  EXPECT_EQ(jobs, pauses.size());
  for (const std::uint64_t ns : pauses) EXPECT_EQ(ns, 4 * kPieceNs);
  working->work = {};
  in_pause = {};
  expect_all_settled();
}

}  // namespace
}  // namespace icn::runtime
