#include "node/job_runner.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

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
// How long a job waits for room that a run outside the runner may free, such as a simulation.
constexpr auto kRoomLook = std::chrono::seconds(1);

using SteadyTime = std::chrono::steady_clock::time_point;

tl::unexpected<Error> shutting_down() {
  return fail(ErrorCode::infrastructure, "the node is shutting down; nothing was charged");
}

}  // namespace

struct JobRunner::Task {
  model::JobId id;
  runtime::RunHooks hooks;
  Done done;
  runtime::RunClaim claim;  // of the first attempt
  std::unique_ptr<runtime::JobRun> run;
  bool taken_up = false;
  SteadyTime since;  // the beginning of its present stage
};

JobRunner::JobRunner(runtime::NodeState& node, std::size_t threads)
    : node_(node),
      waiting_runs_max_(std::min(threads * kWaitingRunsMax, kRunsMax / 2)),
      starters_("job-start", kStarters, kRunsMax),
      parents_("job-parent", kParents, kRunsMax, WorkPool::Turns::by_owner),
      settlers_("job-settle", kSettlers, kRunsMax),
      threads_(threads, kRunsMax) {}

void JobRunner::stop() {
  {
    Lock lock(mutex_);
    closed_ = true;
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
  std::deque<std::shared_ptr<Task>> left;
  {
    Lock lock(mutex_);
    left.swap(queue_);
  }
  for (const std::shared_ptr<Task>& task : left)
    if (!task->taken_up) task->done(shutting_down());
  {
    Lock lock(mutex_);
    while (started_ > 0) changed_.wait(lock);
  }
  // No work is left, but a thread may still be returning from the pool to which it passed work.
  starters_.finish();
  settlers_.finish();
  parents_.finish();
}

bool JobRunner::is_closed() const {
  Lock lock(mutex_);
  return closed_;
}

void JobRunner::close() {
  Lock lock(mutex_);
  closed_ = true;
}

bool JobRunner::wait_for_taken(const model::JobId& id, std::uint64_t ms) {
  Lock lock(mutex_);
  if (taken_.contains(id) && !stopping_) changed_.wait_for(lock, std::chrono::milliseconds(ms));
  return taken_.contains(id) && !stopping_;
}

bool JobRunner::stopping() const {
  Lock lock(mutex_);
  return stopping_;
}

void JobRunner::launch(const std::shared_ptr<Task>& task) {
  const Result<void> submitted = starters_.submit([this, task] { start(task); });
  if (!submitted) wait_for_room(task);
}

void JobRunner::start(const std::shared_ptr<Task>& task) {
  if (stopping()) return task->done(shutting_down());
  task->since = std::chrono::steady_clock::now();
  Result<runtime::NextStep> step = runtime::next_step(node_, task->id, task->hooks, std::move(task->claim));
  if (!step && ports::is_no_room(step.error())) return wait_for_room(task);
  if (!step) return task->done(fail(std::move(step).error()));
  if (!step->run) return task->done(std::move(step->report));
  task->run = std::move(step->run);
  end_stage(*task, Metric::job_start_seconds);
  // A shutdown that began after the start did not see this run.
  if (stopping()) task->run->stop(ports::StopReason::shutdown);
  const auto settle = [this, task] {
    // There is room for every run that the executor threads may have.
    ICN_CHECK(settlers_.submit([this, task] { ended(task); }).has_value());
  };
  const Result<void> submitted = threads_.scheduler().submit({[task] { return task->run->poll(); }, settle});
  if (submitted) return;
  task->run.reset();
  wait_for_room(task);
}

// Observes the stage that ends now; the next one begins.
void JobRunner::end_stage(Task& task, Metric stage) {
  const SteadyTime now = std::chrono::steady_clock::now();
  node_.metrics().observe(stage, now - std::exchange(task.since, now));
}

void JobRunner::ended(const std::shared_ptr<Task>& task) {
  end_stage(*task, Metric::job_run_seconds);
  if (!task->run->submits_jobs()) return settle(task);
  // There is room for every run, as above.
  ICN_CHECK(parents_.submit([this, task] { settle(task); }, task->run->submitter().to_text()).has_value());
}

void JobRunner::settle(const std::shared_ptr<Task>& task) {
  Result<runtime::JobReport> report = task->run->finish();
  const bool goes_on = report && task->run->wants_another();
  const bool found_room = report || !ports::is_no_room(report.error());
  task->run.reset();
  end_stage(*task, Metric::job_settle_seconds);
  if (!found_room) return wait_for_room(task);
  room_was_freed();
  if (goes_on) return launch(task);
  task->done(std::move(report));
}

void JobRunner::wait_for_room(const std::shared_ptr<Task>& task) {
  {
    Lock lock(mutex_);
    if (!stopping_) {
      if (!no_room_) look_again_ = std::chrono::steady_clock::now() + kRoomLook;
      no_room_ = true;
      if (task->taken_up) --started_;
      queue_.push_front(task);
      start_feeder();
      changed_.notify_all();
      return;
    }
  }
  task->done(shutting_down());
}

void JobRunner::room_was_freed() {
  Lock lock(mutex_);
  no_room_ = false;
  changed_.notify_all();
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
  if (is_closed()) return shutting_down();
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
  add_waiting(ids);
  start_feeder();
  changed_.notify_all();
}

void JobRunner::add_waiting(const std::vector<model::JobId>& ids) {
  for (const model::JobId& id : ids) {
    if (!taken_.insert(id).second) continue;
    queue_.push_back(std::make_shared<Task>());
    queue_.back()->id = id;
    queue_.back()->taken_up = true;
    queue_.back()->since = std::chrono::steady_clock::now();
    ++waiting_;
  }
}

void JobRunner::start_feeder() {
  if (!feeder_.joinable()) feeder_ = start_thread("job-feeder", [this] { feed(); });
}

std::vector<model::JobId> JobRunner::submitted_by(const jobs::JobRecord& parent) const {
  // A job passes a part of its budget to each job that it submits.
  if (parent.budget_passed_on.umana == 0) return {};
  return node_.jobs().open_ids(SIZE_MAX, [&](const jobs::JobRecord& job) { return job.parent == parent.id; });
}

bool JobRunner::may_start() const {
  return !queue_.empty() && !no_room_ && !closed_ && (started_ < waiting_runs_max_ || !queue_.front()->taken_up);
}

void JobRunner::feed() {
  for (;;) {
    std::shared_ptr<Task> next;
    Watch watch;
    {
      Lock lock(mutex_);
      while (!may_start() && !stopping_) {
        if (!no_room_) {
          changed_.wait(lock);
          continue;
        }
        changed_.wait_for(lock, kRoomLook);
        if (std::chrono::steady_clock::now() >= look_again_) no_room_ = false;
      }
      if (stopping_) return;
      next = std::move(queue_.front());
      queue_.pop_front();
      if (next->taken_up) ++started_;
      if (!next->done) end_stage(*next, Metric::job_queue_seconds);
      watch = watch_;
    }
    if (!next->done) watch_task(next, watch);
    launch(next);
  }
}

void JobRunner::watch_task(const std::shared_ptr<Task>& task, const Watch& watch) {
  const model::JobId id = task->id;
  Watched watched = watch(id);
  task->hooks = std::move(watched.hooks);
  task->done = [this, id, keep = std::move(watched.keep)](const Result<runtime::JobReport>& report) mutable {
    keep.reset();
    end_waiting(id, report);
  };
}

void JobRunner::end_waiting(const model::JobId& id, const Result<runtime::JobReport>& report) {
  // The job's own record says how it ended; this reports only why it could not be run at all.
  if (!report && !stopping()) log(LogLevel::warning, "jobs", "it was not run: " + report.error().detail, id.to_text());
  const std::vector<model::JobId> next = report ? submitted_by(report->record) : std::vector<model::JobId>();
  Lock lock(mutex_);
  taken_.erase(id);
  add_waiting(next);
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
