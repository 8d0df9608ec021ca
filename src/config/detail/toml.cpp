#include "config/detail/toml.hpp"

#include <fmt/core.h>

#include <algorithm>

// The only source that compiles the parser.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace icn::config::detail {
namespace {

std::string_view type_name_of(const toml::node& node) {
  if (node.is_string()) return "a string";
  if (node.is_integer()) return "an integer";
  if (node.is_floating_point()) return "a number with a fraction";
  if (node.is_boolean()) return "a boolean";
  if (node.is_array()) return "an array";
  if (node.is_table()) return "a section";
  return "a date or a time";
}

std::size_t line_of(const toml::node& node) { return node.source().begin.line; }

// An array of strings in the form of variables; leaves the type `other` when an entry is anything else.
void read_strings(const toml::array& array, TomlValue& value) {
  for (const toml::node& entry : array) {
    const auto text = entry.value<std::string>();
    if (!entry.is_string() || !text) return;
    if (text->find(',') != std::string::npos) value.has_comma = true;
    if (!value.text.empty()) value.text += ',';
    value.text += *text;
  }
  value.type = TomlType::strings;
}

TomlValue read_value(std::string key, const toml::node& node) {
  TomlValue value;
  value.key = std::move(key);
  value.type_name = type_name_of(node);
  value.line = line_of(node);
  if (const auto text = node.value<std::string>(); text && node.is_string()) {
    value.type = TomlType::text;
    value.text = *text;
  } else if (const auto flag = node.value<bool>(); flag && node.is_boolean()) {
    value.type = TomlType::flag;
    value.text = *flag ? "true" : "false";
  } else if (const auto number = node.value<std::int64_t>(); number && node.is_integer()) {
    value.type = TomlType::integer;
    value.text = fmt::format("{}", *number);
  } else if (const toml::array* const array = node.as_array()) {
    read_strings(*array, value);
  }
  return value;
}

}  // namespace

Result<std::vector<TomlValue>> read_toml(std::string_view name, std::string_view text) {
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return refuse(ErrorCode::invalid_argument, "config_syntax",
                  fmt::format("{}:{}: {}", name, error.source().begin.line, error.description()), std::string(name));
  }
  std::vector<TomlValue> values;
  for (const auto& [section, node] : parsed.table()) {
    const toml::table* const keys = node.as_table();
    if (keys == nullptr) {
      values.push_back(read_value(std::string(section.str()), node));
      continue;
    }
    for (const auto& [key, value] : *keys)
      values.push_back(read_value(fmt::format("{}.{}", section.str(), key.str()), value));
  }
  std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
  return values;
}

}  // namespace icn::config::detail
