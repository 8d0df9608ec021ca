// Compiles a job's module before the job is accepted. Submissions, jobs of jobs and simulations share it.
#pragma once
#include <functional>

#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Everything it refers to outlives the call.
struct ModuleToCompile {
  const ipld::Cid& module;
  ByteView bytes;
  model::ModuleSize size;
  const std::string& submitter;  // a DID as text
};

// Returns how long a module is refused without another try, and whose share its compilation counts against.
[[nodiscard]] ports::CompileTerms compile_terms(const NodeState& node, std::string submitter,
                                                std::function<bool()> stopping);

// Compiles a module that passed preflight, unless it is already compiled; waits for its turn on the calling thread and
// holds no lock. Sets `fuel_done` to the price of the work done, even on failure; 0 if there was nothing to do. Errors:
// as ports::Executor::compile.
[[nodiscard]] Result<void> compile_module(const NodeState& node, const ModuleToCompile& what,
                                          const std::function<bool()>& stopping, std::uint64_t& fuel_done);

}  // namespace icn::runtime::detail
