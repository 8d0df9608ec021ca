// From module bytes to an artifact of the profile: in a killable child under limits of its own, or in this process.
#pragma once
#include <functional>

#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

// Rules of the errors that are about the module: with this program it would fail alike again.
inline constexpr std::string_view kCompileCpu = ports::kCompileCpuRule;
inline constexpr std::string_view kCompileMemory = ports::kCompileMemoryRule;

// The worker's exit status when the module does not compile; its words are the artifact then.
inline constexpr int kCompileRefused = 81;

// `stopping` is asked every 20 ms and ends the child. Errors: invalid_module (the engine's words), infrastructure (rule
// kCompileCpu or kCompileMemory: the child used that up; without a rule: this machine, or it was stopped). How long it
// takes by the clock is not a failure.
[[nodiscard]] Result<Bytes> compile_in_child(ByteView module, const ExecutorOptions& options,
                                             const std::function<bool()>& stopping = {});
[[nodiscard]] Result<Bytes> compile_here(wasm_engine_t* engine, ByteView module);

}  // namespace icn::wasm::detail
