// attack_prices --out FILE: what each attack costs this machine in CPU time per fuel, next to straight code, and what
// compiling costs next to its price; writes docs/prices.md. Figures, not a test: they belong to a machine.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <vector>

#include "abi/host_call.hpp"
#include "attacks.hpp"

namespace icn::attack {
namespace {

constexpr std::uint64_t kFuel = 100'000'000;
constexpr std::uint64_t kEnoughFuel = 2'000'000;
constexpr int kRounds = 3;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "attack_prices: %s\n", what.c_str());
  std::exit(1);
}

// CPU time of all threads of this process: other programs on the machine do not count.
double cpu_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Price {
  double ns_per_fuel = 1e300;
  std::uint64_t fuel = 0;
};

Price price_of(ports::Executor& executor, const Attack& attack) {
  Price best;
  for (int round = 0; round < kRounds; ++round) {
    auto execution = executor.start(request_of(executor, attack, kFuel));
    if (!execution) give_up(attack.name + ": " + execution.error().detail);
    const double start = cpu_ns();
    while ((*execution)->poll() == ports::RunState::running) {
    }
    const double spent = cpu_ns() - start;
    const auto result = (*execution)->finish();
    if (!result) give_up(attack.name + ": " + result.error().detail);
    best.fuel = result->receipt.fuel;
    best.ns_per_fuel = std::min(best.ns_per_fuel, spent / static_cast<double>(std::max<std::uint64_t>(best.fuel, 1)));
  }
  return best;
}

// The guest's own code: a loop that adds, compares and branches.
Attack straight() {
  return {"straight_code", "",
          "(local.set $i (i32.add (i32.mul (local.get $i) (i32.const 5)) (local.get $n)))"
          " (local.set $n (i32.xor (local.get $n) (local.get $i))) (i32.const 0)",
          ""};
}

