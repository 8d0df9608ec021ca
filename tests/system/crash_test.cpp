// Nothing acknowledged is ever lost: a node is killed at each named step of a commit and of a collection, and at random
// times. After one reopening every sum is right, everything acknowledged is present, everything pinned is complete, and
// every open job can be finished or was released.
//
// This program is both sides: the driver starts itself as the node ("node STATE_URL DAG_URL PIPE STEP COUNT SEED"),
// logs what the node acknowledges through the pipe, sees it end by SIGKILL, and opens the stores itself.
// --stores=NAME says which backend has both.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include "../contract/support.hpp"
#include "backends/registry.hpp"
#include "runtime/blocks.hpp"
#include "runtime/cancel.hpp"
#include "runtime/describe.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/receipts.hpp"
#include "runtime/run.hpp"
#include "runtime/submit.hpp"
#include "testing/scripted_executor.hpp"

extern char** environ;

namespace icn {
namespace {

using runtime::NodeState;

constexpr int kThreads = 3;
constexpr int kJobsOfAThread = 12;
// At most this many collections after the last job.
constexpr int kCollectionsAfterJobs = 50;
// Before the names of the steps of a collection.
constexpr std::string_view kCollecting = "collect ";
constexpr std::uint64_t kUnit = model::Mana::kUnit;

// The value; an error is printed on standard error and ends this process.
template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "crash_test: %s\n", result.error().detail.c_str());
    std::_Exit(3);
  }
  return std::move(*result);
}

std::shared_ptr<ports::Signer> signer_of(std::uint8_t number) {
  model::Seed seed{};
  seed[0] = number;
  return backends::signer::all().front()->open(model::KeyPair::from_seed(seed)).value();
}

struct StoreUrls {
  std::string state;
  std::string dag;
};

runtime::NodeServices services_at(const StoreUrls& urls) {
  runtime::NodeServices services;
  services.dag_store = must(backends::dag_store::open(urls.dag));
  services.state_store = must(backends::state_store::open(urls.state));
  services.mesh_network = backends::mesh_network::open("standalone").value();
  services.signer = signer_of(1);
  services.executor = std::make_shared<testing::ScriptedExecutor>();
  ports::System system = backends::system::open().value();
  services.clock = std::move(system.clock);
  services.random = std::move(system.random);
  services.system_info = std::move(system.info);
  return services;
}

Result<std::unique_ptr<NodeState>> open_or_found(const StoreUrls& urls, runtime::NodeSettings settings) {
  runtime::NodeServices services = services_at(urls);
  settings.checkpoint_every = 20;  // checkpoints fall into the runs too
  if (ICN_TRY(NodeState::is_founded(*services.state_store))) return NodeState::open(services, settings);
  runtime::Founding founding;
  founding.member = signer_of(2)->did();
  founding.operator_did = signer_of(3)->did();
  founding.parameters = {{"job_attempts_max", "5"}};
  return NodeState::found(services, settings, founding);
}

// ---- the node's side ----

