#include "runtime/simulate.hpp"

#include "governance/job_policy.hpp"
#include "runtime/detail/compile.hpp"
#include "runtime/detail/execution.hpp"
#include "runtime/detail/world.hpp"
#include "runtime/trust.hpp"

namespace icn::runtime {
namespace {

// What the first touches of a page take, in the time of fuel (docs/prices.md).
constexpr std::uint64_t kPageFuel = 30'000;

// `work` becomes the fuel of what the node did, also where it fails.
Result<Simulation> simulate(NodeState& node, JobDraft draft, RunHooks hooks, std::uint64_t& work) {
  Simulation out;
  detail::JobFiles files{draft.module, draft.inputs};
  const std::optional<std::uint64_t> offered = draft.cost_mana;
  // The caller asks for the price, so a low offer is not refused: the run is priced at the minimum.
  draft.cost_mana.reset();
  // Inspected, and then checked as for a submission.
  work += 2 * model::fuel_of(model::HostWork::preflight, draft.module.size());
  out.prepared = ICN_TRY(prepare_job(node, draft));
  ICN_TRY(detail::check_executor_trust(node, out.prepared.job));
  out.minimum_cost_mana = out.prepared.job.cost_mana;
  if (offered && *offered > out.minimum_cost_mana) {
    out.prepared.job.cost_mana = *offered;
    out.prepared.body = out.prepared.job.to_block();
  }
  ICN_TRY(detail::check_policy(node, node.scope(), out.prepared.job));
  ports::Executor* executor = ICN_TRY(node.executor());
  const jobs::Acceptance accepted =
      ICN_TRY(detail::accept_now(node, executor->tables(), out.prepared.job, detail::Self(out.prepared.job.submitter),
                                 out.prepared.id(), out.prepared.size, ipld::Digest{}, node.now()));
  out.reserve = accepted.order.reserve;
  out.discount = accepted.order.discount;
  out.budget = accepted.budget;
  out.available = detail::standing(node, model::AccountKey::of(out.prepared.job.submitter), node.now()).available();
  ports::ExecutionRequest request =
      detail::make_request(node.dag_store(), out.prepared.id(), out.prepared.job, accepted.order_block.cid,
                           accepted.order, accepted.observations, std::move(files));
  request.on_log = hooks.on_log;
  request.on_progress = hooks.on_progress;
  const std::string submitter = out.prepared.job.submitter.to_text();
  std::uint64_t compiling_fuel = 0;
  const Result<void> compiled = detail::compile_module(
      node, {request.job.module, request.module, out.prepared.size.module, submitter}, {}, compiling_fuel);
  work += compiling_fuel;
  ICN_TRY(compiled);
  const std::unique_ptr<ports::Execution> execution = ICN_TRY(executor->start(std::move(request)));
  detail::RunTime time(*node.services().clock, accepted.order.limits.max_execution_time_secs);
  while (time.measured([&] { return execution->poll(); }) == ports::RunState::running) {
    if (time.is_used_up()) execution->stop(ports::StopReason::deadline);
    if (hooks.on_slice) hooks.on_slice(execution->fuel_used(), accepted.order.limits.max_fuel);
  }
  ports::ExecutionResult result = ICN_TRY(execution->finish());
  work += result.receipt.fuel + result.receipt.memory_pages * kPageFuel;
  out.receipt = result.receipt;
  const model::Order& order = accepted.order;
  out.pay = economy::pay_for({order.base, order.page, accepted.asking, economy::RunUse::limit_of(order.limits)},
                             {result.receipt.fuel, result.receipt.memory_pages});
  out.charged = economy::split_pay(out.pay, out.reserve, accepted.cost).submitter;
  out.effects = result.effects.list.size();
  out.output = std::move(result.output);
  out.log = std::move(result.log);
  out.message = std::move(result.message);
  out.exit_code = result.exit_code;
  return out;
}

}  // namespace

Result<Simulation> simulate_job(NodeState& node, JobDraft draft, RunHooks hooks) {
  const model::Did submitter = draft.submitter;
  const model::Scope scope = node.scope();
  ICN_TRY(governance::check_submitter(scope, submitter));
  ICN_TRY(node.refused_work().check(submitter, scope.parameters()));
  std::uint64_t work = 0;
  Result<Simulation> out = simulate(node, std::move(draft), std::move(hooks), work);
  if (out || !is_node_fault(out.error().code)) node.count_refused(submitter, work);
  return out;
}

}  // namespace icn::runtime
