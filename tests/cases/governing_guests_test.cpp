// Guests that govern, on a node with the real sandbox: one run proposes, votes, closes and executes, and is replayed.
#include <gtest/gtest.h>

#include "embed/native_host.hpp"
#include "runtime/governance.hpp"
#include "runtime/replay.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

// Each statement and step is paid from what the run leaves over.
constexpr std::string_view kFuel = R"(,"limits":{"max_fuel":1000000000})";

struct GoverningGuests : ::testing::Test {
  Context ctx = *RuntimeContext::new_testing(testing::test_did(0), 100);

  runtime::JobReport run(std::string_view wat, std::string_view more) const {
    const ipld::Cid module = embedding::stored_module(ctx, wat);
    const auto id = host_submit_mesh_job(*ctx, embedding::job_json(module, 20, std::string(more) + std::string(kFuel)));
    EXPECT_TRUE(id) << id.error().detail;
    return id ? runtime::execute_job(ctx->node(), *id, {}).value() : runtime::JobReport{};
  }
};

// An id has 59 characters: it is read between the two halves of the vote's payload. Each call's answer is added up, so
// that the output says whether all succeeded.
constexpr std::string_view kDecides = R"((module
  (import "icn" "host_create_governance_proposal" (func $create (param i32 i32) (result i64)))
  (import "icn" "host_open_governance_voting" (func $open (param i32 i32) (result i32)))
  (import "icn" "host_cast_governance_vote" (func $vote (param i32 i32) (result i32)))
  (import "icn" "host_close_governance_proposal_voting" (func $close (param i32 i32) (result i64)))
  (import "icn" "host_execute_governance_proposal" (func $execute (param i32 i32) (result i32)))
  (import "icn" "host_read_result" (func $read (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\"proposal_type_str\":\"system_parameter_change\""
    ",\"type_specific_payload\":\"[\\\"job_base_umana\\\",\\\"70000\\\"]\""
    ",\"description\":\"Another price\",\"duration_secs\":60}")
  (data (i32.const 1000) "{\"proposal_id_str\":\"")
  (data (i32.const 1079) "\",\"vote_option_str\":\"yes\"}")
  (func (export "run") (result i64) (local $length i64)
    (local.set $length (call $create (i32.const 0) (i32.const 153)))
    (if (i64.ne (local.get $length) (i64.const 59)) (then (return (local.get $length))))
    (drop (call $read (i32.const 0) (i32.const 1020) (i32.const 59)))
    (i64.add
      (i64.extend_i32_s (i32.add (call $open (i32.const 1020) (i32.const 59))
                                 (call $vote (i32.const 1000) (i32.const 105))))
      (i64.add (i64.extend_i32_u (i64.lt_s (call $close (i32.const 1020) (i32.const 59)) (i64.const 1)))
               (i64.extend_i32_s (call $execute (i32.const 1020) (i32.const 59)))))
  )))";

TEST_F(GoverningGuests, ProposeVoteCloseAndExecuteInOneRun) {
  const runtime::JobReport report = run(kDecides, R"(,"grants":["govern"])");
  EXPECT_EQ(report.record.output, ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(0)));
  EXPECT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  EXPECT_EQ(ctx->parameters()[model::ParameterKey::job_base_umana], 70'000U);
  const runtime::NodeServices& services = ctx->node().services();
  EXPECT_EQ(runtime::replay_receipt(*services.dag_store, *services.executor, *services.clock, *report.record.receipt)
                ->verdict,
            runtime::ReplayVerdict::match);
  const auto log = runtime::read_scope_log(ctx->node(), 1, 100).value();
  ASSERT_EQ(log.size(), 5U) << "proposed, opened, voted, closed, executed";
  EXPECT_EQ(log[2].admitted->envelope.job->receipt, *report.record.receipt);
  EXPECT_EQ(runtime::verify_scope_log(ctx->node())->entries, 5U);
}

TEST_F(GoverningGuests, WithoutTheGrantAreAnsweredSoAndChangeNothing) {
  for (const char* grants : {"", R"(,"grants":["spend","submit","anchor"])"}) {
    const runtime::JobReport report = run(kDecides, grants);
    EXPECT_EQ(report.record.output,
              ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(abi_number(ErrorCode::permission_denied))));
    EXPECT_GT(report.record.charged.umana, 0U);
  }
  EXPECT_EQ(ctx->node().scope().position(), 0U);
}

}  // namespace
}  // namespace icn::embed
