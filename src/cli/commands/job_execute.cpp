// The commands that make or run a job: run, submit, simulate, wait, rerun.
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

#include "api/outcomes.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/watch.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "runtime/describe.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "runtime/replay.hpp"
#include "runtime/run.hpp"
#include "runtime/simulate.hpp"
#include "runtime/submit.hpp"
#include "wasm/module.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

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

// What the limit of this name allows: as asked, and never more than any scope does.
Bound bound_of(std::string_view what, std::string_view limit, const model::LimitsAsked& limits) {
  const std::size_t row = limit_row(limit);
  const std::uint64_t ceiling = model::kLimitTable[row].ceiling;
  return {what, std::min(limits.values[row] ? *limits.values[row] : ceiling, ceiling), limit};
}

Result<std::vector<Bytes>> inputs_of(const Invocation& invocation, const model::LimitsAsked& limits) {
  Bound bound = bound_of("input", "max_input_bytes", limits);
  std::vector<Bytes> inputs;
  for (const std::string& path : invocation.texts("--input")) {
    inputs.push_back(ICN_TRY(read_file(path, bound)));
    // The limit holds for all inputs together; the refusal comes before the next one fills the memory.
    bound.bytes_max -= inputs.back().size();
  }
  if (inputs.empty() && !input_is_terminal()) inputs.push_back(ICN_TRY(read_standard_input(bound)));
  return inputs;
}

Result<runtime::JobDraft> draft_of(const Invocation& invocation, const model::Did& submitter) {
  runtime::JobDraft draft;
  draft.submitter = submitter;
  draft.limits = ICN_TRY(limits_of(invocation));
  draft.module = ICN_TRY(read_file(invocation.arguments[0], bound_of("program", "max_module_bytes", draft.limits)));
  draft.args.assign(invocation.arguments.begin() + 1, invocation.arguments.end());
  draft.inputs = ICN_TRY(inputs_of(invocation, draft.limits));
  draft.entry = invocation.text("--entry");
  draft.cost_mana = ICN_TRY(invocation.number("--cost"));
  draft.spend_max = ICN_TRY(invocation.number("--spend-max")).value_or(0);
  if (invocation.has("--independent")) draft.effects = model::EffectsMode::independent;
  for (const std::string& name : invocation.texts("--grant")) {
    const auto capability = model::find_capability(name);
    if (!capability) {
      std::string names;
      for (const model::CapabilityRow& row : model::kCapabilityTable)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
      return fail(ErrorCode::invalid_argument, "--grant " + name + ": the capabilities are " + names);
    }
    draft.grants.add(*capability);
  }
  for (const std::string& text : invocation.texts("--read"))
    draft.reads.push_back(ICN_TRY(model::ReadKey::parse(text)));
  if (const auto nonce = ICN_TRY(invocation.number("--nonce"))) append_be64(draft.nonce, *nonce);
  return draft;
}

struct Balances {
  model::Mana member;
  model::Mana node;
};
Balances balances_of(node::EmbeddedNode& node) {
  return {view_account(node.state(), node.member()).balance.available(),
          view_account(node.state(), node.state().node_did()).balance.available()};
}

// The whole story of one job as a person likes to read it.
struct Report {
  std::string text;
  std::optional<ErrorCode> failed;  // the receipt does not verify, or does not replay
};

Report report_of(node::EmbeddedNode& node, const jobs::JobRecord& record, const Bytes& output, const Balances& before) {
  const Balances after = balances_of(node);
  Lines lines(14);
  std::string result(text_of(output));
  while (!result.empty() && result.back() == '\n') result.pop_back();
  lines.add("job", record.id.to_text());
  lines.add("executor", record.attempts > 0 ? record.executor.to_text() : "");
  lines.add("outcome", outcome_line(api::job_view(record)));
  if (result.size() < 200 && is_utf8(output) && result.find('\n') == std::string::npos) lines.add("result", result);
  lines.add("fuel", grouped(record.fuel_used) + " of " + grouped(record.fuel_limit));
  lines.add("price", "charged " + record.charged.to_text() + " of " + record.reserve.to_text() + " reserved, " +
                         record.released().to_text() + " released");
  lines.add("member", before.member.to_text() + " before, " + after.member.to_text() + " after");
  lines.add("node", before.node.to_text() + " before, " + after.node.to_text() + " after");
  if (!record.receipt) return {lines.text(), std::nullopt};
  lines.add("receipt", record.receipt->to_text());
  const auto verified = verify_receipt(node.state(), *record.receipt);
  lines.add("verified", verified ? std::to_string(verified->held.size()) + " checks hold: signatures, links and anchor"
                                 : "no: " + verified.error().detail);
  if (!verified) return {lines.text(), verified.error().code};
  const auto replay = runtime::replay_receipt(node.state().dag_store(), node.executor(), *record.receipt);
  if (!replay) {
    lines.add("replayed", "no: " + replay.error().detail);
    return {lines.text(), replay.error().code};
  }
  const auto failed = replay_error_code(replay->verdict);
  lines.add("replayed",
            failed ? std::string(replay_verdict_name(replay->verdict)) + ": " + replay->detail : "identical");
  return {lines.text(), failed};
}

