// Host work that a node does for a job in addition to running it, priced in fuel by counts, never by measured time: one
// table, part of the cost table that an order names (abi/host_table.cpp).
//
// A price covers the worst case of its work: no job buys more than three times the time of straight code, 0.11 ns for a
// fuel (docs/prices.md).
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace icn::model {

enum class HostWork : std::uint8_t {
  read_block,
  preflight,
  observe,
  compile,
  signature,
  compile_exceeded,
  govern,
  prove_zk
};

struct HostWorkRow {
  HostWork work;
  std::string_view name;
  std::uint64_t fuel;
  std::uint32_t per_byte;
  std::uint32_t per_function;
  std::string_view doc;
};

// In the order of HostWork; append-only.
inline constexpr std::array kHostWorkTable{
    HostWorkRow{HostWork::read_block, "read_block", 30'000, 6, 0, "a block is read from the DAG store and checked"},
    HostWorkRow{HostWork::preflight, "preflight", 20'000, 400, 0, "a module is parsed and validated"},
    HostWorkRow{HostWork::observe, "observe", 5'000, 0, 0, "a declared key of the world is read"},
    HostWorkRow{HostWork::compile, "compile", 5'000'000, 10'000, 420'000, "a module is compiled"},
    HostWorkRow{HostWork::signature, "signature", 150'000, 0, 0, "a submission's signature is checked"},
    HostWorkRow{HostWork::compile_exceeded, "compile_exceeded", 700'000'000'000, 0, 0,
                "a compilation used up its CPU time or memory"},
    HostWorkRow{HostWork::govern, "govern", 10'000'000, 10'000, 0,
                "a statement or step of governance is decided; each member and proposal of the scope is a byte"},
    HostWorkRow{HostWork::prove_zk, "prove_zk", 100'000'000, 0, 300'000,
                "a run makes a proof under keys; each row of the statement's circuit is a function"},
};

namespace detail {
constexpr std::uint64_t plus_each(std::uint64_t fuel, std::uint64_t price, std::uint64_t count) {
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return price != 0 && count > (most - fuel) / price ? most : fuel + price * count;
}
}  // namespace detail

// The fuel for work on that many bytes and functions; saturates.
[[nodiscard]] constexpr std::uint64_t fuel_of(HostWork work, std::uint64_t bytes = 0, std::uint64_t functions = 0) {
  const HostWorkRow& row = kHostWorkTable[static_cast<std::size_t>(work)];
  return detail::plus_each(detail::plus_each(row.fuel, row.per_byte, bytes), row.per_function, functions);
}

// The quantities that determine the price of loading a module.
struct ModuleSize {
  std::uint64_t bytes = 0;
  std::uint64_t code_bytes = 0;  // of all function bodies
  std::uint64_t functions = 0;   // those it defines, its element segments, and one for each 1,600 locals
};
[[nodiscard]] constexpr std::uint64_t compile_fuel(const ModuleSize& size) {
  return fuel_of(HostWork::compile, size.code_bytes, size.functions);
}
// The fuel for reading, validating and compiling a module: every job that names it pays this, even if it was already
// compiled.
[[nodiscard]] constexpr std::uint64_t loading_fuel(const ModuleSize& size) {
  return detail::plus_each(compile_fuel(size), 1, fuel_of(HostWork::preflight, size.bytes));
}

}  // namespace icn::model
