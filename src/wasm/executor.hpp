// The sandbox: the production implementation of ports::Executor on wasmtime. See docs/decisions/0001-wasm-profile.md.
//
// One engine per executor; modules are compiled in a killable child and cached; each run has its own store and is
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
// How code is generated. Production uses the default, the only production-grade variant; differential tests compare the
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
  std::size_t compilations_max = 2;                    // at a time for one owner, plus one for another
  std::uint64_t cache_bytes_max = 1ULL << 30;          // in the cache folder
  std::uint64_t cached_modules_bytes_max = 256 << 20;  // in memory
  std::uint32_t runs_max = 64;                         // at a time, or as many as fit in the address space
  std::uint64_t memory_bytes_max = 0;                  // of all runs together; 0: half of this machine's
  std::shared_ptr<ports::Clock> clock;                 // for measured times and the expiry of remembered refusals
  EngineVariant variant;
};

// Errors: infrastructure (the engine cannot be created), storage (the cache folder).
[[nodiscard]] Result<std::shared_ptr<ports::Executor>> make_executor(ExecutorOptions options);

// The table of the execution profile: version, code generation, features, fuel and slice, stack, ISA, WASI.
[[nodiscard]] const ipld::Block& profile_block();

}  // namespace icn::wasm
