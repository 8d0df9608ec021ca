// The engine of a profile and the host rows linked to it.
#pragma once
#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

// Native stack that guest code may use, and the whole stack of a run (host calls run on it too).
inline constexpr std::size_t kGuestStackBytes = 1024 * 1024;
inline constexpr std::size_t kRunStackBytes = kGuestStackBytes + 512 * 1024;

// How many runs of `runs_max` the address space has room for, where it is limited. Errors: infrastructure (not one).
[[nodiscard]] Result<std::uint32_t> runs_that_fit(std::uint32_t runs_max);
// Errors: infrastructure.
[[nodiscard]] Result<Engine> make_engine(const EngineVariant& variant, std::uint32_t runs_max);
// Every row of the host table, each to the one thunk; `data` of the store must be a RunContext (execution.hpp).
[[nodiscard]] Result<Linker> make_linker(wasm_engine_t* engine);

}  // namespace icn::wasm::detail
