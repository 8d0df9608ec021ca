// Goal: every run ends by the rules of the profile, identically on every code generator, and the process survives.
// Method: small WAT programs, each through Cranelift optimised, unoptimised and Pulley; receipts are compared byte for
// byte.
#include <gtest/gtest.h>

#include <fstream>

#include "abi/host_call.hpp"
#include "ipld/dag_cbor.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

using detail::run_module;
using detail::TestRun;
using detail::wat_to_wasm;
using model::OutcomeKind;
using model::TrapCode;

std::shared_ptr<ports::Executor> executor_of(CodeGenerator generator) {
  ExecutorOptions options;
  options.variant.generator = generator;
  options.runs_max = 4;
  auto executor = make_executor(std::move(options));
  EXPECT_TRUE(executor) << executor.error().detail;
  return executor ? *executor : nullptr;
}

class Sandbox : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (const auto generator :
         {CodeGenerator::cranelift, CodeGenerator::cranelift_unoptimised, CodeGenerator::pulley}) {
      executors_.push_back(executor_of(generator));
    }
  }
  static void TearDownTestSuite() { executors_.clear(); }

  // Runs under the production generator; the others must produce the same receipt body.
  static Result<ports::ExecutionResult> run(std::string_view wat, const TestRun& options = {}) {
    const Bytes module = wat_to_wasm(wat);
    auto first = run_module(*executors_[0], module, options);
    for (std::size_t i = 1; i < executors_.size(); ++i) {
      const auto other = run_module(*executors_[i], module, options);
      EXPECT_EQ(first.has_value(), other.has_value());
      if (!first || !other) continue;
      EXPECT_EQ(first->receipt, other->receipt)
          << "generator " << i << ": fuel " << first->receipt.fuel << " and " << other->receipt.fuel;
    }
    return first;
  }
  static void expect_trap(std::string_view wat, TrapCode code, const TestRun& options = {}) {
    const auto result = run(wat, options);
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::trap);
    EXPECT_EQ(trap_name(static_cast<TrapCode>(result->receipt.outcome.code)), trap_name(code)) << result->message;
    EXPECT_FALSE(result->receipt.output.has_value());
    EXPECT_LE(result->receipt.fuel, options.limits.max_fuel);
  }
  static Error refusal(std::string_view wat, const TestRun& options = {}) {
    return refusal_of(wat_to_wasm(wat), options);
  }
  static Error refusal_of(const Bytes& module, const TestRun& options = {}) {
    const auto result = run_module(*executors_[0], module, options);
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }

  static std::vector<std::shared_ptr<ports::Executor>> executors_;
};
std::vector<std::shared_ptr<ports::Executor>> Sandbox::executors_;

TEST_F(Sandbox, TheValueOfRunIsTheOutput) {
  const auto result = run(R"((module (func (export "run") (result i64) (i64.const 0x0102030405060708))))");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(to_hex(result->output), "0807060504030201");
  EXPECT_EQ(result->receipt.output, ipld::Cid::of(ipld::Codec::raw, result->output));
}

TEST_F(Sandbox, AShortRunEndsInItsFirstSlice) {
  const char* plain = "(module (func (export \"run\") (result i64) (i64.const 7)))";
  const auto short_run = run_module(*executors_[0], wat_to_wasm(plain), {});
  ASSERT_TRUE(short_run);
  EXPECT_EQ(short_run->slices, 1U);
  // The first slice holds the fuel of a start function, so the entry waits for the next.
  const char* with_start = "(module (func $s nop) (start $s) (func (export \"run\") (result i64) (i64.const 7)))";
  const auto with_start_run = run_module(*executors_[0], wat_to_wasm(with_start), {});
  ASSERT_TRUE(with_start_run);
  EXPECT_EQ(with_start_run->slices, 2U);
  EXPECT_EQ(with_start_run->receipt.output, short_run->receipt.output);
}

TEST_F(Sandbox, AnEndlessLoopRunsOutOfFuelAtExactlyTheLimit) {
  TestRun options;
  options.limits.max_fuel = 3'456'789;
  const auto result = run(R"((module (func (export "run") (result i64) (loop $l (br $l)) (i64.const 0))))", options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::out_of_fuel);
  EXPECT_EQ(result->receipt.fuel, 3'456'789U);
  EXPECT_FALSE(result->receipt.output.has_value());
}

