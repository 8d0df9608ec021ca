// A node's use of the disk: blocks, and the results that open jobs may still write, within one quota.
#include "runtime/cancel.hpp"
#include "runtime/testing/blocks_fixture.hpp"

namespace icn::runtime {
namespace {

struct QuotaTest : Blocks {
  // A job whose results may have `output_bytes` bytes.
  JobDraft small(const std::string& script, std::uint64_t output_bytes = 4'096) {
    JobDraft from = draft(script);
    const auto place = [](std::string_view name) {
      return std::find_if(model::kLimitTable.begin(), model::kLimitTable.end(),
                          [&](const model::LimitRow& row) { return row.name == name; }) -
             model::kLimitTable.begin();
    };
    from.limits.values[static_cast<std::size_t>(place("max_output_bytes"))] = output_bytes;
    from.limits.values[static_cast<std::size_t>(place("max_log_bytes"))] = 1;
    return from;
  }
};

TEST_F(QuotaTest, AFullStoreRefusesNewJobsAndFilesAndChargesNothing) {
  found_with_room(1024 * 1024);
  const StoredFile big = put_file(*node, member->did(), Bytes(900 * 1024, 'b'), kForEver).value();
  const auto file = put_file(*node, member->did(), Bytes(200 * 1024, 'c'), kForEver);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().rule, "dag_quota");
  EXPECT_EQ(file.error().code, ErrorCode::limit_exceeded);
  EXPECT_FALSE(has(ipld::Cid::of(ipld::Codec::raw, Bytes(200 * 1024, 'c'))));
  const model::Mana before = of_member();
  JobDraft from = small("copy\n", 150 * 1024);
  from.inputs = {Bytes(150 * 1024, 'i')};
  const auto job = submit_job(*node, request(from));
  ASSERT_FALSE(job);
  EXPECT_EQ(job.error().rule, "dag_quota");
  EXPECT_NE(job.error().detail.find("Nothing was charged"), std::string::npos);
  EXPECT_EQ(of_member(), before);
  // Makes room as the refusal suggests.
  ASSERT_TRUE(unpin(*node, member->did(), big.cid.to_text()));
  EXPECT_GE(collect().collection.removed_bytes, 900U * 1024);
  EXPECT_TRUE(submit_job(*node, request(from)));
}

TEST_F(QuotaTest, AnAcceptedJobSettlesFromTheReserve) {
  found_with_room(40 * 1024);
  const SubmitAnswer answer = submit(small("output " + std::string(2'000, 'o') + "\n"));
  ASSERT_TRUE(put_file(*node, member->did(), Bytes(24 * 1024, 'f'), kForEver));
  EXPECT_FALSE(put_file(*node, member->did(), Bytes(16 * 1024, 'g'), kForEver));
  const JobReport report = execute_job(*node, answer.id).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::completed);
  expect_evidence(report);
  // A collection also runs in a full store.
  EXPECT_EQ(collect().collection.removed_blocks, 0U);
}

TEST_F(QuotaTest, TheSameModuleAgainTakesNoRoom) {
  found_with_room(2 * 1024 * 1024);
  JobDraft from = small("log " + std::string(900 * 1024, 'm') + "\n");
  for (int i = 0; i < 20; ++i) {
    const auto accepted = submit_job(*node, request(from));
    ASSERT_TRUE(accepted) << i << " " << accepted.error().detail;
  }
  EXPECT_LE(node->dag_store().statistics()->bytes, node->blocks().usage().figures().bytes);
  EXPECT_LT(node->blocks().usage().figures().bytes, node->dag_store().statistics()->bytes + 100'000);
}

TEST_F(QuotaTest, ResultsOfOpenJobsAreReservedAtAcceptance) {
  found_with_room(1024 * 1024);
  constexpr std::uint64_t kOutput = 200 * 1024;
  constexpr std::uint64_t kResults = kOutput + 1;  // and its log
  std::vector<model::JobId> open;
  Result<SubmitAnswer> submitted = submit_job(*node, request(small("output x\n", kOutput)));
  for (int i = 0; submitted && i < 20; ++i) {
    open.push_back(submitted->id);
    submitted = submit_job(*node, request(small("output x\n", kOutput)));
  }
  ASSERT_FALSE(submitted) << "more results than there is room for";
  EXPECT_EQ(submitted.error().rule, "dag_quota");
  EXPECT_EQ(open.size(), 5U);
  EXPECT_EQ(node->jobs().open_result_bytes(), 5 * kResults);
  EXPECT_EQ(put_file(*node, member->did(), Bytes(300 * 1024, 'f'), kForEver).error().rule, "dag_quota");
  reopen();
  EXPECT_EQ(node->jobs().open_result_bytes(), 5 * kResults) << "the next process counts them too";
  ASSERT_TRUE(cancel_job(*node, open[0]));
  ASSERT_TRUE(execute_job(*node, open[1]));
  EXPECT_EQ(node->jobs().open_result_bytes(), 3 * kResults);
  EXPECT_TRUE(submit_job(*node, request(small("output x\n", kOutput))));
}

TEST_F(QuotaTest, TheFigureSurvivesAReopening) {
  found();
  run(draft("output x\n"));
  ASSERT_TRUE(put_file(*node, member->did(), Bytes(300 * 1024, 'f'), kForEver));
  const std::uint64_t bytes = node->blocks().usage().figures().bytes;
  EXPECT_GE(bytes, node->dag_store().statistics()->bytes);
  reopen();
  EXPECT_EQ(node->blocks().usage().figures().bytes, bytes);
  collect();
  EXPECT_EQ(node->blocks().usage().figures().bytes, node->dag_store().statistics()->bytes);
  EXPECT_EQ(node->blocks().usage().figures().slack, 0U);
}

}  // namespace
}  // namespace icn::runtime
