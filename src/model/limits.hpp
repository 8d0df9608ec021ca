// Resource limits of a run: one table; defaults, ceilings, the parameters that govern the maxima
// (model/parameters.hpp), JSON names, command line options and the checks of the sandbox derive from it.
//
// The first eight rows are the specification's WasmSecurityLimits with its names and defaults. A job body requests
// limits or takes the defaults; a request above the scope's maximum is refused, never silently reduced. The order
// freezes them.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.hpp"

namespace icn::model {

// No run requests more changes. Settlement is dimensioned for them: the transfers of one list (economy/ledger.hpp) and
// the roots of one pin (dag/pins.hpp).
inline constexpr std::uint32_t kEffectsMax = 10'000;

struct WasmSecurityLimits {
  std::uint64_t max_execution_time_secs = 30;
  std::uint32_t max_memory_pages = 160;
  std::uint64_t max_fuel = 1'000'000;
  std::uint32_t max_stack_depth = 1024;
  std::uint32_t max_globals = 100;
  std::uint32_t max_functions = 1'000;
  std::uint32_t max_tables = 10;
  std::uint32_t max_table_size = 10'000;
  std::uint64_t max_module_bytes = 16ULL << 20;
  std::uint64_t max_function_bytes = 256ULL << 10;
  std::uint64_t max_input_bytes = 64ULL << 20;
  std::uint64_t max_output_bytes = 16ULL << 20;
  std::uint64_t max_log_bytes = 1ULL << 20;
  std::uint32_t max_effects = 1'000;
  std::uint32_t max_observations = 256;

  friend bool operator==(const WasmSecurityLimits&, const WasmSecurityLimits&) = default;
};

// The limits that a job body requests, in the order of kLimitTable; an empty one means the default.
inline constexpr std::size_t kLimitCount = 15;
struct LimitsAsked {
  std::array<std::optional<std::uint64_t>, kLimitCount> values{};
  friend bool operator==(const LimitsAsked&, const LimitsAsked&) = default;
};

struct LimitRow {
  std::string_view name;
  std::uint64_t fallback;  // if a job body requests none
  std::uint64_t ceiling;   // no scope allows more: the sandbox's bound, and the default of the scope's maximum
  std::string_view unit;
  std::string_view doc;
};

// In the order of WasmSecurityLimits; the index is the position in LimitsAsked.
inline constexpr std::array<LimitRow, kLimitCount> kLimitTable{{
    {"max_execution_time_secs", 30, 3'600, "s", "wall-clock time of the run"},
    {"max_memory_pages", 160, 16'384, "pages of 64 KiB", "sum over all linear memories"},
    {"max_fuel", 1'000'000, 1'000'000'000'000, "fuel", "instructions and host charges"},
    {"max_stack_depth", 1'024, 1'024, "frames",
     "recorded; orders with another value are refused until depth is counted"},
    {"max_globals", 100, 1'000, "globals", "globals the module defines"},
    {"max_functions", 1'000, 50'000, "functions", "functions the module defines"},
    {"max_tables", 10, 10, "tables", "tables the module defines"},
    {"max_table_size", 10'000, 100'000, "elements", "elements of one table"},
    {"max_module_bytes", 16ULL << 20, 64ULL << 20, "bytes", "the module"},
    {"max_function_bytes", 256ULL << 10, 1ULL << 20, "bytes", "the body of one function"},
    {"max_input_bytes", 64ULL << 20, 256ULL << 20, "bytes", "all inputs together"},
    {"max_output_bytes", 16ULL << 20, 256ULL << 20, "bytes", "the output"},
    {"max_log_bytes", 1ULL << 20, 16ULL << 20, "bytes", "log messages and standard error"},
    {"max_effects", 1'000, kEffectsMax, "effects", "changes the job asks for"},
    {"max_observations", 256, 4'096, "observations", "keys of the world the job reads"},
}};

[[nodiscard]] std::optional<std::size_t> find_limit(std::string_view name);
// The value of a row, by its index in kLimitTable.
[[nodiscard]] std::uint64_t limit_value(const WasmSecurityLimits& limits, std::size_t row);
// The maxima that a scope allows, in the order of kLimitTable.
using LimitMaxima = std::span<const std::uint64_t, kLimitCount>;
// Requested values over defaults. Errors: limit_exceeded naming the row, the requested value and the maximum.
[[nodiscard]] Result<WasmSecurityLimits> effective_limits(const LimitsAsked& asked, LimitMaxima maxima);
// Without a scope, as in an order: the ceilings are the maxima.
[[nodiscard]] Result<WasmSecurityLimits> effective_limits(const LimitsAsked& asked);

}  // namespace icn::model