// What the home adds to its acceptance, for the user to know; empty if there is nothing.
std::string note_of(const runtime::SubmitAnswer& accepted) {
  return accepted.accepted == runtime::Acceptance::before
             ? "the same job was accepted before; it is not run or charged again"
             : accepted.note;
}

// Where standard error is closed, the exit code and the JSON still tell.
void say(const std::string& line) { static_cast<void>(write_to(Stream::error, line).has_value()); }

bool ended_by_itself(const jobs::JobRecord& record) {
  return record.outcome &&
         (record.outcome->kind == model::OutcomeKind::ok || record.outcome->kind == model::OutcomeKind::nonzero_exit);
}

// The answer of a job that has ended.
Result<Answer> answer_of(node::EmbeddedNode& node, const Invocation& invocation, runtime::JobReport report,
                         const Balances& before, const std::string& note) {
  const jobs::JobRecord& record = report.record;
  Bytes output = std::move(report.output);
  // A job that had ended before this call has its output in the DAG.
  if (output.empty() && record.output) {
    ICN_TRY(read_output(node.state(), record, [&](ByteView piece) -> Result<void> {
      append(output, piece);
      return {};
    }));
  }
  Answer answer;
  answer.exit_code = runtime::exit_code_of(record);
  answer.json = api::json_text(api::job_end(record, note));
  answer.text = std::string(text_of(output));
  if (record.output) {
    answer.kept =
        "the job has ended and is settled: `icn job output " + record.id.to_text() + "` writes its output again";
  }
  if (invocation.wants_json()) return answer;
  if (!note.empty()) say("icn: " + note + "\n");
  if (invocation.has("--report")) {
    if (!answer.text.empty() && answer.text.back() != '\n') answer.text += "\n";
    const Progress progress("verifying the receipt and running the job again", progress_of(invocation));
    const Report story = report_of(node, record, output, before);
    answer.text += (answer.text.empty() ? "" : "\n") + story.text;
    if (story.failed) answer.exit_code = error_row(*story.failed).exit_code;
  } else if (!ended_by_itself(record)) {
    say(failure_text(record));
  }
  return answer;
}

// The answer when the node failed in the middle: the job is accepted and keeps what it reserved.
Result<Answer> unfinished(node::EmbeddedNode& node, const Invocation& invocation, const model::JobId& id,
                          const Error& error) {
  const auto record = node.state().jobs().find(id);
  if (!record || !*record || jobs::is_terminal((*record)->phase)) return fail(error);
  if (!invocation.wants_json()) say(unfinished_text(**record, error));
  return Answer{api::json_text(api::unfinished_job(**record, error)), "", error_row(error.code).exit_code};
}

// Runs the job, and beside it those that were submitted earlier and wait; their end is waited for, unless interrupted.
Result<Answer> execute(node::EmbeddedNode& node, const Invocation& invocation, const model::JobId& id,
                       const Balances& before, const std::string& note, runtime::RunClaim claim = {}) {
  // A job that has ended is told as it is; its log stays.
  if (const auto record = ICN_TRY(node.state().jobs().find(id)); record && jobs::is_terminal(record->phase)) {
    runtime::JobReport told;
    told.record = *record;
    return answer_of(node, invocation, std::move(told), before, note);
  }
  // The settlement is signed: a passphrase is asked for, and a wrong one refused, before anything runs.
  ICN_TRY(node.unlock_node_key());
  const InterruptScope interrupt;
  // The log is there before anybody can ask for it.
  std::optional<Watcher> watcher(std::in_place, node, id, progress_of(invocation));
  ICN_TRY(node.serve(owner_handler(node)));
  node::JobRunner runner(node.state(), std::max(1U, node.state().services().system_info->system_info().cpu_cores));
  runner.run_waiting(id, [&node](const model::JobId& waiting) { return watch_quietly(node, waiting); });
  Result<runtime::JobReport> report = runner.run(id, watcher->hooks(), std::move(claim));
  watcher.reset();
  if (!report) return unfinished(node, invocation, id, report.error());
  Answer answer = ICN_TRY(answer_of(node, invocation, *std::move(report), before, note));
  if (runner.waiting() == 0 || interrupt.asked()) return answer;
  ICN_TRY(write_to(Stream::output, invocation.wants_json() ? answer.json : answer.text));
  answer.json.clear();
  answer.text.clear();
  const std::size_t others = runner.waiting();
  say("icn: " + std::to_string(others) + (others == 1 ? " job" : " jobs") +
      " submitted earlier are being run too; Ctrl-C leaves them for later\n");
  while (runner.wait_for_waiting(50) > 0 && !interrupt.asked()) {
  }
  return answer;
}

Result<runtime::SubmitAnswer> submit(node::EmbeddedNode& node, const runtime::PreparedJob& prepared,
                                     runtime::StartMode start) {
  runtime::SubmitRequest request;
  request.body = prepared.body;
  request.blocks = prepared.blocks;
  request.start = start;
  request.signature = ICN_TRY(node.sign_job(prepared.id()));
  return submit_job(node.state(), request);
}

