#include "node/job_operations.hpp"

#include <algorithm>

#include "api/job_runs.hpp"
#include "node/embedded_node.hpp"
#include "node/job_log.hpp"
#include "node/job_runner.hpp"
#include "runtime/describe.hpp"
#include "runtime/find.hpp"
#include "runtime/submit.hpp"

namespace icn::node {
namespace {

using LogSink = std::function<Result<void>(std::string_view)>;

Result<std::string> stored_log(EmbeddedNode& node, const jobs::JobRecord& record) {
  const std::string id = record.id.to_text();
  auto text = node.kept_logs().read(record.id);
  if (text || text.error().code != ErrorCode::not_found) return text;
  if (jobs::is_terminal(record.phase) || record.attempts > 0)
    return fail(ErrorCode::not_found, "this node keeps no log of job " + id);
  return refuse(ErrorCode::not_found, "job_waits", "the job " + id + " has not run yet, so it has no log", id);
}

Result<void> read_log(EmbeddedNode& node, const jobs::JobRecord& record, LogHub::Follow follow, const LogSink& sink) {
  if (!node.state().running().runs(record.id)) return sink(ICN_TRY(stored_log(node, record)));
  for (std::size_t offset = 0;;) {
    const LogHub::Piece piece = node.logs().read(record.id, offset, follow);
    if (piece.ended) return {};
    ICN_TRY(sink(piece.text));
    offset += piece.text.size();
  }
}

Result<api::JobLog> read_job_log(EmbeddedNode& node, const api::Context& context, const api::JobLogRequest& request) {
  const jobs::JobRecord record = ICN_TRY(find_job(node.state(), request.job));
  api::JobLog answer{record.id, ""};
  const LogSink sink = [&](std::string_view piece) -> Result<void> {
    if (context.out) return context.out(view_of(piece));
    answer.log.append(piece);
    return {};
  };
  ICN_TRY(read_log(node, record, request.follow ? LogHub::Follow::yes : LogHub::Follow::no, sink));
  return answer;
}

// ---- making and running jobs ----------------------------------------------------------------------------------------
Result<runtime::SubmitAnswer> submit(EmbeddedNode& node, const api::Context& context, ipld::Block body,
                                     std::vector<ipld::Block> blocks, runtime::StartMode start, std::string program) {
  runtime::SubmitRequest request;
  request.program = std::move(program);
  request.signature = ICN_TRY(node.sign(model::SignatureTag::job, body.cid));
  request.body = std::move(body);
  request.blocks = std::move(blocks);
  request.start = start;
  if (context.progress && start == runtime::StartMode::now) {
    // The module is compiled before the job is accepted, and a passphrase is asked for before anything is shown.
    ICN_TRY(node.unlock_node_key());
    context.progress("compiling and starting the program");
  }
  request.stopping = context.stop_asked;
  return submit_job(node.state(), request);
}

Result<runtime::SubmitAnswer> submit(EmbeddedNode& node, const api::Context& context, api::JobRequest request,
                                     runtime::StartMode start) {
  std::string program = std::move(request.program);
  runtime::PreparedJob prepared = ICN_TRY(prepare_job(node.state(), api::job_draft(std::move(request), node.member())));
  return submit(node, context, std::move(prepared.body), std::move(prepared.blocks), start, std::move(program));
}

Result<runtime::SubmitAnswer> submit_again(EmbeddedNode& node, const api::Context& context, const std::string& job) {
  runtime::JobDescription description = ICN_TRY(describe_job(node.state(), job));
  if (!description.job) {
    return refuse(ErrorCode::missing_data, "job_removed",
                  "the job " + description.record.id.to_text() +
                      " cannot run again: its evidence was unpinned and removed; nothing was charged",
                  description.record.id.to_text());
  }
  description.job->nonce.assign(16, 0);
  node.state().services().random->fill(description.job->nonce);
  description.job->submitter = node.member();
  return submit(node, context, description.job->to_block(), {}, runtime::StartMode::now,
                std::move(description.record.program));
}

// The home's note on its acceptance; empty if there is none.
std::string note_of(const runtime::SubmitAnswer& accepted) {
  return accepted.accepted == runtime::Acceptance::before
             ? "the same job was accepted before; it is not run or charged again"
             : accepted.note;
}

// The caller's hooks, a kept log, and a check between slices of whether the caller wants to stop.
runtime::RunHooks watched(EmbeddedNode& node, const api::Context& context, const model::JobId& id, JobLog& kept) {
  runtime::RunHooks hooks = context.hooks == nullptr ? runtime::RunHooks{} : *context.hooks;
  hooks.on_log = [&kept, asked = std::move(hooks.on_log)](std::string_view text) {
    kept.write(text);
    if (asked) asked(text);
  };
  hooks.on_slice = [&node, &context, id, asked = std::move(hooks.on_slice)](std::uint64_t used, std::uint64_t limit) {
    if (context.stop_asked && context.stop_asked())
      static_cast<void>(node.state().running().stop(id, ports::StopReason::cancelled));
    if (asked) asked(used, limit);
  };
  return hooks;
}

// Hooks of a job that the caller does not wait for: its log is kept.
JobRunner::Watched watched_quietly(EmbeddedNode& node, const model::JobId& id) {
  auto log = std::make_shared<JobLog>(node, id);
  return {{.on_log = [kept = log.get()](std::string_view text) { kept->write(text); }}, log};
}

// Whether the jobs that a job submitted are run after it.
enum class Descendants : std::uint8_t { run, leave };

Result<runtime::JobReport> run_here(EmbeddedNode& node, const api::Context& context, const model::JobId& id,
                                    runtime::RunClaim claim, Descendants follow) {
  // The log exists before any caller can ask for it.
  JobLog log(node, id);
  JobRunner& runner = *ICN_TRY(node.start_runner());
  auto report = runner.run(id, watched(node, context, id, log), std::move(claim));
  if (report && follow == Descendants::run) take_up(node, runner, runner.submitted_by(report->record));
  return report;
}

Result<api::JobEnd> end_of(EmbeddedNode& node, const api::Context& context, const runtime::JobReport& report,
                           const std::string& note) {
  if (context.out && !report.output.empty()) {
    ICN_TRY(context.out(report.output));
  } else if (context.out && report.record.output) {
    // It ended before this call, so its output is in the DAG.
    ICN_TRY(read_output(node.state(), report.record, context.out));
  }
  return api::job_end(report.record, note);
}

Result<api::RunTerms> terms_of(EmbeddedNode& node, const model::JobId& id) {
  const auto job = ICN_TRY(node.state().jobs().find(id));
  if (!job) return api::RunTerms{};
  const ipld::Block block = ICN_TRY(node.state().dag_store().get(job->order));
  const auto order = ICN_TRY(model::Order::from_bytes(block.bytes));
  return api::RunTerms{
      order.limits.max_execution_time_secs, job->fuel_limit, job->pages_limit, job->base, job->page, job->bid};
}

// Waits while another caller's request has this job run or wait in this process. Errors: stopped (on request).
Result<void> wait_for_taken(EmbeddedNode& node, const api::Context& context, const model::JobId& id) {
  JobRunner* const runner = node.runner();
  while (runner != nullptr && runner->wait_for_taken(id, 50)) {
    if (context.stop_asked && context.stop_asked())
      return fail(ErrorCode::stopped, "the wait for job " + id.to_text() + " was interrupted; the job goes on");
  }
  return {};
}

Result<api::JobEnd> run_to_end(EmbeddedNode& node, const api::Context& context, const model::JobId& id,
                               const std::string& note, runtime::RunClaim claim, Descendants follow) {
  // A job that has ended needs no key and no threads, and its log stays.
  if (const auto ended = ICN_TRY(runtime::ended_job(node.state(), id))) return end_of(node, context, *ended, note);
  ICN_TRY(wait_for_taken(node, context, id));
  if (const auto ended = ICN_TRY(runtime::ended_job(node.state(), id))) return end_of(node, context, *ended, note);
  // The settlement must be signed: the passphrase is requested, and a wrong one refused, before anything runs.
  ICN_TRY(node.unlock_node_key());
  if (context.progress) context.progress("compiling and starting the program");
  if (context.terms) context.terms(ICN_TRY(terms_of(node, id)));
  const Result<runtime::JobReport> report = run_here(node, context, id, std::move(claim), follow);
  if (report) return end_of(node, context, *report, note);
  const auto record = node.state().jobs().find(id);
  if (!record || !*record || jobs::is_terminal((*record)->phase)) return fail(report.error());
  return api::unfinished_job(**record, report.error());
}

Result<api::JobEnd> run_accepted(EmbeddedNode& node, const api::Context& context, runtime::SubmitAnswer accepted) {
  if (context.accepted && accepted.accepted == runtime::Acceptance::now) context.accepted(accepted.id);
  return run_to_end(node, context, accepted.id, note_of(accepted), std::move(accepted.claim), Descendants::run);
}

// Open jobs that do not run, in the order in which they were accepted.
std::vector<model::JobId> waiting_ids(EmbeddedNode& node) {
  std::vector<jobs::JobRecord> open = node.state().jobs().open_jobs();
  std::sort(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  std::vector<model::JobId> ids;
  for (const jobs::JobRecord& record : open)
    if (!node.state().running().runs(record.id)) ids.push_back(record.id);
  return ids;
}

// Runs every waiting job and the jobs that they submit, and waits for them.
Result<api::WorkDone> work(EmbeddedNode& node, const api::Context& context) {
  ICN_TRY(node.unlock_node_key());
  const std::vector<model::JobId> ids = waiting_ids(node);
  api::WorkDone done;
  if (ids.empty()) return done;
  if (context.progress) context.progress("running the waiting jobs");
  JobRunner& runner = *ICN_TRY(node.start_runner());
  const std::uint64_t completed = node.state().metrics().value(Metric::jobs_completed);
  const std::uint64_t failed = node.state().metrics().value(Metric::jobs_failed);
  take_up(node, runner, ids);
  for (std::size_t left = ids.size(); left > 0;) {
    left = runner.wait_for_waiting(50);
    if (context.news) context.news(std::to_string(left) + (left == 1 ? " job" : " jobs") + " to run");
    done.left = left;
    // A node that stops starts none of those that are left.
    if (node.is_stopping() || (context.stop_asked && context.stop_asked())) break;
  }
  done.completed = node.state().metrics().value(Metric::jobs_completed) - completed;
  done.failed = node.state().metrics().value(Metric::jobs_failed) - failed;
  return done;
}

}  // namespace

void take_up(EmbeddedNode& node, JobRunner& runner, const std::vector<model::JobId>& ids) {
  runner.take_up(ids, [&node](const model::JobId& waiting) { return watched_quietly(node, waiting); });
}

void take_up_waiting(EmbeddedNode& node) {
  const auto runner = node.start_runner();
  if (runner) take_up(node, **runner, waiting_ids(node));
}

void bind_job_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::ReadJobLog>([&node](const api::Context& context, const api::JobLogRequest& request) {
    return read_job_log(node, context, request);
  });
  slots.bind<api::RunJob>([&node](const api::Context& context, api::JobRequest request) -> Result<api::JobEnd> {
    return run_accepted(node, context, ICN_TRY(submit(node, context, std::move(request), runtime::StartMode::now)));
  });
  slots.bind<api::SubmitJob>([&node](const api::Context& context, api::JobRequest request) -> Result<api::JobEnd> {
    const auto accepted = ICN_TRY(submit(node, context, std::move(request), runtime::StartMode::later));
    node.take_up_accepted(accepted.id);
    return api::job_end(accepted.record, note_of(accepted));
  });
  slots.bind<api::WaitJob>([&node](const api::Context& context, const api::JobNamed& request) -> Result<api::JobEnd> {
    return run_to_end(node, context, ICN_TRY(find_job(node.state(), request.job)).id, "", {}, Descendants::leave);
  });
  slots.bind<api::WorkJobs>(
      [&node](const api::Context& context, const api::WorkRequest&) { return work(node, context); });
  slots.bind<api::RerunJob>([&node](const api::Context& context, const api::JobNamed& request) -> Result<api::JobEnd> {
    return run_accepted(node, context, ICN_TRY(submit_again(node, context, request.job)));
  });
}

}  // namespace icn::node
