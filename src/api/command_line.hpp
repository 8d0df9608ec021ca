// The documents that the command line prints about itself. They are not operations: they need no node.
#pragma once
#include "api/fields.hpp"

namespace icn::api {

enum class OptionValue : std::uint8_t { flag, one, many, optional };

template <>
struct EnumNames<OptionValue> {
  static constexpr auto values = first_values<OptionValue, 4>();
  static_assert(values.back() == OptionValue::optional);
  static std::string_view name(OptionValue value) {
    constexpr std::array<std::string_view, 4> names{"flag", "one", "many", "optional"};
    return names[static_cast<std::size_t>(value)];
  }
};

struct OptionHelp {
  std::string name;
  Nullable<std::string> short_name;
  OptionValue value = OptionValue::flag;
  std::string placeholder;
  std::string doc;

  static constexpr auto fields() {
    using T = OptionHelp;
    return std::tuple{
        Field<&T::name>{"name", "name with its dashes", {.form = Form::option}},
        Field<&T::short_name>{"short", "one dash and a letter", {.min = 2, .max = 2}},
        Field<&T::value>{"value", "number of values that it takes"},
        Field<&T::placeholder>{"placeholder", "name of the value; empty for a flag"},
        Field<&T::doc>{"doc", "what it does", {.min = 1}},
    };
  }
};

struct CommandHelp {
  std::string command;
  std::string arguments;
  std::string summary;
  std::string doc;
  std::string example;
  std::string schema;
  std::vector<OptionHelp> options;

  static constexpr auto fields() {
    using T = CommandHelp;
    return std::tuple{
        Field<&T::command>{"command", "words of the command", {.min = 1}},
        Field<&T::arguments>{"arguments", "arguments after the words"},
        Field<&T::summary>{"summary", "what it does, in one line", {.min = 1}},
        Field<&T::doc>{"doc", "further details", {.min = 1}},
        Field<&T::example>{"example", "a whole command", {.min = 1}},
        Field<&T::schema>{"schema", "docs/schemas/NAME.json of what it prints as JSON", {.form = Form::word}},
        Field<&T::options>{"options", "options of this command only"},
    };
  }
};

struct Help {
  static constexpr std::string_view kName = "help";
  static constexpr std::string_view kText = "The command table, or the requested part of it.";
  std::vector<CommandHelp> commands;
  std::vector<OptionHelp> options;

  static constexpr auto fields() {
    using T = Help;
    return std::tuple{
        Field<&T::commands>{"commands", "requested commands", {.min = 1}},
        Field<&T::options>{"options", "options of every command"},
    };
  }
};

struct ScriptText {
  static constexpr std::string_view kName = "text";
  static constexpr std::string_view kText = "A text, such as a completion script or a manual page.";
  std::string text;

  static constexpr auto fields() { return std::tuple{Field<&ScriptText::text>{"text", "the whole text", {.min = 1}}}; }
};

}  // namespace icn::api
