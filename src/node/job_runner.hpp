// Runs a node's accepted jobs on executor threads, slice by slice in turn, all attempts included.
//
// run() is the job that is waited for; take_up() runs others meanwhile, with the jobs that they submit, at most
// kWaitingRunsMax at a time. Executor threads only poll guests: a pool of starters loads, a pool of settlers
// settles, so that a slow disk takes no slice from any run; jobs that submitted others settle on a pool of their own,
// in turns by member, since their jobs' modules are compiled before they are accepted. Thread safe, but for the
// destructor. The node outlives its runner.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "core/mutex.hpp"
#include "node/executor_threads.hpp"
#include "node/work_pool.hpp"
#include "runtime/node_state.hpp"
#include "runtime/run.hpp"

namespace icn::node {

// Jobs of take_up() that run at a time, in runs per executor thread.
inline constexpr std::size_t kWaitingRunsMax = 4;

class JobRunner {
 public:
  JobRunner(runtime::NodeState& node, std::size_t threads);
  // Runs that are left are stopped as by a shutdown: uncharged, their jobs wait for the next process.
  ~JobRunner();
  JobRunner(const JobRunner&) = delete;
  JobRunner& operator=(const JobRunner&) = delete;

  // Runs the job until it is terminal and answers its report; a terminal job is answered as it is. Hooks are called on
  // an executor thread. Errors: as runtime::execute_job.
  [[nodiscard]] Result<runtime::JobReport> run(const model::JobId& id, runtime::RunHooks hooks,
                                               runtime::RunClaim claim = {});

  // Who watches a job that is taken up: called when it starts; what it returns is dropped when the job has ended.
  struct Watched {
    runtime::RunHooks hooks;
    std::shared_ptr<void> keep;
  };
  using Watch = std::function<Watched(const model::JobId&)>;
  // Runs these jobs in this order, then the jobs that they submitted, and those that these did. The watch of the first
  // call watches all.
  void take_up(const std::vector<model::JobId>& ids, Watch watch);
  // The open jobs that one that has ended submitted, in the order of their ids.
  [[nodiscard]] std::vector<model::JobId> submitted_by(const jobs::JobRecord& parent) const;
  // Jobs that were taken up and have not ended.
  [[nodiscard]] std::size_t waiting() const;
  // Returns when none is left, or after at most `ms` milliseconds; how many are left.
  [[nodiscard]] std::size_t wait_for_waiting(std::uint64_t ms);

 private:
  using Done = std::function<void(Result<runtime::JobReport>)>;
  struct Task;
  // Hands an attempt to the starters; `done` is called once, on a thread of a pool or, when there is no room, on this.
  void launch(const std::shared_ptr<Task>& task);
  void start(const std::shared_ptr<Task>& task);
  void ended(const std::shared_ptr<Task>& task);
  void settle(const std::shared_ptr<Task>& task);
  void feed();
  void start_waiting(const model::JobId& id, const Watch& watch);
  void end_waiting(const model::JobId& id, const Result<runtime::JobReport>& report);
  [[nodiscard]] bool stopping() const;

  runtime::NodeState& node_;
  const std::size_t waiting_runs_max_;
  mutable Mutex mutex_;
  Condition changed_;
  std::deque<model::JobId> queue_ ICN_GUARDED_BY(mutex_);  // taken up, not started
  Watch watch_ ICN_GUARDED_BY(mutex_);
  std::size_t waiting_ ICN_GUARDED_BY(mutex_) = 0;  // not ended, started or not
  std::size_t started_ ICN_GUARDED_BY(mutex_) = 0;  // of those, being run
  bool stopping_ ICN_GUARDED_BY(mutex_) = false;
  // The executor threads end first: they hand on to the settlers, these to those of parents, and both to the starters.
  WorkPool starters_;
  WorkPool parents_;
  WorkPool settlers_;
  ExecutorThreads threads_;
  std::jthread feeder_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::node
