// The result of a measurement, and how it is repeated. Machines are shared and noisy: figure and floor are measured
// alternately, and the minimum of each is compared.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace icn::bench {

enum class Effort : std::uint8_t { quick, full };

// One figure. `ratio` is value / floor; `median` and `p99` are those of our side, if measured.
struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double floor = 0;
  std::string note;
};

struct Settings {
  Effort effort = Effort::full;
  std::string guests;  // folder of built guest programs; may be empty
  std::string scratch;
  [[nodiscard]] std::uint64_t scaled(std::uint64_t full, std::uint64_t quick) const {
    return effort == Effort::full ? full : quick;
  }
};

[[nodiscard]] inline double now_ns() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
// Nanoseconds of one call.
template <class Body>
[[nodiscard]] double time_ns(Body&& body) {
  const double start = now_ns();
  body();
  return now_ns() - start;
}
[[nodiscard]] inline double percentile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<std::size_t>(part * static_cast<double>(values.size())))];
}
// Both sides alternately, `rounds` times; the minimum of each.
struct Pair {
  double ours = 1e300;
  double floor = 1e300;
};
template <class Ours, class Floor>
[[nodiscard]] Pair in_turn(int rounds, Ours&& ours, Floor&& floor) {
  Pair best;
  for (int i = 0; i < rounds; ++i) {
    best.ours = std::min(best.ours, time_ns(ours));
    best.floor = std::min(best.floor, time_ns(floor));
  }
  return best;
}
// Minimum and median of fdatasync after a 4 KiB overwrite in the scratch folder, in ns.
struct Fdatasync {
  double min = 0;
  double median = 0;
};
[[nodiscard]] Fdatasync measure_fdatasync(const std::string& folder);
// The memory of the process in bytes, after freed memory is returned to the system.
[[nodiscard]] double resident_bytes();

[[nodiscard]] std::vector<Figure> measure_host_call(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_instantiate(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_job_start(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_long_history(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_settled_jobs(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_ledger(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_governance(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_identity(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_trust(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_storage(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_restart(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_fuel_overhead(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_fair_sharing(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_queue(const Settings& settings);
[[nodiscard]] std::vector<Figure> measure_differing_receipts(const Settings& settings);

// Ends the program with a message: a benchmark that cannot measure reports no figure.
[[noreturn]] void give_up(const std::string& what);
template <class T>
auto expect(T result, const char* what) -> typename T::value_type {
  if (!result) give_up(std::string(what) + ": " + result.error().detail);
  if constexpr (!std::is_void_v<typename T::value_type>) return *std::move(result);
}

}  // namespace icn::bench