TEST_F(Sandbox, AnEndlessStartFunctionIsMeteredToo) {
  TestRun options;
  options.limits.max_fuel = 2'500'000;
  const auto result = run(
      R"((module (func $s (loop $l (br $l))) (start $s) (func (export "run") (result i64) (i64.const 0))))", options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::out_of_fuel);
}

TEST_F(Sandbox, ATrapSaysWhereInOneLineOfBoundedText) {
  std::string name = "n";
  for (int i = 0; i < 400; ++i) name += "\xe2\x82\xac";
  const auto result = run("(module (func $f (@name \"" + name + "\") (unreachable)) " +
                          R"((func (export "run") (result i64) (call $f) (i64.const 0))))");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->message.find("wasm `unreachable` instruction executed in n\xe2\x82\xac"), 0U) << result->message;
  EXPECT_NE(result->message.find(", called by function 1 at 0x"), std::string::npos) << result->message;
  EXPECT_TRUE(is_utf8(view_of(result->message)));
  EXPECT_EQ(result->message.find('\n'), std::string::npos);
}

TEST_F(Sandbox, EveryTrapHasItsFrozenCode) {
  const auto body = [](std::string_view code, std::string_view rest = "") {
    return "(module (memory (export \"memory\") 1) " + std::string(rest) + " (func (export \"run\") (result i64) " +
           std::string(code) + "))";
  };
  expect_trap(body("unreachable"), TrapCode::unreachable);
  expect_trap(body("(i64.load (i32.const 65529))"), TrapCode::memory_out_of_bounds);
  expect_trap(body("(i64.load (i32.const -1))"), TrapCode::memory_out_of_bounds);
  expect_trap(body("(i64.div_s (i64.const 1) (i64.const 0))"), TrapCode::integer_division_by_zero);
  expect_trap(body("(i64.div_s (i64.const 0x8000000000000000) (i64.const -1))"), TrapCode::integer_overflow);
  expect_trap(body("(i64.trunc_f64_s (f64.const nan))"), TrapCode::bad_conversion_to_integer);
  expect_trap(body("(call_indirect (result i64) (i32.const 0))", "(table 1 funcref)"), TrapCode::indirect_call_to_null);
  expect_trap(body("(call_indirect (result i64) (i32.const 9))", "(table 1 funcref)"), TrapCode::table_out_of_bounds);
  expect_trap(body("(call_indirect (result i64) (i32.const 0))", "(table 1 funcref) (func $f) (elem (i32.const 0) $f)"),
              TrapCode::bad_signature);
}

TEST_F(Sandbox, ATrapAfterMuchWorkChargesOneSliceMoreThanTheLastFlush) {
  TestRun options;
  options.limits.max_fuel = 1'000'000'000;
  const auto result = run(R"((module (func (export "run") (result i64) (local $i i32)
    (loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $i) (i32.const 1000000))))
    (i64.div_s (i64.const 1) (i64.const 0)))))",
                          options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::trap);
  EXPECT_GT(result->receipt.fuel, 7'000'000U);
  EXPECT_LE(result->receipt.fuel, 10'000'000U);
}

TEST_F(Sandbox, DeepRecursionIsTheOneCanonicalStackOverflow) {
  TestRun options;
  options.limits.max_fuel = 50'000'000;
  const auto result = run(R"((module (import "icn" "host_get_time" (func $t (result i64)))
    (func $r (param i64) (result i64) (i64.add (call $r (i64.add (local.get 0) (i64.const 1))) (i64.const 1)))
    (func (export "run") (result i64) (drop (call $t)) (call $r (i64.const 0)))))",
                          options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::stack_overflow);
  EXPECT_EQ(result->receipt.fuel, 50'000'000U);
  EXPECT_EQ(result->receipt.memory_pages, options.limits.max_memory_pages);
}

TEST_F(Sandbox, AMemoryBombIsDeniedAndCounted) {
  const auto result = run(R"((module (memory 1) (func (export "run") (result i64) (local $n i64)
    (loop $l (local.set $n (i64.add (local.get $n) (i64.const 1)))
      (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    (local.get $n))))");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::ok);
  EXPECT_EQ(result->memory_growth_denied, 1U);
  EXPECT_LE(result->receipt.memory_pages, 160U);
  EXPECT_EQ(result->receipt.memory_pages, 145U);
}

