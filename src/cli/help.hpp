// Help, docs/CLI.md and docs/ERRORS.md, all derived from the tables of commands and errors.
#pragma once
#include <string>

#include "cli/parse.hpp"
#include "cli/terminal.hpp"

namespace icn::cli {

// Help for people, and the same for programs (docs/schemas/help.json).
[[nodiscard]] std::string help_text(const HelpRequest& request, const Look& look = {});
[[nodiscard]] std::string help_json(const HelpRequest& request);

// Return the files of docs/; a test compares them (ICN_UPDATE=1 writes them).
[[nodiscard]] std::string commands_markdown();
[[nodiscard]] std::string errors_markdown();

}  // namespace icn::cli
