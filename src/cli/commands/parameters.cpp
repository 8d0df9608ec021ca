// The commands about the parameters of the scope: list, get, explain, history.
#include "api/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/commands/commands.hpp"
#include "cli/commands/serve.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"
#include "cli/views.hpp"

namespace icn::cli::commands {
namespace {

// As `gov propose set` takes it.
std::string value_text(const api::ParameterRowView& row) {
  if (row.type == model::ParameterType::whole_number) return std::to_string(row.value);
  return fmt::format("{}", fmt::join(row.entries, ","));
}

// Of a list the number of its entries: the table has one line for each change.
std::string history_text(model::ParameterType type, const std::string& value) {
  if (type == model::ParameterType::whole_number) return with_grouped_numbers(value);
  const auto entries = value.empty() ? 0 : std::count(value.begin(), value.end(), ',') + 1;
  return fmt::format("{} {}", entries, entries == 1 ? "entry" : "entries");
}

}  // namespace

Result<Answer> param_list(const Invocation& invocation) {
  const api::ParameterList list = ICN_TRY(on_node<&api::list_parameters>(invocation, {}));
  Table table({{"NAME"}, {"VALUE", Align::right}, {"DEFAULT", Align::right}, {"UNIT"}, {"WHAT", Align::left, true}},
              output_look());
  for (const api::ParameterRowView& row : list.rows) {
    const Style style = row.value == row.fallback ? Style::plain : Style::strong;
    table.add({row.name, Cell(grouped(row.value), style), grouped(row.fallback), row.unit, row.text});
  }
  return Answer{.json = api::json_text(list), .laid_out = table.text()};
}

Result<Answer> param_get(const Invocation& invocation) {
  const api::ParameterRowView row = ICN_TRY(on_node<&api::get_parameter>(invocation, {invocation.arguments[0]}));
  return Answer{api::json_text(row), value_text(row) + "\n", 0};
}

Result<Answer> param_explain(const Invocation& invocation) {
  const api::ParameterExplanation row =
      ICN_TRY(on_node<&api::explain_parameter>(invocation, {invocation.arguments[0]}));
  Lines lines;
  lines.add("name", row.name);
  lines.add("what", row.text);
  lines.add("affects", row.affects);
  lines.add("value", fmt::format("{} {}", grouped(row.value), row.unit));
  for (const std::string& entry : row.entries) lines.add("entry", entry);
  lines.add("chosen by", row.proposal                              ? "the members, proposal " + row.proposal->to_text()
                         : row.chosen_by == api::ChosenBy::genesis ? "the founders, at genesis"
                                                                   : "no one: the default");
  lines.add("default", grouped(row.fallback));
  lines.add("bounds", fmt::format("{} to {}", grouped(row.min), grouped(row.max)));
  return Answer{api::json_text(row), lines.text(), 0};
}

Result<Answer> param_history(const Invocation& invocation) {
  const api::ParameterHistory history =
      ICN_TRY(on_node<&api::parameter_history>(invocation, {invocation.arguments[0]}));
  const Look look = output_look();
  Table table({{"ENTRY", Align::right}, {"TIME"}, {"VALUE", Align::right}, {"PROPOSAL"}}, look);
  for (const api::ParameterHistoryRow& row : history.rows) {
    table.add({row.position == 0 ? "genesis" : std::to_string(row.position), row.time ? time_text(*row.time) : "-",
               history_text(history.type, row.value), row.proposal ? id_text(*row.proposal, look) : "-"});
  }
  return Answer{.json = api::json_text(history), .laid_out = table.text()};
}

}  // namespace icn::cli::commands
