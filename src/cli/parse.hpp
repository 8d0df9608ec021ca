// From a command line to an Invocation, or to help.
#pragma once
#include <variant>

#include "cli/command.hpp"

namespace icn::cli {

struct HelpText {
  std::string text;
};
// Errors: invalid_argument, with the command's usage line.
[[nodiscard]] Result<std::variant<Invocation, HelpText>> parse(std::span<const std::string> words);
// Whether the words ask for JSON, as far as can be told before they are parsed: refusals of parse() honour it.
[[nodiscard]] bool asks_for_json(std::span<const std::string> words);
[[nodiscard]] std::string help_of(const CommandRow& command);
[[nodiscard]] std::string help_overview(std::string_view group);
// The completion script of a shell: bash, zsh or fish. Errors: invalid_argument.
[[nodiscard]] Result<std::string> completion_script(std::string_view shell);

}  // namespace icn::cli
