#include "cli/views.hpp"

#include <nlohmann/json.hpp>

#include "cli/words.hpp"

namespace icn::cli {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::optional<ipld::Cid>& cid) { return cid ? Json(cid->to_text()) : Json(nullptr); }

bool ran(const jobs::JobRecord& record) { return record.outcome.has_value(); }

// Whether a job was not taken or not run for reasons that are not the user's.
bool is_infrastructure(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal:
    case ErrorCode::missing_data:
    case ErrorCode::corrupted:
    case ErrorCode::storage:
    case ErrorCode::busy:
    case ErrorCode::infrastructure:
    case ErrorCode::production_error:
    case ErrorCode::unbalanced:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string umana_text(model::Mana mana) { return std::to_string(mana.umana); }

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

void Lines::add(std::string_view name, const std::string& value) {
  if (!value.empty()) text_ += padded(name, width_) + value + "\n";
}

std::string code_text(const jobs::JobRecord& record) {
  if (!record.outcome)
    return record.failure && jobs::is_terminal(record.phase) ? std::string(error_row(*record.failure).name) : "";
  switch (record.outcome->kind) {
    case model::OutcomeKind::nonzero_exit:
      return "exit status " + std::to_string(record.outcome->code);
    case model::OutcomeKind::trap:
      return std::string(trap_name(static_cast<model::TrapCode>(record.outcome->code)));
    default:
      return "";
  }
}

Json job_json(const jobs::JobRecord& record) {
  Json json;
  json["job_id"] = record.id.to_text();
  json["outcome"] = jobs::is_terminal(record.phase) ? Json(runtime::outcome_text(record)) : Json(nullptr);
  json["phase"] = jobs::phase_name(record.phase);
  json["code"] = record.outcome   ? Json(record.outcome->code)
                 : record.failure ? Json(static_cast<unsigned>(*record.failure))
                                  : Json(0);
  json["rule"] = record.failure_rule.empty() ? Json(nullptr) : Json(record.failure_rule);
  json["trap"] = ran(record) && record.outcome->kind == model::OutcomeKind::trap
                     ? Json(trap_name(static_cast<model::TrapCode>(record.outcome->code)))
                     : Json(nullptr);
  json["exit_code"] = jobs::is_terminal(record.phase) ? Json(runtime::exit_code_of(record)) : Json(nullptr);
  json["receipt"] = text_or_null(record.receipt);
  json["output_cid"] = text_or_null(record.output);
  json["fuel_used"] = record.fuel_used;
  json["fuel_limit"] = record.fuel_limit;
  json["memory_pages"] = record.memory_pages;
  json["reserved_umana"] = umana_text(record.reserve);
  json["charged_umana"] = umana_text(record.charged);
  json["released_umana"] = umana_text(record.released());
  json["executor"] = record.attempts > 0 ? Json(record.executor.to_text()) : Json(nullptr);
  json["message"] = record.message;
  return json;
}

Json refusal_json(const Error& error) {
  Json json;
  json["job_id"] = nullptr;
  json["outcome"] = is_infrastructure(error.code) ? "infrastructure" : "refused";
  json["phase"] = nullptr;
  json["code"] = static_cast<unsigned>(error.code);
  json["rule"] = error.rule.empty() ? std::string(error_row(error.code).name) : error.rule;
  json["trap"] = nullptr;
  json["exit_code"] = error_row(error.code).exit_code;
  json["receipt"] = nullptr;
  json["output_cid"] = nullptr;
  json["fuel_used"] = 0;
  json["fuel_limit"] = 0;
  json["memory_pages"] = 0;
  json["reserved_umana"] = "0";
  json["charged_umana"] = "0";
  json["released_umana"] = "0";
  json["executor"] = nullptr;
  json["message"] = error.detail;
  return json;
}

Json unfinished_json(const jobs::JobRecord& record, const Error& error) {
  Json json = job_json(record);
  json["outcome"] = "infrastructure";
  json["code"] = static_cast<unsigned>(error.code);
  json["rule"] = error.rule.empty() ? Json(nullptr) : Json(error.rule);
  json["exit_code"] = error_row(error.code).exit_code;
  json["message"] = error.detail;
  return json;
}

std::string unfinished_text(const jobs::JobRecord& record, const Error& error) {
  return "icn: " + std::string(error_row(error.code).name) + ": " + error.detail + "\nicn: the job is accepted, " +
         record.reserve.to_text() + " stays reserved and nothing is charged; `icn job wait " + record.id.to_text() +
         "` runs it again\n";
}

Json error_json(const Error& error) {
  const ErrorRow& row = error_row(error.code);
  Json json;
  json["error"]["code"] = static_cast<unsigned>(error.code);
  json["error"]["name"] = row.name;
  json["error"]["rule"] = error.rule.empty() ? Json(nullptr) : Json(error.rule);
  json["error"]["detail"] = error.detail;
  json["error"]["exit_code"] = row.exit_code;
  json["error"]["retryable"] = row.retry == Retry::yes;
  return json;
}

Json receipt_json(const model::Receipt& receipt) {
  Json json;
  json["job"] = receipt.job.to_text();
  json["order"] = receipt.order.to_text();
  json["fuel"] = receipt.fuel;
  json["memory_pages"] = receipt.memory_pages;
  json["transcript"] = receipt.transcript.to_text();
  json["effects"] = receipt.effects.to_text();
  json["output"] = text_or_null(receipt.output);
  json["outcome"]["kind"] = outcome_name(receipt.outcome.kind);
  json["outcome"]["code"] = receipt.outcome.code;
  return json;
}

Json order_json(const model::Order& order) {
  Json json;
  json["job"] = order.job.to_text();
  json["home"] = order.home.to_text();
  json["time"] = time_text(order.time);
  for (std::size_t row = 0; row < model::kLimitCount; ++row) {
    json["limits"][std::string(model::kLimitTable[row].name)] = limit_value(order.limits, row);
  }
  json["profile"] = order.profile.to_text();
  json["costs"] = order.costs.to_text();
  json["abi"] = order.abi.to_text();
  json["observations"] = order.observations.to_text();
  json["base_umana"] = umana_text(order.base);
  json["reserve_umana"] = umana_text(order.reserve);
  json["discount_umana"] = umana_text(order.discount);
  json["deadlines"]["start_by"] = time_text(order.deadlines.start_by);
  json["deadlines"]["finish_by"] = time_text(order.deadlines.finish_by);
  json["deadlines"]["settle_by"] = time_text(order.deadlines.settle_by);
  json["deadlines"]["expires"] = time_text(order.deadlines.expires);
  return json;
}

Json description_json(const runtime::JobDescription& description) {
  const jobs::JobRecord& record = description.record;
  Json json = job_json(record);
  json["submitter"] = record.submitter.to_text();
  json["accepted"] = time_text(record.accepted);
  json["attempts"] = record.attempts;
  json["base_umana"] = umana_text(record.base);
  json["bid_umana"] = umana_text(record.bid);
  json["pay_umana"] = umana_text(record.pay);
  json["budget_umana"] = umana_text(record.budget);
  json["budget_spent_umana"] = umana_text(record.budget_spent);
  json["anchor"] = text_or_null(record.anchor);
  json["module"] = description.job.module.to_text();
  json["entry"] = description.job.entry;
  json["args"] = description.job.args;
  json["inputs"] = Json::array();
  for (const ipld::Cid& input : description.job.inputs) json["inputs"].push_back(input.to_text());
  json["cost_mana"] = description.job.cost_mana;
  json["order"] = order_json(description.order);
  json["happenings"] = Json::array();
  for (const jobs::JobHappening& happening : record.happenings) {
    Json entry;
    entry["time"] = time_text(happening.time);
    entry["phase"] = jobs::phase_name(happening.phase);
    entry["text"] = happening.text;
    json["happenings"].push_back(std::move(entry));
  }
  json["effects_told"] = record.effects_told;
  return json;
}

std::string outcome_line(const jobs::JobRecord& record) {
  const std::string code = code_text(record);
  return std::string(runtime::outcome_text(record)) + (code.empty() ? "" : " (" + code + ")") +
         (record.message.empty() ? "" : ": " + record.message);
}

std::string failure_text(const jobs::JobRecord& record) {
  std::string what;
  if (!record.outcome) {
    what = "the job did not run: " + outcome_line(record);
  } else if (record.outcome->kind == model::OutcomeKind::trap) {
    what = "the program trapped (" + code_text(record) + "): " + record.message;
  } else if (record.outcome->kind == model::OutcomeKind::out_of_fuel) {
    what = "the program used up its fuel limit of " + grouped(record.fuel_limit) + "; --fuel asks for more";
  } else {
    what = "the program did not end by itself: " + outcome_line(record);
  }
  return "icn: " + what + "\nicn: charged " + record.charged.to_text() + ", released " + record.released().to_text() +
         "; `icn job why " + record.id.to_text() + "` tells more\n";
}

std::string description_text(const runtime::JobDescription& description) {
  const jobs::JobRecord& record = description.record;
  const bool ended = jobs::is_terminal(record.phase);
  Lines lines;
  lines.add("job", record.id.to_text());
  lines.add("state", std::string(jobs::phase_name(record.phase)));
  if (ended) lines.add("outcome", outcome_line(record));
  lines.add("submitter", record.submitter.to_text());
  lines.add("executor", record.attempts > 0 ? record.executor.to_text() : "");
  lines.add("accepted", time_text(record.accepted));
  lines.add("program", description.job.module.to_text() + " " + description.job.entry);
  for (const std::string& argument : description.job.args) lines.add("argument", "'" + argument + "'");
  for (const ipld::Cid& input : description.job.inputs) lines.add("input", input.to_text());
  lines.add("fuel", (ran(record) ? grouped(record.fuel_used) + " of " : "at most ") + grouped(record.fuel_limit));
  lines.add("memory", ran(record) ? std::to_string(record.memory_pages) + " pages" : "");
  lines.add("reserved", record.reserve.to_text());
  if (ended) lines.add("charged", record.charged.to_text());
  lines.add("receipt", record.receipt ? record.receipt->to_text() : "");
  lines.add("output", record.output ? record.output->to_text() : "");
  return lines.text();
}

}  // namespace icn::cli
