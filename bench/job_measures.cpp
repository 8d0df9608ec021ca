// Whole jobs: settled per second in one process, and `icn job run` as a process.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sodium.h>

#include "backends/registry.hpp"
#include "ipld/unixfs.hpp"
#include "jobs/job_book.hpp"
#include "measure.hpp"
#include "model/job.hpp"
#include "raw_wasm.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"
#include "runtime/submit.hpp"
#include "wasm/testing/sandbox.hpp"

namespace icn::bench {
namespace {

using wasm::detail::wat_to_wasm;

constexpr const char* kJob =
    "(module (import \"icn\" \"host_abi_version\" (func $v (result i32))) (memory (export \"memory\") 16 160)"
    "(func (export \"run\") (result i64) (i32.store (i32.const 64) (i32.const 7))"
    "(i64.extend_i32_u (i32.add (i32.add (call $v) (call $v)) (call $v)))))";

struct Bench {
  std::unique_ptr<runtime::NodeState> node;
  model::KeyPair member;
  Bytes module;
};

model::KeyPair key_of(std::uint8_t fill) {
  model::Seed seed;
  seed.fill(fill);
  return model::KeyPair::from_seed(seed);
}

Bench make_node(const std::string& dag_url, const std::string& state_url) {
  ports::System system = expect(backends::system::open(), "system");
  runtime::NodeServices services;
  services.dag_store = expect(backends::dag_store::open(dag_url), "dag store");
  services.state_store = expect(backends::state_store::open(state_url), "state store");
  services.mesh_network = expect(backends::mesh_network::open("standalone"), "mesh");
  services.signer = expect(backends::signer::all()[0]->open(key_of(2)), "signer");
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  wasm::ExecutorOptions options;
  options.runs_max = 128;
  services.executor = expect(wasm::make_executor(std::move(options)), "executor");
  runtime::Founding founding;
  model::KeyPair member = key_of(1);
  founding.member = member.did();
  founding.grant = model::Mana{1'000'000'000 * model::Mana::kUnit};
  founding.endowment = founding.grant;
  return {expect(runtime::NodeState::found(std::move(services), {}, founding), "found"), std::move(member),
          wat_to_wasm(kJob)};
}

// Signed in advance: signing is the member's work, not the node's.
std::vector<runtime::SubmitRequest> requests_of(const Bench& bench, std::uint64_t count, std::uint64_t first) {
  runtime::JobDraft draft;
  draft.module = bench.module;
  draft.submitter = bench.member.did();
  draft.fuel = 1'000'000;
  runtime::PreparedJob prepared = expect(prepare_job(*bench.node, draft), "prepare");
  std::vector<runtime::SubmitRequest> requests;
  for (std::uint64_t i = 0; i < count; ++i) {
    prepared.job.nonce.clear();
    append_be64(prepared.job.nonce, first + i);
    runtime::SubmitRequest request;
    request.body = prepared.job.to_block();
    request.signature = bench.member.sign(model::SignatureTag::job, request.body.cid);
    request.start = runtime::StartMode::now;
    if (first == 0 && i == 0) request.blocks = prepared.blocks;
    requests.push_back(std::move(request));
  }
  return requests;
}

void settle(const Bench& bench, const runtime::SubmitRequest& request) {
  const runtime::JobReport report = expect(run_job(*bench.node, request), "run");
  if (report.record.phase != jobs::JobPhase::completed) give_up("a job did not complete: " + report.record.message);
}

// The parts of one settled job without our code between them: start with 3 calls, 2 signatures, 1 verification, hashes,
// transfers, 2 blocks.
double floor_of_parts_ns(std::uint64_t count, std::string& note) {
  const Bytes module = wat_to_wasm(kJob);
  const RawWasm raw = make_raw(module);
  std::array<unsigned char, 32> key;
  std::array<unsigned char, 64> secret, signature;
  if (sodium_init() < 0) give_up("libsodium");
  crypto_sign_keypair(key.data(), secret.data());
  std::vector<unsigned char> message(300, 'm');
  Bytes block(1024, 'b');
  const auto part = [&](const char* name, auto&& body) {
    double best = 1e300;
    for (int round = 0; round < 5; ++round)
      best = std::min(best, time_ns([&] {
                        for (std::uint64_t i = 0; i < count; ++i) body(i);
                      }));
    best /= static_cast<double>(count);
    note += std::string(name) + " " + std::to_string(best / 1000).substr(0, 5) + " µs, ";
    return best;
  };
  double sum = part("start+3 calls", [&](std::uint64_t) {
    wasmtime_instance_t instance;
    const auto store = raw_instantiate(raw, instance);
    raw_call(store.get(), instance, "run");
  });
  sum += part("2 sign", [&](std::uint64_t i) {
    std::memcpy(message.data(), &i, 8);
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret.data());
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret.data());
  });
  sum += part("verify", [&](std::uint64_t) {
    if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) != 0)
      give_up("verify");
  });
  ipld::Digest digest;
  sum += part("2 hashes", [&](std::uint64_t i) {
    std::memcpy(block.data(), &i, 8);
    digest = ipld::sha256(block);
    digest = ipld::sha256(block);
  });
  std::vector<std::uint64_t> balances(10'000, 1'000'000);
  Bytes log;
  sum += part("4 transfers", [&](std::uint64_t i) {
    for (std::uint64_t k = 0; k < 4; ++k) {
      const std::uint64_t mixed = (i * 4 + k) * 0x9e3779b97f4a7c15ULL;
      --balances[(mixed >> 40) % balances.size()];
      ++balances[(mixed >> 16) % balances.size()];
      append_be64(log, mixed);
    }
    if (log.size() > (1U << 20)) log.clear();
  });
  sum += part("2 blocks", [&](std::uint64_t) {
    append(log, block);
    append(log, block);
    if (log.size() > (1U << 20)) log.clear();
  });
  note += "sum " + std::to_string(sum / 1000).substr(0, 5) + " µs";
  return sum;
}

