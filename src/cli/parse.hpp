// From a command line to an Invocation, or to a request for help.
//
// Options may come anywhere before `--`, an argument keeps its bytes whatever they are (`[1,2]`, `{}`, the empty
// text), and a word that begins with a dash and is not an option is refused: a misspelt option never becomes an
// argument.
#pragma once
#include <variant>

#include "cli/command.hpp"

namespace icn::cli {

struct HelpRequest {
  const CommandRow* command = nullptr;  // nothing: an overview
  std::string group = {};               // of the overview: "job", or empty for all commands
};

// Errors: invalid_argument, naming the word, what it is close to and the command's usage line.
[[nodiscard]] Result<std::variant<Invocation, HelpRequest>> parse(std::span<const std::string> words);
// Whether the words ask for JSON, as far as is known before they are parsed: refusals of parse() honour it.
[[nodiscard]] bool asks_for_json(std::span<const std::string> words);
// The command that the words name, if they name one: also when parse() refuses them.
[[nodiscard]] const CommandRow* named_command(std::span<const std::string> words);
[[nodiscard]] std::string usage_of(const CommandRow& command);

}  // namespace icn::cli
