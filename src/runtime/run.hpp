// Running jobs: one attempt as a value that its owner polls, and whole jobs on the calling thread.
//
// Thread safe, except that a JobRun belongs to one thread. run_job() makes two commits that share one durable
// transaction, everything else one. An attempt that the infrastructure failed charges nothing.
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

// Who watches a run, on the thread that polls it.
struct RunHooks {
  std::function<void(std::string_view)> on_log = {};
  std::function<void(std::uint32_t ppm, std::string_view text)> on_progress = {};
  // Between slices: fuel used so far and the limit.
  std::function<void(std::uint64_t fuel_used, std::uint64_t fuel_limit)> on_slice = {};
};

// What became of a job, once terminal (or waiting again after a failed attempt: phase submitted).
struct JobReport {
  jobs::JobRecord record;
  Bytes output;     // only of a run made by this call
  std::string log;  // likewise, bounded by max_log_bytes
  std::uint64_t wall_ns = 0;
  std::uint64_t slices = 0;
  std::uint64_t host_calls = 0;
  std::uint64_t memory_growth_denied = 0;
  std::uint64_t table_growth_denied = 0;
};

struct NextStep;

// One attempt at running a job; owned by one thread, except stop(). Destroying it unfinished counts as nothing: the job
// stays executing and is swept at the next opening of the node.
class JobRun {
 public:
  ~JobRun();
  JobRun(const JobRun&) = delete;
  JobRun& operator=(const JobRun&) = delete;
  [[nodiscard]] const model::JobId& id() const { return record_.id; }
  [[nodiscard]] const model::Did& submitter() const { return record_.submitter; }
  // At most one slice; before it, whether the run has been given the time of its order. Time that it waits between two
  // calls does not count.
  [[nodiscard]] ports::RunState poll();
  // From any thread, at any time.
  void stop(ports::StopReason reason);
  // Why it was asked to stop, if it was.
  [[nodiscard]] ports::StopReason stopped_by() const { return stopped_by_.load(); }
  [[nodiscard]] std::uint64_t fuel_used() const;
  [[nodiscard]] std::uint64_t fuel_limit() const { return record_.fuel_limit; }
  // After poll() said finished: whether the job submits others, whose modules are compiled as it settles.
  [[nodiscard]] bool submits_jobs();
  // After poll() said finished: settles, or notes the failed attempt, in one commit. A report whose record is in phase
  // submitted has another attempt before it.
  [[nodiscard]] Result<JobReport> finish();
  // poll() to the end and finish(), on the calling thread.
  [[nodiscard]] Result<JobReport> run_to_end();
  // After finish(): whether the job goes on with another attempt, which next_step() starts.
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
  // Whether work on the effects must end. Errors: infrastructure (a shutdown), cancelled, limit_exceeded.
  [[nodiscard]] Result<void> check_interrupt() const;
  [[nodiscard]] Result<JobReport> settle(ports::ExecutionResult result);

  NodeState& node_;
  jobs::JobRecord record_;
  RunHooks hooks_;
  RunClaim claim_;
  model::Job job_;
  std::unique_ptr<ports::Execution> execution_;  // nothing when the start failed
  std::optional<Error> start_failure_;
  std::optional<Result<ports::ExecutionResult>> ended_;  // taken of the execution
  std::unique_ptr<detail::RunTime> time_;
  std::atomic<ports::StopReason> stopped_by_{ports::StopReason::none};
};

// What comes next for a job: an attempt to poll or, without one, the report of a job that has ended.
struct NextStep {
  std::unique_ptr<JobRun> run;
  JobReport report;
};

// Claims an open job and starts it. A start that the infrastructure failed still gives a run: finished at once, its
// finish() notes the attempt; where the executor has no room, finish() answers busy and the job waits as before.
// Errors: not_found, invalid_state (terminal), busy (already running), expired, storage.
[[nodiscard]] Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks = {});
// The report of a job that has ended, once that is durable; nothing of an open one. Errors: not_found, storage.
[[nodiscard]] Result<std::optional<JobReport>> ended_job(NodeState& node, const model::JobId& id);
// start_job() of an open job, ended_job() of another. To run a job to its end, call
// this, poll the run, finish it, and repeat while it wants_another(). The claim is that of submit_job().
[[nodiscard]] Result<NextStep> next_step(NodeState& node, const model::JobId& id, const RunHooks& hooks = {},
                                         RunClaim claim = {});
// Runs a job on the calling thread until it is terminal, all attempts included.
[[nodiscard]] Result<JobReport> execute_job(NodeState& node, const model::JobId& id, const RunHooks& hooks = {},
                                            RunClaim claim = {});
// submit_job() and execute_job() in one, for a request with StartMode::now: no one learns of the acceptance in
// between. So a job that ends within its first slice is accepted and settled by one durable transaction, and a crash
// before it leaves nothing; one that goes on is durable as accepted before its second slice. Errors: of both.
[[nodiscard]] Result<JobReport> run_job(NodeState& node, const SubmitRequest& request, const RunHooks& hooks = {});

}  // namespace icn::runtime
