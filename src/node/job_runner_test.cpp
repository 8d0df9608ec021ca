// Goal: accepted jobs, including waiting ones, run to completion on executor threads, and a runner that ends leaves
// unfinished jobs uncharged for the next process.
#include "node/job_runner.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <set>

#include <pthread.h>

#include "backends/registry.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/submit.hpp"
#include "testing/scripted_executor.hpp"
#include "testing/services.hpp"

namespace icn::node {
namespace {

class JobRunnerTest : public ::testing::Test {
 protected:
  JobRunnerTest() {
    found([](runtime::NodeServices&) {});
  }

  void found(const std::function<void(runtime::NodeServices&)>& change) {
    runtime::NodeServices services;
    services.dag_store = *backends::dag_store::open("memory");
    services.state_store = *backends::state_store::open("memory");
    services.mesh_network = std::make_shared<icn::testing::StubMeshNetworkService>();
    services.signer = std::make_shared<icn::testing::StubSigner>(icn::testing::test_key(1));
    services.executor = std::make_shared<icn::testing::ScriptedExecutor>();
    services.clock = std::make_shared<icn::testing::FixedClock>();
    services.random = std::make_shared<icn::testing::SeededRandom>(1);
    services.system_info = std::make_shared<icn::testing::FixedSystemInfoProvider>(4, 8'192);
    change(services);
    runtime::Founding founding;
    founding.member = member_.did();
    founding.grant = model::Mana{1'000'000 * model::Mana::kUnit};
    node_ = runtime::NodeState::found(services, {}, founding).value();
  }

  model::JobId submit(const std::string& script, std::uint64_t fuel = 1'000'000'000,
                      std::optional<std::uint64_t> seconds = {}, std::uint64_t spend_max = 0) {
    runtime::JobDraft draft;
    draft.spend_max = spend_max;
    if (spend_max > 0) draft.grants.add(model::Capability::submit);
    draft.limits.values[*model::find_limit("max_execution_time_secs")] = seconds;
    draft.module = bytes_of("script\n" + script);
    draft.submitter = member_.did();
    draft.fuel = fuel;
    const runtime::PreparedJob prepared = prepare_job(*node_, draft).value();
    runtime::SubmitRequest request;
    request.body = prepared.body;
    request.blocks = prepared.blocks;
    request.signature = member_.sign(model::SignatureTag::job, prepared.body.cid);
    return submit_job(*node_, request).value().id;
  }
  // Every open job except one, in the order of acceptance.
  std::vector<model::JobId> waiting_but(const std::optional<model::JobId>& except) const {
    std::vector<jobs::JobRecord> open = node_->jobs().open_jobs();
    std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
    std::vector<model::JobId> ids;
    for (const jobs::JobRecord& record : open)
      if (record.id != except) ids.push_back(record.id);
    return ids;
  }
  jobs::JobPhase phase_of(const model::JobId& id) const { return node_->jobs().find(id).value()->phase; }
  void expect_nothing_reserved() const {
    const auto audit = audit_mana(*node_);
    ASSERT_TRUE(audit) << audit.error().detail;
    EXPECT_EQ(audit->pending_open, 0U);
  }
  static void wait_for_all(JobRunner& runner) {
    while (runner.wait_for_waiting(10'000) > 0) {
    }
  }

  model::KeyPair member_ = icn::testing::test_key(2);
  std::unique_ptr<runtime::NodeState> node_;
};

TEST_F(JobRunnerTest, AJobRunsToItsEndAllAttemptsIncluded) {
  const model::JobId id = submit("flaky 2\noutput done\n");
  JobRunner runner(*node_, 2);
  const auto report = runner.run(id, {});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(report->record.attempts, 3U);
  EXPECT_EQ(text_of(report->output), "done");
  const auto again = runner.run(id, {});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->record, report->record) << "a terminal job is answered as it is";
  expect_nothing_reserved();
}

TEST_F(JobRunnerTest, AJobThatNobodyKnowsIsAnError) {
  JobRunner runner(*node_, 1);
  EXPECT_EQ(runner.run(model::JobId{ipld::Cid::of(ipld::Codec::dag_cbor, bytes_of("x"))}, {}).error().code,
            ErrorCode::not_found);
}

TEST_F(JobRunnerTest, WaitingJobsRunTooAndEachIsWatchedUntilItEnds) {
  std::vector<model::JobId> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(submit("fuel 1000\nlog line " + std::to_string(i) + "\n"));
  const model::JobId own = submit("output own\n");
  std::atomic<int> lines{0};
  std::atomic<int> kept{0};
  JobRunner runner(*node_, 2);
  runner.take_up(waiting_but(own), [&](const model::JobId& id) {
    EXPECT_NE(id, own);
    ++kept;
    return JobRunner::Watched{{.on_log = [&](std::string_view) { ++lines; }},
                              std::shared_ptr<void>(nullptr, [&](void*) { --kept; })};
  });
  const auto report = runner.run(own, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(text_of(report->output), "own");
  wait_for_all(runner);
  for (const model::JobId& id : ids) EXPECT_EQ(phase_of(id), jobs::JobPhase::completed);
  EXPECT_EQ(lines, 20);
  EXPECT_EQ(kept, 0);
  expect_nothing_reserved();
}

TEST_F(JobRunnerTest, WhatAJobSubmitsAndWhatThatSubmitsIsTakenUpAndNothingElse) {
  const auto draft_of = [&](const std::string& script, std::uint64_t spend_max) {
    runtime::JobDraft draft;
    draft.module = bytes_of("script\n" + script);
    draft.submitter = member_.did();
    draft.fuel = 1'000'000'000;  // includes the cost of settling its jobs, with their compilation
    draft.spend_max = spend_max;
    if (spend_max > 0) {
      draft.grants.add(model::Capability::spend);
      draft.grants.add(model::Capability::submit);
    }
    return draft;
  };
  const auto submitting = [&](const runtime::JobDraft& child) {
    const runtime::PreparedJob prepared = prepare_job(*node_, child).value();
    EXPECT_TRUE(node_->dag_store().put(prepared.blocks));
    return "submit " + to_hex(prepared.body.bytes) + "\n";
  };
  const model::JobId other = submit("output other\n");
  const runtime::JobDraft grandchild = draft_of("output grandchild\n", 0);
  const runtime::JobDraft child = draft_of(submitting(grandchild), 50);
  const runtime::PreparedJob prepared = prepare_job(*node_, draft_of(submitting(child), 200)).value();
  runtime::SubmitRequest request;
  request.body = prepared.body;
  request.blocks = prepared.blocks;
  request.signature = member_.sign(model::SignatureTag::job, prepared.body.cid);
  const model::JobId parent = submit_job(*node_, request).value().id;
  JobRunner runner(*node_, 1);
  const auto report = runner.run(parent, {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->record.phase, jobs::JobPhase::completed) << report->record.message;
  const std::vector<model::JobId> children = runner.submitted_by(report->record);
  ASSERT_EQ(children.size(), 1U);
  runner.take_up(children, [](const model::JobId&) { return JobRunner::Watched{}; });
  wait_for_all(runner);
  EXPECT_EQ(phase_of(children.front()), jobs::JobPhase::completed);
  EXPECT_EQ(node_->jobs().open_count(), 1U) << "the grandchild has run, the other job waits";
  EXPECT_EQ(phase_of(other), jobs::JobPhase::submitted);
}

TEST_F(JobRunnerTest, ARunnerThatGoesLeavesEndlessJobsForTheNextProcessUncharged) {
  // A million slices: far more than the short job next to it needs.
  const model::JobId endless = submit("loop\n", 1'000'000'000'000);
  const model::JobId own = submit("output own\n");
  {
    // Outlive the runner, whose threads use them.
    Mutex mutex;
    Condition changed;
    bool runs = false;
    JobRunner runner(*node_, 1);
    runner.take_up(waiting_but(own), [&](const model::JobId&) {
      return JobRunner::Watched{{.on_slice =
                                     [&](std::uint64_t, std::uint64_t) {
                                       Lock lock(mutex);
                                       runs = true;
                                       changed.notify_all();
                                     }},
                                nullptr};
    });
    {
      Lock lock(mutex);
      while (!runs) changed.wait(lock);
    }
    // One thread serves both: the endless job does not keep the short one from its slices.
    ASSERT_TRUE(runner.run(own, {}));
    EXPECT_EQ(runner.waiting(), 1U);
  }
  const jobs::JobRecord left = *node_->jobs().find(endless).value();
  EXPECT_EQ(left.phase, jobs::JobPhase::submitted);
  EXPECT_EQ(left.attempts, 0U) << "a shutdown counts as no attempt";
  EXPECT_EQ(left.charged.umana, 0U);
}

// Has room for one run.
class NarrowExecutor : public icn::testing::ScriptedExecutor {
 public:
  Result<void> check_room(std::uint64_t) const override { return taken_ ? refused() : Result<void>(); }
  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    if (taken_.exchange(true)) ICN_TRY(refused());
    return std::make_unique<Placed>(ICN_TRY(ScriptedExecutor::start(std::move(request))), taken_);
  }
  mutable std::atomic<int> refusals{0};

 private:
  Result<void> refused() const {
    ++refusals;
    return refuse(ErrorCode::busy, std::string(ports::kRunsRule), "no room");
  }
  class Placed : public ports::Execution {
   public:
    Placed(std::unique_ptr<ports::Execution> inner, std::atomic<bool>& taken)
        : inner_(std::move(inner)), taken_(taken) {}
    ~Placed() override { taken_ = false; }
    ports::RunState poll() override { return inner_->poll(); }
    void stop(ports::StopReason reason) override { inner_->stop(reason); }
    std::uint64_t fuel_used() const override { return inner_->fuel_used(); }
    Result<ports::ExecutionResult> finish() override { return inner_->finish(); }

   private:
    std::unique_ptr<ports::Execution> inner_;
    std::atomic<bool>& taken_;
  };
  std::atomic<bool> taken_{false};
};

TEST_F(JobRunnerTest, AJobThatFindsNoRoomStartsOnceARunHasEnded) {
  const auto narrow = std::make_shared<NarrowExecutor>();
  found([&](runtime::NodeServices& services) { services.executor = narrow; });
  const model::JobId first = submit("loop\n", 1'000'000'000'000);
  std::vector<model::JobId> others;
  for (int i = 0; i < 3; ++i) others.push_back(submit("output " + std::to_string(i) + "\n"));
  const model::JobId own = submit("output own\n");
  JobRunner runner(*node_, 2);
  // Ends when another has found no room.
  runner.take_up(waiting_but(own), [&](const model::JobId& id) {
    return JobRunner::Watched{{.on_slice =
                                   [&, id](std::uint64_t, std::uint64_t) {
                                     if (id == first && narrow->refusals > 0)
                                       static_cast<void>(node_->running().stop(id, ports::StopReason::cancelled));
                                   }},
                              nullptr};
  });
  const auto report = runner.run(own, {});
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(text_of(report->output), "own");
  wait_for_all(runner);
  EXPECT_GT(narrow->refusals, 0);
  for (const model::JobId& id : others) {
    EXPECT_EQ(phase_of(id), jobs::JobPhase::completed);
    EXPECT_EQ(node_->jobs().find(id).value()->attempts, 1U);
  }
  expect_nothing_reserved();
}

TEST_F(JobRunnerTest, AJobThatWaitsForRoomEndsWithTheRunner) {
  const auto narrow = std::make_shared<NarrowExecutor>();
  found([&](runtime::NodeServices& services) { services.executor = narrow; });
  submit("loop\n", 1'000'000'000'000);
  const model::JobId own = submit("output own\n");
  Mutex mutex;
  Condition changed;
  bool runs = false;
  std::optional<Result<runtime::JobReport>> report;
  std::jthread caller;
  {
    JobRunner runner(*node_, 1);
    runner.take_up(waiting_but(own), [&](const model::JobId&) {
      return JobRunner::Watched{{.on_slice =
                                     [&](std::uint64_t, std::uint64_t) {
                                       Lock lock(mutex);
                                       runs = true;
                                       changed.notify_all();
                                     }},
                                nullptr};
    });
    {
      Lock lock(mutex);
      while (!runs) changed.wait(lock);
    }
    caller = std::jthread([&] { report.emplace(runner.run(own, {})); });
    while (narrow->refusals == 0) std::this_thread::yield();
  }
  caller.join();
  ASSERT_TRUE(report.has_value());
  ASSERT_FALSE(*report);
  EXPECT_EQ(report->error().code, ErrorCode::infrastructure);
  EXPECT_EQ(phase_of(own), jobs::JobPhase::submitted);
}

// Each thread has its own time, and a common clock advances with every slice of every run.
class SlicedClock : public ports::Clock {
 public:
  model::UnixMs now() const override { return model::UnixMs{1'700'000'000'000}; }
  std::uint64_t monotonic_ns() const override { return all_ns_.load(); }
  std::uint64_t given_ns() const override { return thread_ns(); }
  void give(std::uint64_t ms) {
    thread_ns() += ms * 1'000'000;
    all_ns_ += ms * 1'000'000;
  }

 private:
  static std::uint64_t& thread_ns() {
    thread_local std::uint64_t ns = 0;
    return ns;
  }
  std::atomic<std::uint64_t> all_ns_{0};
};

TEST_F(JobRunnerTest, ADeadlineCountsTheTimeThatARunIsGivenNotTheTimeItWaits) {
  const auto clock = std::make_shared<SlicedClock>();
  found([&](runtime::NodeServices& services) { services.clock = clock; });
  std::vector<model::JobId> ids;
  // 100 ms each, in slices of 10 ms, under a limit of 1 s; all together take 6.4 s.
  for (int i = 0; i < 64; ++i) ids.push_back(submit("fuel 9500000\noutput done\n", 1'000'000'000, 1));
  const model::JobId endless = submit("loop\n", 1'000'000'000'000, 1);
  JobRunner runner(*node_, 2);
  runner.take_up(waiting_but({}), [&](const model::JobId&) {
    return JobRunner::Watched{{.on_slice = [&](std::uint64_t, std::uint64_t) { clock->give(10); }}, nullptr};
  });
  wait_for_all(runner);
  EXPECT_GT(clock->monotonic_ns(), 6'000'000'000U);
  for (const model::JobId& id : ids) EXPECT_EQ(phase_of(id), jobs::JobPhase::completed);
  const jobs::JobRecord stopped = *node_->jobs().find(endless).value();
  ASSERT_TRUE(stopped.outcome);
  EXPECT_EQ(stopped.outcome->kind, model::OutcomeKind::stopped) << "its time is bounded";
  EXPECT_EQ(stopped.fuel_used, 100'000'000U);
  expect_nothing_reserved();
}

std::string this_thread() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return std::string(name).substr(0, std::string_view(name).rfind('-'));
}

// Records which threads start and sign, and delays the start of a module whose text asks for it.
class WatchedExecutor : public icn::testing::ScriptedExecutor {
 public:
  Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override {
    {
      Lock lock(mutex_);
      threads_.insert(this_thread());
      const bool slow = text_of(request.module).find("slow") != std::string_view::npos;
      while (slow && !released_ && !request.compiling.stopping()) changed_.wait_for(lock, std::chrono::milliseconds(1));
      if (slow && !released_) return fail(ErrorCode::infrastructure, "stopped while it started");
    }
    return ScriptedExecutor::start(std::move(request));
  }
  void release() {
    Lock lock(mutex_);
    released_ = true;
    changed_.notify_all();
  }
  std::set<std::string> threads() {
    Lock lock(mutex_);
    return threads_;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::set<std::string> threads_ ICN_GUARDED_BY(mutex_);
  bool released_ ICN_GUARDED_BY(mutex_) = false;
};

class WatchedSigner : public icn::testing::StubSigner {
 public:
  using StubSigner::StubSigner;
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    Lock lock(mutex_);
    if (tag == model::SignatureTag::receipt) threads_.insert(this_thread());
    return StubSigner::sign(tag, body);
  }
  std::set<std::string> threads() {
    Lock lock(mutex_);
    return threads_;
  }

 private:
  Mutex mutex_;
  std::set<std::string> threads_ ICN_GUARDED_BY(mutex_);
};

TEST_F(JobRunnerTest, ExecutorThreadsOnlyPollAndOneSlowStartDelaysNoOther) {
  const auto executor = std::make_shared<WatchedExecutor>();
  const auto signer = std::make_shared<WatchedSigner>(icn::testing::test_key(1));
  found([&](runtime::NodeServices& services) {
    services.executor = executor;
    services.signer = signer;
  });
  const model::JobId slow = submit("log slow\noutput at last\n");
  std::vector<model::JobId> others;
  for (int i = 0; i < 10; ++i) others.push_back(submit("flaky 1\nfuel " + std::to_string(i) + "\n"));
  JobRunner runner(*node_, 1);
  runner.take_up(waiting_but({}), [](const model::JobId&) { return JobRunner::Watched{}; });
  while (runner.wait_for_waiting(10) > 1) {
  }
  for (const model::JobId& id : others) EXPECT_EQ(phase_of(id), jobs::JobPhase::completed) << "all attempts included";
  EXPECT_EQ(phase_of(slow), jobs::JobPhase::executing);
  executor->release();
  wait_for_all(runner);
  EXPECT_EQ(phase_of(slow), jobs::JobPhase::completed);
  EXPECT_EQ(executor->threads(), std::set<std::string>{"job-start"});
  EXPECT_EQ(signer->threads(), std::set<std::string>{"job-settle"});
}

// Delays the compilation of a module whose text asks for it.
class SlowCompiler : public icn::testing::ScriptedExecutor {
 public:
  Result<void> compile(const ipld::Cid& module, ByteView bytes, const ports::CompileTerms& terms) override {
    {
      Lock lock(mutex_);
      const bool slow = text_of(bytes).find("log slow") != std::string_view::npos;
      if (slow && waits_) compiling_ = true;
      while (slow && waits_ && !terms.stopping()) changed_.wait_for(lock, std::chrono::milliseconds(1));
    }
    return ScriptedExecutor::compile(module, bytes, terms);
  }
  void wait(bool waits) {
    Lock lock(mutex_);
    waits_ = waits;
    changed_.notify_all();
  }
  bool compiling() {
    Lock lock(mutex_);
    return compiling_;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool waits_ ICN_GUARDED_BY(mutex_) = false;
  bool compiling_ ICN_GUARDED_BY(mutex_) = false;
};

TEST_F(JobRunnerTest, AJobWhoseJobsCompileSlowlyDelaysTheSettlementOfNoOther) {
  const auto executor = std::make_shared<SlowCompiler>();
  found([&](runtime::NodeServices& services) { services.executor = executor; });
  runtime::JobDraft inner;
  inner.module = bytes_of("script\nlog slow\n");
  inner.submitter = member_.did();
  const runtime::PreparedJob child = prepare_job(*node_, inner).value();
  ASSERT_TRUE(node_->dag_store().put(child.blocks));
  const model::JobId parent = submit("submit " + to_hex(child.body.bytes) + "\n", 1'000'000'000, {}, 100);
  std::vector<model::JobId> others;
  for (int i = 0; i < 10; ++i) others.push_back(submit("fuel " + std::to_string(i) + "\n"));
  executor->wait(true);
  JobRunner runner(*node_, 1);
  runner.take_up(waiting_but({}), [](const model::JobId&) { return JobRunner::Watched{}; });
  while (!executor->compiling()) std::this_thread::yield();
  while (runner.wait_for_waiting(10) > 1) {
  }
  for (const model::JobId& id : others) EXPECT_EQ(phase_of(id), jobs::JobPhase::completed);
  EXPECT_EQ(phase_of(parent), jobs::JobPhase::executing);
  executor->wait(false);
  wait_for_all(runner);
  EXPECT_EQ(phase_of(parent), jobs::JobPhase::completed);
  EXPECT_EQ(phase_of(child.id()), jobs::JobPhase::completed) << "accepted, and run after its parent";
}

TEST_F(JobRunnerTest, AStartThatTakesLongEndsWithTheRunner) {
  const auto executor = std::make_shared<WatchedExecutor>();
  found([&](runtime::NodeServices& services) { services.executor = executor; });
  const model::JobId slow = submit("log slow\n");
  {
    JobRunner runner(*node_, 1);
    runner.take_up(waiting_but({}), [](const model::JobId&) { return JobRunner::Watched{}; });
    while (executor->threads().empty()) {
    }
  }
  EXPECT_EQ(phase_of(slow), jobs::JobPhase::submitted);
}

}  // namespace
}  // namespace icn::node