// What is wrong with a module is said of its bytes, wherever it is noticed; here it gets the name of its file.
template <class T>
Result<T> of_program(const Invocation& invocation, Result<T> answer) {
  constexpr std::string_view kKept = "; nothing was charged";
  if (answer || answer.error().subject != wasm::kModuleSubject) return answer;
  Error error = within("the program '" + invocation.arguments[0] + "'", std::move(answer).error());
  if (!error.detail.ends_with(kKept)) error.detail += kKept;
  return fail(std::move(error));
}

Result<runtime::PreparedJob> prepare(node::EmbeddedNode& node, const Invocation& invocation) {
  runtime::JobDraft draft = ICN_TRY(draft_of(invocation, node.member()));
  return of_program(invocation, prepare_job(node.state(), std::move(draft)));
}

}  // namespace

Result<Answer> job_run(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Balances before = balances_of(*node);
  const runtime::PreparedJob prepared = ICN_TRY(prepare(*node, invocation));
  runtime::SubmitAnswer accepted = ICN_TRY(of_program(invocation, submit(*node, prepared, runtime::StartMode::now)));
  return execute(*node, invocation, accepted.id, before, note_of(accepted), std::move(accepted.claim));
}

Result<Answer> job_submit(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const runtime::PreparedJob prepared = ICN_TRY(prepare(*node, invocation));
  const runtime::SubmitAnswer accepted =
      ICN_TRY(of_program(invocation, submit(*node, prepared, runtime::StartMode::later)));
  const std::string note = note_of(accepted);
  if (!note.empty() && !invocation.wants_json()) say("icn: " + note + "\n");
  return Answer{api::json_text(api::job_end(accepted.record, note)), accepted.id.to_text() + "\n", 0};
}

Result<Answer> job_simulate(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  Progress progress("compiling and starting the program", progress_of(invocation));
  std::uint64_t slices = 0;
  runtime::RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t used, std::uint64_t limit) {
    if (const auto news = slice_news(slices, used, limit)) progress.show(*news);
  };
  runtime::JobDraft draft = ICN_TRY(draft_of(invocation, node->member()));
  const runtime::Simulation simulation =
      ICN_TRY(of_program(invocation, simulate_job(node->state(), std::move(draft), hooks)));
  const std::string_view outcome = model::outcome_name(simulation.receipt.outcome.kind);
  Json json;
  json["outcome"] = outcome;
  json["code"] = simulation.receipt.outcome.code;
  json["exit_code"] = simulation.exit_code;
  json["fuel_used"] = simulation.receipt.fuel;
  json["fuel_limit"] = simulation.prepared.limits.max_fuel;
  json["memory_pages"] = simulation.receipt.memory_pages;
  json["output_bytes"] = simulation.output.size();
  json["effects"] = simulation.effects;
  json["minimum_cost_mana"] = simulation.minimum_cost_mana;
  json["reserve_umana"] = umana_text(simulation.reserve);
  json["discount_umana"] = umana_text(simulation.discount);
  json["budget_umana"] = umana_text(simulation.budget);
  json["charged_umana"] = umana_text(simulation.charged);
  json["pay_umana"] = umana_text(simulation.pay);
  json["available_umana"] = umana_text(simulation.available);
  json["message"] = simulation.message;
  Lines lines;
  lines.add("outcome", std::string(outcome) + (simulation.message.empty() ? "" : ": " + simulation.message));
  lines.add("fuel", grouped(simulation.receipt.fuel) + " of " + grouped(simulation.prepared.limits.max_fuel));
  lines.add("memory", std::to_string(simulation.receipt.memory_pages) + " pages");
  lines.add("output", grouped(simulation.output.size()) + " bytes");
  lines.add("reserve", simulation.reserve.to_text() + " (cost at least " +
                           std::to_string(simulation.minimum_cost_mana) + " mana)");
  lines.add("would cost", simulation.charged.to_text() + "; you have " + simulation.available.to_text());
  return Answer{dump(json), lines.text() + "Nothing was charged and nothing was stored.\n", 0};
}

Result<Answer> job_wait(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Balances before = balances_of(*node);
  const jobs::JobRecord record = ICN_TRY(node->state().jobs().find_by_text(invocation.arguments[0]));
  return execute(*node, invocation, record.id, before, "");
}

Result<Answer> job_rerun(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Balances before = balances_of(*node);
  runtime::JobDescription description = ICN_TRY(describe_job(node->state(), invocation.arguments[0]));
  description.job.nonce.assign(16, 0);
  node->state().services().random->fill(description.job.nonce);
  description.job.submitter = node->member();
  runtime::SubmitRequest request;
  request.body = description.job.to_block();
  request.start = runtime::StartMode::now;
  request.signature = ICN_TRY(node->sign_job(model::JobId{request.body.cid}));
  runtime::SubmitAnswer accepted = ICN_TRY(submit_job(node->state(), request));
  return execute(*node, invocation, accepted.id, before, note_of(accepted), std::move(accepted.claim));
}

}  // namespace icn::cli::commands
