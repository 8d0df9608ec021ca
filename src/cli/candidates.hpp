// What the shell's completion proposes besides the words of the command table: ids of what the node in the data folder
// knows, and the values that options take.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace icn::cli {

// The first word of the command line that completion scripts call: `icn __complete KIND OPTIONS…`.
inline constexpr std::string_view kCompleteWord = "__complete";

// What the first argument of a command names: "files", "jobs", "receipts", "cids", "stores", "parameters", "kinds",
// "proposals", "shells", "commands", or empty: nothing that can be proposed.
[[nodiscard]] std::string_view kind_of_arguments(const CommandRow& command);

// The values of an option, where they can be counted; empty otherwise.
[[nodiscard]] std::vector<std::string> values_of(const OptionRow& option);

// The answer to the command line after kCompleteWord: a line each, an id, a tab and what it is. What cannot be read (no
// node, one that another process works on) has no ids; nothing is asked and nothing waits.
[[nodiscard]] std::string candidates(const std::vector<std::string>& words);

}  // namespace icn::cli
