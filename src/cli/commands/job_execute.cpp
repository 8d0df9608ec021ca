// The commands that create or run a job: run, submit, simulate, wait, rerun.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "api/job_runs.hpp"
#include "api/mana.hpp"
#include "api/receipts.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/watch.hpp"
#include "cli/files.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "wasm/module.hpp"

namespace icn::cli::commands {
namespace {

std::size_t limit_row(std::string_view name) { return *model::find_limit(name); }

Result<model::LimitsAsked> limits_of(const Invocation& invocation) {
  model::LimitsAsked limits;
  for (const std::string& text : invocation.texts("--limit")) {
    const std::size_t equals = text.find('=');
    const auto row = model::find_limit(std::string_view(text).substr(0, equals));
    if (equals == std::string::npos || !row) {
      std::string names;
      for (const model::LimitRow& limit : model::kLimitTable)
        names += (names.empty() ? "" : ", ") + std::string(limit.name);
      return fail(ErrorCode::invalid_argument, "--limit " + text + ": expected NAME=N with a name of " + names);
    }
    Invocation one;
    one.options["--limit"] = {text.substr(equals + 1)};
    limits.values[*row] = ICN_TRY(one.number("--limit"));
  }
  for (const auto& [option, name] : {std::pair{"--fuel", "max_fuel"},
                                     {"--memory-pages", "max_memory_pages"},
                                     {"--deadline", "max_execution_time_secs"}}) {
    const auto value = ICN_TRY(invocation.number(option));
    if (value) limits.values[limit_row(name)] = *value;
  }
  return limits;
}

// The bound of the limit with this name: the requested value, at most that of any scope.
Bound bound_of(std::string_view what, std::string_view limit, const model::LimitsAsked& limits) {
  const std::size_t row = limit_row(limit);
  const std::uint64_t ceiling = model::kLimitTable[row].ceiling;
  return {what, std::min(limits.values[row] ? *limits.values[row] : ceiling, ceiling), limit};
}

Result<std::vector<Bytes>> inputs_of(const Invocation& invocation, const model::LimitsAsked& limits) {
  Bound bound = bound_of("input", "max_input_bytes", limits);
  std::vector<Bytes> inputs;
  bool from_standard_input = false;
  for (const std::string& path : invocation.texts("--input")) {
    if (path == "-" && std::exchange(from_standard_input, true))
      return fail(ErrorCode::invalid_argument, "--input - was given twice, and standard input can be read only once");
    inputs.push_back(path == "-" ? ICN_TRY(read_standard_input(bound)) : ICN_TRY(read_file(path, bound)));
    // The limit applies to all inputs together; refuses before the next input fills memory.
    bound.bytes_max -= inputs.back().size();
  }
  if (inputs.empty() && !input_is_terminal()) inputs.push_back(ICN_TRY(read_standard_input(bound)));
  return inputs;
}

// Returns the label of a program in lists: the name of its file.
std::string label_of(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename().string();
  return name.ends_with(".wasm") && name.size() > 5 ? name.substr(0, name.size() - 5) : name;
}

Result<api::JobRequest> request_of(const Invocation& invocation) {
  api::JobRequest request;
  request.limits = ICN_TRY(limits_of(invocation));
  request.module = ICN_TRY(read_file(invocation.arguments[0], bound_of("program", "max_module_bytes", request.limits)));
  request.program = clipped_utf8(label_of(invocation.arguments[0]), jobs::kProgramLabelBytesMax);
  request.args.assign(invocation.arguments.begin() + 1, invocation.arguments.end());
  request.inputs = ICN_TRY(inputs_of(invocation, request.limits));
  request.entry = invocation.text("--entry");
  request.cost_mana = ICN_TRY(invocation.number("--cost"));
  request.spend_max = ICN_TRY(invocation.number("--spend-max")).value_or(0);
  if (invocation.has("--independent")) request.effects = model::EffectsMode::independent;
  for (const std::string& name : invocation.texts("--grant")) {
    const auto capability = model::find_capability(name);
    if (!capability) {
      std::string names;
      for (const model::CapabilityRow& row : model::kCapabilityTable)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
      return fail(ErrorCode::invalid_argument, "--grant " + name + ": the capabilities are " + names);
    }
    request.grants.push_back(*capability);
  }
  for (const std::string& text : invocation.texts("--read"))
    request.reads.push_back(ICN_TRY(model::ReadKey::parse(text)));
  request.trust_scope = invocation.text("--trust-scope");
  if (const auto nonce = ICN_TRY(invocation.number("--nonce"))) append_be64(request.nonce, *nonce);
  return request;
}

struct Balances {
  model::Mana member;
  std::optional<model::Mana> node;  // of a node in this process
};
Result<Balances> balances_of(const AnyNode& node) {
  Balances balances{ICN_TRY(node.ask<&api::mana_balance>({})).available, {}};
  if (node.here() != nullptr)
    balances.node = ICN_TRY(node.ask<&api::mana_balance>({node.here()->state().node_did()})).available;
  return balances;
}

// The report on one job for people.
struct Report {
  std::string text;
  std::optional<ErrorCode> failed;  // the receipt fails verification or replay
};

Result<Report> report_of(const AnyNode& node, const api::JobEnd& job, std::string result, const Balances& before) {
  const Balances after = ICN_TRY(balances_of(node));
  const Look look = output_look();
  Lines lines(14);
  while (!result.empty() && result.back() == '\n') result.pop_back();
  lines.add("job", id_text(job.job_id->cid, look));
  lines.add("executor", job.executor ? job.executor->to_text() : "");
  lines.add("outcome", outcome_line(job));
  if (result.size() < 200 && is_utf8(view_of(result)) && result.find('\n') == std::string::npos)
    lines.add("result", result);
  lines.add("fuel", grouped(job.fuel_used) + " of " + grouped(job.fuel_limit));
  lines.add("price", "charged " + mana_text(job.charged) + " of " + mana_text(job.reserved) + " reserved, " +
                         mana_text(job.released) + " released");
  lines.add("member", mana_text(before.member) + " before, " + mana_text(after.member) + " after");
  if (before.node && after.node)
    lines.add("node", mana_text(*before.node) + " before, " + mana_text(*after.node) + " after");
  if (!job.receipt) return Report{lines.text(), std::nullopt};
  lines.add("receipt", id_text(*job.receipt, look));
  const auto verified = node.ask<&api::verify_receipt>({job.receipt->to_text()});
  lines.add("verified", verified
                            ? fmt::format("{} checks passed: signatures, links and anchor", verified->checks.size())
                            : "no: " + with_grouped_numbers(verified.error().detail));
  if (!verified) return Report{lines.text(), verified.error().code};
  const auto replay = node.ask<&api::replay_receipt>({job.receipt->to_text()});
  if (!replay) {
    lines.add("replayed", "no: " + with_grouped_numbers(replay.error().detail));
    return Report{lines.text(), replay.error().code};
  }
  const auto failed = replay_error_code(replay->verdict);
  lines.add("replayed",
            failed ? fmt::format("{}: {}", replay_verdict_name(replay->verdict), replay->detail) : "identical");
  return Report{lines.text(), failed};
}

// If standard error is closed, the exit code and the JSON still report it.
void say(const std::string& line) { static_cast<void>(write_to(Stream::error, line).has_value()); }

bool ended_by_itself(const api::JobView& job) {
  return job.outcome == api::JobOutcome::ok || job.outcome == api::JobOutcome::nonzero_exit;
}
// Whether the node failed midway: the job is accepted and keeps its reserve.
bool is_unfinished(const api::JobView& job) { return job.outcome && job.phase && !jobs::is_terminal(*job.phase); }

// Errors about a module concern its bytes; adds the name of its file.
template <class T>
Result<T> of_program(const Invocation& invocation, Result<T> answer) {
  constexpr std::string_view kKept = "; nothing was charged";
  if (answer || answer.error().subject != wasm::kModuleSubject) return answer;
  Error error = within("the program '" + invocation.arguments[0] + "'", std::move(answer).error());
  if (error.detail.find("othing was charged") == std::string::npos) error.detail += kKept;
  return fail(std::move(error));
}

// Adds text for people that the answer omits, and the requested report.
Result<void> add_text(const AnyNode& node, const Invocation& invocation, const api::JobEnd& job,
                      const std::optional<Balances>& before, std::string output, Answer& answer) {
  if (job.note) say("icn: " + *job.note + "\n");
  if (!before) {
    say(ended_by_itself(job) ? denied_text(job) : failure_text(job, error_look()));
    answer.output = std::move(output);
    return {};
  }
  const Progress progress("verifying the receipt and running the job again", progress_of(invocation));
  const Report story = ICN_TRY(report_of(node, job, output, *before));
  answer.text = (output.empty() ? "" : output.back() == '\n' ? "\n" : "\n\n") + story.text;
  answer.output = std::move(output);
  if (story.failed) answer.exit_code = error_row(*story.failed).exit_code;
  return {};
}

// Prints the answer, then waits for the running jobs that the job submitted, unless interrupted.
Result<void> wait_for_descendants(node::EmbeddedNode& node, const Invocation& invocation, Answer& answer) {
  std::size_t left = node.waiting_jobs();
  if (left == 0) return {};
  ICN_TRY(write_answer(answer, invocation.wants_json()));
  answer.json.clear();
  answer.text.clear();
  answer.output.clear();
  const bool speaks = !invocation.wants_json();
  if (speaks)
    say(fmt::format("icn: running {} that it submitted; Ctrl-C leaves them for later\n", counted(left, "job")));
  while (left > 0 && !InterruptScope::asked()) left = node.wait_for_waiting_jobs(50);
  if (left > 0 && speaks)
    say(fmt::format("icn: interrupted; {} wait, `icn job work` runs them\n", counted(left, "job")));
  return {};
}

// Writes the output to the requested file, or adds it to the answer.
Result<void> hand_over(const api::JobEnd& job, OutputSink& sink, std::string& output) {
  if (sink.is_file()) {
    if (job.output_cid) {
      ICN_TRY(sink.write(view_of(output)));
      ICN_TRY(sink.finish());
    }
    output.clear();
  } else if (is_terminal(Stream::output) && is_binary(view_of(output))) {
    say(fmt::format("icn: the output, {} bytes, is binary and not shown; `icn job output {} --output FILE` writes it\n",
                    grouped(output.size()), id_text(job.job_id->cid, error_look())));
    output.clear();
  }
  return {};
}

Result<void> check_report(const Invocation& invocation) {
  if (!invocation.has("--report") || !invocation.wants_json()) return {};
  return fail(ErrorCode::invalid_argument, "--report is for people and does nothing with --json; nothing was done");
}

// Runs a job to its end although processes that have the folder end meanwhile: a request that none has read is sent
// again, and a job that was accepted is run by the next one, or here. `node` is the last that was asked.
template <auto UseCase>
Result<api::JobEnd> run_to_end(const Invocation& invocation, const typename api::Typed<UseCase>::Request& request,
                               const Prepare& prepare, AnyNode& node) {
  constexpr int kOwnersMax = 16;  // a node that runs on may be unable to run the job
  const Error in_use{ErrorCode::busy, "", std::string(folder::kFolderInUse)};
  FolderWait wait = ICN_TRY(FolderWait::of(invocation));
  Result<api::JobEnd> ended = node.ask<UseCase>(request, prepare);
  std::string accepted;
  for (int owners = 1; owners < kOwnersMax && node.here() == nullptr && !invocation.has("--node"); ++owners) {
    const bool unread = !ended && (ended.error().rule == http::kNoAnswer || ended.error().rule == http::kNotRead);
    const bool unfinished = ended && is_unfinished(*ended) && ended->outcome == api::JobOutcome::infrastructure;
    if ((!unread && !unfinished) || InterruptScope::asked() || !wait.again(in_use)) break;
    if (unfinished) accepted = ended->job_id->to_text();
    node = ICN_TRY(AnyNode::of(invocation));
    if (accepted.empty()) {
      ended = node.ask<UseCase>(request, prepare);
    } else {
      ended = node.ask<&api::call<api::WaitJob>>({accepted}, prepare);
    }
  }
  return ended;
}

// Runs a job by one of the operations that run jobs; `request_of` makes its request when the node is open.
template <auto UseCase, class RequestOf>
Result<Answer> execute(const Invocation& invocation, RequestOf request_of) {
  ICN_TRY(check_report(invocation));
  OutputSink sink = ICN_TRY(OutputSink::open(invocation));
  // Outlives the node, which stops the remaining runs in its destructor.
  RunView view(progress_of(invocation));
  AnyNode node = ICN_TRY(AnyNode::of(invocation));
  std::optional<Balances> before;
  if (invocation.has("--report")) before = ICN_TRY(balances_of(node));
  std::string output;
  const bool speaks = !invocation.wants_json();
  const Prepare prepare = [&](api::Context& context) {
    view.watch(context);
    if (speaks || sink.is_file()) {
      context.out = [&output](ByteView piece) -> Result<void> {
        output.append(text_of(piece));
        return {};
      };
    }
    if (speaks) {
      context.accepted = [](const model::JobId& id) {
        say(fmt::format("icn: job {} accepted\n", id.to_text().substr(0, kBriefIdLength)));
      };
    }
  };
  const auto request = ICN_TRY(request_of());
  const Result<api::JobEnd> ended = of_program(invocation, run_to_end<UseCase>(invocation, request, prepare, node));
  view.end_progress();
  const api::JobEnd job = ICN_TRY(ended);
  Answer answer;
  answer.json = api::json_text(job);
  answer.exit_code = job.exit_code.value_or(0);
  if (is_unfinished(job)) {
    if (speaks) say(unfinished_text(job, error_look()));
    return answer;
  }
  if (job.output_cid) {
    answer.kept =
        "the job has ended and is settled: `icn job output " + job.job_id->to_text() + "` writes its output again";
  }
  ICN_TRY(hand_over(job, sink, output));
  if (speaks) ICN_TRY(add_text(node, invocation, job, before, std::move(output), answer));
  if (node.here() != nullptr) ICN_TRY(wait_for_descendants(*node.here(), invocation, answer));
  return answer;
}

Result<api::JobNamed> job_named(const Invocation& invocation) { return api::JobNamed{invocation.arguments[0]}; }

}  // namespace

Result<Answer> job_run(const Invocation& invocation) {
  return execute<&api::call<api::RunJob>>(invocation, [&] { return request_of(invocation); });
}

Result<Answer> job_submit(const Invocation& invocation) {
  const AnyNode node = ICN_TRY(AnyNode::of(invocation));
  const api::JobEnd job =
      ICN_TRY(of_program(invocation, node.ask<&api::call<api::SubmitJob>>(ICN_TRY(request_of(invocation)))));
  if (job.note && !invocation.wants_json()) say("icn: " + *job.note + "\n");
  return Answer{api::json_text(job), id_text(job.job_id->cid, output_look()) + "\n", 0};
}

Result<Answer> job_simulate(const Invocation& invocation) {
  const AnyNode node = ICN_TRY(AnyNode::of(invocation));
  Progress progress("compiling and starting the program", progress_of(invocation));
  RunNews news;
  runtime::RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t used, std::uint64_t limit) {
    if (const auto line = news.after_slice(used, limit)) progress.show(*line);
  };
  const Prepare prepare = [&hooks](api::Context& context) { context.hooks = &hooks; };
  const api::JobSimulation simulated =
      ICN_TRY(of_program(invocation, node.ask<&api::simulate_job>(ICN_TRY(request_of(invocation)), prepare)));
  Lines lines;
  lines.add("outcome", std::string(model::outcome_name(simulated.outcome)) +
                           (simulated.message.empty() ? "" : ": " + with_grouped_numbers(simulated.message)));
  lines.add("fuel", grouped(simulated.fuel_used) + " of " + grouped(simulated.fuel_limit));
  lines.add("memory", counted(simulated.memory_pages, "page"));
  lines.add("output", grouped(simulated.output_bytes) + " bytes");
  lines.add("reserve", fmt::format("{} (cost at least {} mana)", mana_text(simulated.reserve),
                                   grouped(simulated.minimum_cost_mana)));
  lines.add("would cost", mana_text(simulated.charged) + "; you have " + mana_text(simulated.available));
  return Answer{api::json_text(simulated), lines.text() + "Nothing was charged and nothing was stored.\n",
                runtime::exit_code_of({simulated.outcome, simulated.code}, simulated.exit_code)};
}

Result<Answer> job_wait(const Invocation& invocation) {
  return execute<&api::call<api::WaitJob>>(invocation, [&] { return job_named(invocation); });
}

Result<Answer> job_rerun(const Invocation& invocation) {
  return execute<&api::call<api::RerunJob>>(invocation, [&] { return job_named(invocation); });
}

Result<Answer> job_work(const Invocation& invocation) {
  RunView view(progress_of(invocation));
  const AnyNode node = ICN_TRY(AnyNode::of(invocation));
  const api::WorkDone done =
      ICN_TRY(node.ask<&api::call<api::WorkJobs>>({}, [&view](api::Context& context) { view.watch(context); }));
  view.end_progress();
  std::string text = fmt::format("{} completed, {} failed\n", counted(done.completed, "job"), grouped(done.failed));
  if (done.completed + done.failed + done.left == 0) text = "no jobs wait\n";
  if (done.left > 0) text += fmt::format("interrupted; {} wait, `icn job work` runs them\n", counted(done.left, "job"));
  const int interrupted = error_row(ErrorCode::stopped).exit_code;
  return Answer{api::json_text(done), std::move(text), done.left > 0 ? interrupted : 0};
}

}  // namespace icn::cli::commands
