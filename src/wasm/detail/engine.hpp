// Creates the engine of a profile and links the host rows to it.
#pragma once
#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

// Native stack available to guest code, and the whole stack of a run (host calls use it too).
inline constexpr std::size_t kGuestStackBytes = 1024 * 1024;
inline constexpr std::size_t kRunStackBytes = kGuestStackBytes + 512 * 1024;

// Returns how many of `runs_max` runs fit into the address space, if that is limited. Errors: infrastructure (not even
// one).
[[nodiscard]] Result<std::uint32_t> runs_that_fit(std::uint32_t runs_max);
// Where an engine works on modules. With free_cores the library starts a pool of threads at the first module, which an
// engine that only loads compiled code does not need.
enum class Workers : std::uint8_t { caller, free_cores };
// Errors: infrastructure.
[[nodiscard]] Result<Engine> make_engine(const EngineVariant& variant, std::uint32_t runs_max, Workers workers);
// Links every row of the host table to the single thunk; the store's `data` must be a RunContext (execution.hpp).
[[nodiscard]] Result<Linker> make_linker(wasm_engine_t* engine);

}  // namespace icn::wasm::detail
