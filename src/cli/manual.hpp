// Manual pages in the man(7) macros, derived from the command table: one for each command, and icn(1), the overview.
#pragma once
#include <string>

#include "cli/command.hpp"

namespace icn::cli {

// "icn-job-run": what man(1) finds it by.
[[nodiscard]] std::string manual_name(const CommandRow& command);
[[nodiscard]] std::string manual_page(const CommandRow& command, std::string_view version);
[[nodiscard]] std::string manual_overview(std::string_view version);

}  // namespace icn::cli
