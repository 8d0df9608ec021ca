#include "api/job_runs.hpp"

#include "api/detail/derive.hpp"
#include "runtime/simulate.hpp"

namespace icn::api {

runtime::JobDraft job_draft(JobRequest request, const model::Did& submitter) {
  runtime::JobDraft draft;
  draft.submitter = submitter;
  draft.module = std::move(request.module);
  draft.inputs = std::move(request.inputs);
  draft.entry = std::move(request.entry);
  draft.args = std::move(request.args);
  draft.limits = request.limits;
  draft.reads = std::move(request.reads);
  for (const model::Capability capability : request.grants) draft.grants.add(capability);
  draft.spend_max = request.spend_max;
  draft.effects = request.effects;
  draft.trust_scope = std::move(request.trust_scope);
  draft.cost_mana = request.cost_mana;
  draft.nonce = std::move(request.nonce);
  return draft;
}

Result<JobSimulation> simulate_job(Context& context, JobRequest request) {
  runtime::NodeState& node = *ICN_TRY(node_of(context));
  if (!context.caller) return fail(ErrorCode::permission_denied, "a job needs a submitter; nothing was charged");
  const runtime::RunHooks hooks = context.hooks == nullptr ? runtime::RunHooks{} : *context.hooks;
  const runtime::Simulation simulated =
      ICN_TRY(runtime::simulate_job(node, job_draft(std::move(request), *context.caller), hooks));
  JobSimulation answer;
  answer.outcome = simulated.receipt.outcome.kind;
  answer.code = simulated.receipt.outcome.code;
  answer.exit_code = simulated.exit_code;
  answer.fuel_used = simulated.receipt.fuel;
  answer.fuel_limit = simulated.prepared.limits.max_fuel;
  answer.memory_pages = simulated.receipt.memory_pages;
  answer.output_bytes = simulated.output.size();
  answer.effects = simulated.effects;
  answer.minimum_cost_mana = simulated.minimum_cost_mana;
  answer.reserve = simulated.reserve;
  answer.discount = simulated.discount;
  answer.budget = simulated.budget;
  answer.charged = simulated.charged;
  answer.pay = simulated.pay;
  answer.available = simulated.available;
  answer.message = simulated.message;
  return answer;
}

template struct Shape<JobRequest>;
template struct Shape<JobSimulation>;
template struct Shape<WorkRequest>;
template struct Shape<WorkDone>;

}  // namespace icn::api
