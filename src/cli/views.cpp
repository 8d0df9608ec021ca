#include "cli/views.hpp"

#include <nlohmann/json.hpp>

#include <ctime>

namespace icn::cli {
namespace {

using Json = nlohmann::ordered_json;

Json text_or_null(const std::optional<ipld::Cid>& cid) { return cid ? Json(cid->to_text()) : Json(nullptr); }

bool ran(const mesh::JobRecord& record) { return record.outcome.has_value(); }

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

std::string time_text(model::UnixMs time) {
  const auto seconds = static_cast<std::time_t>(time.value / 1000);
  std::tm parts{};
  char text[40];
  if (gmtime_r(&seconds, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts) == 0)
    return std::to_string(time.value) + " ms";
  char millis[8];
  std::snprintf(millis, sizeof millis, ".%03uZ", static_cast<unsigned>(time.value % 1000));
  return std::string(text) + millis;
}

std::string code_text(const mesh::JobRecord& record) {
  if (!record.outcome) return record.failure ? std::string(error_row(*record.failure).name) : "";
  switch (record.outcome->kind) {
    case model::OutcomeKind::nonzero_exit:
      return "exit status " + std::to_string(record.outcome->code);
    case model::OutcomeKind::trap:
      return "trap: " + std::string(trap_name(static_cast<model::TrapCode>(record.outcome->code)));
    default:
      return "";
  }
}

Json job_json(const mesh::JobRecord& record) {
  Json json;
  json["job_id"] = record.id.to_text();
  json["outcome"] = runtime::outcome_text(record);
  json["phase"] = mesh::phase_name(record.phase);
  json["code"] = record.outcome   ? Json(record.outcome->code)
                 : record.failure ? Json(static_cast<unsigned>(*record.failure))
                                  : Json(0);
  json["rule"] = record.failure_rule.empty() ? Json(nullptr) : Json(record.failure_rule);
  json["trap"] = ran(record) && record.outcome->kind == model::OutcomeKind::trap
                     ? Json(trap_name(static_cast<model::TrapCode>(record.outcome->code)))
                     : Json(nullptr);
  json["exit_code"] = mesh::is_terminal(record.phase) ? Json(runtime::exit_code_of(record)) : Json(nullptr);
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
  json["outcome"] =
      error.code == ErrorCode::infrastructure || error.code == ErrorCode::storage || error.code == ErrorCode::busy
          ? "infrastructure"
          : "refused";
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

Json error_json(const Error& error) {
  const ErrorRow& row = error_row(error.code);
  Json json;
  json["error"]["code"] = static_cast<unsigned>(error.code);
  json["error"]["name"] = row.name;
  json["error"]["rule"] = error.rule.empty() ? Json(nullptr) : Json(error.rule);
  json["error"]["detail"] = error.detail;
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
  const mesh::JobRecord& record = description.record;
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
  for (const mesh::JobHappening& happening : record.happenings) {
    Json entry;
    entry["time"] = time_text(happening.time);
    entry["phase"] = mesh::phase_name(happening.phase);
    entry["text"] = happening.text;
    json["happenings"].push_back(std::move(entry));
  }
  json["effects_told"] = record.effects_told;
  return json;
}

std::string description_text(const runtime::JobDescription& description) {
  const mesh::JobRecord& record = description.record;
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    std::string head(name);
    head.resize(12, ' ');
    text += head + value + "\n";
  };
  const std::string code = code_text(record);
  line("job", record.id.to_text());
  line("state", std::string(mesh::phase_name(record.phase)));
  if (mesh::is_terminal(record.phase))
    line("outcome", std::string(runtime::outcome_text(record)) + (code.empty() ? "" : " (" + code + ")"));
  line("message", record.message);
  line("submitter", record.submitter.to_text());
  line("executor", record.attempts > 0 ? record.executor.to_text() : "");
  line("accepted", time_text(record.accepted));
  line("program", description.job.module.to_text() + " " + description.job.entry);
  line("fuel", grouped(record.fuel_used) + " of " + grouped(record.fuel_limit));
  line("reserved", record.reserve.to_text());
  line("charged", record.charged.to_text());
  line("receipt", record.receipt ? record.receipt->to_text() : "");
  line("output", record.output ? record.output->to_text() : "");
  return text;
}

}  // namespace icn::cli
