// What a person can type about an error, a finding or the state of a job: one table from rules to commands and options.
//
// Nothing below the command line names a command, an option or a variable; it names a rule and a subject, and this
// table has the words.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace icn::cli {

struct HintRow {
  std::string_view rule;     // one that ends with '*' is of every rule that begins so
  std::string_view subject;  // of this subject only; empty: of every one
  std::string_view text;     // {rule} and {subject} are replaced
};
[[nodiscard]] std::span<const HintRow> hint_table();

// Empty when there is nothing to add.
[[nodiscard]] std::string hint_of(std::string_view rule, std::string_view subject);
// "icn: hint: …\n", or nothing.
[[nodiscard]] std::string hint_line(const Error& error);

}  // namespace icn::cli
