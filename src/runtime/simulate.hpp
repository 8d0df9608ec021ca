// Simulation: runs a job under an unsigned order to learn its price and resources. No job pays for it, so all of its
// work counts against the member's window (refused_work.hpp). Thread safe; stores nothing else.
#pragma once
#include <cstdint>
#include <string>

#include "model/receipt.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/run.hpp"

namespace icn::runtime {

struct Simulation {
  PreparedJob prepared;
  std::uint64_t minimum_cost_mana = 0;
  model::Mana reserve;   // of the submitter
  model::Mana discount;  // of the treasury
  model::Mana budget;
  model::Mana pay;         // the whole cost of this run
  model::Mana charged;     // the submitter's share of it
  model::Mana available;   // the submitter's balance now
  model::Receipt receipt;  // unsigned, of an unsigned order
  Bytes output;
  std::string log;
  std::string message;
  std::int64_t exit_code = 0;
  std::uint64_t effects = 0;
};
// Errors: those of prepare_job, infrastructure failures of the run, permission_denied (not a member), busy (the window,
// or no room for a run).
[[nodiscard]] Result<Simulation> simulate_job(NodeState& node, JobDraft draft, RunHooks hooks = {});

}  // namespace icn::runtime
