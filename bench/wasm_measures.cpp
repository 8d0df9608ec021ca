// The sandbox against raw wasmtime: host calls, starts, fair sharing.
#include <atomic>
#include <memory>
#include <mutex>

#include "backends/registry.hpp"
#include "measure.hpp"
#include "node/executor_threads.hpp"
#include "raw_wasm.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::bench {
namespace {

using wasm::detail::request_of;
using wasm::detail::TestRun;
using wasm::detail::wat_to_wasm;

// 64 calls per round, so that the loop's own cost is comparatively small.
std::string call_loop(std::uint64_t rounds) {
  std::string calls;
  for (int i = 0; i < 64; ++i) calls += "(local.set 0 (i32.add (local.get 0) (call $v)))";
  return "(module (import \"icn\" \"host_abi_version\" (func $v (result i32))) (memory (export \"memory\") 1)"
         "(func (export \"run\") (result i64) (local i32 i32) (loop $l " +
         calls + "(br_if $l (i32.lt_u (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const " +
         std::to_string(rounds) +
         "))))"
         "(i64.extend_i32_u (local.get 0))))";
}

constexpr const char* kOnePage =
    "(module (memory (export \"memory\") 16 160) (func $s (i32.store (i32.const 64) (i32.const 7))) (start $s)"
    "(func (export \"run\") (result i64) (i64.const 0)))";

std::shared_ptr<ports::Executor> executor() {
  ports::System system = expect(backends::system::open(), "system");
  wasm::ExecutorOptions options;
  options.clock = std::move(system.clock);
  return expect(wasm::make_executor(std::move(options)), "executor");
}

TestRun much_fuel() {
  TestRun run;
  run.limits.max_fuel = 1'000'000'000'000;
  return run;
}

}  // namespace

std::vector<Figure> measure_host_call(const Settings& settings) {
  const std::uint64_t rounds = settings.scaled(50'000, 5'000);
  const Bytes module = wat_to_wasm(call_loop(rounds));
  const RawWasm raw = make_raw(module);
  const auto sandbox = executor();
  const auto request = request_of(*sandbox, module, much_fuel());
  // With 64 calls per round the loop's own cost is negligible on both sides.
  const Pair best = in_turn(
      static_cast<int>(settings.scaled(15, 5)),
      [&] {
        auto execution = expect(sandbox->start(request), "start");
        while (execution->poll() == ports::RunState::running) {
        }
      },
      [&] {
        wasmtime_instance_t instance;
        const auto store = raw_instantiate(raw, instance);
        raw_call(store.get(), instance, "run");
      });
  const double calls = static_cast<double>(rounds) * 64;
  return {{"host_call_noop", best.ours / calls, "ns", best.floor / calls,
           "full path against an unchecked call with fuel get and set; bar 3.0"}};
}

std::vector<Figure> measure_instantiate(const Settings& settings) {
  const Bytes module = wat_to_wasm(kOnePage);
  const RawWasm raw = make_raw(module);
  const auto sandbox = executor();
  const auto request = request_of(*sandbox, module, much_fuel());
  const std::uint64_t count = settings.scaled(5'000, 500);
  expect(sandbox->start(request), "start");
  const auto floor = [&] {
    for (std::uint64_t i = 0; i < count; ++i) {
      wasmtime_instance_t instance;
      const auto store = raw_instantiate(raw, instance);
    }
  };
  const auto ours = [&] {
    for (std::uint64_t i = 0; i < count; ++i) {
      auto execution = expect(sandbox->start(request), "start");
      // One poll instantiates, start function included.
      if (execution->poll() == ports::RunState::finished) give_up("instantiate: it ended");
    }
  };
  const Pair best = in_turn(static_cast<int>(settings.scaled(9, 3)), ours, floor);
  const auto n = static_cast<double>(count);
  return {{"instantiate", best.ours / n, "ns", best.floor / n,
           "store + instantiate + drop, one page written, against raw pooled wasmtime; bar 2.0"}};
}

std::vector<Figure> measure_fair_sharing(const Settings& settings) {
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  const auto sandbox = executor();
  const Bytes endless = wat_to_wasm(
      "(module (memory (export \"memory\") 1) (func (export \"run\") (result i64) (loop $l (br $l)) (i64.const 0)))");
  const Bytes noop =
      wat_to_wasm("(module (memory (export \"memory\") 1) (func (export \"run\") (result i64) (i64.const 0)))");
  const auto short_request = request_of(*sandbox, noop, much_fuel());
  const std::uint64_t count = settings.scaled(500, 50);
  const auto measure = [&](std::size_t endless_runs) {
    std::vector<std::shared_ptr<ports::Execution>> running;
    node::ExecutorThreads pool(threads, 64);
    for (std::size_t i = 0; i < endless_runs; ++i) {
      const std::shared_ptr<ports::Execution> execution =
          expect(sandbox->start(request_of(*sandbox, endless, much_fuel())), "start");
      running.push_back(execution);
      expect(pool.scheduler().submit({[execution] { return execution->poll(); }, [] {}}), "submit");
    }
    std::vector<double> times;
    for (std::uint64_t i = 0; i < count; ++i) {
      const double start = now_ns();
      std::mutex mutex;
      std::condition_variable ended;
      bool done = false;
      const std::shared_ptr<ports::Execution> execution = expect(sandbox->start(short_request), "start");
      expect(pool.scheduler().submit({[execution] { return execution->poll(); },
                                      [&] {
                                        const std::lock_guard lock(mutex);
                                        done = true;
                                        ended.notify_one();
                                      }}),
             "submit");
      std::unique_lock lock(mutex);
      ended.wait(lock, [&] { return done; });
      times.push_back(now_ns() - start);
    }
    return times;
  };
  const std::vector<double> alone = measure(0);
  const std::vector<double> measured = measure(threads);
  return {{"short_job_beside_endless", percentile(measured, 0.99), "ns", 60e6,
           "p99 of a no-op job next to " + std::to_string(threads) +
               " endless ones (floor is the bar of 60 ms); median " + std::to_string(percentile(measured, 0.5) / 1e6) +
               " ms, alone p99 " + std::to_string(percentile(alone, 0.99) / 1e6) + " ms"}};
}

}  // namespace icn::bench
