#include "runtime/run.hpp"

#include <algorithm>
#include <utility>

#include "jobs/obligation.hpp"
#include "runtime/detail/acceptance.hpp"
#include "runtime/detail/compile.hpp"
#include "runtime/detail/execution.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/settlement.hpp"
#include "runtime/trust.hpp"

namespace icn::runtime {
namespace {

std::string attempt_text(const jobs::JobRecord& record) {
  return "assigned to this node and started, attempt " + std::to_string(record.attempts);
}

// Records the start of an attempt before it runs, so a job that crashes the process does not run forever.
Result<jobs::JobRecord> commit_start(NodeState& node, const model::JobId& id) {
  const auto stage = [&](Staging& staging) -> Result<jobs::JobRecord> {
    jobs::JobRecord record = ICN_TRY(detail::open_record(node, id));
    const model::UnixMs now = node.now();
    // An executing job without a run belongs to a run that this process abandoned.
    if (record.phase == jobs::JobPhase::executing) {
      ICN_TRY(record.advance(jobs::JobEvent::attempt_failed, now, "the run before was abandoned"));
    }
    if (record.phase != jobs::JobPhase::assigned) ICN_TRY(record.advance(jobs::JobEvent::assign, now, {}));
    ++record.attempts;
    ICN_TRY(record.advance(jobs::JobEvent::start, now, attempt_text(record)));
    ICN_TRY(node.jobs().replace(record, staging.batch));
    return record;
  };
  return node.committer().commit(stage);
}

}  // namespace

JobRun::JobRun(NodeState& node, jobs::JobRecord record, RunHooks hooks, RunClaim claim)
    : node_(node), record_(std::move(record)), hooks_(std::move(hooks)), claim_(std::move(claim)) {}

// Released first, so no caller stops a partly destroyed run.
JobRun::~JobRun() { claim_.release(); }

Result<ports::ExecutionRequest> JobRun::read_request() const {
  const auto load_module = [this](const ipld::Cid& module, std::uint64_t bytes_max) -> Result<Bytes> {
    const detail::BlockSource source(node_.dag_store(), {});
    return *ICN_TRY(detail::load_module(node_, source, module, bytes_max));
  };
  return detail::read_request(node_.dag_store(), record_.id, record_.order, load_module);
}

Result<void> JobRun::begin() {
  const std::unique_ptr<ports::ExecutionRequest> prepared = std::move(claim_.prepared);
  ports::ExecutionRequest request = prepared ? std::move(*prepared) : ICN_TRY(read_request());
  job_ = request.job;
  // Also of a job that was accepted: trust may have ended since.
  ICN_TRY(detail::check_executor_trust(node_, job_));
  ports::Executor* executor = ICN_TRY(node_.executor());
  if (!executor->knows(request.order)) {
    return fail(ErrorCode::unknown_profile, "the order names an execution profile that this program does not have");
  }
  request.on_log = hooks_.on_log;
  request.on_progress = hooks_.on_progress;
  request.compiling = detail::compile_terms(node_, record_.submitter.to_text(),
                                            [this] { return node_.running().is_asked_to_stop(record_.id); });
  time_ = std::make_unique<detail::RunTime>(*node_.services().clock, request.order.limits.max_execution_time_secs);
  execution_ = ICN_TRY(executor->start(std::move(request)));
  return {};
}

ports::RunState JobRun::poll() {
  if (execution_ == nullptr) return ports::RunState::finished;
  const bool asked = stopped_by() != ports::StopReason::none;
  if (!asked && time_->is_used_up()) stop(ports::StopReason::deadline);
  return time_->measured([this] {
    const ports::RunState state = execution_->poll();
    if (hooks_.on_slice) hooks_.on_slice(execution_->fuel_used(), record_.fuel_limit);
    return state;
  });
}

void JobRun::stop(ports::StopReason reason) {
  // The first reason is reported.
  ports::StopReason none = ports::StopReason::none;
  stopped_by_.compare_exchange_strong(none, reason);
  if (execution_ != nullptr) execution_->stop(reason);
}

std::uint64_t JobRun::fuel_used() const { return execution_ != nullptr ? execution_->fuel_used() : 0; }

// The run has ended; only the work on its effects remains.
Result<void> JobRun::check_interrupt() const {
  if (stopped_by() == ports::StopReason::shutdown)
    return fail(ErrorCode::infrastructure, "the node is shutting down; nothing was charged, the job will run again");
  if (stopped_by() == ports::StopReason::cancelled)
    return refuse(ErrorCode::cancelled, "cancelled", "the job was cancelled before it was applied");
  if (!time_->is_used_up()) return {};
  return refuse(ErrorCode::limit_exceeded, "max_execution_time_secs", "the time of the run was used up before it");
}

Result<JobReport> JobRun::settle(ports::ExecutionResult result) {
  JobReport report;
  const auto settled = time_->measured([&] {
    return detail::settle_run(node_, record_, job_, result, stopped_by(), [this] { return check_interrupt(); });
  });
  report.record = ICN_TRY(settled);
  report.output = std::move(result.output);
  report.log = std::move(result.log);
  report.wall_ns = result.wall_ns;
  report.slices = result.slices;
  report.host_calls = result.host_calls;
  report.memory_growth_denied = result.memory_growth_denied;
  report.table_growth_denied = result.table_growth_denied;
  Metrics& metrics = node_.metrics();
  metrics.add(Metric::wasm_memory_growth_denied, report.memory_growth_denied);
  metrics.add(Metric::wasm_table_growth_denied, report.table_growth_denied);
  for (const auto& [function, calls] : result.calls_by_function) metrics.add(Metric::host_calls, function, calls);
  return report;
}

Result<JobReport> JobRun::run_report() {
  if (start_failure_) return fail(*start_failure_);
  take_end();
  return settle(ICN_TRY(std::move(*ended_)));
}

void JobRun::take_end() {
  if (!ended_) ended_.emplace(execution_->finish());
}

bool JobRun::submits_jobs() {
  if (start_failure_) return false;
  take_end();
  if (!*ended_) return false;
  const std::vector<model::Effect>& effects = (*ended_)->effects.list;
  return std::any_of(effects.begin(), effects.end(), [](const model::Effect& effect) {
    return std::holds_alternative<model::SubmitJobEffect>(effect.what);
  });
}

Result<JobReport> JobRun::finish() {
  Result<JobReport> report = run_report();
  if (!report) {
    Error error = report.error();
    jobs::FailureCause cause = jobs::cause_of(error, stopped_by());
    if (cause == jobs::FailureCause::node_stopped && jobs::is_overdue(record_, node_.now())) {
      cause = jobs::FailureCause::overdue;
      error = {ErrorCode::infrastructure, "this node could not finish the run in time", "finish_by"};
    }
    report = JobReport{};
    report->record = ICN_TRY(detail::fail_attempt(node_, record_.id, cause, error));
    // The caller decides when to try again.
    if (cause == jobs::FailureCause::no_room) return fail(error);
  }
  record_ = report->record;
  return report;
}

bool JobRun::wants_another() const {
  return !jobs::is_terminal(record_.phase) && stopped_by() != ports::StopReason::shutdown;
}

Result<JobReport> JobRun::run_to_end() {
  while (poll() == ports::RunState::running) {
    // The run takes longer than an fsync: make the acceptance durable now.
    if (!std::exchange(claim_.durable, true)) ICN_TRY(node_.committer().wait_for_staged());
  }
  return finish();
}

Result<std::unique_ptr<JobRun>> start_job(NodeState& node, const model::JobId& id, RunHooks hooks) {
  return JobRun::start(node, ICN_TRY(detail::open_record(node, id)), std::move(hooks), {});
}

Result<std::unique_ptr<JobRun>> JobRun::start(NodeState& node, jobs::JobRecord record, RunHooks hooks, RunClaim claim) {
  const model::JobId id = record.id;
  if (jobs::is_terminal(record.phase)) {
    return refuse(ErrorCode::invalid_state, "job_ended",
                  "The job " + id.to_text() + " is already " + std::string(jobs::phase_name(record.phase)) + ".",
                  id.to_text());
  }
  const bool started_at_acceptance = claim.held();
  if (!started_at_acceptance) claim = ICN_TRY(node.running().claim(id));
  std::unique_ptr<JobRun> run(new JobRun(node, std::move(record), std::move(hooks), std::move(claim)));
  if (!started_at_acceptance) {
    if (node.now() >= run->record_.deadlines.start_by) {
      ICN_TRY(detail::expire_job(node, id));
      return refuse(ErrorCode::expired, "start_by",
                    "The job " + id.to_text() +
                        " could no longer be finished before it expires; everything it had reserved was released, "
                        "nothing was charged.");
    }
    // Looked at before the attempt is noted, so that a job can wait for room as long as it takes.
    if (const auto executor = node.executor()) ICN_TRY((*executor)->check_room(run->record_.pages_limit));
    run->record_ = ICN_TRY(commit_start(node, id));
  }
  if (Result<void> begun = run->begin(); !begun) run->start_failure_ = std::move(begun).error();
  node.running().attach(id, run.get());
  return run;
}

namespace {

Result<JobReport> report_of_ended(NodeState& node, jobs::JobRecord record) {
  ICN_TRY(node.committer().wait_for_staged());
  JobReport report;
  report.record = std::move(record);
  return report;
}

}  // namespace

Result<std::optional<JobReport>> ended_job(NodeState& node, const model::JobId& id) {
  jobs::JobRecord record = ICN_TRY(detail::open_record(node, id));
  if (!jobs::is_terminal(record.phase)) return std::nullopt;
  return ICN_TRY(report_of_ended(node, std::move(record)));
}

Result<NextStep> next_step(NodeState& node, const model::JobId& id, const RunHooks& hooks, RunClaim claim) {
  while (true) {
    jobs::JobRecord record = ICN_TRY(detail::open_record(node, id));
    if (jobs::is_terminal(record.phase)) {
      auto report = ICN_TRY(report_of_ended(node, std::move(record)));
      return NextStep{nullptr, std::move(report)};
    }
    auto run = JobRun::start(node, std::move(record), hooks, std::exchange(claim, {}));
    if (run) return NextStep{*std::move(run), {}};
    // The attempt to start an expired job released it: it is terminal now.
    if (run.error().code != ErrorCode::expired) return fail(std::move(run).error());
  }
}

Result<JobReport> execute_job(NodeState& node, const model::JobId& id, const RunHooks& hooks, RunClaim claim) {
  while (true) {
    NextStep step = ICN_TRY(next_step(node, id, hooks, std::exchange(claim, {})));
    if (!step.run) return std::move(step.report);
    JobReport report = ICN_TRY(step.run->run_to_end());
    if (!step.run->wants_another()) return report;
  }
}

Result<JobReport> run_job(NodeState& node, const SubmitRequest& request, const RunHooks& hooks) {
  if (request.start != StartMode::now) {
    return fail(ErrorCode::invalid_argument, "run_job() takes a request with StartMode::now.");
  }
  SubmitAnswer accepted = ICN_TRY(detail::accept_job(node, request, detail::WhenDurable::later));
  return execute_job(node, accepted.id, hooks, std::move(accepted.claim));
}

}  // namespace icn::runtime
