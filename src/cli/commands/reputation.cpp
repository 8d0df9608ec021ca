// The commands on reputation.
#include <fmt/core.h>

#include "api/reputation.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"
#include "cli/words.hpp"

namespace icn::cli::commands {
namespace {

// "-0.5" of millionths; the form of mana has the same unit.
std::string points_text(std::string_view micro_points) {
  const bool negative = micro_points.starts_with('-');
  const auto points = whole_number(negative ? micro_points.substr(1) : micro_points);
  return (negative ? "-" : "") + mana_number(model::Mana{points.value_or(0)});
}

std::string history_text(const api::ReputationHistory& history, bool newest, const Look& look) {
  if (history.rows.empty()) {
    return newest ? fmt::format("no changes of {} yet\n", history.did.to_text())
                  : fmt::format("no earlier changes of {}\n", history.did.to_text());
  }
  Table table({{"NUMBER", Align::right},
               {"TIME"},
               {"WHY"},
               {"JOB"},
               {"FOR OR BY", Align::left, true},
               {"CHANGE", Align::right},
               {"POINTS", Align::right}},
              look);
  for (const api::ReputationChangeView& row : history.rows) {
    table.add({grouped(row.number), time_text(row.time), reputation::reason_name(row.reason),
               row.job ? id_text(row.job->cid, look) : "-", row.other ? row.other->to_text() : "-",
               points_text(row.change_micro_points), points_text(row.micro_points)});
  }
  std::string text = table.text();
  if (history.next_before) text += fmt::format("earlier: icn rep history --before {}\n", *history.next_before);
  return text;
}

}  // namespace

Result<Answer> rep_history(const Invocation& invocation) {
  api::ReputationHistoryRequest request;
  request.before = ICN_TRY(invocation.number("--before", UINT64_MAX, 1));
  if (const auto count = ICN_TRY(invocation.count(api::ReputationHistoryRequest::kCountMax))) request.count = *count;
  if (!invocation.arguments.empty()) request.did = ICN_TRY(model::Did::parse(invocation.arguments[0]));
  const api::ReputationHistory history = ICN_TRY(on_node<&api::reputation_history>(invocation, request));
  return Answer{.json = api::json_text(history), .laid_out = history_text(history, !request.before, output_look())};
}

}  // namespace icn::cli::commands
