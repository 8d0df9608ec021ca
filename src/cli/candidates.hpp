// What the shell's completion proposes besides the words of the command table: ids of what the node in the data folder
// knows, and the values that options take.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace icn::cli {

// The first word of the command line that completion scripts call: `icn __complete KIND WORD OPTIONS…`, where WORD
// is what is typed of the word so far.
inline constexpr std::string_view kCompleteWord = "__complete";

// What the first argument of a command names: "files", "jobs", "receipts", "cids", "stores", "parameters", "kinds",
// "proposals", "shells", "commands", or empty: nothing that can be proposed.
[[nodiscard]] std::string_view kind_of_arguments(const CommandRow& command);

// The values of an option, where they can be counted; empty otherwise.
[[nodiscard]] std::vector<std::string> values_of(const OptionRow& option);

// The answer to the command line after kCompleteWord: a line each, a name, a tab and what it is: numbers of jobs and
// marks, and ids once the beginning of one is typed. What cannot be read (no node, one that another process works on)
// has none; nothing is asked and nothing waits.
[[nodiscard]] std::string candidates(const std::vector<std::string>& words);

}  // namespace icn::cli
