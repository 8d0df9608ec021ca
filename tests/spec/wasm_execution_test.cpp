// The specification's "WASM Execution Engine": security limits, resource limiting and the guest's memory.
#include <gtest/gtest.h>

#include "abi/testing/run.hpp"
#include "embed/service_config.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

struct WasmExecution : ::testing::Test {
  WasmExecution() {
    ServiceConfig config = ServiceConfig::testing(testing::test_did(0), 1000).value();
    ctx = RuntimeContext::from_service_config(std::move(config)).value();
  }
  Result<model::SignedReceipt> run(std::string_view wat, const model::LimitsAsked& limits = {}) {
    model::Job job = embedding::job_of(ctx, embedding::stored_module(ctx, wat), 10);
    job.limits = limits;
    const model::JobId id = ICN_TRY(ctx->handle_submit_job(job.module, job.to_block().bytes, job.cost_mana));
    return ctx->execute_job(id);
  }
  std::string refusal(std::string_view wat, const model::LimitsAsked& limits = {}) {
    const auto receipt = run(wat, limits);
    return receipt ? "accepted" : receipt.error().rule;
  }

  std::uint64_t count(Metric metric) const { return ctx->node().metrics().value(metric); }

  Context ctx;
};

// A module whose `run` grows its memory by that many pages and returns the result of memory.grow.
std::string growing(std::uint32_t pages) {
  return "(module (memory 1) (func (export \"run\") (result i64) (i64.extend_i32_s (memory.grow (i32.const " +
         std::to_string(pages) + ")))))";
}

// spec: "WasmExecutor with Security Limits"
TEST_F(WasmExecution, SecurityLimitsHaveTheirDefaults) {
  const model::WasmSecurityLimits limits;
  EXPECT_EQ(limits.max_execution_time_secs, 30U);
  EXPECT_EQ(limits.max_memory_pages, 160U);
  EXPECT_EQ(limits.max_memory_pages * 64U * 1024U, 10U << 20U);
  EXPECT_EQ(limits.max_fuel, 1'000'000U);
  EXPECT_EQ(limits.max_stack_depth, 1024U);
  EXPECT_EQ(limits.max_globals, 100U);
  EXPECT_EQ(limits.max_functions, 1000U);
  EXPECT_EQ(limits.max_tables, 10U);
  EXPECT_EQ(limits.max_table_size, 10000U);
  // An order fixes these for a job that asks for nothing.
  EXPECT_EQ(model::effective_limits({}).value(), limits);
  ASSERT_TRUE(run(embedding::wat_of_constant(1)));
  const jobs::JobRecord record = ctx->node().jobs().list({}, 1)->jobs.at(0);
  const ipld::Block order = ctx->node().dag_store().get(record.order).value();
  EXPECT_EQ(model::Order::from_bytes(order.bytes)->limits, limits);
}

TEST_F(WasmExecution, EveryLimitOnWhatAModuleDeclaresRefusesBeforeAnythingIsCharged) {
  const std::string run_of_nothing = "(func (export \"run\") (result i64) (i64.const 0))";
  const auto many = [&](std::string_view what, int count) {
    std::string wat = "(module " + run_of_nothing;
    for (int i = 0; i < count; ++i) wat += what;
    return wat + ")";
  };
  EXPECT_EQ(refusal(many("(func)", 999)), "accepted");
  EXPECT_EQ(refusal(many("(global i32 (i32.const 0))", 100)), "accepted");
  EXPECT_EQ(refusal(many("(table 10000 funcref)", 10)), "accepted");
  EXPECT_EQ(refusal("(module (memory 160) " + run_of_nothing + ")"), "accepted");
  const std::uint64_t before = ctx->get_mana(ctx->current_identity());
  EXPECT_EQ(refusal(many("(func)", 1000)), "max_functions");
  EXPECT_EQ(refusal(many("(global i32 (i32.const 0))", 101)), "max_globals");
  EXPECT_EQ(refusal(many("(table 1 funcref)", 11)), "max_tables");
  EXPECT_EQ(refusal("(module (table 10001 funcref) " + run_of_nothing + ")"), "max_table_size");
  EXPECT_EQ(refusal("(module (memory 161) " + run_of_nothing + ")"), "max_memory_pages");
  EXPECT_EQ(ctx->get_mana(ctx->current_identity()), before);
}