// Every excessive request returns −1 to the guest; none is a failure of this machine.
TEST_F(Sandbox, AGrowthBeyondTheModulesOwnMaximumOrAnyMemoryAnswersMinusOne) {
  const auto grow = [](std::string_view memory, std::string_view pages) {
    return "(module (memory " + std::string(memory) +
           ") (func (export \"run\") (result i64) (drop (memory.grow (i32.const 1))) " +
           "(i64.extend_i32_s (memory.grow (i32.const " + std::string(pages) + ")))))";
  };
  struct Case {
    std::string_view memory;
    std::string_view pages;
    std::uint64_t denied;
  };
  for (const Case& one : {Case{"1 3", "2", 0}, Case{"1 3", "-1", 1}, Case{"1", "65535", 1}, Case{"1", "-1", 1},
                          Case{"1 65536", "65534", 1}}) {
    const auto result = run(grow(one.memory, one.pages));
    ASSERT_TRUE(result) << one.memory << " + " << one.pages << ": " << result.error().detail;
    EXPECT_EQ(to_hex(result->output), "ffffffffffffffff") << one.memory << " + " << one.pages;
    EXPECT_EQ(result->receipt.memory_pages, 2U);
    EXPECT_EQ(result->memory_growth_denied, one.denied) << one.memory << " + " << one.pages;
  }
  const auto table = run(R"((module (table $t 1 4 funcref) (func (export "run") (result i64)
    (i64.extend_i32_s (table.grow $t (ref.null func) (i32.const 4))))))");
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(to_hex(table->output), "ffffffffffffffff");
  TestRun rich;  // a growth costs fuel per requested element
  rich.limits.max_fuel = 1'000'000'000'000;
  const auto huge = run(R"((module (table $t 1 externref) (func (export "run") (result i64)
    (i64.extend_i32_s (table.grow $t (ref.null extern) (i32.const -1))))))",
                        rich);
  ASSERT_TRUE(huge) << huge.error().detail;
  EXPECT_EQ(to_hex(huge->output), "ffffffffffffffff");
}

TEST_F(Sandbox, AnElementSegmentBeyondTheTableIsATrapOfTheRun) {
  expect_trap(
      R"((module (table 1 funcref) (func $f) (elem (i32.const 1) $f)
        (func (export "run") (result i64) (i64.const 0))))",
      TrapCode::table_out_of_bounds);
}

TEST_F(Sandbox, ATableGrowthAboveItsLimitIsDeniedAndCounted) {
  const auto result = run(R"((module (table $t 1 funcref) (func (export "run") (result i64)
    (i64.extend_i32_s (table.grow $t (ref.null func) (i32.const 10000))))))");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(to_hex(result->output), "ffffffffffffffff");
  EXPECT_EQ(result->table_growth_denied, 1U);
}