// Figure and floor are measured alternately, so a machine that slows down slows both.
Figure memory_figure(const Settings& settings) {
  constexpr std::uint64_t kRounds = 8;
  const std::uint64_t count = settings.scaled(2'000, 300);
  const Bench bench = make_node("memory", "memory");
  std::string note;
  double floor = 1e300;
  double best = 1e300;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    std::string parts;
    const double sum = floor_of_parts_ns(settings.scaled(1'000, 300), parts);
    if (sum < floor) note = parts;
    floor = std::min(floor, sum);
    const auto requests = requests_of(bench, count, round * count);
    best = std::min(best, time_ns([&] {
                            for (const auto& request : requests) settle(bench, request);
                          }) / static_cast<double>(count));
  }
  expect(audit_mana(*bench.node), "audit");
  return {"jobs_settled_memory", 1e9 / best, "1/s", 1e9 / floor,
          "one thread; bar 0.5 of the floor of its parts: " + note};
}

std::vector<Figure> sqlite_figures(const Settings& settings) {
  constexpr std::size_t kSubmitters = 64;
  const std::uint64_t count = settings.scaled(30'000, 3'000);
  const std::uint64_t audited = settings.scaled(6'000, 1'000);
  constexpr std::uint64_t kAuditRounds = 3;
  const Bench bench =
      make_node("sqlite:" + settings.scratch + "/blocks.db", "sqlite:" + settings.scratch + "/state.db");
  const auto requests = requests_of(bench, count + 2 * kAuditRounds * audited, 0);
  settle(bench, requests[0]);
  const Fdatasync sync = measure_fdatasync(settings.scratch);
  // Each submitter has its own share and starts jobs at an even pace; `rate` 0 means as fast as possible.
  const auto drive = [&](std::size_t begin, std::size_t end, double rate) {
    std::vector<double> latencies(end - begin);
    std::atomic<std::size_t> next{begin};
    const double start = now_ns();
    {
      std::vector<std::jthread> submitters;
      for (std::size_t i = 0; i < kSubmitters; ++i) {
        submitters.emplace_back([&] {
          for (;;) {
            const std::size_t at = next.fetch_add(1);
            if (at >= end) return;
            double due = now_ns();
            if (rate > 0) {
              // Latency counts from the time at which the job was due, so a late start counts.
              due = start + static_cast<double>(at - begin) / rate * 1e9;
              while (now_ns() < due)
                std::this_thread::sleep_for(std::chrono::nanoseconds(static_cast<long>(std::max(1.0, due - now_ns()))));
            }
            settle(bench, requests[at]);
            latencies[at - begin] = now_ns() - due;
          }
        });
      }
    }
    return std::pair{now_ns() - start, latencies};
  };
  const std::size_t third = count / 3;
  const auto [flat_out_ns, unused] = drive(1, third, 0);
  const auto [full_ns, at_full] = drive(third, 2 * third, 2'000);
  const auto [half_ns, at_half] = drive(2 * third, count, 1'000);
  Pair audits;
  for (std::uint64_t round = 0; round < kAuditRounds; ++round) {
    const std::size_t begin = count + 2 * round * audited;
    audits.floor = std::min(audits.floor, drive(begin, begin + audited, 0).first);
    // One audit after the other, for as long as the jobs take.
    std::atomic<bool> done = false;
    std::jthread auditor([&] {
      while (!done) expect(audit_mana(*bench.node), "audit");
    });
    audits.ours = std::min(audits.ours, drive(begin + audited, begin + 2 * audited, 0).first);
    done = true;
  }
  expect(audit_mana(*bench.node), "audit");
  const double rate = static_cast<double>(third - 1) / (flat_out_ns / 1e9);
  const auto p99 = [&](const std::string& name, const std::string& offered, const std::vector<double>& latencies) {
    return Figure{name, percentile(latencies, 0.99), "ns", sync.median,
                  "at " + offered + " jobs/s offered, against the median fdatasync; bar 10; median " +
                      std::to_string(percentile(latencies, 0.5) / 1e6) + " ms"};
  };
  return {{"jobs_settled_sqlite", rate, "1/s", 2'000, "64 submitters, group commit, flat out (floor is the bar)"},
          p99("jobs_settled_sqlite_p99", "2,000", at_full),
          p99("jobs_settled_sqlite_p99_half", "1,000", at_half),
          {"jobs_settled_during_audit", static_cast<double>(audited) / (audits.ours / 1e9), "1/s",
           static_cast<double>(audited) / (audits.floor / 1e9),
           "64 submitters, flat out, while one `icn mana audit` follows the other; bar 0.8 (floor: without audits)"}};
}

struct Process {
  double ns;
  double rss_kib;
};
Process run_process(const std::vector<std::string>& words, const std::string& input) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const double start = now_ns();
  const pid_t child = fork();
  if (child == 0) {
    if (std::freopen(input.c_str(), "r", stdin) == nullptr || std::freopen("/dev/null", "w", stdout) == nullptr)
      _exit(127);
    execv(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  rusage usage{};
  if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
    give_up(words[0] + " " + words[3] + " failed");
  return {now_ns() - start, static_cast<double>(usage.ru_maxrss)};
}

}  // namespace

std::vector<Figure> measure_settled_jobs(const Settings& settings) {
  std::vector<Figure> figures{memory_figure(settings)};
  for (Figure& figure : sqlite_figures(settings)) figures.push_back(std::move(figure));
  return figures;
}

namespace {

// As many copies of the node's first job, whose records the job book writes as it does any other.
void add_history(const std::string& folder, std::uint64_t jobs) {
  constexpr std::uint64_t kCommitEvery = 5'000;
  const auto store = expect(backends::state_store::open("sqlite:" + folder + "/state.db"), "state store");
  const auto book = expect(jobs::JobBook::open(*store), "job book");
  const auto first = expect(book->find_number(1), "the first job");
  if (!first) give_up("the node has no job");
  for (std::uint64_t made = 0; made < jobs;) {
    ports::Batch batch;
    std::vector<model::JobId> ended;
    for (std::uint64_t i = 0; i < kCommitEvery && made < jobs; ++i, ++made) {
      jobs::JobRecord record = *first;
      Bytes name;
      append_be64(name, made);
      record.id = model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, name)};
      record.phase = jobs::JobPhase::delivered;
      record = book->add(std::move(record), batch);
      record.phase = first->phase;
      expect(book->replace(record, batch), "a job of the history");
      ended.push_back(record.id);
    }
    expect(store->commit({&batch, 1}), "commit");
    for (const model::JobId& id : ended) book->forget(id);
  }
}

double median_of_process(const std::vector<std::string>& words, std::uint64_t runs) {
  std::vector<double> times;
  for (std::uint64_t i = 0; i < runs; ++i) times.push_back(run_process(words, "/dev/null").ns);
  return percentile(times, 0.5);
}

}  // namespace

std::vector<Figure> measure_long_history(const Settings& settings) {
  const std::string folder = settings.scratch + "/history";
  const std::string module = settings.scratch + "/history.wasm";
  const Bytes bytes = wat_to_wasm(kJob);
  std::ofstream(module, std::ios::binary).write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  run_process({ICN_PROGRAM, "--data", folder, "init", "--development"}, "/dev/null");
  run_process({ICN_PROGRAM, "--data", folder, "job", "run", module}, "/dev/null");
  constexpr std::uint64_t kJobs = 100'000;
  add_history(folder, kJobs);
  const std::uint64_t runs = settings.scaled(50, 10);
  const double list = median_of_process({ICN_PROGRAM, "--data", folder, "job", "list"}, runs);
  const double completion = median_of_process({ICN_PROGRAM, "__complete", "cids", "bafy", "--data", folder}, runs);
  std::filesystem::remove_all(folder);
  return {{"job_list_long", list, "ns", 30e6, "median of `icn job list` over 100,000 jobs (floor: the bar)"},
          {"completion_long", completion, "ns", 50e6,
           "median of what a shell asks at the Tab key, there (floor: the bar)"}};
}

std::vector<Figure> measure_job_start(const Settings& settings) {
  const std::string folder = settings.scratch + "/node";
  const std::string module = settings.scratch + "/job.wasm";
  const Bytes bytes = wat_to_wasm(kJob);
  std::ofstream(module, std::ios::binary).write(text_of(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  run_process({ICN_PROGRAM, "--data", folder, "init", "--development"}, "/dev/null");
  run_process({ICN_PROGRAM, "--data", folder, "job", "run", module}, "/dev/null");
  std::vector<double> times;
  double rss = 0;
  for (std::uint64_t i = 0; i < settings.scaled(50, 10); ++i) {
    const Process run = run_process({ICN_PROGRAM, "--data", folder, "job", "run", module}, "/dev/null");
    times.push_back(run.ns);
    rss = std::max(rss, run.rss_kib);
  }
  const Fdatasync sync = measure_fdatasync(settings.scratch);
  return {{"job_start_cached", percentile(times, 0.5), "ns", 30e6 + 4 * sync.median,
           "median of `icn job run`, plain key; floor is the bar 30 ms + 4 fdatasync (" +
               std::to_string(sync.median / 1e6) + " ms); min " + std::to_string(percentile(times, 0) / 1e6) + " ms"},
          {"job_start_cached_rss", rss * 1024, "bytes", 64.0 * 1024 * 1024,
           "largest resident set; floor is the bar of 64 MiB"}};
}

}  // namespace icn::bench
