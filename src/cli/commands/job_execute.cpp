// The commands that make or run a job: run, submit, simulate, wait, rerun.
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/commands/watch.hpp"
#include "cli/session.hpp"
#include "cli/views.hpp"
#include "runtime/replay.hpp"

namespace icn::cli::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kModuleBytesMax = 64ULL << 20;
constexpr std::uint64_t kInputBytesMax = 256ULL << 20;

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

Result<std::vector<Bytes>> inputs_of(const Invocation& invocation, const model::LimitsAsked& limits) {
  const auto asked = limits.values[limit_row("max_input_bytes")];
  const std::uint64_t bytes_max = asked ? std::min(*asked, kInputBytesMax) : kInputBytesMax;
  std::vector<Bytes> inputs;
  for (const std::string& path : invocation.texts("--input"))
    inputs.push_back(ICN_TRY(read_file(path, bytes_max, "max_input_bytes")));
  if (inputs.empty() && !input_is_terminal())
    inputs.push_back(ICN_TRY(read_standard_input(bytes_max, "max_input_bytes")));
  return inputs;
}

Result<runtime::JobDraft> draft_of(const Invocation& invocation, const model::Did& submitter) {
  runtime::JobDraft draft;
  draft.submitter = submitter;
  draft.limits = ICN_TRY(limits_of(invocation));
  draft.module = ICN_TRY(read_file(invocation.arguments[0], kModuleBytesMax, "max_module_bytes"));
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

std::string failure_text(const mesh::JobRecord& record) {
  const std::string code = code_text(record);
  std::string text = "icn: job " + record.id.to_text() + " ended as " + std::string(runtime::outcome_text(record));
  if (!code.empty()) text += " (" + code + ")";
  if (!record.message.empty()) text += ": " + record.message;
  return text + "\nicn: charged " + record.charged.to_text() + ", released " + record.released().to_text() +
         "; `icn job why " + record.id.to_text() + "` tells more\n";
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
Result<std::string> report_text(node::EmbeddedNode& node, const mesh::JobRecord& record, const Bytes& output,
                                const Balances& before) {
  const Balances after = balances_of(node);
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    std::string head(name);
    head.resize(14, ' ');
    text += head + value + "\n";
  };
  const std::string code = code_text(record);
  std::string result(text_of(output));
  while (!result.empty() && result.back() == '\n') result.pop_back();
  line("job", record.id.to_text());
  line("executor", record.executor.to_text());
  line("outcome", std::string(runtime::outcome_text(record)) + (code.empty() ? "" : " (" + code + ")") +
                      (record.message.empty() ? "" : ": " + record.message));
  if (!result.empty() && result.size() < 200 && is_utf8(output) && result.find('\n') == std::string::npos)
    line("result", result);
  line("fuel", grouped(record.fuel_used) + " of " + grouped(record.fuel_limit));
  line("price", "charged " + record.charged.to_text() + " of " + record.reserve.to_text() + " reserved, " +
                    record.released().to_text() + " released");
  line("member", before.member.to_text() + " before, " + after.member.to_text() + " after");
  line("node", before.node.to_text() + " before, " + after.node.to_text() + " after");
  if (!record.receipt) return text;
  line("receipt", record.receipt->to_text());
  const runtime::VerifiedReceipt verified = ICN_TRY(verify_receipt(node.state(), *record.receipt));
  line("verified", std::to_string(verified.held.size()) + " checks hold: signatures, links and anchor");
  const runtime::ReplayReport replay =
      ICN_TRY(runtime::replay_receipt(node.state().dag_store(), node.executor(), *record.receipt));
  if (const auto failed = replay_error_code(replay.verdict)) return fail(*failed, replay.detail);
  line("replayed", "identical");
  return text;
}

// The answer of a job that has ended, printed at once when other jobs are still to be run.
Result<Answer> answer_of(node::EmbeddedNode& node, const Invocation& invocation, runtime::JobReport report,
                         const Balances& before) {
  const mesh::JobRecord& record = report.record;
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
  answer.json = dump(job_json(record));
  answer.text = std::string(text_of(output));
  if (invocation.has("--report")) {
    if (!answer.text.empty() && answer.text.back() != '\n') answer.text += "\n";
    answer.text += "\n" + ICN_TRY(report_text(node, record, output, before));
  } else if (!invocation.wants_json() &&
             !(record.outcome && (record.outcome->kind == model::OutcomeKind::ok ||
                                  record.outcome->kind == model::OutcomeKind::nonzero_exit))) {
    ICN_TRY(write_to(Stream::error, failure_text(record)));
  }
  return answer;
}

// Runs the job, and beside it those that were submitted earlier and wait; their end is waited for, unless interrupted.
Result<Answer> execute(node::EmbeddedNode& node, const Invocation& invocation, const model::JobId& id,
                       const Balances& before) {
  ICN_TRY(node.serve(owner_handler(node)));
  const InterruptScope interrupt;
  node::JobRunner runner(node.state(), std::max(1U, node.state().services().system_info->system_info().cpu_cores));
  runner.run_waiting(id, [&node](const model::JobId& waiting) { return watch_quietly(node, waiting); });
  const Shows shows = !invocation.wants_json() && is_terminal(Stream::error) ? Shows::log_and_progress : Shows::log;
  runtime::JobReport report;
  {
    Watcher watcher(node, id, shows);
    report = ICN_TRY(runner.run(id, watcher.hooks()));
  }
  Answer answer = ICN_TRY(answer_of(node, invocation, std::move(report), before));
  if (runner.waiting() == 0 || interrupt.asked()) return answer;
  ICN_TRY(write_to(Stream::output, invocation.wants_json() ? answer.json : answer.text));
  answer.json.clear();
  answer.text.clear();
  ICN_TRY(write_to(Stream::error, "icn: " + std::to_string(runner.waiting()) +
                                      " jobs submitted earlier are being run too; Ctrl-C leaves them for later\n"));
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

}  // namespace

Result<Answer> job_run(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Balances before = balances_of(*node);
  const runtime::PreparedJob prepared =
      ICN_TRY(prepare_job(node->state(), ICN_TRY(draft_of(invocation, node->member()))));
  const runtime::SubmitAnswer accepted = ICN_TRY(submit(*node, prepared, runtime::StartMode::now));
  return execute(*node, invocation, accepted.id, before);
}

Result<Answer> job_submit(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const runtime::PreparedJob prepared =
      ICN_TRY(prepare_job(node->state(), ICN_TRY(draft_of(invocation, node->member()))));
  const runtime::SubmitAnswer accepted = ICN_TRY(submit(*node, prepared, runtime::StartMode::later));
  return Answer{dump(job_json(accepted.record)), accepted.id.to_text() + "\n", 0};
}

Result<Answer> job_simulate(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const runtime::Simulation simulation =
      ICN_TRY(simulate_job(node->state(), ICN_TRY(draft_of(invocation, node->member()))));
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
  std::string text =
      "outcome     " + std::string(outcome) + (simulation.message.empty() ? "" : ": " + simulation.message) + "\n";
  text +=
      "fuel        " + grouped(simulation.receipt.fuel) + " of " + grouped(simulation.prepared.limits.max_fuel) + "\n";
  text += "memory      " + std::to_string(simulation.receipt.memory_pages) + " pages\n";
  text += "output      " + grouped(simulation.output.size()) + " bytes\n";
  text += "reserve     " + simulation.reserve.to_text() + " (cost at least " +
          std::to_string(simulation.minimum_cost_mana) + " mana)\n";
  text += "would cost  " + simulation.charged.to_text() + "; you have " + simulation.available.to_text() + "\n";
  text += "Nothing was charged and nothing was stored.\n";
  return Answer{dump(json), std::move(text), 0};
}

Result<Answer> job_wait(const Invocation& invocation) {
  const auto node = ICN_TRY(open_node(invocation));
  const Balances before = balances_of(*node);
  const mesh::JobRecord record = ICN_TRY(node->state().jobs().find_by_text(invocation.arguments[0]));
  return execute(*node, invocation, record.id, before);
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
  const runtime::SubmitAnswer accepted = ICN_TRY(submit_job(node->state(), request));
  return execute(*node, invocation, accepted.id, before);
}

}  // namespace icn::cli::commands
