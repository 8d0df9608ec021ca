// What a run asks of governance: statements of its submitter's and steps of the clerk, entered into the scope's log in
// the commit that settles the run.
//
// A statement is authorised by the job: its entry cites order and receipt, and the log keeps the proof
// (model/job_proof.hpp). All effects of a run are first tried, in call order, on a copy of governance, so that a job
// whose effects are all or none never leaves half of them. Used by one thread, under the writer lock from decide() on.
#pragma once
#include <variant>

#include "governance/governance.hpp"
#include "jobs/settlement.hpp"
#include "model/effect.hpp"
#include "runtime/detail/governance_entries.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

class BlockSource;
struct RunEnd;

// Whether a vote may close although its deadline is not over: all members take part in it, and none who has delegated
// may change its outcome. With members missing it stays open for them, even if their votes would change nothing.
[[nodiscard]] bool may_close(const governance::Governance& book, const ipld::Cid& proposal);

// One effect of governance, checked as far as no lock is needed.
struct GovernEffect {
  std::uint64_t call_index = 0;
  std::variant<PreparedStatement, model::StepEffect> what;
};
struct GovernEffects {
  std::vector<GovernEffect> list;
  std::vector<ipld::Block> proof;  // of the job, from its signed order on
  [[nodiscard]] bool empty() const { return list.empty(); }
};

// Adds an effect; the first one also reads the proof of the job and pays for the copy of governance. `source` has the
// blocks of the run. Errors: permission_denied (not_clerk, or not the submitter's), limit_exceeded (the job is too
// large for a proof), those of the budget and the store.
[[nodiscard]] Result<void> add_statement(const NodeState& node, const RunEnd& run, std::uint64_t call_index,
                                         const model::StatementEffect& made, const BlockSource& source,
                                         WorkBudget& budget, GovernEffects& out);
[[nodiscard]] Result<void> add_step(const NodeState& node, const RunEnd& run, std::uint64_t call_index,
                                    const model::StepEffect& asked, WorkBudget& budget, GovernEffects& out);

// An entry that was tried, with the money it moves.
struct TriedEntry {
  std::uint64_t call_index = 0;
  model::LogRecord record;
  std::vector<model::Transfer> transfers;
  std::vector<ipld::Block> blocks;
};
struct TriedEntries {
  std::vector<TriedEntry> entries;
  bool drops_all = false;  // one was refused in all_or_none mode
};
struct RunReceipt {
  const ipld::Block& envelope;
  const ipld::Block& body;
  const ipld::Block& effects;
};
// Changes nothing; what counts is the trial under the writer lock. Adds what is refused to `refused`. `money` is what
// the run credits out of the treasury before. Errors: storage, those of the signer.
[[nodiscard]] Result<TriedEntries> try_entries(const NodeState& node, const RunEnd& run, const RunReceipt& receipt,
                                               const GovernEffects& effects, const jobs::MoneyEffects& money,
                                               EntrySigner& signer, jobs::RefusedEffects& refused);
// Enters them under the same lock, after the settlement's money. If the ledger refuses one, it and those after it are
// added to `refused`.
void stage_entries(NodeState& node, const std::vector<TriedEntry>& entries, jobs::RefusedEffects& refused,
                   Staging& staging);

}  // namespace icn::runtime::detail
