// A node's reputation has a history that leads to receipts, page by page, and decays by the sweep as the scope decides.
#include "runtime/reputation.hpp"

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct ReputationOfNode : HomeFixture {
  std::vector<reputation::Change> all_of(const model::Did& did, std::uint64_t count) const {
    std::vector<reputation::Change> changes;
    std::optional<std::uint64_t> before = UINT64_MAX;
    while (before) {
      ReputationPage page = reputation_history(*node, did, *before, count).value();
      EXPECT_LE(page.changes.size(), count);
      changes.insert(changes.end(), page.changes.begin(), page.changes.end());
      before = page.next;
    }
    return changes;
  }
};

TEST_F(ReputationOfNode, EachChangeLeadsToAReceiptThatVerifies) {
  parameters["reputation_pair_points_per_day_max"] = "100";
  found();
  std::vector<jobs::JobRecord> ran;
  for (int i = 0; i < 7; ++i) ran.push_back(run(draft("output " + std::to_string(i) + "\n")).record);
  for (const std::uint64_t count : {1U, 2U, 3U, 7U, 50U}) {
    const auto changes = all_of(node->node_did(), count);
    ASSERT_EQ(changes.size(), 7U) << count;
    for (std::size_t i = 0; i < 7; ++i) {
      const jobs::JobRecord& record = ran[6 - i];
      EXPECT_EQ(changes[i].number, 7 - i);
      EXPECT_EQ(changes[i].job, record.id.cid.digest());
      EXPECT_EQ(changes[i].other, member->did());
      const VerifiedReceipt verified = verify_receipt(*node, *record.receipt).value();
      EXPECT_EQ(changes[i].receipt, verified.signed_receipt.receipt.digest());
      EXPECT_EQ(changes[i].after.micro_points - changes[i].before.micro_points, reputation::Score::kPoint);
    }
  }
  EXPECT_EQ(all_of(member->did(), 3).size(), 7U);
  EXPECT_TRUE(all_of(signer_of(99)->did(), 3).empty());
  reopen();
  EXPECT_EQ(all_of(node->node_did(), 3).size(), 7U);
}

TEST_F(ReputationOfNode, AFailureRaisesNoScore) {
  found();
  for (const std::string end : {"trap 1\n", "loop\n", "overflow\n"}) {
    JobDraft from = draft("fuel 500000\n" + end);
    from.fuel = 2'000'000'000;
    EXPECT_EQ(run(from).record.phase, jobs::JobPhase::failed) << end;
  }
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 0U);
  EXPECT_EQ(node->reputation().score(member->did()).micro_points, 0U);
  EXPECT_TRUE(all_of(node->node_did(), 10).empty());
}

TEST_F(ReputationOfNode, AnAttemptThatFailsByTheNodesFaultCostsPoints) {
  parameters["reputation_fault_points"] = "2";
  parameters["reputation_pair_points_per_day_max"] = "100";
  found();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(run(draft("output " + std::to_string(i) + "\n")).record.receipt);
  const jobs::JobRecord failed = run(draft("flaky 100\n")).record;
  EXPECT_FALSE(failed.receipt);
  ASSERT_EQ(failed.attempts, 3U);
  const auto changes = all_of(node->node_did(), 10);
  ASSERT_EQ(changes.size(), 8U) << "each of three attempts; no more than it had";
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(changes[i].reason, reputation::Reason::fault);
    EXPECT_EQ(changes[i].job, failed.id.cid.digest());
  }
  EXPECT_EQ(changes[2].after.points_floor(), 3U);
  EXPECT_EQ(changes[0].after.points_floor(), 0U);
  // What the submitter or the home caused costs the executor nothing.
  ASSERT_TRUE(run(draft("output more\n")).record.receipt);
  EXPECT_EQ(run(draft("trap 1\n")).record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(node->reputation().score(node->node_did()).points_floor(), 1U);
}

TEST_F(ReputationOfNode, TheSweepTakesADaysShare) {
  parameters["reputation_decay_ppm_per_day"] = "500000";
  found();
  run(draft("output x\n"));
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 1'000'000U);
  clock->now_ms += 86'400'000;
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 500'000U);
  ASSERT_TRUE(sweep_jobs(*node));
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 500'000U) << "once a day";
  const auto changes = all_of(node->node_did(), 10);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].reason, reputation::Reason::decay);
  reopen();
  EXPECT_EQ(node->reputation().score(node->node_did()).micro_points, 500'000U);
}

}  // namespace
}  // namespace icn::runtime
