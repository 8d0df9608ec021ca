// Static checks of a module that run before anything is reserved or compiled: counts, sizes, imports and entry against
// the order's limits. Each refusal names the rule, the number and the bound. Every check takes time linear in the
// module's size.
#pragma once
#include "model/job.hpp"
#include "model/limits.hpp"
#include "ports/executor.hpp"
#include "wasm/module.hpp"

namespace icn::wasm {

// Errors: limit_exceeded (naming the rule), invalid_module (unknown import, wrong type, missing memory),
// invalid_argument (an entry the module does not export).
[[nodiscard]] Result<void> check_module(const ParsedModule& module, std::uint64_t module_bytes, std::string_view entry,
                                        const model::WasmSecurityLimits& limits, Work& work);
[[nodiscard]] model::ModuleSize module_size(const ParsedModule& module, std::uint64_t module_bytes);
[[nodiscard]] ports::ModuleInfo module_info(const ParsedModule& module, std::uint64_t module_bytes, Work& work);

}  // namespace icn::wasm
