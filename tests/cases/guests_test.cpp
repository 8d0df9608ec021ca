// Guests on a node: their results, their permitted changes, their failures, and that the node survives them all.
#include <gtest/gtest.h>

#include <fstream>

#include "embed/native_host.hpp"
#include "runtime/describe.hpp"
#include "runtime/mana.hpp"
#include "runtime/replay.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::embed {
namespace {

using embedding::Context;
using model::Mana;

struct GuestCases : ::testing::Test {
  static Context holding(std::uint64_t mana, std::uint32_t member = 0) {
    return RuntimeContext::new_testing(testing::test_did(member), mana).value();
  }
  // Submits `wat` and runs it to completion.
  static Result<runtime::JobReport> run(const Context& ctx, std::string_view wat, std::string_view more = "",
                                        runtime::RunHooks hooks = {}) {
    const ipld::Cid module = embedding::stored_module(ctx, wat);
    return runtime::execute_job(ctx->node(), ICN_TRY(host_submit_mesh_job(*ctx, embedding::job_json(module, 2, more))),
                                std::move(hooks));
  }
  static std::string outcome(const Result<runtime::JobReport>& report) {
    return report ? std::string(runtime::outcome_text(report->record)) : report.error().rule;
  }
};

// A module that returns the mana of `account`.
std::string asking(const model::Did& account) {
  const std::string text = account.to_text();
  return R"((module (import "icn" "host_account_get_mana" (func $mana (param i32 i32) (result i64)))
    (memory (export "memory") 1) (data (i32.const 0) ")" +
         text + R"(")
    (func (export "run") (result i64) (call $mana (i32.const 0) (i32.const )" +
         std::to_string(text.size()) + "))))";
}

TEST_F(GuestCases, AGuestReadsItsSubmittersMana) {
  const Context ctx = holding(42);
  const runtime::JobReport report = run(ctx, asking(ctx->current_identity())).value();
  EXPECT_EQ(report.record.output, ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(42)));
}

TEST_F(GuestCases, TheAnswerOfRunIsTheOutputsCid) {
  const Context ctx = holding(1000);
  for (const std::int64_t value : {7, 9, 4, 8, 11, 2, 0, -1}) {
    const runtime::JobReport report = run(ctx, embedding::wat_of_constant(value)).value();
    EXPECT_EQ(report.record.state().kind, jobs::JobState::Kind::completed);
    EXPECT_EQ(report.record.output, ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(value))) << value;
  }
}

TEST_F(GuestCases, AGuestSubmitsAJobAndSeesItsManaGoDown) {
  const Context ctx = holding(50);
  const std::string child =
      embedding::job_json(embedding::stored_module(ctx, embedding::wat_of_constant(1)), 10, ",\"entry\":\"run\"");
  const std::string self = ctx->current_identity().to_text();
  const std::string wat = R"((module
    (import "icn" "host_submit_mesh_job" (func $submit (param i32 i32) (result i64)))
    (import "icn" "host_account_get_mana" (func $mana (param i32 i32) (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 0) ")" +
                          embedding::wat_string(child) + R"(") (data (i32.const 2048) ")" + self + R"(")
    (func (export "run") (result i64)
      (drop (call $submit (i32.const 0) (i32.const )" +
                          std::to_string(child.size()) + R"()))
      (call $mana (i32.const 2048) (i32.const )" +
                          std::to_string(self.size()) + "))))";
  const runtime::JobReport report = run(ctx, wat, ",\"grants\":[\"submit\"],\"spend_max\":10").value();
  ASSERT_TRUE(report.record.effects_told.empty()) << report.record.effects_told.front();
  EXPECT_EQ(report.record.output, ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(40)));
  // The balance falls by exactly the child's price and the run's charge.
  const Mana left = runtime::view_account(ctx->node(), ctx->current_identity()).balance.available();
  EXPECT_EQ(left.umana, 40 * Mana::kUnit - report.record.charged.umana);
  EXPECT_EQ(host_get_pending_mesh_jobs(*ctx)->size(), 1U);
  // Without the grant it is refused and nothing changes.
  const runtime::JobReport denied = run(ctx, wat).value();
  EXPECT_EQ(denied.record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(host_get_pending_mesh_jobs(*ctx)->size(), 1U);
}

TEST_F(GuestCases, AGuestAnchorsAReceiptItCarries) {
  const Context ctx = holding(50);
  // Of a job of another node.
  model::Receipt body;
  body.output = ipld::Cid();
  const auto executor = embedding::real_signer(7);
  model::SignedReceipt receipt;
  receipt.receipt = body.to_block().cid;
  receipt.executor = executor->did();
  receipt.signature = executor->sign(model::SignatureTag::receipt, receipt.receipt).value();
  const ipld::Block envelope = receipt.to_block();
  const auto carrying = [](const ipld::Block& block) {
    std::string bytes;
    for (const std::uint8_t byte : block.bytes) bytes += "\\" + to_hex({&byte, 1});
    return R"((module
      (import "icn" "host_dag_put_block" (func $put (param i32 i32 i32) (result i64)))
      (import "icn" "host_anchor_receipt" (func $anchor (param i32 i32) (result i64)))
      (memory (export "memory") 1)
      (data (i32.const 0) ")" +
           bytes + R"(") (data (i32.const 4096) ")" + block.cid.to_text() + R"(")
      (func (export "run") (result i64)
        (drop (call $put (i32.const 113) (i32.const 0) (i32.const )" +
           std::to_string(block.bytes.size()) + R"()))
        (call $anchor (i32.const 4096) (i32.const 59)))))";
  };
  EXPECT_FALSE(ctx->node().dag_store().has(envelope.cid).value());
  const runtime::JobReport report = run(ctx, carrying(envelope), ",\"grants\":[\"anchor\"]").value();
  EXPECT_TRUE(report.record.effects_told.empty());
  EXPECT_EQ(report.record.output, ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(59)));
  EXPECT_EQ(ctx->node().dag_store().get(envelope.cid)->bytes, envelope.bytes);
  // One flipped bit in its signature: the guest's call is refused.
  receipt.signature[0] ^= 1;
  const runtime::JobReport forged = run(ctx, carrying(receipt.to_block()), ",\"grants\":[\"anchor\"]").value();
  EXPECT_EQ(forged.record.output,
            ipld::Cid::of(ipld::Codec::raw, embedding::output_of_value(abi_number(ErrorCode::invalid_signature))));
}

// A guest's effects apply to its submitter, within the budget; the node that runs it is only paid.
TEST_F(GuestCases, AGuestActsForItsSubmitterAndNeverForTheNode) {
  const Context ctx = holding(100);
  const auto spending = [](const model::Did& account, int amount) {
    const std::string text = account.to_text();
    return R"((module (import "icn" "host_account_spend_mana" (func $spend (param i32 i32 i64) (result i32)))
      (memory (export "memory") 1) (data (i32.const 0) ")" +
           text + R"(")
      (func (export "run") (result i64) (i64.extend_i32_s (call $spend (i32.const 0) (i32.const )" +
           std::to_string(text.size()) + ") (i64.const " + std::to_string(amount) + ")))))";
  };
  const auto answer = [&](const runtime::JobReport& report) {
    EXPECT_EQ(report.output.size(), 8U);
    std::int64_t value = 0;
    for (std::size_t i = report.output.size(); i-- > 0;) value = value << 8 | report.output[i];
    return value;
  };
  const model::Did node = ctx->node().node_did();
  const std::string budget = ",\"grants\":[\"spend\"],\"spend_max\":10";
  const runtime::JobReport for_node = run(ctx, spending(node, 5), budget).value();
  EXPECT_EQ(answer(for_node), abi_number(ErrorCode::invalid_argument));
  const runtime::JobReport too_much = run(ctx, spending(ctx->current_identity(), 11), budget).value();
  EXPECT_EQ(answer(too_much), abi_number(ErrorCode::budget_exceeded));
  const runtime::JobReport without_grant = run(ctx, spending(ctx->current_identity(), 1)).value();
  EXPECT_EQ(answer(without_grant), abi_number(ErrorCode::permission_denied));
  const runtime::JobReport own = run(ctx, spending(ctx->current_identity(), 10), budget).value();
  EXPECT_EQ(answer(own), 0);
  Mana earned;
  for (const runtime::JobReport* report : {&for_node, &too_much, &without_grant, &own})
    earned.umana += report->record.pay.umana;
  EXPECT_EQ(runtime::view_account(ctx->node(), node).balance.available(), earned);
  EXPECT_EQ(runtime::view_account(ctx->node(), ctx->current_identity()).balance.available().umana,
            90 * Mana::kUnit - earned.umana);
  EXPECT_EQ(runtime::audit_mana(ctx->node())->fees, *Mana::from_whole(10));
}

// A module that grows its memory page by page until it has `pages` more or a growth is denied.
std::string growing_by(int pages) {
  return R"((module (memory 1) (func (export "run") (result i64) (local $n i32)
    (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (drop (memory.grow (i32.const 1))) (br_if $l (i32.lt_u (local.get $n) (i32.const )" +
         std::to_string(pages) + "))))" + " (i64.const 0)))";
}

TEST_F(GuestCases, AJobPaysThePagesThatItHadAndNotThoseOfItsLimit) {
  const Context ctx = holding(100);
  const auto paid_for_memory = [&](int pages, std::uint32_t limit) {
    const runtime::JobReport report =
        run(ctx, growing_by(pages), ",\"limits\":{\"max_memory_pages\":" + std::to_string(limit) + "}").value();
    const jobs::JobRecord& record = report.record;
    EXPECT_EQ(record.outcome->kind, model::OutcomeKind::ok);
    EXPECT_EQ(record.bid.umana, record.base.umana + limit * record.page.umana + record.fuel_limit / 1'000);
    // A mana is a million µmana and a thousand million fuel.
    const std::uint64_t paid = record.pay.umana - record.base.umana - record.fuel_used / 1'000;
    EXPECT_EQ(paid, record.memory_pages * record.page.umana);
    const auto replayed = ctx->node().executor().value();
    const auto again =
        runtime::replay_receipt(ctx->node().dag_store(), *replayed, *ctx->node().services().clock, *record.receipt);
    EXPECT_TRUE(again && again->verdict == runtime::ReplayVerdict::match);
    return paid / record.page.umana;
  };
  EXPECT_EQ(paid_for_memory(9, 160), 10U);
  EXPECT_EQ(paid_for_memory(9, 1'000), 10U) << "the same pages under another limit";
  EXPECT_EQ(paid_for_memory(400, 1'000), 401U);
  EXPECT_EQ(paid_for_memory(9, 4), 4U) << "a denied growth costs no page";
}

TEST_F(GuestCases, MemoryAboveItsLimitIsRefusedDeniedOrTraps) {
  const Context ctx = holding(100);
  const std::string one_page = ",\"limits\":{\"max_memory_pages\":1}";
  const std::string run_of_nothing = " (func (export \"run\") (result i64) (i64.const 0)))";
  EXPECT_EQ(outcome(run(ctx, "(module (memory 1)" + run_of_nothing, one_page)), "ok");
  EXPECT_EQ(outcome(run(ctx, "(module (memory 2)" + run_of_nothing, one_page)), "max_memory_pages");
  EXPECT_EQ(outcome(run(ctx, "(module (memory 3)" + run_of_nothing, one_page)), "max_memory_pages");
  EXPECT_EQ(outcome(run(ctx, R"((module (memory 1) (func (export "run") (result i64)
    (drop (memory.grow (i32.const 1))) (i64.store (i32.const 65536) (i64.const 1)) (i64.const 0))))",
                        one_page)),
            "trap");
}

TEST_F(GuestCases, AnEndlessLoopEndsByItsFuelOrByItsDeadline) {
  ServiceConfig config = ServiceConfig::testing(testing::test_did(0), 100).value();
  const auto clock = std::make_shared<testing::FixedClock>();
  config.services.clock = clock;
  const Context ctx = RuntimeContext::from_service_config(std::move(config)).value();
  const std::string_view endless = R"((module (func (export "run") (result i64) (loop $l (br $l)) (i64.const 0))))";
  const runtime::JobReport poor = run(ctx, endless, ",\"limits\":{\"max_fuel\":100}").value();
  EXPECT_EQ(runtime::outcome_text(poor.record), "out_of_fuel");
  EXPECT_EQ(poor.record.fuel_used, 100U);
  // Much fuel but one second of time: the limit has the granularity of a slice.
  runtime::RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t, std::uint64_t) { clock->advance_ms(250); };
  const runtime::JobReport late =
      run(ctx, endless, ",\"limits\":{\"max_fuel\":1000000000,\"max_execution_time_secs\":1}", hooks).value();
  EXPECT_EQ(runtime::outcome_text(late.record), "stopped");
  EXPECT_LE(late.record.fuel_used, 5 * wasm::kSliceFuel);
  EXPECT_GE(late.record.fuel_used, 3 * wasm::kSliceFuel);
}

// Each kind of failure has its own name; the node runs the next job as if nothing had happened.
TEST_F(GuestCases, EveryWayToFailIsToldApartAndTheNodeLives) {
  const Context ctx = holding(1000);
  const auto module = [](std::string_view head, std::string_view code) {
    return "(module " + std::string(head) + " (func (export \"run\") (result i64) " + std::string(code) + "))";
  };
  const std::pair<std::string, std::string_view> cases[] = {
      {module("(import \"icn\" \"host_nothing\" (func))", "(i64.const 0)"), "unknown_import"},
      {module("(import \"icn\" \"host_get_time\" (func (result i32)))", "(i64.const 0)"), "import_type"},
      {module("(import \"icn\" \"host_write_output\" (func (param i32 i32) (result i32)))", "(i64.const 0)"),
       "missing_memory"},
      {"(module (func (export \"walk\") (result i64) (i64.const 0)))", "missing_entry"},
      {"(module (func (export \"run\") (result i32) (i32.const 0)))", "entry_type"},
      {module("(func $s unreachable) (start $s)", "(i64.const 0)"), "trap"},
      {module("", "(i64.div_s (i64.const 1) (i64.const 0))"), "trap"},
      {module("(func $deep (call $deep))", "(call $deep) (i64.const 0)"), "stack_overflow"},
      {module("", "(loop $l (br $l)) (i64.const 0)"), "out_of_fuel"},
  };
  for (const auto& [wat, expected] : cases) {
    EXPECT_EQ(outcome(run(ctx, wat)), expected) << wat;
    EXPECT_EQ(outcome(run(ctx, embedding::wat_of_constant(1))), "ok") << "after " << wat;
  }
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
}

// Two nodes with different scopes, members and histories: the same module on the same input.
TEST_F(GuestCases, TheSameModuleAndInputGiveTheSameOutputAndFuelOnTwoNodes) {
  const Context one = holding(100);
  const Context two = holding(777, 1);
  ASSERT_NE(one->node().scope().id(), two->node().scope().id());
  ASSERT_TRUE(run(two, embedding::wat_of_constant(1)));
  // Sums the input's bytes as floats, divides zeros, and writes the bits of all results.
  const std::string_view wat = R"((module
    (import "icn" "host_read_input" (func $read (param i32 i64 i32 i32) (result i64)))
    (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "run") (result i64) (local $i i32) (local $n i32) (local $sum f64)
      (local.set $n (i32.wrap_i64 (call $read (i32.const 0) (i64.const 0) (i32.const 64) (i32.const 1024))))
      (loop $l
        (local.set $sum (f64.add (local.get $sum)
          (f64.div (f64.const 1) (f64.convert_i32_u (i32.load8_u offset=64 (local.get $i))))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      (f64.store (i32.const 0) (local.get $sum))
      (f64.store (i32.const 8) (f64.div (f64.const 0) (f64.sub (local.get $sum) (local.get $sum))))
      (f32.store (i32.const 16) (f32.sqrt (f32.const -1)))
      (drop (call $write (i32.const 0) (i32.const 20)))
      (i64.const 0))))";
  const auto on = [&](const Context& ctx) {
    const ipld::Cid input = embedding::stored_file(ctx, view_of("what both nodes are given"));
    return run(ctx, wat, ",\"inputs\":[\"" + input.to_text() + "\"]").value();
  };
  const runtime::JobReport first = on(one);
  const runtime::JobReport second = on(two);
  EXPECT_EQ(runtime::outcome_text(first.record), "ok");
  EXPECT_EQ(first.output.size(), 20U);
  EXPECT_EQ(to_hex(ByteView(first.output).subspan(8)), "000000000000f87f0000c07f") << "canonical NaNs";
  EXPECT_EQ(first.record.output, second.record.output);
  EXPECT_EQ(first.record.fuel_used, second.record.fuel_used);
}

// Resident memory of this process in pages.
std::uint64_t resident_pages() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  statm >> all >> resident;
  return resident;
}

TEST_F(GuestCases, TenThousandRunsKeepNoMemory) {
  const auto executor = wasm::make_executor({}).value();
  const Bytes ends = embedding::wasm_of(R"((module (memory 2) (func (export "run") (result i64)
    (i64.store (i32.const 70000) (i64.const 1)) (i64.const 0))))");
  const Bytes traps = embedding::wasm_of(R"((module (memory 2) (func (export "run") (result i64)
    (i64.store (i32.const 70000) (i64.const 1)) unreachable)))");
  const auto run_often = [&](int count) {
    for (int i = 0; i < count; ++i) {
      const auto ended = wasm::detail::run_module(*executor, i % 2 == 0 ? ends : traps);
      ASSERT_TRUE(ended) << ended.error().detail;
    }
  };
  run_often(1'000);
  const std::uint64_t before = resident_pages();
  ASSERT_GT(before, 0U);
  run_often(10'000);
  EXPECT_LT(resident_pages(), before + 1024) << "4 MiB more than after 1,000 runs";
}

}  // namespace
}  // namespace icn::embed
