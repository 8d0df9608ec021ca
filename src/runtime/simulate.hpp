// Simulation: a run under an order that is never signed, for its price and resources. Thread safe; changes no state and
// stores nothing.
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
  model::Mana reserve;   // what the submitter would have to hold
  model::Mana discount;  // what the treasury would
  model::Mana budget;
  model::Mana pay;         // what this run would have cost in all
  model::Mana charged;     // the submitter's part of it
  model::Mana available;   // what the submitter has now
  model::Receipt receipt;  // unsigned, of an unsigned order
  Bytes output;
  std::string log;
  std::string message;
  std::int64_t exit_code = 0;
  std::uint64_t effects = 0;
};
// Errors: as prepare_job and the run's infrastructure failures.
[[nodiscard]] Result<Simulation> simulate_job(NodeState& node, JobDraft draft, RunHooks hooks = {});

}  // namespace icn::runtime
