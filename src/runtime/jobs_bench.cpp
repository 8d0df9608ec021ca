// Settled jobs per second: accepted, run, signed, anchored, paid. Scripts replace modules, so the figure is the node's
// own cost; only two verifications of the sandbox are missing.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "backends/registry.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"
#include "testing/scripted_executor.hpp"

namespace icn::runtime {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::shared_ptr<ports::Signer> signer_of(std::uint8_t number) {
  model::Seed seed{};
  seed[0] = number;
  return backends::signer::all().front()->open(model::KeyPair::from_seed(seed)).value();
}

struct Home {
  explicit Home(const std::string& dag_url, const std::string& state_url) {
    NodeServices services;
    services.dag_store = backends::dag_store::open(dag_url).value();
    services.state_store = backends::state_store::open(state_url).value();
    services.mesh_network = backends::mesh_network::open("standalone").value();
    services.signer = signer_of(1);
    services.executor = std::make_shared<testing::ScriptedExecutor>();
    ports::System system = backends::system::open().value();
    services.clock = std::move(system.clock);
    services.random = std::move(system.random);
    services.system_info = std::move(system.info);
    Founding founding;
    founding.member = member->did();
    founding.grant = model::Mana{1'000'000'000'000'000'000};
    node = NodeState::found(services, NodeSettings{}, founding).value();
  }

  // Signed by the member in advance, as a client does.
  std::vector<SubmitRequest> requests(std::size_t count) {
    std::vector<SubmitRequest> out;
    for (std::size_t i = 0; i < count; ++i) {
      JobDraft draft;
      draft.module = bytes_of("script\nfuel 1000\noutput x\nlog y\n");
      draft.submitter = member->did();
      draft.fuel = 1'000'000;
      append_be64(draft.nonce, next_nonce++);
      PreparedJob prepared = prepare_job(*node, std::move(draft)).value();
      SubmitRequest request;
      request.signature = member->sign(model::SignatureTag::job, prepared.body.cid).value();
      request.body = std::move(prepared.body);
      if (next_nonce == 2) request.blocks = std::move(prepared.blocks);
      request.start = StartMode::now;
      out.push_back(std::move(request));
    }
    return out;
  }

  void settle(const SubmitRequest& request) {
    const JobReport report = run_job(*node, request).value();
    if (report.record.phase != jobs::JobPhase::completed) std::abort();
  }

  std::shared_ptr<ports::Signer> member = signer_of(2);
  std::unique_ptr<NodeState> node;
  std::uint64_t next_nonce = 1;
};

void jobs_settled_memory(benchmark::State& state) {
  Home home("memory", "memory");
  home.settle(home.requests(1).front());
  std::vector<SubmitRequest> waiting;
  for (auto unused : state) {
    static_cast<void>(unused);
    if (waiting.empty()) {
      state.PauseTiming();
      waiting = home.requests(1'000);
      state.ResumeTiming();
    }
    home.settle(waiting.back());
    waiting.pop_back();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(jobs_settled_memory)->Unit(benchmark::kMicrosecond);

// Group commit: 64 submitters share each fsync.
void jobs_settled_sqlite(benchmark::State& state) {
  constexpr std::size_t kSubmitters = 64;
  constexpr std::size_t kJobsEach = 50;
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "icn-jobs-bench";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  {
    Home home("sqlite:" + (folder / "dag.db").string(), "sqlite:" + (folder / "state.db").string());
    home.settle(home.requests(1).front());
    std::vector<double> latencies_us;
    for (auto unused : state) {
      static_cast<void>(unused);
      state.PauseTiming();
      const std::vector<SubmitRequest> requests = home.requests(kSubmitters * kJobsEach);
      std::vector<std::vector<double>> own(kSubmitters);
      state.ResumeTiming();
      std::vector<std::thread> threads;
      for (std::size_t t = 0; t < kSubmitters; ++t) {
        threads.emplace_back([&, t] {
          for (std::size_t n = 0; n < kJobsEach; ++n) {
            const auto begun = SteadyClock::now();
            home.settle(requests[t * kJobsEach + n]);
            own[t].push_back(std::chrono::duration<double, std::micro>(SteadyClock::now() - begun).count());
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
      for (const auto& some : own) latencies_us.insert(latencies_us.end(), some.begin(), some.end());
    }
    std::sort(latencies_us.begin(), latencies_us.end());
    state.SetItemsProcessed(static_cast<std::int64_t>(latencies_us.size()));
    state.counters["p50_us"] = latencies_us[latencies_us.size() / 2];
    state.counters["p99_us"] = latencies_us[latencies_us.size() * 99 / 100];
    const Committer::Statistics statistics = home.node->committer().statistics();
    state.counters["commits_per_group"] =
        static_cast<double>(statistics.commits) / static_cast<double>(statistics.groups);
  }
  std::filesystem::remove_all(folder);
}
BENCHMARK(jobs_settled_sqlite)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace icn::runtime
