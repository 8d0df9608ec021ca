// The cost of metering: the same programs on the profile's engine with fuel and on the same engine without.
#include <cmath>
#include <filesystem>
#include <fstream>

#include "abi/host_call.hpp"
#include "measure.hpp"
#include "wasm/detail/engine.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::bench {
namespace {

using wasm::detail::words_of;

constexpr double kSpentMinNs = 200e6;

void check(wasmtime_error_t* error, const std::string& what) {
  if (error != nullptr) give_up(what + ": " + words_of(error));
}

// Host rows without fuel accounting, the same for both sides: only the guest's own code differs.
wasm_trap_t* unmetered_thunk(void* row, wasmtime_caller_t* caller, wasmtime_val_raw_t* slots, std::size_t) {
  wasmtime_context_t* store = wasmtime_caller_context(caller);
  auto* run = static_cast<abi::RunState*>(wasmtime_context_get_data(store));
  wasmtime_extern_t found;
  abi::HostCall call{*run, {}, 0};
  if (wasmtime_caller_export_get(caller, "memory", 6, &found) && found.kind == WASMTIME_EXTERN_MEMORY) {
    call.memory = {wasmtime_memory_data(store, &found.of.memory), wasmtime_memory_data_size(store, &found.of.memory)};
  }
  const abi::Verdict verdict =
      abi::invoke(*static_cast<const abi::HostFn*>(row), call, reinterpret_cast<abi::Raw*>(slots));
  return verdict == abi::Verdict::resume ? nullptr : wasmtime_trap_new_code(WASMTIME_TRAP_CODE_INTERRUPT);
}

struct Side {
  wasm::detail::Engine engine;
  wasm::detail::Linker linker;
};

Side make_side(bool metered) {
  wasm_config_t* config = wasm_config_new();
  wasmtime_config_consume_fuel_set(config, metered);
  wasmtime_config_cranelift_nan_canonicalization_set(config, true);
  wasmtime_config_wasm_relaxed_simd_set(config, false);
  Side side;
  side.engine.reset(wasm_engine_new_with_config(config));
  side.linker.reset(wasmtime_linker_new(side.engine.get()));
  const auto list = [](std::span<const abi::WasmType> types, wasm_valtype_vec_t* to) {
    std::vector<wasm_valtype_t*> values;
    for (const abi::WasmType type : types)
      values.push_back(wasm_valtype_new(type == abi::WasmType::i32 ? WASM_I32 : WASM_I64));
    wasm_valtype_vec_new(to, values.size(), values.data());
  };
  for (const abi::HostFn& row : abi::host_table()) {
    wasm_valtype_vec_t params, results;
    list(row.params, &params);
    list(row.results, &results);
    wasm_functype_t* type = wasm_functype_new(&params, &results);
    check(wasmtime_linker_define_func_unchecked(side.linker.get(), row.module.data(), row.module.size(),
                                                row.name.data(), row.name.size(), type, &unmetered_thunk,
                                                const_cast<abi::HostFn*>(&row), nullptr),
          "link");
    wasm_functype_delete(type);
  }
  return side;
}

struct Program {
  std::string name;
  Bytes module;
  std::vector<std::string> args;
  Bytes input;
};

double run_once(const Side& side, wasmtime_module_t* module, const Program& program,
                const ports::ExecutionRequest& request, bool metered) {
  abi::RunInputs inputs;
  inputs.job = request.job;
  inputs.job_id = request.job_id;
  inputs.order = request.order;
  inputs.inputs = request.inputs;
  abi::RunState run(std::move(inputs));
  const wasm::detail::Store store(wasmtime_store_new(side.engine.get(), &run, nullptr));
  wasmtime_context_t* context = wasmtime_store_context(store.get());
  if (metered) check(wasmtime_context_set_fuel(context, UINT64_C(1) << 60), "fuel");
  wasmtime_instance_t instance;
  wasm_trap_t* trap = nullptr;
  check(wasmtime_linker_instantiate(side.linker.get(), context, module, &instance, &trap), program.name);
  wasmtime_extern_t found;
  if (trap != nullptr || !wasmtime_instance_export_get(context, &instance, "_start", 6, &found))
    give_up(program.name + ": no _start");
  return time_ns([&] {
    wasmtime_error_t* error = wasmtime_func_call(context, &found.of.func, nullptr, 0, nullptr, 0, &trap);
    if (error != nullptr) check(error, program.name);
    if (trap != nullptr) wasm_trap_delete(trap);
    if (trap != nullptr && run.exit_code() != 0) give_up(program.name + " ended with a trap");
  });
}

// Every built guest that runs from `_start` without arguments, with its workload as input if there is one next to it.
std::vector<Program> programs_in(const std::string& folder) {
  std::vector<Program> programs;
  if (folder.empty()) return programs;
  const auto read = [](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  };
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".wasm") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    Program program{path.stem().string(), read(path), {}, {}};
    if (text_of(program.module).find("_start") == std::string_view::npos) continue;
    program.input = read(std::filesystem::path(folder) / (program.name + ".input"));
    if (program.input.empty()) {
      // Words and numbers on lines, as input for word_count, sort_lines and sha256.
      for (int i = 0; i < 20'000; ++i)
        append(program.input, std::to_string(i * 7919 % 10'007) + " words of line " + std::to_string(i) + "\n");
    }
    programs.push_back(std::move(program));
  }
  return programs;
}

}  // namespace

std::vector<Figure> measure_fuel_overhead(const Settings& settings) {
  const std::vector<Program> programs = programs_in(settings.guests);
  if (programs.empty())
    give_up("fuel_overhead needs the built guest programs: ICN_GUESTS names their folder (./dev bench sets it)");
  const Side metered = make_side(true);
  const Side plain = make_side(false);
  const auto sandbox = expect(wasm::make_executor({}), "executor");
  double logs = 0;
  std::string note;
  for (const Program& program : programs) {
    wasm::detail::TestRun options;
    options.entry = "_start";
    options.limits.max_fuel = 1'000'000'000'000;
    options.limits.max_output_bytes = 256U << 20;
    options.inputs = {program.input};
    options.args = program.args;
    const auto request = wasm::detail::request_of(*sandbox, program.module, options);
    const auto compile = [&](const Side& side) {
      wasmtime_module_t* module = nullptr;
      check(wasmtime_module_new(side.engine.get(), program.module.data(), program.module.size(), &module),
            program.name);
      return wasm::detail::Module(module);
    };
    const auto with_fuel = compile(metered);
    const auto without = compile(plain);
    double ours = 1e300;
    double floor = 1e300;
    // A program of a fraction of a millisecond needs many rounds before one is undisturbed.
    double spent = 0;
    for (std::uint64_t round = 0; round < settings.scaled(7, 3) || spent < kSpentMinNs; ++round) {
      const double metered_ns = run_once(metered, with_fuel.get(), program, request, true);
      const double plain_ns = run_once(plain, without.get(), program, request, false);
      ours = std::min(ours, metered_ns);
      floor = std::min(floor, plain_ns);
      spent += metered_ns + plain_ns;
    }
    logs += std::log(ours / floor);
    note += program.name + " " + std::to_string(ours / floor).substr(0, 4) + ", ";
  }
  const double geomean = std::exp(logs / static_cast<double>(programs.size()));
  return {
      {"fuel_overhead", geomean, "x", 1,
       "geometric mean over " + std::to_string(programs.size()) + " programs, fuel on against off; bar 1.25: " + note}};
}

}  // namespace icn::bench