TEST_F(Sandbox, StaticLimitsRefuseBeforeCompilingAndNameTheirRule) {
  EXPECT_EQ(refusal(R"((module (table 10001 funcref) (func (export "run") (result i64) (i64.const 0))))").rule,
            "max_table_size");
  EXPECT_EQ(refusal(R"((module (memory 161) (func (export "run") (result i64) (i64.const 0))))").rule,
            "max_memory_pages");
  std::string many = "(module (func (export \"run\") (result i64) (i64.const 0))";
  for (int i = 0; i < 1'000; ++i) many += "(func)";
  EXPECT_EQ(refusal(many + ")").rule, "max_functions");
  std::string globals = "(module (func (export \"run\") (result i64) (i64.const 0))";
  for (int i = 0; i < 101; ++i) globals += "(global i32 (i32.const 0))";
  EXPECT_EQ(refusal(globals + ")").rule, "max_globals");
  std::string tables = "(module (func (export \"run\") (result i64) (i64.const 0))";
  for (int i = 0; i < 11; ++i) tables += "(table 1 funcref)";
  EXPECT_EQ(refusal(tables + ")").rule, "max_tables");
  std::string large = "(module (func (export \"run\") (result i64) ";
  for (int i = 0; i < 500'000; ++i) large += "nop ";
  EXPECT_EQ(refusal(large + "(i64.const 0)))").rule, "max_function_bytes");
  TestRun small;
  small.limits.max_module_bytes = 30;
  EXPECT_EQ(refusal(R"((module (func (export "run") (result i64) (i64.const 0))))", small).rule, "max_module_bytes");
}

TEST_F(Sandbox, WhatIsNotOfferedIsRefusedByName) {
  EXPECT_EQ(
      refusal(R"((module (import "icn" "host_nothing" (func)) (func (export "run") (result i64) (i64.const 0))))").rule,
      "unknown_import");
  EXPECT_EQ(
      refusal(R"((module (import "env" "memory" (memory 1)) (func (export "run") (result i64) (i64.const 0))))").rule,
      "unknown_import");
  EXPECT_EQ(refusal(
                R"((module (import "icn" "host_get_time" (func (result i32)))
            (func (export "run") (result i64) (i64.const 0))))")
                .rule,
            "import_type");
  EXPECT_EQ(refusal(
                R"((module (import "icn" "host_write_output" (func (param i32 i32) (result i32)))
            (func (export "run") (result i64) (i64.const 0))))")
                .rule,
            "missing_memory");
  EXPECT_EQ(refusal(R"((module (func (export "walk") (result i64) (i64.const 0))))").rule, "missing_entry");
  EXPECT_EQ(refusal(R"((module (func (export "run") (result i32) (i32.const 0))))").rule, "entry_type");
  EXPECT_EQ(refusal(R"((module (memory i64 1) (func (export "run") (result i64) (i64.const 0))))").code,
            ErrorCode::invalid_module);
  EXPECT_EQ(refusal(R"((module (memory 1 1 shared) (func (export "run") (result i64) (i64.const 0))))").code,
            ErrorCode::invalid_module);
  EXPECT_EQ(refusal(R"((module (memory 1) (memory 1) (func (export "run") (result i64) (i64.const 0))))").rule,
            "multi_memory");
  EXPECT_EQ(refusal(R"((module (func $f (result i64) (return_call $f)) (export "run" (func $f))))").rule, "validation");
  EXPECT_EQ(refusal_of(bytes_of("not wasm at all")).code, ErrorCode::invalid_module);
  EXPECT_EQ(refusal_of({}).code, ErrorCode::invalid_module);
}

TEST_F(Sandbox, PointersAtTheEndOfMemoryAreGuestFaultsExactlyWhenTheyReachBeyondIt) {
  const auto log_at = [](std::string_view at, std::string_view length) {
    return R"((module (import "icn" "host_log_message" (func $log (param i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "run") (result i64) (i64.extend_i32_s (call $log (i32.const 1) (i32.const )" +
           std::string(at) + ") (i32.const " + std::string(length) + ")))))";
  };
  const auto inside = run(log_at("65535", "1"));
  ASSERT_TRUE(inside);
  EXPECT_EQ(inside->receipt.outcome.kind, OutcomeKind::ok);
  expect_trap(log_at("65535", "2"), TrapCode::guest_fault);
  expect_trap(log_at("-1", "1"), TrapCode::guest_fault);
  // The length is charged before it is checked, so a run must afford it to reach the fault.
  TestRun rich;
  rich.limits.max_fuel = 1'000'000'000'000;
  expect_trap(log_at("1", "-1"), TrapCode::guest_fault, rich);
  const auto empty_at_end = run(log_at("65536", "0"));
  ASSERT_TRUE(empty_at_end);
  EXPECT_EQ(empty_at_end->receipt.outcome.kind, OutcomeKind::ok);
}

TEST_F(Sandbox, AStoppedRunIsReplayedToTheSameInstruction) {
  // Host calls and plain work in turn, so that both kinds of stopping points occur.
  const Bytes module = wat_to_wasm(R"((module (import "icn" "host_get_time" (func $t (result i64)))
    (func (export "run") (result i64) (local $i i64)
      (loop $l (local.set $i (i64.add (local.get $i) (i64.const 1))) (drop (call $t)) (br $l)) (i64.const 0))))");
  TestRun options;
  options.limits.max_fuel = 1'000'000'000;
  int slices = 0;
  const auto stopped = run_module(*executors_[0], module, options, [&](ports::Execution& execution) {
    if (++slices == 3) execution.stop(ports::StopReason::deadline);
  });
  ASSERT_TRUE(stopped) << stopped.error().detail;
  EXPECT_EQ(stopped->receipt.outcome.kind, OutcomeKind::stopped);
  EXPECT_FALSE(stopped->receipt.output.has_value());
  for (const auto& executor : executors_) {
    TestRun replay = options;
    replay.stop_at_fuel = stopped->receipt.fuel;
    const auto again = run_module(*executor, module, replay);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->receipt, stopped->receipt);
  }
}

