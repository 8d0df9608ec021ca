// Runs any module that calls host functions with any arguments as a whole job of a node: it ends with a receipt, it
// causes no failure of the node, work and memory are within what it paid for, and the books balance.
#include <memory>

#include "abi/host_call.hpp"
#include "attacks.hpp"
#include "core/check.hpp"
#include "embed/native_host.hpp"
#include "generated_job.hpp"
#include "runtime/mana.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::attack {
namespace {

constexpr std::uint64_t kFuel = 3'000'000;
constexpr int kJobsOfOneNode = 100;

struct Node {
  embedding::Context context;
  std::vector<std::string> pool;
  int jobs = 0;
};

Node make_node() {
  Node node;
  auto made = embed::RuntimeContext::new_testing(testing::test_did(0), 1'000'000);
  ICN_CHECK(made.has_value());
  node.context = *std::move(made);
  const ipld::Cid child = embedding::stored_module(node.context, embedding::wat_of_constant(7));
  node.pool = {node.context->current_identity().to_text(),
               testing::test_did(1).to_text(),
               child.to_text(),
               embedding::job_json(child, 2),
               embedding::job_json(child, 2, ",\"spend_max\":1,\"grants\":[\"spend\"]"),
               "{\"a\":[",
               "",
               "max_fuel",
               std::string(300, '['),
               std::string(200, '\xff')};
  return node;
}

std::shared_ptr<ports::Executor> executor_of_slices(std::uint64_t slice_fuel) {
  wasm::ExecutorOptions options;
  options.variant.slice_fuel = slice_fuel;
  return wasm::make_executor(std::move(options)).value();
}

// Whether two receipts are equal. After a trap within a function their fuel depends on the slice, which is why the
// profile names it; no other field of a receipt does.
bool same(model::Receipt one, const model::Receipt& other) {
  if (one.outcome.kind == model::OutcomeKind::trap) one.fuel = other.fuel;
  return one.to_block().bytes == other.to_block().bytes;
}

// The bare run, for values that a job's record does not have.
void run_alone(const Bytes& module) {
  static const std::shared_ptr<ports::Executor> executor = wasm::make_executor({}).value();
  static const std::shared_ptr<ports::Executor> in_small_slices = executor_of_slices(10'007);
  static const std::shared_ptr<ports::Executor> in_one_slice = executor_of_slices(10 * kFuel);
  wasm::detail::TestRun run;
  run.limits.max_fuel = kFuel;
  run.limits.max_output_bytes = 65'536;
  run.limits.max_log_bytes = 65'536;
  run.inputs = {bytes_of("an input")};
  for (const model::CapabilityRow& row : model::kCapabilityTable) run.grants.add(row.capability);
  run.spend_max = 50;
  const auto first = wasm::detail::run_module(*executor, module, run);
  ICN_CHECK(first.has_value());
  ICN_CHECK(first->host_steps <= first->receipt.fuel);
  ICN_CHECK(first->host_steps_uninterrupted <= abi::kUninterruptedStepsMax);
  ICN_CHECK(first->host_memory_bytes <= 8U << 20);
  const auto second = wasm::detail::run_module(*executor, module, run);
  ICN_CHECK(second.has_value() && second->receipt.to_block().bytes == first->receipt.to_block().bytes);
  for (const std::shared_ptr<ports::Executor>& other : {in_small_slices, in_one_slice}) {
    const auto again = wasm::detail::run_module(*other, module, run);
    ICN_CHECK(again.has_value() && same(again->receipt, first->receipt));
  }
}

}  // namespace
}  // namespace icn::attack

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icn;
  static attack::Node node = attack::make_node();
  if (node.jobs++ == attack::kJobsOfOneNode) node = attack::make_node();
  const Bytes module = attack::generated_module({data, size}, node.pool);
  attack::run_alone(module);
  const ipld::Cid cid = embedding::stored_file(node.context, module);
  const std::string limits = ",\"limits\":{\"max_fuel\":" + std::to_string(attack::kFuel) +
                             "},\"grants\":[\"spend\",\"submit\",\"anchor\"],\"spend_max\":20,\"entry\":\"run\"";
  const auto id = embed::host_submit_mesh_job(*node.context, embedding::job_json(cid, 5, limits));
  ICN_CHECK(id.has_value());
  const auto report = runtime::execute_job(node.context->node(), *id);
  ICN_CHECK(report.has_value());
  ICN_CHECK(report->record.receipt.has_value() && report->record.outcome.has_value());
  ICN_CHECK(report->record.fuel_used <= attack::kFuel);
  ICN_CHECK(report->record.charged.umana > 0);
  const auto audit = runtime::audit_mana(node.context->node());
  ICN_CHECK(audit.has_value());
  // Nothing stays reserved except for the waiting jobs that it submitted.
  ICN_CHECK(node.context->node().jobs().open_count() > 0 || (audit->pending_open == 0 && audit->escrow.umana == 0));
  return 0;
}
