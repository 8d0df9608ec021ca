// Goal: a trap reports the exact fuel where the engine knows it, and at most one slice more elsewhere.
#include <gtest/gtest.h>

#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

std::uint64_t fuel_of(std::string_view code, std::string_view rest = "") {
  const auto executor = make_executor({});
  EXPECT_TRUE(executor) << executor.error().detail;
  detail::TestRun options;
  options.limits.max_fuel = 100'000'000;
  const auto result = detail::run_module(
      **executor,
      detail::wat_to_wasm("(module " + std::string(rest) + " (memory (export \"memory\") 1) (table 1 funcref) " +
                          "(func (export \"run\") (result i64) (local $i i32) " + std::string(code) + "))"),
      options);
  EXPECT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->receipt.outcome.kind, model::OutcomeKind::trap);
  return result->receipt.fuel;
}

TEST(TrapFuel, OfAnImmediateTrapIsWhatItUsed) {
  EXPECT_LE(fuel_of("unreachable"), 10U);
  EXPECT_LE(fuel_of("(call_indirect (result i64) (i32.const 0))"), 10U + 28U);
  EXPECT_LE(fuel_of("(drop (call $w (i32.const -1) (i32.const 8))) (i64.const 0)",
                    "(import \"icn\" \"host_write_output\" (func $w (param i32 i32) (result i32)))"),
            10'000U);
}

TEST(TrapFuel, CountsTheWorkBeforeIt) {
  const std::string loop =
      "(loop $l (local.set $i (i32.add (local.get $i) (i32.const 1)))"
      " (br_if $l (i32.lt_u (local.get $i) (i32.const 1000000)))) ";
  const std::uint64_t exact = fuel_of(loop + "unreachable");
  EXPECT_GE(exact, 7'000'000U);
  EXPECT_EQ(fuel_of(loop + "unreachable"), exact);
  const std::uint64_t division = fuel_of(loop + "(i64.div_s (i64.const 1) (i64.const 0))");
  EXPECT_GE(division, exact);
  EXPECT_LE(division, exact + 2 * kSliceFuel);
}

}  // namespace
}  // namespace icn::wasm