TEST_F(Sandbox, AnEndlessLoopOfHostCallsEndsAtItsStop) {
  const Bytes module = wat_to_wasm(R"((module (import "icn" "host_abi_version" (func $v (result i32)))
    (func (export "run") (result i64) (loop $l (drop (call $v)) (br $l)) (i64.const 0))))");
  TestRun options;
  options.limits.max_fuel = 1'000'000'000'000;
  const auto result = run_module(*executors_[0], module, options,
                                 [](ports::Execution& execution) { execution.stop(ports::StopReason::deadline); });
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::stopped);
}

// Each call costs a fifth of a slice, the loop around it nearly nothing.
constexpr std::string_view kCostlyCalls = R"((module (import "icn" "host_random" (func $r (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i64)
    (loop $l (drop (call $r (i32.const 0) (i32.const 65536))) (br $l)) (i64.const 0))))";

TEST_F(Sandbox, CostlyHostCallsEndASliceToo) {
  const Bytes module = wat_to_wasm(kCostlyCalls);
  TestRun options;
  options.limits.max_fuel = 1'000'000'000'000;
  auto execution = executors_[0]->start(detail::request_of(*executors_[0], module, options));
  ASSERT_TRUE(execution);
  for (std::uint64_t slice = 1; slice <= 20; ++slice) {
    ASSERT_EQ((*execution)->poll(), ports::RunState::running);
    EXPECT_LE((*execution)->fuel_used(), slice * 2 * kSliceFuel);
    EXPECT_GE((*execution)->fuel_used() + kSliceFuel, slice * kSliceFuel);  // the first one instantiates
  }
  (*execution)->stop(ports::StopReason::deadline);
  EXPECT_EQ((*execution)->poll(), ports::RunState::finished);
  const auto stopped = (*execution)->finish();
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->receipt.outcome.kind, OutcomeKind::stopped);
  for (const auto& executor : executors_) {
    TestRun replay = options;
    replay.stop_at_fuel = stopped->receipt.fuel;
    const auto again = run_module(*executor, module, replay);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->receipt, stopped->receipt);
  }
}

TEST_F(Sandbox, CostlyHostCallsUseUpExactlyTheLimit) {
  TestRun options;
  options.limits.max_fuel = 7'654'321;
  const auto result = run(kCostlyCalls, options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::out_of_fuel);
  EXPECT_EQ(result->receipt.fuel, 7'654'321U);
}

TEST_F(Sandbox, WorkBetweenCostlyHostCallsIsCountedOnce) {
  TestRun options;
  options.limits.max_fuel = 1'000'000'000;
  const auto fuel_of = [&](std::string_view bytes) {
    const auto result =
        run(R"((module (import "icn" "host_random" (func $r (param i32 i32) (result i32))) (memory (export "memory") 1)
      (func (export "run") (result i64) (local $i i64) (local $k i32)
        (loop $l (local.set $i (i64.add (local.get $i) (i64.const 1)))
          (local.set $k (i32.const 0))
          (loop $m (local.set $k (i32.add (local.get $k) (i32.const 1)))
            (br_if $m (i32.lt_u (local.get $k) (i32.const 20000))))
          (drop (call $r (i32.const 0) (i32.const )" +
                std::string(bytes) + R"()))
          (br_if $l (i64.lt_u (local.get $i) (i64.const 40)))) (local.get $i))))",
            options);
    EXPECT_TRUE(result.has_value());
    if (!result) return std::uint64_t{0};
    EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::ok);
    return result->receipt.fuel;
  };
  EXPECT_EQ(fuel_of("60000") - fuel_of("0"), 40U * 60'000U * 3U);
}

TEST_F(Sandbox, AStopBeforeTheFirstSliceUsesNothing) {
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 0))))");
  auto execution = executors_[0]->start(detail::request_of(*executors_[0], module, {}));
  ASSERT_TRUE(execution);
  (*execution)->stop(ports::StopReason::cancelled);
  EXPECT_EQ((*execution)->poll(), ports::RunState::finished);
  const auto result = (*execution)->finish();
  ASSERT_TRUE(result);
  EXPECT_EQ(result->receipt.outcome.kind, OutcomeKind::stopped);
  EXPECT_EQ(result->receipt.fuel, 0U);
}

