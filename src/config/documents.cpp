// docs/CONFIG.md and docs/icn.example.toml, from the table of keys.
#include <fmt/core.h>

#include "config/keys.hpp"

namespace icn::config {
namespace {

std::string_view section_of(const KeyRow& row) {
  const std::size_t dot = row.name.find('.');
  return dot == std::string_view::npos ? std::string_view() : row.name.substr(0, dot);
}
std::string_view name_in_section(const KeyRow& row) {
  const std::size_t dot = row.name.find('.');
  return dot == std::string_view::npos ? row.name : row.name.substr(dot + 1);
}

// "an integer from 1 to 3600, in s", "one of error, warning, info, debug".
std::string form_of(const KeyRow& row) {
  if (row.type == ValueType::choice) {
    std::string words(row.words);
    for (std::size_t at = 0; (at = words.find('|', at)) != std::string::npos; ++at) words.replace(at, 1, ", ");
    return "one of " + words;
  }
  if (row.type != ValueType::number) return std::string(value_type_name(row.type));
  return fmt::format("an integer from {} to {} ({})", row.min, row.max, row.unit);
}

// "`json`; in development `text`".
std::string defaults_of(const KeyRow& row) {
  const auto shown = [](std::string_view value) {
    return value.empty() ? std::string("none") : fmt::format("`{}`", value);
  };
  std::string text = shown(row.fallback);
  if (row.in_development) text += "; in development " + shown(*row.in_development);
  if (row.in_testing) text += "; in testing " + shown(*row.in_testing);
  return text;
}

// A value as TOML; values of the table need no escapes.
std::string toml_of(const KeyRow& row, std::string_view value) {
  switch (row.type) {
    case ValueType::flag:
    case ValueType::number:
      return std::string(value);
    case ValueType::text:
    case ValueType::choice:
    case ValueType::bytes:
      return fmt::format("\"{}\"", value);
    case ValueType::list:
      break;
  }
  std::string entries;
  for (const std::string& entry : list_entries(value))
    entries += fmt::format("{}\"{}\"", entries.empty() ? "" : ", ", entry);
  return "[" + entries + "]";
}

// Comment lines of at most 100 columns.
std::string commented(std::string text) {
  constexpr std::size_t kColumns = 100;
  std::string lines;
  while (text.size() > kColumns) {
    const std::size_t space = text.rfind(' ', kColumns);
    if (space == std::string::npos) break;
    lines += "# " + text.substr(0, space) + "\n";
    text.erase(0, space + 1);
  }
  return lines + "# " + text + "\n";
}

}  // namespace

std::string keys_markdown() {
  std::string text =
      "# Configuration\n\n"
      "Made from the table in `src/config/keys.hpp`; `config_test` compares. A key is given by a command line option,\n"
      "else by an environment variable, else by the configuration file, else it has its default. Every key can be an\n"
      "option of the commands that start or check a node: `--set KEY=VALUE`. `icn node config show --origin` prints\n"
      "each value and where it came from.\n\n"
      "The file is TOML: `icn.toml` in the data folder, unless `--config` or `ICN_CONFIG` names another.\n"
      "[icn.example.toml](icn.example.toml) has every key with its default. A file with an unknown key, a value of\n"
      "another type or a value out of bounds is refused as a whole, with the line and the nearest key.\n";
  std::string_view section = "?";
  for (const KeyRow& row : kKeyTable) {
    if (section_of(row) != section) {
      section = section_of(row);
      text += section.empty() ? "" : fmt::format("\n## Section `[{}]`\n", section);
    }
    text += fmt::format("\n### `{}`\n\n", row.name);
    text += "| form | default | variable | option | reload |\n| --- | --- | --- | --- | --- |\n";
    text += fmt::format("| {} | {} | `{}` | {} | {} |\n\n", form_of(row), defaults_of(row), row.variable,
                        row.option.empty() ? "–" : fmt::format("`{}`", row.option),
                        row.reload == Reload::live ? "while the node runs" : "with a restart");
    text += fmt::format("{}.\n", row.doc);
  }
  text += "\n## Other variables\n\n| variable | meaning |\n| --- | --- |\n";
  for (const VariableRow& row : kVariableTable) text += fmt::format("| `{}` | {} |\n", row.name, row.doc);
  return text;
}

std::string example_file() {
  std::string text =
      "# An example of a configuration file for icn, with every key and its default. Made from the table of keys;\n"
      "# CONFIG.md in the same folder explains them. Remove the # before a line to change its value.\n";
  std::string_view section = "?";
  for (const KeyRow& row : kKeyTable) {
    if (section_of(row) != section) {
      section = section_of(row);
      if (!section.empty()) text += fmt::format("\n[{}]\n", section);
    }
    text += "\n" + commented(fmt::format("{}.", row.doc));
    text += commented(fmt::format("Default: {}. Variable: {}.", defaults_of(row), row.variable));
    text += fmt::format("#{} = {}\n", name_in_section(row), toml_of(row, row.fallback));
  }
  return text;
}

}  // namespace icn::config
