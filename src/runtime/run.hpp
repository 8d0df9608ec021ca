// Runs jobs: one attempt is a value that its owner polls; whole jobs run on the calling thread.
//
// Thread safe, except that a JobRun belongs to one thread. run_job() makes two commits that share one durable
// transaction, every other function one. An attempt that fails in the infrastructure charges nothing.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "ports/executor.hpp"
#include "runtime/submit.hpp"

namespace icn::runtime {

namespace detail {
class RunTime;
}

// Callbacks of a run, called on the thread that polls it.
struct RunHooks {
  std::function<void(std::string_view)> on_log = {};
  std::function<void(std::uint32_t ppm, std::string_view text)> on_progress = {};
  // Called between slices with the fuel used so far and the limit.
  std::function<void(std::uint64_t fuel_used, std::uint64_t fuel_limit)> on_slice = {};
};

// The result of a job once it is terminal, or waiting again after a failed attempt (phase submitted).
struct JobReport {
  jobs::JobRecord record;
  Bytes output;     // only if this call ran the job
  std::string log;  // only if this call ran the job; at most max_log_bytes
  std::uint64_t wall_ns = 0;
  std::uint64_t slices = 0;
  std::uint64_t host_calls = 0;
  std::uint64_t memory_growth_denied = 0;
  std::uint64_t table_growth_denied = 0;
};

struct NextStep;

// One attempt at running a job; owned by one thread, except stop(). Destroying it unfinished changes no state: the job
// stays executing until the sweep at the next opening of the node.
class JobRun {
 public:
  ~JobRun();
  JobRun(const JobRun&) = delete;
  JobRun& operator=(const JobRun&) = delete;
  [[nodiscard]] const model::JobId& id() const { return record_.id; }
  [[nodiscard]] const model::Did& submitter() const { return record_.submitter; }
  // Runs at most one slice, after checking whether the run has used the time of its order. Time between two calls does
  // not count.
  [[nodiscard]] ports::RunState poll();
  // Asks the run to stop, from any thread at any time.
  void stop(ports::StopReason reason);
  // The reason of the last stop().
  [[nodiscard]] ports::StopReason stopped_by() const { return stopped_by_.load(); }
  [[nodiscard]] std::uint64_t fuel_used() const;
  [[nodiscard]] std::uint64_t fuel_limit() const { return record_.fuel_limit; }
  // After poll() returned finished: whether the job submits others, whose modules are compiled during its settlement.
  [[nodiscard]] bool submits_jobs();
  // After poll() returned finished: settles the job, or records the failed attempt, in one commit. A record in phase
  // submitted will be attempted again.
  [[nodiscard]] Result<JobReport> finish();
  // Calls poll() until the run has finished, then finish(), on the calling thread.
  [[nodiscard]] Result<JobReport> run_to_end();
  // After finish(): whether another attempt follows, which next_step() starts.
  [[nodiscard]] bool wants_another() const;

 private:
  friend Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks);
  friend Result<NextStep> next_step(NodeState& node, const model::JobId& id, const RunHooks& hooks, RunClaim claim);
  [[nodiscard]] static Result<std::unique_ptr<JobRun>> start(NodeState& node, jobs::JobRecord record, RunHooks hooks,
                                                             RunClaim claim);
  JobRun(NodeState& node, jobs::JobRecord record, RunHooks hooks, RunClaim claim);
  [[nodiscard]] Result<ports::ExecutionRequest> read_request() const;
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<JobReport> run_report();
  void take_end();
  // Fails if work on the effects must end. Errors: infrastructure (a shutdown), cancelled, limit_exceeded.
  [[nodiscard]] Result<void> check_interrupt() const;
  [[nodiscard]] Result<JobReport> settle(ports::ExecutionResult result);

  NodeState& node_;
  jobs::JobRecord record_;
  RunHooks hooks_;
  RunClaim claim_;
  model::Job job_;
  std::unique_ptr<ports::Execution> execution_;  // null when the start failed
  std::optional<Error> start_failure_;
  std::optional<Result<ports::ExecutionResult>> ended_;  // moved from the execution
  std::unique_ptr<detail::RunTime> time_;
  std::atomic<ports::StopReason> stopped_by_{ports::StopReason::none};
};

// The next step of a job: an attempt to poll or, if that is null, the report of a job that has ended.
struct NextStep {
  std::unique_ptr<JobRun> run;
  JobReport report;
};

// Claims an open job and starts it. If the infrastructure fails the start, returns a run that has already finished: its
// finish() records the attempt. If the executor has no room, finish() fails with busy and the job keeps waiting.
// Errors: not_found, invalid_state (terminal), busy (already running), expired, storage.
[[nodiscard]] Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks = {});
// Returns the report of a job that has ended, once that is durable; empty for an open job. Errors: not_found, storage.
[[nodiscard]] Result<std::optional<JobReport>> ended_job(NodeState& node, const model::JobId& id);
// Calls start_job() for an open job, otherwise ended_job(). To run a job to completion, call this, poll the run, finish
// it, and repeat while it wants_another(). `claim` is the claim of submit_job().
[[nodiscard]] Result<NextStep> next_step(NodeState& node, const model::JobId& id, const RunHooks& hooks = {},
                                         RunClaim claim = {});
// Runs a job on the calling thread until it is terminal, through all attempts.
[[nodiscard]] Result<JobReport> execute_job(NodeState& node, const model::JobId& id, const RunHooks& hooks = {},
                                            RunClaim claim = {});
// Combines submit_job() and execute_job() for a request with StartMode::now. The acceptance is not reported in between,
// so a job that ends within its first slice is accepted and settled by one durable transaction, and a crash before it
// leaves nothing. The acceptance of a longer job is durable before its second slice. Errors: of both.
[[nodiscard]] Result<JobReport> run_job(NodeState& node, const SubmitRequest& request, const RunHooks& hooks = {});

}  // namespace icn::runtime
