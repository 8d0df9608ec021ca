#include "node/job_runner.hpp"

#include <algorithm>
#include <chrono>

#include "core/check.hpp"
#include "core/log.hpp"
#include "node/threads.hpp"

namespace icn::node {
namespace {

// run() and the waiting jobs together stay below it.
constexpr std::size_t kRunsMax = 64;
// Modules are usually compiled already, unless evicted: more threads than concurrent compilations.
constexpr std::size_t kStarters = 8;
constexpr std::size_t kParents = 4;
constexpr std::size_t kSettlers = 2;

}  // namespace

struct JobRunner::Task {
  model::JobId id;
  runtime::RunHooks hooks;
  Done done;
  runtime::RunClaim claim;  // of the first attempt
  std::unique_ptr<runtime::JobRun> run;
};

JobRunner::JobRunner(runtime::NodeState& node, std::size_t threads)
    : node_(node),
      waiting_runs_max_(std::min(threads * kWaitingRunsMax, kRunsMax / 2)),
      starters_("job-start", kStarters, kRunsMax),
      parents_("job-parent", kParents, kRunsMax, WorkPool::Turns::by_owner),
      settlers_("job-settle", kSettlers, kRunsMax),
      threads_(threads, kRunsMax) {}

JobRunner::~JobRunner() {
  {
    Lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  node_.running().stop_all(ports::StopReason::shutdown);
  std::jthread feeder;
  {
    Lock lock(mutex_);
    feeder = std::move(feeder_);
  }
  if (feeder.joinable()) feeder.join();
  {
    Lock lock(mutex_);
    while (started_ > 0) changed_.wait(lock);
  }
  // No work is left, but a thread may still be returning from the pool to which it passed work.
  starters_.finish();
  settlers_.finish();
  parents_.finish();
}

bool JobRunner::stopping() const {
  Lock lock(mutex_);
  return stopping_;
}

void JobRunner::launch(const std::shared_ptr<Task>& task) {
  const Result<void> submitted = starters_.submit([this, task] { start(task); });
  if (!submitted) task->done(fail(submitted.error()));
}

void JobRunner::start(const std::shared_ptr<Task>& task) {
  if (stopping()) return task->done(fail(ErrorCode::infrastructure, "the node is shutting down; nothing was charged"));
  Result<runtime::NextStep> step = runtime::next_step(node_, task->id, task->hooks, std::move(task->claim));
  if (!step) return task->done(fail(std::move(step).error()));
  if (!step->run) return task->done(std::move(step->report));
  task->run = std::move(step->run);
  // A shutdown that began after the start did not see this run.
  if (stopping()) task->run->stop(ports::StopReason::shutdown);
  const auto settle = [this, task] {
    // There is room for every run that the executor threads may have.
    ICN_CHECK(settlers_.submit([this, task] { ended(task); }).has_value());
  };
  const Result<void> submitted = threads_.scheduler().submit({[task] { return task->run->poll(); }, settle});
  if (!submitted) task->done(fail(submitted.error()));
}

void JobRunner::ended(const std::shared_ptr<Task>& task) {
  if (!task->run->submits_jobs()) return settle(task);
  // There is room for every run, as above.
  ICN_CHECK(parents_.submit([this, task] { settle(task); }, task->run->submitter().to_text()).has_value());
}

void JobRunner::settle(const std::shared_ptr<Task>& task) {
  Result<runtime::JobReport> report = task->run->finish();
  const bool goes_on = report && task->run->wants_another();
  task->run.reset();
  if (goes_on) return launch(task);
  task->done(std::move(report));
}

Result<runtime::JobReport> JobRunner::run(const model::JobId& id, runtime::RunHooks hooks, runtime::RunClaim claim) {
  // Shared, since the answering thread may still use it when the waiting one wakes.
  struct Answer {
    Mutex mutex;
    Condition answered;
    std::optional<Result<runtime::JobReport>> report ICN_GUARDED_BY(mutex);
  };
  const auto answer = std::make_shared<Answer>();
  auto task = std::make_shared<Task>();
  task->id = id;
  task->hooks = std::move(hooks);
  task->claim = std::move(claim);
  task->done = [answer](Result<runtime::JobReport> report) {
    Lock lock(answer->mutex);
    answer->report.emplace(std::move(report));
    answer->answered.notify_all();
  };
  launch(task);
  Lock lock(answer->mutex);
  while (!answer->report) answer->answered.wait(lock);
  return std::move(*answer->report);
}

void JobRunner::take_up(const std::vector<model::JobId>& ids, Watch watch) {
  if (ids.empty()) return;
  Lock lock(mutex_);
  if (stopping_) return;
  if (!watch_) watch_ = std::move(watch);
  queue_.insert(queue_.end(), ids.begin(), ids.end());
  waiting_ += ids.size();
  if (!feeder_.joinable()) feeder_ = start_thread("job-feeder", [this] { feed(); });
  changed_.notify_all();
}

std::vector<model::JobId> JobRunner::submitted_by(const jobs::JobRecord& parent) const {
  // A job passes a part of its budget to each job that it submits.
  if (parent.budget_passed_on.umana == 0) return {};
  return node_.jobs().open_ids(SIZE_MAX, [&](const jobs::JobRecord& job) { return job.parent == parent.id; });
}

void JobRunner::feed() {
  for (;;) {
    std::optional<model::JobId> next;
    Watch watch;
    {
      Lock lock(mutex_);
      while ((queue_.empty() || started_ >= waiting_runs_max_) && !stopping_) changed_.wait(lock);
      if (stopping_) return;
      next = queue_.front();
      queue_.pop_front();
      ++started_;
      watch = watch_;
    }
    start_waiting(*next, watch);
  }
}

void JobRunner::start_waiting(const model::JobId& id, const Watch& watch) {
  auto task = std::make_shared<Task>();
  Watched watched = watch(id);
  task->id = id;
  task->hooks = std::move(watched.hooks);
  task->done = [this, id, keep = std::move(watched.keep)](const Result<runtime::JobReport>& report) mutable {
    keep.reset();
    end_waiting(id, report);
  };
  launch(task);
}

void JobRunner::end_waiting(const model::JobId& id, const Result<runtime::JobReport>& report) {
  // The job's own record says how it ended; this reports only why it could not be run at all.
  if (!report && !stopping())
    log(LogLevel::warning, "jobs", "job " + id.to_text() + " was not run: " + report.error().detail);
  const std::vector<model::JobId> next = report ? submitted_by(report->record) : std::vector<model::JobId>();
  Lock lock(mutex_);
  queue_.insert(queue_.end(), next.begin(), next.end());
  waiting_ += next.size();
  --started_;
  --waiting_;
  changed_.notify_all();
}

std::size_t JobRunner::waiting() const {
  Lock lock(mutex_);
  return waiting_;
}

std::size_t JobRunner::wait_for_waiting(std::uint64_t ms) {
  Lock lock(mutex_);
  if (waiting_ > 0) changed_.wait_for(lock, std::chrono::milliseconds(ms));
  return waiting_;
}

}  // namespace icn::node
