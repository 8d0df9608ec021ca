#include "model/limits.hpp"

#include <fmt/core.h>

#include <string>

#include "core/check.hpp"

namespace icn::model {
namespace {

// Calls `visit` with every member in the order of kLimitTable, so that there is no second list of members.
template <class Limits, class Visit>
void for_each_member(Limits& limits, Visit visit) {
  std::size_t row = 0;
  const auto each = [&](auto&... members) { (visit(row++, members), ...); };
  each(limits.max_execution_time_secs, limits.max_memory_pages, limits.max_fuel, limits.max_stack_depth,
       limits.max_globals, limits.max_functions, limits.max_tables, limits.max_table_size, limits.max_module_bytes,
       limits.max_function_bytes, limits.max_input_bytes, limits.max_output_bytes, limits.max_log_bytes,
       limits.max_effects, limits.max_observations);
  ICN_CHECK(row == kLimitCount);
}

constexpr std::array<std::uint64_t, kLimitCount> kCeilings = [] {
  std::array<std::uint64_t, kLimitCount> ceilings{};
  for (std::size_t row = 0; row < kLimitCount; ++row) ceilings[row] = kLimitTable[row].ceiling;
  return ceilings;
}();

}  // namespace

std::optional<std::size_t> find_limit(std::string_view name) {
  for (std::size_t row = 0; row < kLimitCount; ++row) {
    if (kLimitTable[row].name == name) return row;
  }
  return std::nullopt;
}

std::uint64_t limit_value(const WasmSecurityLimits& limits, std::size_t row) {
  ICN_CHECK(row < kLimitCount);
  std::uint64_t value = 0;
  for_each_member(limits, [&](std::size_t at, const auto& member) {
    if (at == row) value = member;
  });
  return value;
}

Result<WasmSecurityLimits> effective_limits(const LimitsAsked& asked) { return effective_limits(asked, kCeilings); }

Result<WasmSecurityLimits> effective_limits(const LimitsAsked& asked, LimitMaxima maxima) {
  for (std::size_t row = 0; row < kLimitCount; ++row) {
    const LimitRow& limit = kLimitTable[row];
    const std::uint64_t value = asked.values[row] ? *asked.values[row] : limit.fallback;
    if (value > maxima[row]) {
      return refuse(ErrorCode::limit_exceeded, std::string(limit.name),
                    fmt::format("{}: {} {} requested, the scope allows {}; nothing was charged", limit.name, value,
                                limit.unit, maxima[row]));
    }
    if (value == 0) {
      return refuse(ErrorCode::invalid_argument, std::string(limit.name),
                    fmt::format("{}: 0 requested, at least 1 is needed; nothing was charged", limit.name));
    }
  }
  // Depth is recorded, not counted: an order with another value could not be honoured exactly.
  constexpr std::size_t depth_row = 3;
  if (asked.values[depth_row] && *asked.values[depth_row] != kLimitTable[depth_row].fallback) {
    return refuse(ErrorCode::unsupported, "max_stack_depth",
                  "max_stack_depth: only the default of 1024 is supported; nothing was charged");
  }
  WasmSecurityLimits limits;
  for_each_member(limits, [&](std::size_t row, auto& member) {
    if (asked.values[row]) member = static_cast<std::remove_reference_t<decltype(member)>>(*asked.values[row]);
  });
  return limits;
}

}  // namespace icn::model