TEST_F(Sandbox, AShutdownLeavesNoReceipt) {
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (loop $l (br $l)) (i64.const 0))))");
  TestRun options;
  options.limits.max_fuel = 1'000'000'000'000;
  const auto result = run_module(*executors_[0], module, options,
                                 [](ports::Execution& execution) { execution.stop(ports::StopReason::shutdown); });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::infrastructure);
}

TEST_F(Sandbox, ADataSegmentBeyondTheMemoryIsATrapOfTheRun) {
  expect_trap(R"((module (memory 1) (data (i32.const 65536) "x") (func (export "run") (result i64) (i64.const 0))))",
              TrapCode::memory_out_of_bounds);
}

TEST_F(Sandbox, AnExitStatusIsTheOutcomeAndKeepsTheOutput) {
  TestRun options;
  options.entry = "_start";
  const auto exit = [](std::string_view status) {
    return R"((module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
      (memory (export "memory") 1) (data (i32.const 0) "bye")
      (func (export "_start") (drop (call $write (i32.const 0) (i32.const 3))) (call $exit (i32.const )" +
           std::string(status) + "))))";
  };
  const auto three = run(exit("3"), options);
  ASSERT_TRUE(three) << three.error().detail;
  EXPECT_EQ(three->receipt.outcome, (model::Outcome{OutcomeKind::nonzero_exit, 3}));
  EXPECT_EQ(text_of(three->output), "bye");
  const auto zero = run(exit("0"), options);
  ASSERT_TRUE(zero);
  EXPECT_EQ(zero->receipt.outcome.kind, OutcomeKind::ok);
}

TEST_F(Sandbox, NanBitsAreTheSameEverywhere) {
  const auto result = run(R"((module (func (export "run") (result i64)
    (i64.reinterpret_f64 (f64.div (f64.const 0) (f64.sub (f64.const 0) (f64.const 0)))))))");
  ASSERT_TRUE(result);
  EXPECT_EQ(to_hex(result->output), "000000000000f87f");
}

TEST_F(Sandbox, TheProfileNamesTheEngineThatIsLinked) {
  std::ifstream lock("rust/Cargo.lock");
  const std::string text(std::istreambuf_iterator<char>(lock), {});
  const std::string_view profile = text_of(profile_block().bytes);
  const std::size_t at = profile.find("wasmtime ");
  ASSERT_NE(at, std::string_view::npos);
  const std::string version(profile.substr(at + 9, 6));
  EXPECT_NE(text.find("name = \"wasmtime\"\nversion = \"" + version + "\""), std::string::npos) << version;
}

TEST_F(Sandbox, TheTablesThatAnOrderNamesAreCanonicalBlocks) {
  for (const ipld::Block& table : {profile_block(), abi::costs_table(), abi::abi_table()}) {
    const auto valid = ipld::validate_dag_cbor(table.bytes);
    EXPECT_TRUE(valid) << valid.error().detail;
    EXPECT_EQ(table.cid, ipld::Cid::of(ipld::Codec::dag_cbor, table.bytes));
  }
}

// So that another bound makes another table, and no receipt is replayed under it.
TEST_F(Sandbox, TheTableOfHostFunctionsNamesTheBoundsThatAGuestCanNotice) {
  const ipld::Block abi = abi::abi_table();
  for (const std::string_view bound : {"result_bytes", "text_bytes", "reachable_blocks", "dag_cbor_depth",
                                       "job_body_bytes", "job_args", "job_arg_bytes", "job_inputs"})
    EXPECT_NE(text_of(abi.bytes).find(bound), std::string_view::npos) << bound;
}

TEST_F(Sandbox, AnOrderOfAnotherProfileIsNotRun) {
  const Bytes module = wat_to_wasm(R"((module (func (export "run") (result i64) (i64.const 0))))");
  auto request = detail::request_of(*executors_[0], module, {});
  request.order.profile = ipld::Cid::of(ipld::Codec::dag_cbor, bytes_of("another"));
  const auto execution = executors_[0]->start(std::move(request));
  ASSERT_FALSE(execution);
  EXPECT_EQ(execution.error().code, ErrorCode::unknown_profile);
}

}  // namespace
}  // namespace icn::wasm
