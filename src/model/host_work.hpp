// Host work that a node does for a job besides running it, priced in fuel: one table, part of the cost table that an
// order names (abi/host_table.cpp).
//
// 1 fuel is about 0.3 ns of straight code. A price covers the worst case of its work, so that no job buys the node's
// time for less than straight code costs.
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace icn::model {

enum class HostWork : std::uint8_t { read_block, preflight, observe };

struct HostWorkRow {
  HostWork work;
  std::string_view name;
  std::uint32_t fuel;
  std::uint32_t per_byte;
  std::string_view doc;
};

// In the order of HostWork; append-only.
inline constexpr std::array kHostWorkTable{
    HostWorkRow{HostWork::read_block, "read_block", 30'000, 4, "a block is read from the DAG store and checked"},
    HostWorkRow{HostWork::preflight, "preflight", 20'000, 400, "a module is parsed and validated"},
    HostWorkRow{HostWork::observe, "observe", 5'000, 0, "a declared key of the world is read"},
};

// Of work on that many bytes; saturates.
[[nodiscard]] constexpr std::uint64_t fuel_of(HostWork work, std::uint64_t bytes = 0) {
  const HostWorkRow& row = kHostWorkTable[static_cast<std::size_t>(work)];
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  if (row.per_byte != 0 && bytes > (most - row.fuel) / row.per_byte) return most;
  return row.fuel + row.per_byte * bytes;
}

}  // namespace icn::model
