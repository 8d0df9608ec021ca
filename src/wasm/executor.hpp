// The sandbox: the production implementation of ports::Executor on wasmtime. See docs/decisions/0001-wasm-profile.md.
//
// One engine per executor; modules are compiled in a killable child and cached; each run has a store of its own and is
// polled in slices of kSliceFuel. Thread safe; an Execution belongs to one thread.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/executor.hpp"

namespace icn::wasm {

// Fuel of one slice; part of the profile.
inline constexpr std::uint64_t kSliceFuel = 1'000'000;

enum class CodeGenerator : std::uint8_t { cranelift, cranelift_unoptimised, pulley };
enum class NanCanonicalisation : std::uint8_t { on, off };
// How code is made. Production uses the default, the only one of production grade; the differential tests compare the
// others with it.
struct EngineVariant {
  CodeGenerator generator = CodeGenerator::cranelift;
  NanCanonicalisation nan = NanCanonicalisation::on;
  std::uint64_t slice_fuel = kSliceFuel;
  friend bool operator==(const EngineVariant&, const EngineVariant&) = default;
};

struct ExecutorOptions {
  std::filesystem::path cache_folder;           // compiled modules; empty: kept in memory only
  std::vector<std::string> compile_command;     // the worker program and its arguments; empty: compile in this process
  std::uint64_t compile_cpu_seconds_max = 240;  // of all threads of the child together
  std::uint64_t compile_memory_bytes_max = 4ULL << 30;
  std::size_t compilations_max = 2;                    // at a time of one owner, and one more of another
  std::uint64_t cache_bytes_max = 1ULL << 30;          // of the folder's files
  std::uint64_t cached_modules_bytes_max = 256 << 20;  // in memory
  std::uint32_t runs_max = 64;                         // at a time, or as many as the address space has room for
  std::uint64_t memory_bytes_max = 0;                  // that runs may have together; 0: half of this machine's
  std::shared_ptr<ports::Clock> clock;                 // for measured times, and how long refusals are remembered
  EngineVariant variant;
};

// Errors: infrastructure (no engine), storage (the cache folder).
[[nodiscard]] Result<std::shared_ptr<ports::Executor>> make_executor(ExecutorOptions options);

// The table of the execution profile: version, code generation, features, fuel and slice, stack, ISA, WASI.
[[nodiscard]] const ipld::Block& profile_block();

}  // namespace icn::wasm
