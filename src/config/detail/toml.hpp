// The keys and values of a TOML file, flat and in order, before they are compared with the table. No exceptions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "config/keys.hpp"

namespace icn::config::detail {

enum class TomlType : std::uint8_t { text, flag, integer, strings, other };

struct TomlValue {
  std::string key;  // "storage.dag"
  TomlType type = TomlType::other;
  std::string_view type_name;  // for messages
  std::string text;            // in the form of variables: a list with commas
  bool has_comma = false;      // in an entry of a list
  std::size_t line = 0;
};

// A table within a section is reported as one value of another type, an empty section not at all. Errors:
// invalid_argument with the rule config_syntax, and the line.
[[nodiscard]] Result<std::vector<TomlValue>> read_toml(std::string_view name, std::string_view text);

}  // namespace icn::config::detail
