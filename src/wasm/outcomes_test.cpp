// Goal: a failed run leaves a message that helps its author, and its output where all nodes have the same.
#include <gtest/gtest.h>

#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

using detail::TestRun;
using model::OutcomeKind;

Result<ports::ExecutionResult> run(std::string_view wat, const TestRun& options = {}) {
  const auto executor = make_executor({});
  if (!executor) return fail(executor.error());
  return detail::run_module(**executor, detail::wat_to_wasm(wat), options);
}

TEST(Outcomes, ATrapNamesFunctionsAsTheirAuthorsWroteThemAndItsCallers) {
  const auto result = run(R"((module
    (func $inner (@name "_ZN4core9panicking5panic17h0123456789abcdefE") (unreachable))
    (func $middle (@name "_Z6middlei") (call $inner))
    (func $run (export "run") (result i64) (call $middle) (i64.const 0))))");
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_NE(result->message.find(" in core::panicking::panic::h0123456789abcdef at 0x"), std::string::npos)
      << result->message;
  EXPECT_NE(result->message.find(", called by middle(int) at 0x"), std::string::npos) << result->message;
  EXPECT_NE(result->message.find(", called by run at 0x"), std::string::npos) << result->message;
  const auto fault = run(R"((module (import "icn" "host_log_message" (func $log (param i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func $say (@name "say") (drop (call $log (i32.const 2) (i32.const -1) (i32.const 9))))
    (func (export "run") (result i64) (call $say) (i64.const 0))))");
  ASSERT_TRUE(fault) << fault.error().detail;
  EXPECT_NE(fault->message.find(" in say at 0x"), std::string::npos) << fault->message;
}

std::string writing(std::string_view then) {
  return R"((module (import "icn" "host_write_output" (func $write (param i32 i32) (result i32)))
    (memory (export "memory") 1) (data (i32.const 0) "so far") (func $deep (call $deep) (call $deep))
    (func (export "run") (result i64) (drop (call $write (i32.const 0) (i32.const 6))) )" +
         std::string(then) + " (i64.const 0)))";
}

TEST(Outcomes, WhatAProgramWroteBeforeItFailedIsPartOfTheReceiptWhereThatIsTheSameEverywhere) {
  const auto kept = ipld::Cid::of(ipld::Codec::raw, bytes_of("so far"));
  for (const auto& [then, outcome] :
       {std::pair{"unreachable", OutcomeKind::trap}, {"(loop $l (br $l))", OutcomeKind::out_of_fuel}}) {
    const auto result = run(writing(then));
    ASSERT_TRUE(result) << result.error().detail;
    EXPECT_EQ(result->receipt.outcome.kind, outcome);
    EXPECT_EQ(result->receipt.output, kept) << then;
    EXPECT_EQ(text_of(result->output), "so far");
    EXPECT_EQ(model::Receipt::from_bytes(result->receipt.to_block().bytes)->output, kept);
  }
  const auto overflow = run(writing("(call $deep)"));
  ASSERT_TRUE(overflow) << overflow.error().detail;
  EXPECT_EQ(overflow->receipt.output, std::nullopt);
  const auto silent = run(R"((module (func (export "run") (result i64) unreachable)))");
  ASSERT_TRUE(silent);
  EXPECT_EQ(silent->receipt.output, std::nullopt);
}

TEST(Outcomes, AFailureAfterADeniedGrowthNamesTheLimit) {
  constexpr std::string_view kGrow = "(drop (memory.grow (i32.const 1000)))";
  const auto module = [](std::string_view code) {
    return "(module (memory 1) (table $t 1 funcref) (func (export \"run\") (result i64) " + std::string(code) + "))";
  };
  const auto memory = run(module(std::string(kGrow) + " unreachable"));
  ASSERT_TRUE(memory) << memory.error().detail;
  EXPECT_EQ(memory->rule, ports::kMemoryGrowthDenied);
  EXPECT_NE(memory->message.find("; 1 growth of memory (in pages) beyond the limit of 160 denied"), std::string::npos)
      << memory->message;
  const auto table = run(module("(drop (table.grow $t (ref.null func) (i32.const 10000))) unreachable"));
  ASSERT_TRUE(table) << table.error().detail;
  EXPECT_EQ(table->rule, ports::kTableGrowthDenied);
  const auto coped = run(module(std::string(kGrow) + " (i64.const 0)"));
  ASSERT_TRUE(coped) << coped.error().detail;
  EXPECT_EQ(coped->rule, "");
  EXPECT_EQ(coped->message, "");
}

TEST(Outcomes, AMemoryMayHoldAGibibyte) {
  TestRun options;
  options.limits.max_memory_pages = 16'384;
  const auto result = run(R"((module (memory 1) (func (export "run") (result i64)
    (if (i32.eq (memory.grow (i32.const 16383)) (i32.const -1)) (then unreachable))
    (i64.store (i32.const 0x3ffffff8) (i64.const 7)) (i64.load (i32.const 0x3ffffff8)))))",
                          options);
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(to_hex(result->output), "0700000000000000");
  EXPECT_EQ(result->receipt.memory_pages, 16'384U);
}

}  // namespace
}  // namespace icn::wasm
