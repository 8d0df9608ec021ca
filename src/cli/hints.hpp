// Hints: the commands and options that help with an error, a finding or the state of a job, by rule.
//
// Modules below the command line never name a command, an option or a variable; they name a rule and a subject, and
// this table has the text.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace icn::cli {

struct HintRow {
  std::string_view rule;     // one that ends with '*' applies to every rule with this prefix
  std::string_view subject;  // only for this subject; empty: for every subject
  std::string_view text;     // {rule} and {subject} are replaced
};
[[nodiscard]] std::span<const HintRow> hint_table();

// Returns the hint; empty if there is none.
[[nodiscard]] std::string hint_of(std::string_view rule, std::string_view subject);
// Returns "icn: hint: …\n", or an empty text.
[[nodiscard]] std::string hint_line(const Error& error);

}  // namespace icn::cli
