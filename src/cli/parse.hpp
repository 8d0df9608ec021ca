// Parses a command line into an Invocation or a request for help.
//
// Options may come anywhere before `--`. An argument keeps its bytes unchanged (`[1,2]`, `{}`, the empty text). A word
// that begins with a dash and is not an option is refused, so a misspelt option never becomes an argument.
#pragma once
#include <variant>

#include "cli/command.hpp"

namespace icn::cli {

struct HelpRequest {
  const CommandRow* command = nullptr;  // null: an overview
  std::string group = {};               // of the overview: "job", or empty for all commands
};

// Errors: invalid_argument, naming the word, what it is close to and the command's usage line.
[[nodiscard]] Result<std::variant<Invocation, HelpRequest>> parse(std::span<const std::string> words);
// Whether the words request JSON, as far as can be known before parsing; refusals of parse() honour it.
[[nodiscard]] bool asks_for_json(std::span<const std::string> words);
// Returns the command that the words name, even if parse() refuses them; null if there is none.
[[nodiscard]] const CommandRow* named_command(std::span<const std::string> words);
[[nodiscard]] std::string usage_of(const CommandRow& command);

}  // namespace icn::cli
