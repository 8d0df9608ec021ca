// attack_prices: what loading modules costs.
#include <algorithm>

#include "model/host_work.hpp"
#include "prices.hpp"

namespace icn::attack {
namespace {

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

wasm::detail::TestRun load_run() {
  wasm::detail::TestRun run;
  run.limits.max_fuel = 1'000'000;
  run.limits.max_functions = 50'000;
  run.limits.max_function_bytes = 1 << 20;
  return run;
}

Figure preflight_figure(ports::Executor& executor, const Shape& shape) {
  const wasm::detail::TestRun run = load_run();
  const auto request = wasm::detail::request_of(executor, shape.module, run);
  return figure_of([&]() -> Round {
    const double start = cpu_ns();
    if (auto checked = executor.preflight(shape.module, request.job, run.limits); !checked)
      give_up(shape.name + ": " + checked.error().detail);
    return {cpu_ns() - start, model::fuel_of(model::HostWork::preflight, shape.module.size())};
  });
}

// Uses an executor that has not seen the module.
Figure loading_figure(const Shape& shape) {
  return figure_of([&]() -> Round {
    auto executor = wasm::make_executor({});
    if (!executor) give_up(executor.error().detail);
    const wasm::detail::TestRun run = load_run();
    auto request = wasm::detail::request_of(**executor, shape.module, run);
    const auto info = (*executor)->inspect(shape.module);
    if (!info) give_up(shape.name + ": " + info.error().detail);
    const double start = cpu_ns();
    if (auto checked = (*executor)->preflight(shape.module, request.job, run.limits); !checked)
      give_up(shape.name + ": " + checked.error().detail);
    if (auto started = (*executor)->start(std::move(request)); !started)
      give_up(shape.name + ": " + started.error().detail);
    return {cpu_ns() - start, model::loading_fuel(info->size)};
  });
}

}  // namespace

std::string loading_text(double floor) {
  auto executor = wasm::make_executor({});
  if (!executor) give_up(executor.error().detail);
  std::vector<Row> checking;
  std::vector<Row> loading;
  for (const Shape& shape : shapes()) {
    checking.push_back({shape.name, preflight_figure(**executor, shape)});
    loading.push_back({shape.name, loading_figure(shape)});
  }
  return "\n## Loading\n\nModules made to be expensive to load, at the prices of `preflight` and `compile`; CPU time "
         "of all "
         "threads.\n\n" +
         table_of("reading, validating and compiling", std::move(loading), floor) + "\n" +
         table_of("reading and validating alone", std::move(checking), floor);
}

}  // namespace icn::attack
