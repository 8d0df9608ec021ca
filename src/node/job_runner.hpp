// Runs a node's accepted jobs on executor threads, slice by slice in turn, all attempts included.
//
// run() runs one job for a waiting caller; take_up() runs other jobs in the background, with the jobs that they submit,
// at most kWaitingRunsMax at a time. A job that finds no room waits until a run has ended. Executor threads only poll
// guests: a pool of starters loads and a pool of settlers settles, so a slow disk takes no slice from any run. Jobs
// that submitted others settle on a separate pool, in turns by member, since the modules of their jobs are compiled
// before acceptance. Thread safe, except the destructor. The node outlives its runner.
#pragma once
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <thread>
#include <vector>

#include "core/mutex.hpp"
#include "node/executor_threads.hpp"
#include "node/work_pool.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"

namespace icn::node {

// Concurrent jobs of take_up(), per executor thread.
inline constexpr std::size_t kWaitingRunsMax = 4;

class JobRunner {
 public:
  JobRunner(runtime::NodeState& node, std::size_t threads);
  ~JobRunner() { stop(); }
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  // Runs the job until it is terminal and returns its report; for a terminal job, returns its report without a run.
  // Hooks are called on an executor thread. Errors: as runtime::execute_job.
  [[nodiscard]] Result<runtime::JobReport> run(const model::JobId& id, runtime::RunHooks hooks,
                                               runtime::RunClaim claim = {});

  // Observer of a job that was taken up: called when the job starts; its result is destroyed when the job has ended.
  struct Watched {
    runtime::RunHooks hooks;
    std::shared_ptr<void> keep;
  };
  using Watch = std::function<Watched(const model::JobId&)>;
  // Runs these jobs in this order, then the jobs that they submitted, recursively; a job that was taken up before and
  // has not ended is left out. The first call's `watch` observes all of them.
  void take_up(const std::vector<model::JobId>& ids, Watch watch);
  // The open jobs submitted by an ended job, in id order.
  [[nodiscard]] std::vector<model::JobId> submitted_by(const jobs::JobRecord& parent) const;
  // Stops the remaining runs as a shutdown does: uncharged; their jobs wait for the next process. Afterwards every
  // function returns at once.
  void stop();
  // Starts no other job from now on: jobs that were taken up keep waiting, and run() refuses. Runs go on.
  void close();
  // Waits at most `ms` milliseconds for the end of a job that was taken up. Returns whether it still is.
  [[nodiscard]] bool wait_for_taken(const model::JobId& id, std::uint64_t ms);
  // Jobs that were taken up and have not ended.
  [[nodiscard]] std::size_t waiting() const;
  // Returns the number of jobs left, when it reaches 0 or after at most `ms` milliseconds.
  [[nodiscard]] std::size_t wait_for_waiting(std::uint64_t ms);

 private:
  using Done = std::function<void(Result<runtime::JobReport>)>;
  struct Task;
  // Passes an attempt to the starters; `done` is called once, on a pool thread or, if the pool is full, on this thread.
  void launch(const std::shared_ptr<Task>& task);
  void start(const std::shared_ptr<Task>& task);
  void ended(const std::shared_ptr<Task>& task);
  void end_stage(Task& task, Metric stage);
  void settle(const std::shared_ptr<Task>& task);
  // Puts a task that found no room in front of the queue.
  void wait_for_room(const std::shared_ptr<Task>& task);
  void room_was_freed();
  [[nodiscard]] bool may_start() const ICN_REQUIRES(mutex_);
  void add_waiting(const std::vector<model::JobId>& ids) ICN_REQUIRES(mutex_);
  void start_feeder() ICN_REQUIRES(mutex_);
  void feed();
  void watch_task(const std::shared_ptr<Task>& task, const Watch& watch);
  void end_waiting(const model::JobId& id, const Result<runtime::JobReport>& report);
  [[nodiscard]] bool stopping() const;
  [[nodiscard]] bool is_closed() const;

  runtime::NodeState& node_;
  const std::size_t waiting_runs_max_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<std::shared_ptr<Task>> queue_ ICN_GUARDED_BY(mutex_);  // not started: taken up, or without room
  bool no_room_ ICN_GUARDED_BY(mutex_) = false;                     // found by the last start
  std::chrono::steady_clock::time_point look_again_ ICN_GUARDED_BY(mutex_);
  Watch watch_ ICN_GUARDED_BY(mutex_);
  std::size_t waiting_ ICN_GUARDED_BY(mutex_) = 0;  // taken up and not ended, started or not
  std::size_t started_ ICN_GUARDED_BY(mutex_) = 0;  // of those, running
  bool closed_ ICN_GUARDED_BY(mutex_) = false;
  bool stopping_ ICN_GUARDED_BY(mutex_) = false;
  std::set<model::JobId> taken_ ICN_GUARDED_BY(mutex_);  // taken up and not ended
  // Destroyed in reverse order: the executor threads end first, since they pass work to the settlers, those to the pool
  // of parents, and both to the starters.
  WorkPool starters_;
  WorkPool parents_;
  WorkPool settlers_;
  ExecutorThreads threads_;
  std::jthread feeder_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::node
