#include "runtime/simulate.hpp"

#include "runtime/detail/files.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

Result<ports::ExecutionResult> run_to_end(NodeState& node, ports::ExecutionRequest request, const RunHooks& hooks) {
  ports::Executor* executor = ICN_TRY(node.executor());
  const std::uint64_t limit_ns = request.order.limits.max_execution_time_secs * kNsPerSecond;
  const std::uint64_t fuel_limit = request.order.limits.max_fuel;
  const ports::Clock& clock = *node.services().clock;
  const std::unique_ptr<ports::Execution> execution = ICN_TRY(executor->start(std::move(request)));
  const std::uint64_t begun_ns = clock.monotonic_ns();
  while (execution->poll() == ports::RunState::running) {
    if (clock.monotonic_ns() - begun_ns >= limit_ns) execution->stop(ports::StopReason::deadline);
    if (hooks.on_slice) hooks.on_slice(execution->fuel_used(), fuel_limit);
  }
  return execution->finish();
}

}  // namespace

Result<Simulation> simulate_job(NodeState& node, JobDraft draft, RunHooks hooks) {
  Simulation out;
  Bytes module = draft.module;
  std::vector<Bytes> inputs = draft.inputs;
  const std::optional<std::uint64_t> offered = draft.cost_mana;
  // The price is what is asked about, so a low offer is no reason to refuse: the run is priced at the minimum then.
  draft.cost_mana.reset();
  out.prepared = ICN_TRY(prepare_job(node, draft));
  out.minimum_cost_mana = out.prepared.job.cost_mana;
  if (offered && *offered > out.minimum_cost_mana) {
    out.prepared.job.cost_mana = *offered;
    out.prepared.body = out.prepared.job.to_block();
  }
  ports::Executor* executor = ICN_TRY(node.executor());
  const jobs::Acceptance accepted =
      ICN_TRY(detail::accept_now(node, executor->tables(), out.prepared.job, detail::Self(out.prepared.job.submitter),
                                 out.prepared.id(), out.prepared.size, ipld::Digest{}, node.now()));
  out.reserve = accepted.order.reserve;
  out.discount = accepted.order.discount;
  out.budget = accepted.budget;
  out.available = node.ledger().balance(model::AccountKey::of(out.prepared.job.submitter)).available();
  ports::ExecutionRequest request;
  request.job_id = out.prepared.id();
  request.job = out.prepared.job;
  request.order_cid = accepted.order_block.cid;
  request.order = accepted.order;
  request.observations = accepted.observations;
  request.module = std::move(module);
  request.inputs = std::move(inputs);
  request.fetch = [&node](const ipld::Cid& cid) { return node.dag_store().get(cid); };
  request.on_log = hooks.on_log;
  request.on_progress = hooks.on_progress;
  ports::ExecutionResult result = ICN_TRY(run_to_end(node, std::move(request), hooks));
  out.receipt = result.receipt;
  out.pay = economy::pay_for(result.receipt.outcome.kind, accepted.order.base, accepted.asking, result.receipt.fuel,
                             accepted.order.limits.max_fuel);
  out.charged = economy::split_pay(out.pay, out.reserve, accepted.cost).submitter;
  out.effects = result.effects.list.size();
  out.output = std::move(result.output);
  out.log = std::move(result.log);
  out.message = std::move(result.message);
  out.exit_code = result.exit_code;
  return out;
}

}  // namespace icn::runtime
