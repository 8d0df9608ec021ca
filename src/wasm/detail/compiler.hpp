// From module bytes to an artifact of the profile: in a killable child under rlimits, or in this process.
#pragma once
#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

// Errors: invalid_module (the engine's words), infrastructure (the child was killed, or this machine has no room).
[[nodiscard]] Result<Bytes> compile_in_child(ByteView module, const ExecutorOptions& options);
[[nodiscard]] Result<Bytes> compile_here(wasm_engine_t* engine, ByteView module);

}  // namespace icn::wasm::detail