// Modules made to be expensive to load, each in its own way.
struct Shape {
  std::string name;
  Bytes module;
};
std::string repeated(std::size_t count, const std::string& text) {
  std::string all;
  all.reserve(count * text.size());
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}
std::vector<Shape> shapes() {
  const auto module = [](const std::string& fields) {
    return wasm::detail::wat_to_wasm("(module (memory 1) " + fields +
                                     " (func (export \"run\") (result i64) (i64.const 0)))");
  };
  const auto exported = [](std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) all += "(func (export \"f" + std::to_string(i) + "\"))";
    return all;
  };
  return {
      {"load_least", module("")},
      {"load_empty_functions", module(repeated(5'000, "(func)"))},
      {"load_exported_functions", module(exported(5'000))},
      {"load_functions_of_locals", module(repeated(200, "(func (local " + repeated(2'000, "i64 ") + "))"))},
      {"load_one_straight_function",
       module("(func (local i64) " +
              repeated(20'000, "(local.set 0 (i64.mul (i64.add (local.get 0) (i64.const 3)) (local.get 0)))") + ")")},
      {"load_one_function_of_stores",
       module("(func (param i32 f64) " +
              repeated(15'000, "(f64.store (local.get 0) (f64.div (f64.load (local.get 0)) (local.get 1)))") + ")")},
      {"load_one_function_of_blocks",
       module("(func (param i32) " + repeated(10'000, "(block (br_if 0 (local.get 0)) (call 0 (i32.const 1)))") + ")")},
      {"load_functions_of_simd",
       module(repeated(300, "(func (param v128) (result v128) (local.get 0) " +
                                repeated(100, "(i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 30 (local.get 0)) ") +
                                ")"))},
      {"load_data", module("(data (i32.const 0) \"" + repeated(60'000, "x") + "\")")},
      {"load_data_segments", module(repeated(40'000, "(data \"\")"))},
      {"load_element_segments", module(repeated(9'000, "(elem func 0)") + "(func)")},
  };
}

struct LoadPrice {
  double preflight_ns = 0;
  double load_ns = 0;
  double fuel = 0;  // of the price of a job that names it
};
LoadPrice load_price(const Shape& shape) {
  auto executor = wasm::make_executor({});
  if (!executor) give_up(executor.error().detail);
  wasm::detail::TestRun run;
  run.limits.max_fuel = 1'000'000;
  run.limits.max_functions = 50'000;
  run.limits.max_function_bytes = 1 << 20;
  auto request = wasm::detail::request_of(**executor, shape.module, run);
  LoadPrice out;
  double start = cpu_ns();
  if (auto checked = (*executor)->preflight(shape.module, request.job, run.limits); !checked)
    give_up(shape.name + ": " + checked.error().detail);
  out.preflight_ns = cpu_ns() - start;
  out.fuel = static_cast<double>(model::loading_fuel((*executor)->inspect(shape.module)->size));
  start = cpu_ns();
  if (auto started = (*executor)->start(std::move(request)); !started)
    give_up(shape.name + ": " + started.error().detail);
  out.load_ns = cpu_ns() - start;
  return out;
}

std::string row_text(const std::string& name, double ns, double floor) {
  char text[200];
  std::snprintf(text, sizeof text, "| `%s` | %.3f | %.1f |\n", name.c_str(), ns, ns / floor);
  return text;
}

}  // namespace
}  // namespace icn::attack

int main(int count, char** words) {
  using namespace icn::attack;
  if (count != 3 || std::strcmp(words[1], "--out") != 0) give_up("usage: attack_prices --out FILE");
  auto made = icn::wasm::make_executor({});
  if (!made) give_up(made.error().detail);
  icn::ports::Executor& executor = **made;
  const double floor = price_of(executor, straight()).ns_per_fuel;
  std::vector<std::pair<double, std::string>> rows;
  for (const Attack& attack : attacks()) {
    const Price price = price_of(executor, attack);
    // What ends at once burns too little to be measured.
    if (price.fuel >= kEnoughFuel) rows.emplace_back(price.ns_per_fuel, attack.name);
  }
  std::sort(rows.rbegin(), rows.rend());
  std::string text =
      "# Prices\n\nGenerated by `attack_prices` (`./dev bench`). Each attack of `tests/attack/attacks.cpp` runs until "
      "it "
      "ends; a row is\nits CPU time per fuel, and how many times that of straight code. A price is too low above 3. "
      "Attacks that end before\n2,000,000 fuel are left out: first touches of memory outweigh the rest. One such, an "
      "`fd_read` into a buffer of\nfour gigabytes, was measured at 4.3.\n\n"
      "| attack | ns per fuel | × straight code |\n| --- | --- | --- |\n";
  text += row_text("straight_code", floor, floor);
  for (const auto& [ns, name] : rows) text += row_text(name, ns, floor);
  text +=
      "\n## Loading\n\nModules made to be expensive to load. Preflight (reading and validating) and compiling are CPU "
      "time of "
      "all threads; the last column is that of both per fuel of the price (`compile` and `preflight` of "
      "`src/model/host_work.hpp`), next to\nstraight code.\n\n| module | bytes | preflight, ns per byte | compiling, "
      "ms "
      "| × straight code |\n| --- | --- | --- | --- | --- |\n";
  for (const Shape& shape : shapes()) {
    const LoadPrice price = load_price(shape);
    char row[200];
    std::snprintf(row, sizeof row, "| `%s` | %zu | %.0f | %.1f | %.1f |\n", shape.name.c_str(), shape.module.size(),
                  price.preflight_ns / static_cast<double>(shape.module.size()), price.load_ns / 1e6,
                  (price.preflight_ns + price.load_ns) / price.fuel / floor);
    text += row;
  }
  std::ofstream file(words[2]);
  file << text;
  if (!file) give_up(std::string("write ") + words[2]);
  std::printf("%s", text.c_str());
  return 0;
}
