#include "config/keys.hpp"

#include <fmt/core.h>

#include "backends/registry.hpp"
#include "dag/usage.hpp"
#include "model/trust.hpp"

namespace icn::config {
namespace {

consteval bool rows_are_in_order() {
  for (std::size_t i = 0; i < kKeyTable.size(); ++i) {
    if (static_cast<std::size_t>(kKeyTable[i].key) != i) return false;
  }
  return true;
}
static_assert(rows_are_in_order());

Result<void> check_url(std::string_view value, const Result<ports::Descriptor>& descriptor) {
  for (const char c : value) {
    if (static_cast<unsigned char>(c) < 0x20)
      return fail(ErrorCode::invalid_argument, "a URL has no line breaks or other control characters");
  }
  if (!descriptor) return fail(descriptor.error());
  if (descriptor->place != ports::Place::process && backends::split_url(value).location.empty()) {
    return fail(ErrorCode::invalid_argument,
                fmt::format("'{}' has no location; write {}:LOCATION", value, descriptor->name));
  }
  return {};
}

}  // namespace

Result<void> check_dag_url(std::string_view value) { return check_url(value, backends::dag_store::describe(value)); }
Result<void> check_state_url(std::string_view value) {
  return check_url(value, backends::state_store::describe(value));
}
Result<void> check_bytes(std::string_view value) {
  ICN_TRY(dag::parse_bytes(value));
  return {};
}

Result<void> check_trust_level(std::string_view value) {
  if (model::find_trust_level(value)) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("'{}' is not a level of trust: none, basic, partial or full", value));
}

std::optional<Given> unchecked_value(Key key, const std::optional<std::string>& option,
                                     const Environment& environment) {
  const KeyRow& row = key_row(key);
  if (option) return Given{*option, row.option};
  if (const auto variable = environment(row.variable); variable && !variable->empty())
    return Given{*variable, row.variable};
  return std::nullopt;
}

Result<std::optional<Given>> given_value(Key key, const std::optional<std::string>& option,
                                         const Environment& environment) {
  auto given = unchecked_value(key, option, environment);
  if (!given) return given;
  if (const auto good = key_row(key).check(given->value); !good) return fail(within(given->by, good.error()));
  return given;
}

std::string keys_markdown() {
  std::string text =
      "# Configuration\n\n"
      "Made from the table in `src/config/keys.hpp`; `config_test` compares. A key is given by the command line "
      "option,\n"
      "else by the environment variable, else it has its default.\n";
  for (const KeyRow& row : kKeyTable) {
    text += fmt::format("\n## `{}`\n\n", row.name);
    text += "| option | variable | default |\n| --- | --- | --- |\n";
    text += fmt::format("| {} | `{}` | `{}` |\n\n", row.option.empty() ? "–" : fmt::format("`{}`", row.option),
                        row.variable, row.fallback);
    text += fmt::format("{}.\n", row.doc);
  }
  text += "\n## Other variables\n\n| variable | meaning |\n| --- | --- |\n";
  for (const VariableRow& row : kVariableTable) text += fmt::format("| `{}` | {} |\n", row.name, row.doc);
  return text;
}

}  // namespace icn::config
