// Goal: a receipt does not depend on how its run is cut into slices.
#include <gtest/gtest.h>

#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

// Host charges leave a little of the limit, which the guest's own code then exceeds; `rest` runs after that.
Bytes over_its_limit(const std::string& rest) {
  return detail::wat_to_wasm(R"((module (import "icn" "host_get_time" (func $time (result i64)))
    (memory (export "memory") 1) (func (export "run") (result i64) (local $n i32)
      (loop $calls (drop (call $time)) (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $calls (i32.lt_u (local.get $n) (i32.const 100))))
      (loop $own (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $own (i32.lt_u (local.get $n) (i32.const 5000)))) )" +
                             rest + R"( (i64.const 0))))");
}

TEST(Slices, OfAnySizeGiveTheSameReceipt) {
  const std::string calls = "(drop (call $time))";
  for (const std::string& rest : {calls, std::string("unreachable"), std::string()}) {
    std::optional<Bytes> first;
    for (const std::uint64_t slice : {std::uint64_t{1'000}, kSliceFuel, 100 * kSliceFuel}) {
      ExecutorOptions options;
      options.variant.slice_fuel = slice;
      const auto executor = make_executor(options).value();
      detail::TestRun run;
      run.limits.max_fuel = 60'000;
      const auto result = detail::run_module(*executor, over_its_limit(rest), run);
      ASSERT_TRUE(result) << result.error().detail;
      EXPECT_EQ(result->receipt.outcome.kind, model::OutcomeKind::out_of_fuel) << rest << " in slices of " << slice;
      EXPECT_EQ(result->receipt.fuel, run.limits.max_fuel);
      if (!first) first = result->receipt.to_block().bytes;
      EXPECT_EQ(result->receipt.to_block().bytes, *first) << rest << " in slices of " << slice;
    }
  }
}

}  // namespace
}  // namespace icn::wasm
