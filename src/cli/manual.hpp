// Manual pages in the man(7) macros, derived from the command table: one per command, and icn(1), the overview.
#pragma once
#include <string>

#include "cli/command.hpp"

namespace icn::cli {

// Returns the name for man(1): "icn-job-run".
[[nodiscard]] std::string manual_name(const CommandRow& command);
[[nodiscard]] std::string manual_page(const CommandRow& command, std::string_view version);
[[nodiscard]] std::string manual_overview(std::string_view version);

}  // namespace icn::cli
