// The CPU time of work per fuel paid for it; the parts of attack_prices. One thread.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "attacks.hpp"

namespace icn::attack {

[[noreturn]] void give_up(const std::string& what);
// CPU time of all threads of this process: other programs on the machine affect it only through the caches.
[[nodiscard]] double cpu_ns();

// A page of memory is paid separately; this much fuel costs the same, by the defaults of the parameters.
[[nodiscard]] std::uint64_t fuel_of_pages(std::uint32_t pages);

// Of several rounds.
struct Figure {
  double least = 0;
  double median = 0;
};
inline constexpr int kRounds = 5;
// One round: the CPU time and the fuel that was paid for it.
struct Round {
  double ns = 0;
  std::uint64_t fuel = 0;
};
[[nodiscard]] Figure figure_of(const std::function<Round()>& round);

// A line of a table: a name, ns per fuel.
struct Row {
  std::string name;
  Figure figure;
};
[[nodiscard]] std::string table_of(std::string_view what, std::vector<Row> rows, double floor);

[[nodiscard]] Round run_to_end(ports::Executor& executor, ports::ExecutionRequest request);
// Reading, validating and compiling modules that are made to be expensive.
[[nodiscard]] std::string loading_text(double floor);
// Reads out of a store on disk, and settling the effects of a run on such a store.
[[nodiscard]] std::vector<Row> rows_on_disk(ports::Executor& executor);

}  // namespace icn::attack