// spec: "Resource Limiting"
TEST_F(WasmExecution, GrowthBeyondTheLimitIsDeniedAndCounted) {
  const model::SignedReceipt allowed = run(growing(159)).value();
  EXPECT_EQ(embedding::output_of(ctx, allowed), embedding::output_of_value(1)) << "the size before";
  EXPECT_EQ(embedding::receipt_body(ctx, allowed).memory_pages, 160U);
  EXPECT_EQ(count(Metric::wasm_memory_growth_denied), 0U);

  const model::SignedReceipt denied = run(growing(160)).value();
  EXPECT_EQ(embedding::output_of(ctx, denied), embedding::output_of_value(-1));
  EXPECT_EQ(embedding::receipt_body(ctx, denied).memory_pages, 1U);
  EXPECT_EQ(count(Metric::wasm_memory_growth_denied), 1U);
  EXPECT_EQ(count(Metric::wasm_table_growth_denied), 0U);

  const model::SignedReceipt table = run(R"((module (table $t 1 funcref) (func (export "run") (result i64)
    (i64.extend_i32_s (table.grow $t (ref.null func) (i32.const 10000))))))")
                                         .value();
  EXPECT_EQ(embedding::output_of(ctx, table), embedding::output_of_value(-1));
  EXPECT_EQ(count(Metric::wasm_table_growth_denied), 1U);
}

TEST_F(WasmExecution, ASmallerLimitThatAJobAsksForHolds) {
  model::LimitsAsked asked;
  asked.values[*model::find_limit("max_memory_pages")] = 2;
  EXPECT_EQ(embedding::output_of(ctx, run(growing(1), asked).value()), embedding::output_of_value(1));
  EXPECT_EQ(embedding::output_of(ctx, run(growing(2), asked).value()), embedding::output_of_value(-1));
}

// spec: "Memory Management", read_string: a guest's text is read only from within its memory and only as UTF-8.
TEST(WasmMemory, StringsAreReadWithinBounds) {
  abi::RunInputs inputs = abi::testing::usual_inputs();
  std::string read;
  inputs.on_log = [&read](std::string_view text) { read += text; };
  abi::testing::TestRun run(std::move(inputs));
  const std::int64_t size = static_cast<std::int64_t>(run.memory().size());
  const auto log = [&run](std::int64_t address, std::int64_t length) {
    return run.icn("log_message", {2, address, length});
  };
  run.write(static_cast<std::size_t>(size) - 5, view_of("hello"));
  EXPECT_EQ(log(size - 5, 5).answer, 0) << "up to the last byte";
  EXPECT_EQ(read, "[info] hello\n");
  EXPECT_EQ(log(size - 5, 6).verdict, abi::Verdict::trap);
  EXPECT_EQ(run.state().trap(), model::TrapCode::guest_fault);
  for (const auto& [address, length] : {std::pair<std::int64_t, std::int64_t>{size, 1}, {-1, 1}, {-1, 2}, {-8, 16}}) {
    EXPECT_EQ(log(address, length).verdict, abi::Verdict::trap) << address << " + " << length;
  }
  EXPECT_EQ(log(size, 0).answer, 0) << "an empty range is valid at any address";
  run.write(0, view_of("\xff\xfe"));
  EXPECT_EQ(log(0, 2).answer, abi_number(ErrorCode::invalid_format)) << "not UTF-8";
}

// spec: "Memory Management", write_string: a result is copied into the guest's buffer, never beyond it.
TEST(WasmMemory, StringsAreWrittenWithinBounds) {
  abi::testing::TestRun run;
  const std::int64_t size = static_cast<std::int64_t>(run.memory().size());
  const std::string caller = abi::testing::member().to_text();
  const auto length = run.icn("get_caller").answer;
  EXPECT_EQ(length, static_cast<std::int64_t>(caller.size())) << "a guest learns the size first";
  const Bytes before = run.memory();
  EXPECT_EQ(run.icn("read_result", {0, size - 4, 5}).verdict, abi::Verdict::trap);
  EXPECT_EQ(run.icn("read_result", {0, -1, length}).verdict, abi::Verdict::trap);
  EXPECT_EQ(run.memory(), before) << "a write that does not fit writes nothing";

  abi::testing::TestRun another;
  ASSERT_EQ(another.icn("get_caller").answer, length);
  EXPECT_EQ(another.icn("read_result", {0, 100, 5}).answer, 5) << "as much as fits";
  EXPECT_EQ(another.text(100, 6), caller.substr(0, 5) + std::string(1, '\0'));
  EXPECT_EQ(another.icn("read_result", {5, 200, 1000}).answer, length - 5) << "the rest";
  EXPECT_EQ(another.text(200, caller.size() - 5), caller.substr(5));
  EXPECT_EQ(another.icn("read_result", {0, size - length, length}).answer, length) << "up to the last byte";
}

}  // namespace
}  // namespace icn::embed
