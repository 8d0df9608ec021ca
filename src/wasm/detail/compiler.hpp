// Compiles module bytes to an artifact of the profile, in a killable child with its own resource limits or in this
// process.
#pragma once
#include <functional>

#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

// Rules of errors caused by the module: this program would fail on it again in the same way.
inline constexpr std::string_view kCompileCpu = ports::kCompileCpuRule;
inline constexpr std::string_view kCompileMemory = ports::kCompileMemoryRule;
inline constexpr std::string_view kCompileCrash = ports::kCompileCrashRule;

// The worker's exit status when the module does not compile; the artifact then holds the error message.
inline constexpr int kCompileRefused = 81;

// `stopping` is polled every 20 ms; when true, the child is killed. Errors: invalid_module (the engine's message),
// infrastructure (rule kCompileCpu or kCompileMemory: the child exhausted that limit; kCompileCrash: the compiler
// crashed on the module; no rule: a fault of this machine, or the compilation was stopped). Wall-clock time is not
// limited.
[[nodiscard]] Result<Bytes> compile_in_child(ByteView module, const ExecutorOptions& options,
                                             const std::function<bool()>& stopping = {});
[[nodiscard]] Result<Bytes> compile_here(wasm_engine_t* engine, ByteView module);

}  // namespace icn::wasm::detail
