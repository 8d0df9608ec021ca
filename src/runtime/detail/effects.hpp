// Prepares the effects of a run: what each changes in ledger, job book and DAG, checked as far as no lock is needed.
// runtime/detail/children.hpp accepts the jobs among them.
#pragma once
#include "dag/guard.hpp"
#include "jobs/settlement.hpp"
#include "ports/executor.hpp"
#include "runtime/detail/governing.hpp"
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
  std::uint64_t compiling = 0;      // fuel of its compilation; its base price pays for that once it is accepted
  std::vector<ipld::Cid> complete;  // the roots it reads that were found complete
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
  GovernEffects governing;
  jobs::RefusedEffects refused;  // effects that cannot be applied, each with its reason
  std::uint64_t fuel = 0;        // spent on checking them, applied or not
  [[nodiscard]] bool none() const {
    return money.spends.empty() && money.credits.empty() && children.empty() && anchors.empty() && governing.empty();
  }
};

// The run that made the effects. Everything it refers to outlives it.
struct RunEnd {
  const jobs::JobRecord& record;
  const model::Job& job;
  const ports::ExecutionResult& result;
  const std::vector<ipld::Cid>& above;  // anchors of the jobs that submitted it
  model::UnixMs now;
  ports::StopReason stopped_by = ports::StopReason::none;
};

// Checks each effect; in all_or_none mode one refused effect drops all of them. Only an `ok` run has effects. `hold`
// keeps the blocks that they need in the DAG store. The run's unused fuel pays for the work; when it or the run's time
// is used up, or the job is cancelled, the remaining effects are refused. Errors: infrastructure when the node shuts
// down.
[[nodiscard]] Result<PreparedEffects> prepare_effects(NodeState& node, const RunEnd& run,
                                                      const WorkBudget::Interrupt& interrupt, dag::Guard::Hold& hold);

// Explains to people why the effect of a host call was not applied.
[[nodiscard]] std::string refusal_text(std::uint64_t call_index, std::string_view why);

// Drops every effect of the job, for the reason `why`.
void drop_all(PreparedEffects& effects, std::string why);
inline constexpr std::string_view kAllOrNone = "so none of the job's effects was applied (its effects are all or none)";

}  // namespace icn::runtime::detail
