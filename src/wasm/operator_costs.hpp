// Fuel costs of operators that cost more than one unit: one row per group. rust/src/config.rs assigns operators to
// groups, in the same order. The table is part of the execution profile: changing a cost changes the profile's CID.
//
// A price covers the operator at its slowest, when each waits for the previous one (docs/prices.md): no program gets
// more than three times the execution time of straight-line code per fuel. Two value-dependent effects are not covered:
// loads that miss the CPU caches, and denormal floats.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace icn::wasm {

struct OperatorCostRow {
  std::string_view group;
  std::uint8_t fuel;
  std::string_view doc;
};

inline constexpr std::array kOperatorCosts{
    OperatorCostRow{"memory_grow", 255, "memory.grow, whatever it asks for"},
    OperatorCostRow{"memory_bulk", 30, "memory.fill, memory.copy and memory.init, besides one for each byte"},
    OperatorCostRow{"table_grow", 255, "table.grow, besides table_element for each element"},
    OperatorCostRow{"table_bulk", 60, "table.fill, table.copy and table.init, besides table_element for each element"},
    OperatorCostRow{"table_element", 5, "each element that such an operator names"},
    OperatorCostRow{"segment_drop", 60, "data.drop and elem.drop"},
    OperatorCostRow{"function_reference", 255, "ref.func"},
    OperatorCostRow{"table_access", 32, "table.get and table.set"},
    OperatorCostRow{"call", 9, "call, besides one for the entry of the function"},
    OperatorCostRow{"call_indirect", 28, "call_indirect, besides one for the entry of the function"},
    OperatorCostRow{"load", 5, "loads of numbers"},
    OperatorCostRow{"bit_count", 6, "clz, ctz and popcnt"},
    OperatorCostRow{"integer_multiplication", 2, "mul of integers"},
    OperatorCostRow{"integer_division", 24, "div and rem of integers"},
    OperatorCostRow{"float_bits", 2, "abs, neg, copysign and reinterpretations"},
    OperatorCostRow{"float_arithmetic", 12, "add, sub and mul of floats; min and max of single ones"},
    OperatorCostRow{"float_comparison", 5, "comparisons of floats"},
    OperatorCostRow{"float_division", 24, "div and sqrt"},
    OperatorCostRow{"float_rounding", 18, "ceil, floor, trunc and nearest"},
    OperatorCostRow{"float_conversion", 17, "between floats and integers, and between floats"},
    OperatorCostRow{"vector_minimum", 22, "min, max, pmin and pmax of vectors of floats"},
    OperatorCostRow{"vector_load", 8, "loads of vectors"},
    OperatorCostRow{"vector_lane", 5, "a lane, bit mask or truth of a vector, and splats"},
    OperatorCostRow{"vector_shift", 6,
                    "shifts, narrowing, popcnt and pairwise additions of vectors; comparisons of two lanes"},
    OperatorCostRow{"vector_multiplication", 10, "multiplications of vectors of integers"},
};

}  // namespace icn::wasm