class Acknowledger {
 public:
  explicit Acknowledger(int pipe) : pipe_(pipe) {}
  // One write below PIPE_BUF: lines of several threads do not mix.
  void say(const std::string& line) const {
    const std::string text = line + "\n";
    if (::write(pipe_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) ::_exit(4);
  }

 private:
  int pipe_;
};

std::string script_of(int number, const model::Did& member) {
  switch (number % 6) {
    case 0:
      return "fuel 1000\noutput plain\n";
    case 1:
      return "fuel 2000\ntrap 1\n";
    case 2:
      return "spend " + member.to_text() + " 1\noutput spent\n";
    case 3:
      return "fuel 500\noutput code\nexit 3\n";
    case 4:
      return "flaky 1\noutput second attempt\n";
    default:
      return "output cancelled\n";
  }
}

// Whether collections run all the time, and jobs and files are released.
enum class Collects : bool { no, yes };

std::string_view step_name(dag::CollectionStep step) {
  switch (step) {
    case dag::CollectionStep::marked:
      return "marked";
    case dag::CollectionStep::pins_forgotten:
      return "pins_forgotten";
    case dag::CollectionStep::page_removed:
      return "page_removed";
    case dag::CollectionStep::page_flushed:
      return "page_flushed";
  }
  return "?";
}

// Stores a file, and every other time releases an older job and the file; reported beforehand, since a kill may come
// right after.
void come_and_go(NodeState& node, const std::string& settled, int n, const Acknowledger& acknowledge) {
  const model::Did member = signer_of(2)->did();
  const Bytes file = bytes_of("file of " + settled);
  const std::string cid = must(runtime::put_file(node, member, file, {})).cid.to_text();
  acknowledge.say("stored " + cid + " " + settled);
  if (n % 2 != 0) return;
  for (const std::string& one : {cid, settled}) {
    acknowledge.say("letting " + one);
    must(runtime::unpin(node, member, one));
  }
}

void work(NodeState& node, int thread, std::uint64_t seed, Collects collects, const Acknowledger& acknowledge) {
  const auto member = signer_of(2);
  for (int n = 0; n < kJobsOfAThread; ++n) {
    runtime::JobDraft draft;
    draft.module = bytes_of("script\n" + script_of(n, member->did()));
    draft.submitter = member->did();
    draft.fuel = 10'000;
    draft.spend_max = n % 6 == 2 ? 2 : 0;
    draft.grants.add(model::Capability::spend);
    append_be64(draft.nonce, seed * 1'000 + static_cast<std::uint64_t>(thread) * 100 + static_cast<std::uint64_t>(n));
    const runtime::PreparedJob prepared = must(runtime::prepare_job(node, draft));
    runtime::SubmitRequest request;
    request.body = prepared.body;
    request.blocks = prepared.blocks;
    request.signature = member->sign(model::SignatureTag::job, prepared.body.cid).value();
    // The three ways to run a job here: all in one, submitted to start now, and submitted to wait.
    const bool in_one = n % 3 == 0;
    request.start = in_one || n % 2 == 0 ? runtime::StartMode::now : runtime::StartMode::later;
    const std::string id = prepared.id().to_text();
    runtime::RunClaim claim;
    if (!in_one) {
      claim = std::move(must(runtime::submit_job(node, request)).claim);
      acknowledge.say("submitted " + id);
    }
    if (n % 6 == 5) {
      if (runtime::cancel_job(node, prepared.id()).has_value()) acknowledge.say("cancelled " + id);
      continue;
    }
    const jobs::JobRecord record =
        must(in_one ? runtime::run_job(node, request) : runtime::execute_job(node, prepared.id(), {}, std::move(claim)))
            .record;
    acknowledge.say("settled " + id + " " + std::string(jobs::phase_name(record.phase)) + " " +
                    record.receipt->to_text() + " " + std::to_string(record.charged.umana));
    if (collects == Collects::yes) come_and_go(node, id, n, acknowledge);
  }
}

int node_main(const StoreUrls& urls, int pipe, const std::string& step, int count, std::uint64_t seed) {
  std::atomic<int> left{count};
  const auto at_step = [&](std::string_view name) {
    if (name == step && --left == 0) ::kill(::getpid(), SIGKILL);
  };
  runtime::NodeSettings settings;
  settings.commit_observer = [&](runtime::CommitStep at) { at_step(runtime::commit_step_name(at)); };
  const Collects collects = step.starts_with(kCollecting) ? Collects::yes : Collects::no;
  const std::unique_ptr<NodeState> node = must(open_or_found(urls, settings));
  const Acknowledger acknowledge(pipe);
  acknowledge.say("open");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) threads.emplace_back([&, t] { work(*node, t, seed, collects, acknowledge); });
  std::atomic<bool> done{false};
  std::thread collector([&] {
    runtime::GarbageOptions options;
    options.sweep.mode = dag::SweepMode::remove;
    options.sweep.page_blocks = 16;
    options.sweep.on_step = [&](dag::CollectionStep at) {
      at_step(std::string(kCollecting) + std::string(step_name(at)));
    };
    // Jobs may end before the step to be killed at has occurred often enough; further collections then reach it.
    int more = kCollectionsAfterJobs;
    while (collects == Collects::yes && (!done || (left > 0 && more-- > 0))) {
      must(runtime::collect_garbage(*node, options));
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  collector.join();
  acknowledge.say("done");
  return 0;
}

// ---- the driver's side ----

// When the node is killed: some time after a number of its lines, or with its next line. Counting lines spreads the
// kills over the whole run however busy the machine is.
struct Moment {
  std::ptrdiff_t after_lines = 0;
  long then_us = 0;
};

struct Acknowledged {
  std::vector<std::string> lines;
  bool killed = false;
};

std::string backend = "sqlite";

class CrashTest : public ::testing::Test {
 protected:
  CrashTest() { begin_afresh(); }

  // On empty stores.
  void begin_afresh() {
    folder_.emplace();
    const auto url = [&](std::string_view name) {
      return backend + ":" + contract::location_of(backend, *folder_, name);
    };
    urls_ = {url("state"), url("dag")};
    released_.clear();
  }

  // Runs the node until it ends or, with `kill_at`, until it is killed then.
  Acknowledged run_node(const std::string& step, int count, std::uint64_t seed, std::optional<Moment> kill_at) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    std::vector<std::string> words{
        "crash_test",        "node", urls_.state, urls_.dag, std::to_string(ends[1]), step, std::to_string(count),
        std::to_string(seed)};
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t child = 0;
    EXPECT_EQ(::posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ), 0);
    ::close(ends[1]);
    Acknowledged out;
    const std::string text = read_until_end(ends[0], child, kill_at);
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    out.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    EXPECT_TRUE(out.killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << "status " << status;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) out.lines.push_back(line);
    return out;
  }

  // Everything that the node reported; it is killed at the given time, and its earlier reports still arrive.
  static std::string read_until_end(int from, pid_t child, std::optional<Moment> kill_at) {
    std::string text;
    while (true) {
      const bool due = kill_at && std::count(text.begin(), text.end(), '\n') >= kill_at->after_lines;
      if (due) {
        pollfd ready{from, POLLIN, 0};
        const timespec left{0, kill_at->then_us * 1'000};
        ::ppoll(&ready, 1, &left, nullptr);
        ::kill(child, SIGKILL);
        kill_at.reset();
      }
      char buffer[4096];
      const ssize_t got = ::read(from, buffer, sizeof buffer);
      if (got <= 0) return text;
      text.append(buffer, static_cast<std::size_t>(got));
    }
  }

  void expect_acknowledged(const NodeState& node, const std::string& line) {
    std::istringstream words(line);
    std::string what, id_text, phase, receipt;
    std::uint64_t charged = 0;
    words >> what;
    if (what == "open" || what == "done" || what == "letting") return;
    words >> id_text;
    if (what == "stored") return expect_file(node, line);
    const model::JobId id = model::JobId::parse(id_text).value();
    const std::optional<jobs::JobRecord> record = node.jobs().find(id).value();
    ASSERT_TRUE(record) << "lost: " << line;
    if (what == "cancelled") {
      EXPECT_EQ(record->phase, jobs::JobPhase::cancelled) << line;
    }
    if (what != "settled") return;
    words >> phase >> receipt >> charged;
    EXPECT_EQ(jobs::phase_name(record->phase), phase) << line;
    ASSERT_TRUE(record->receipt) << line;
    EXPECT_EQ(record->receipt->to_text(), receipt) << line;
    EXPECT_EQ(record->charged.umana, charged) << line;
    if (released_.contains(id_text)) return;
    const auto verified = runtime::verify_receipt(node, *record->receipt);
    EXPECT_TRUE(verified) << verified.error().detail;
    if (record->output) {
      EXPECT_TRUE(node.dag_store().has(*record->output).value()) << line;
    }
  }

  void expect_file(const NodeState& node, const std::string& line) {
    std::istringstream words(line);
    std::string what, cid, settled;
    words >> what >> cid >> settled;
    if (released_.contains(cid)) return;
    const auto bytes = runtime::read_file_bytes(node.dag_store(), ipld::Cid::parse(cid).value(), 1'000);
    ASSERT_TRUE(bytes) << bytes.error().detail;
    EXPECT_EQ(text_of(*bytes), "file of " + settled);
  }

  // Everything that a pin reaches is present.
  void expect_pins_whole(const NodeState& node) {
    const auto page = node.blocks().pins().list({}, 1'000'000);
    ASSERT_TRUE(page) << page.error().detail;
    for (const dag::Pin& pin : page->pins) {
      for (const ipld::Cid& root : pin.roots) {
        const auto whole = dag::require_whole(node.dag_store(), root);
        EXPECT_TRUE(whole) << pin.to_text() << ": " << whole.error().detail;
      }
    }
  }

  // Opens once, checks everything acknowledged, finishes open jobs, and checks the sums.
  void expect_whole(const Acknowledged& acknowledged) {
    auto opened = open_or_found(urls_, {});
    ASSERT_TRUE(opened) << opened.error().detail;
    NodeState& node = **opened;
    const auto audit = runtime::audit_mana(node);
    ASSERT_TRUE(audit) << audit.error().detail;
    for (const std::string& line : acknowledged.lines) {
      if (line.starts_with("letting ")) released_.insert(line.substr(8));
    }
    expect_pins_whole(node);
    for (const std::string& line : acknowledged.lines) expect_acknowledged(node, line);
    for (const jobs::JobRecord& record : node.jobs().open_jobs()) {
      ASSERT_EQ(record.phase, jobs::JobPhase::submitted);
      const auto report = runtime::execute_job(node, record.id);
      ASSERT_TRUE(report) << report.error().detail;
      EXPECT_TRUE(jobs::is_terminal(report->record.phase));
    }
    expect_sums(node);
    // Once more with all garbage gone.
    runtime::GarbageOptions options;
    options.sweep.mode = dag::SweepMode::remove;
    const auto collected = runtime::collect_garbage(node, options);
    ASSERT_TRUE(collected) << collected.error().detail;
    EXPECT_EQ(collected->collection.missing_blocks, 0U);
    expect_pins_whole(node);
    for (const std::string& line : acknowledged.lines) expect_acknowledged(node, line);
  }

  // The member's balance is the grant minus the charge that each job states: nothing twice, nothing lost.
  void expect_sums(const NodeState& node) {
    const auto audit = runtime::audit_mana(node);
    ASSERT_TRUE(audit) << audit.error().detail;
    EXPECT_EQ(audit->pending_open, 0U);
    EXPECT_EQ(audit->escrow.umana, 0U);
    std::uint64_t taken = 0;
    std::uint64_t paid = 0;
    const auto page = runtime::list_jobs(node, {}, 100'000);
    ASSERT_TRUE(page);
    for (const jobs::JobRecord& record : page->jobs) {
      taken += record.charged.umana + record.budget_spent.umana;
      paid += record.pay.umana;
      if (!record.receipt || released_.contains(record.id.to_text())) continue;
      EXPECT_TRUE(runtime::verify_receipt(node, *record.receipt));
    }
    const auto of = [&](const model::Did& did) {
      return node.ledger().balance(model::AccountKey::of(did)).posted.umana;
    };
    EXPECT_EQ(of(signer_of(2)->did()), 1'000 * kUnit - taken);
    EXPECT_EQ(of(node.node_did()), paid);
  }

  std::optional<contract::Folder> folder_;
  StoreUrls urls_;
  std::set<std::string> released_;  // jobs and files that the node announced it would release
};

// The default store takes all the random kills.
std::uint64_t rounds_of(std::uint64_t all) { return backend == "sqlite" ? all : all / 5; }

TEST_F(CrashTest, AnUndisturbedNodeAcknowledgesEverything) {
  const Acknowledged acknowledged = run_node("none", 0, 1, std::nullopt);
  EXPECT_FALSE(acknowledged.killed);
  EXPECT_EQ(acknowledged.lines.back(), "done");
  // Every third job reports one line, the others two.
  EXPECT_EQ(acknowledged.lines.size(), 2U + kThreads * (2 * kJobsOfAThread - kJobsOfAThread / 3));
  expect_whole(acknowledged);
}

class AtEachStep : public CrashTest, public ::testing::WithParamInterface<const char*> {
 protected:
  // The same folder goes through all of them, so damage would add up.
  void kill_at_each_of(const std::vector<int>& counts) {
    std::uint64_t seed = 1;
    for (const int count : counts) {
      const Acknowledged acknowledged = run_node(GetParam(), count, seed++, std::nullopt);
      EXPECT_TRUE(acknowledged.killed) << GetParam() << " " << count;
      expect_whole(acknowledged);
      if (HasFatalFailure()) return;
    }
  }
};

TEST_P(AtEachStep, AKillLosesNothingAcknowledged) { kill_at_each_of({1, 2, 3, 5, 8, 13, 21, 34}); }

INSTANTIATE_TEST_SUITE_P(Steps, AtEachStep,
                         ::testing::Values("staged", "blocks_put", "blocks_flushed", "committed", "acknowledged"));

class AtEachStepOfACollection : public AtEachStep {};

TEST_P(AtEachStepOfACollection, AKillLosesNothingThatIsPinned) { kill_at_each_of({1, 2, 5, 10}); }

INSTANTIATE_TEST_SUITE_P(Steps, AtEachStepOfACollection,
                         ::testing::Values("collect marked", "collect pins_forgotten", "collect page_removed",
                                           "collect page_flushed"));

TEST_F(CrashTest, KillsAtRandomMomentsBesideACollectionLoseNothingThatIsPinned) {
  std::mt19937_64 random(4'711);
  std::size_t killed = 0;
  for (std::uint64_t round = 0; round < rounds_of(40); ++round) {
    if (round % 10 == 0) begin_afresh();
    const Moment moment{static_cast<std::ptrdiff_t>(random() % 150), static_cast<long>(random() % 3'000)};
    const Acknowledged acknowledged = run_node("collect at random", 0, round + 1, moment);
    killed += acknowledged.killed ? 1 : 0;
    expect_whole(acknowledged);
    if (HasFatalFailure() || HasNonfatalFailure()) {
      FAIL() << "round " << round << ", killed " << moment.then_us << " us after line " << moment.after_lines;
    }
  }
  EXPECT_GT(killed, rounds_of(20));
}

TEST_F(CrashTest, ManyKillsAtRandomMomentsLoseNothingAcknowledged) {
  std::mt19937_64 random(20'240);
  std::size_t acknowledged_in_all = 0;
  std::size_t killed = 0;
  for (std::uint64_t round = 0; round < rounds_of(200); ++round) {
    // A fresh folder occasionally, so that founding is also hit and the list does not grow without bound.
    if (round % 10 == 0) begin_afresh();
    const Moment moment{static_cast<std::ptrdiff_t>(random() % 70), static_cast<long>(random() % 3'000)};
    const Acknowledged acknowledged = run_node("none", 0, round + 1, moment);
    acknowledged_in_all += acknowledged.lines.size();
    killed += acknowledged.killed ? 1 : 0;
    expect_whole(acknowledged);
    if (HasFatalFailure() || HasNonfatalFailure()) {
      FAIL() << "round " << round << ", killed " << moment.then_us << " us after line " << moment.after_lines;
    }
  }
  // Most rounds must have been interrupted during work, or the test proves nothing.
  EXPECT_GT(killed, rounds_of(100));
  EXPECT_GT(acknowledged_in_all, rounds_of(1'000));
}

}  // namespace
}  // namespace icn

int main(int argc, char** argv) {
  if (argc == 8 && std::string_view(argv[1]) == "node") {
    return icn::node_main({argv[2], argv[3]}, std::stoi(argv[4]), argv[5], std::stoi(argv[6]), std::stoull(argv[7]));
  }
  ::testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (const std::string_view word = argv[i]; word.starts_with("--stores=")) icn::backend = word.substr(9);
  }
  return RUN_ALL_TESTS();
}
