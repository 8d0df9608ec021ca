// The effects of a run, made ready to be applied: what each asks of ledger, job book and DAG, checked as far as that
// needs no lock. The jobs among them are accepted by runtime/detail/children.hpp.
#pragma once
#include "dag/guard.hpp"
#include "jobs/settlement.hpp"
#include "ports/executor.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime::detail {

// A job that a guest submitted, checked.
struct ChildJob {
  std::uint64_t call_index = 0;
  model::Job job;
  model::JobId id;
  economy::JobSize size;
  ipld::Digest secret{};
  ipld::Digest check{};
  ipld::Block body;
  std::uint64_t compiling = 0;      // fuel of what was compiled for it; its base price pays for it once it is accepted
  std::vector<ipld::Cid> complete;  // of the roots it reads, those found complete
};
struct ChildAnchor {
  ipld::Cid receipt;
  ipld::Block payload;
  ipld::Block envelope;
};

struct PreparedEffects {
  jobs::MoneyEffects money;
  std::vector<ChildJob> children;
  std::vector<ChildAnchor> anchors;
  jobs::RefusedEffects refused;  // what cannot be applied, each with its reason
  std::uint64_t fuel = 0;        // of the work of checking them, applied or not
  [[nodiscard]] bool none() const { return money.spends.empty() && children.empty() && anchors.empty(); }
};

// The run whose effects they are. Everything it names outlives it.
struct RunEnd {
  const jobs::JobRecord& record;
  const model::Job& job;
  const ports::ExecutionResult& result;
  const std::vector<ipld::Cid>& above;  // anchors of the jobs that submitted it
  model::UnixMs now;
};

// Checks each effect; in all_or_none mode one that cannot be applied drops all of them. Only an `ok` run has effects.
// What they rest on in the DAG store is held until `hold` ends. The work is paid with the fuel that the run left over;
// when that or the run's time is used up, or the job is cancelled, the effects that are left are refused. Errors: those
// of the interrupt of a shutdown.
[[nodiscard]] Result<PreparedEffects> prepare_effects(NodeState& node, const RunEnd& run,
                                                      const WorkBudget::Interrupt& interrupt, dag::Guard::Hold& hold);

// Why the effect of a host call was not applied, in words.
[[nodiscard]] std::string refusal_text(std::uint64_t call_index, std::string_view why);

// Nothing that the job asked for is applied, as `why` says.
void drop_all(PreparedEffects& effects, std::string why);
inline constexpr std::string_view kAllOrNone = "so none of the job's effects was applied (its effects are all or none)";

}  // namespace icn::runtime::detail
