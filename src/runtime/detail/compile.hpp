// The compilation of a job's module before the job is accepted: one piece for submissions, for jobs of jobs and for
// simulations.
#pragma once
#include <functional>

#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Everything it names outlives the call.
struct ModuleToCompile {
  const ipld::Cid& module;
  ByteView bytes;
  model::ModuleSize size;
  const std::string& submitter;  // a DID as text
};

// How long a module is refused without another try, and whose turn its compilation is.
[[nodiscard]] ports::CompileTerms compile_terms(const NodeState& node, std::string submitter,
                                                std::function<bool()> stopping);

// Compiles a module that passed preflight, unless that is done already; waits for its turn on the calling thread and
// holds no lock. `fuel_done` becomes the price of what was done, also of a failure: 0 where there was nothing to do.
// Errors: as ports::Executor::compile.
[[nodiscard]] Result<void> compile_module(const NodeState& node, const ModuleToCompile& what,
                                          const std::function<bool()>& stopping, std::uint64_t& fuel_done);

}  // namespace icn::runtime::detail
