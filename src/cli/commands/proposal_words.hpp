// Proposals as they are typed: on the command line, and line by line in the file of a batch.
#pragma once
#include <string>
#include <vector>

#include "api/governance.hpp"

namespace icn::cli::commands {

// Of `KIND ARGUMENTS…`: `set NAME=VALUE…`, `admit FILE|DID`, `suspend DID`, `remove DID`, `budget DID MANA`,
// `resolution`, `clerk DID`; `batch FILE`, whose lines are each one of the others. A name of a key in the data folder
// may be given for a DID. Errors: invalid_argument, and those of the file.
[[nodiscard]] Result<api::ProposeRequest> proposal_of(const std::vector<std::string>& words);

// A time as RFC 3339, with or without milliseconds, or a duration from now on. Errors: invalid_argument.
[[nodiscard]] Result<model::UnixMs> moment_of(const std::string& text, model::UnixMs now);

// "66.6667 %" of parts per million.
[[nodiscard]] std::string percent_text(std::uint64_t ppm);
// "1 member", "3 members".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view what);

}  // namespace icn::cli::commands
