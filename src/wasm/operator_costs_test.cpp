// Goal: every operator with a cost burns it, and the profile records the cost.
#include "wasm/operator_costs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "ipld/dag_cbor.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::wasm {
namespace {

struct Sample {
  std::string_view group;
  const char* operators;  // leaves nothing behind
  std::uint64_t others;   // fuel of the operators around it
};

constexpr Sample kSamples[] = {
    {"memory_grow", "i32.const 0 memory.grow drop", 1},
    {"memory_bulk", "i32.const 0 i32.const 0 i32.const 0 memory.fill", 3},
    {"table_grow", "ref.null func i32.const 0 table.grow $t drop", 2},
    {"table_bulk", "i32.const 0 ref.null func i32.const 0 table.fill $t", 3},
    {"table_element", "i32.const 1 ref.null func i32.const 1 table.fill $t", 63},
    {"segment_drop", "data.drop $d", 0},
    {"function_reference", "ref.func $f drop", 0},
    {"table_access", "i32.const 0 table.get $t drop", 1},
    {"call", "call $f", 1},
    {"call_indirect", "i32.const 0 call_indirect $t (type $v)", 2},
    {"load", "i32.const 0 i32.load drop", 1},
    {"bit_count", "i64.const 0 i64.popcnt drop", 1},
    {"integer_multiplication", "i64.const 1 i64.const 1 i64.mul drop", 2},
    {"integer_division", "i32.const 1 i32.const 1 i32.rem_u drop", 2},
    {"float_bits", "i64.const 1 f64.reinterpret_i64 drop", 1},
    {"float_arithmetic", "f64.const 1 f64.const 1 f64.min drop", 2},
    {"float_comparison", "f32.const 1 f32.const 1 f32.lt drop", 2},
    {"float_division", "f64.const 1 f64.sqrt drop", 1},
    {"float_rounding", "f64.const 1 f64.nearest drop", 1},
    {"float_conversion", "i64.const 1 f64.convert_i64_u drop", 1},
    {"vector_minimum", "v128.const i64x2 0 0 v128.const i64x2 0 0 f32x4.min drop", 2},
    {"vector_load", "i32.const 0 v128.load drop", 1},
    {"vector_lane", "i32.const 0 i8x16.splat drop", 1},
    {"vector_shift", "v128.const i64x2 0 0 i32.const 1 i8x16.shl drop", 2},
    {"vector_multiplication", "v128.const i64x2 0 0 v128.const i64x2 0 0 i64x2.mul drop", 2},
};

std::uint64_t fuel_of(ports::Executor& executor, const std::string& body) {
  const auto result = detail::run_module(
      executor, detail::wat_to_wasm("(module (memory 1) (type $v (func)) (table $t 4 funcref)"
                                    " (elem (table $t) (i32.const 0) func $f) (data $d \"x\") (func $f (type $v))"
                                    " (func (export \"run\") (result i64) " +
                                    body + " i64.const 0))"));
  EXPECT_TRUE(result) << body << ": " << result.error().detail;
  return result ? result->receipt.fuel : 0;
}

TEST(OperatorCosts, EveryGroupBurnsItsPrice) {
  const auto executor = make_executor({}).value();
  const std::uint64_t nothing = fuel_of(*executor, "");
  for (const OperatorCostRow& row : kOperatorCosts) {
    const auto sample = std::find_if(std::begin(kSamples), std::end(kSamples),
                                     [&](const Sample& one) { return one.group == row.group; });
    ASSERT_NE(sample, std::end(kSamples)) << "no sample of " << row.group;
    EXPECT_EQ(fuel_of(*executor, sample->operators) - nothing, row.fuel + sample->others) << row.group;
  }
}

TEST(OperatorCosts, TheProfileNamesEachSoThatAnotherPriceIsAnotherProfile) {
  const Bytes& profile = profile_block().bytes;
  for (const OperatorCostRow& row : kOperatorCosts) {
    ipld::CborWriter writer(64);
    writer.array(2).text(row.group).unsigned_integer(row.fuel);
    const Bytes wanted = writer.take();
    EXPECT_NE(std::search(profile.begin(), profile.end(), wanted.begin(), wanted.end()), profile.end()) << row.group;
  }
}

}  // namespace
}  // namespace icn::wasm
