// Many queued jobs on few executor threads: whether each ends, and when the last does compared with the sum of their
// times.
#include <atomic>

#include "backends/registry.hpp"
#include "measure.hpp"
#include "node/job_runner.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"
#include "runtime/submit.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::bench {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::uint64_t kJobFuel = 850'000'000;  // about 100 ms of straight-line code
constexpr const char* kBusyJob =
    "(module (func (export \"run\") (result i64) (local $n i64) (loop $again"
    " (local.set $n (i64.add (local.get $n) (i64.const 1)))"
    " (br_if $again (i64.lt_u (local.get $n) (i64.const 100000000)))) (local.get $n)))";

struct Queue {
  std::unique_ptr<runtime::NodeState> node;
  model::KeyPair member;
};

Queue make_queue() {
  ports::System system = expect(backends::system::open(), "system");
  model::Seed seed{};
  seed.fill(5);
  model::KeyPair member = model::KeyPair::from_seed(seed);
  seed.fill(6);
  runtime::NodeServices services;
  services.dag_store = expect(backends::dag_store::open("memory"), "dag store");
  services.state_store = expect(backends::state_store::open("memory"), "state store");
  services.mesh_network = expect(backends::mesh_network::open("standalone"), "mesh");
  services.signer = expect(backends::signer::all()[0]->open(model::KeyPair::from_seed(seed)), "signer");
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  services.executor = expect(wasm::make_executor({}), "executor");
  runtime::Founding founding;
  founding.member = member.did();
  founding.grant = model::Mana{1'000'000 * model::Mana::kUnit};
  return {expect(runtime::NodeState::found(std::move(services), {}, founding), "found"), std::move(member)};
}

model::JobId submit(const Queue& queue) {
  runtime::JobDraft draft;
  draft.module = wasm::detail::wat_to_wasm(kBusyJob);
  draft.submitter = queue.member.did();
  draft.fuel = kJobFuel;
  runtime::PreparedJob prepared = expect(prepare_job(*queue.node, draft), "prepare");
  runtime::SubmitRequest request;
  request.body = prepared.body;
  request.blocks = prepared.blocks;
  request.signature = queue.member.sign(model::SignatureTag::job, prepared.body.cid);
  return expect(submit_job(*queue.node, request), "submit").id;
}

}  // namespace

std::vector<Figure> measure_queue(const Settings& settings) {
  const Queue queue = make_queue();
  const double alone = time_ns([&] {
    const auto report = expect(execute_job(*queue.node, submit(queue)), "run alone");
    if (report.record.phase != jobs::JobPhase::completed) give_up("the job alone did not complete");
  });
  const std::uint64_t count = settings.scaled(64, 16);
  std::vector<model::JobId> ids;
  for (std::uint64_t i = 0; i < count; ++i) ids.push_back(submit(queue));
  const double last = time_ns([&] {
    node::JobRunner runner(*queue.node, kThreads);
    runner.take_up(ids, [](const model::JobId&) { return node::JobRunner::Watched{}; });
    while (runner.wait_for_waiting(1'000) > 0) {
    }
  });
  std::uint64_t ok = 0;
  for (const model::JobId& id : ids) {
    const auto record = expect(queue.node->jobs().find(id), "find");
    if (record && record->phase == jobs::JobPhase::completed) ++ok;
  }
  const double half_of_all = alone * static_cast<double>(count) / static_cast<double>(kThreads);
  return {{"queue/last_end", last / 1e6, "ms", half_of_all / 1e6,
           std::to_string(ok) + " of " + std::to_string(count) + " queued jobs of " + std::to_string(alone / 1e6) +
               " ms ended ok on " + std::to_string(kThreads) +
               " threads; the floor is the sum of their times / threads"}};
}

}  // namespace icn::bench
