// Cost of a host call's full path, without the engine's part.
#include <benchmark/benchmark.h>

#include "abi/testing/run.hpp"

namespace icn::abi {
namespace {

RunInputs endless() {
  RunInputs in = testing::usual_inputs();
  in.order.limits.max_fuel = UINT64_MAX / 2;
  return in;
}

void noop(benchmark::State& state) {
  RunState run(endless());
  Bytes memory(64 * 1024);
  const HostFn& fn = *find_host_fn("icn", "host_abi_version");
  HostCall call{run, memory};
  Raw slots[1]{};
  for (auto _ : state) {
    benchmark::DoNotOptimize(invoke(fn, call, slots));
    benchmark::DoNotOptimize(slots);
  }
}
BENCHMARK(noop)->Name("host_call_noop_invoke");

void copy_of_32_bytes(benchmark::State& state) {
  RunState run(endless());
  Bytes memory(64 * 1024);
  const HostFn& fn = *find_host_fn("icn", "host_read_input");
  HostCall call{run, memory};
  Raw slots[4];
  for (auto _ : state) {
    slots[0].i32 = 0;
    slots[1].i64 = 0;
    slots[2].i32 = 1024;
    slots[3].i32 = 32;
    benchmark::DoNotOptimize(invoke(fn, call, slots));
    benchmark::DoNotOptimize(slots);
  }
}
BENCHMARK(copy_of_32_bytes)->Name("host_call_copy_invoke");

void whole_run_state(benchmark::State& state) {
  const RunInputs in = endless();
  for (auto _ : state) {
    RunState run(in);
    benchmark::DoNotOptimize(run.take(model::OutcomeKind::ok));
  }
}
BENCHMARK(whole_run_state)->Name("run_state_make_and_take");

}  // namespace
}  // namespace icn::abi
