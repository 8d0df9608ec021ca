// An option that a command cannot do without.
#pragma once
#include <string>
#include <string_view>

#include "cli/parse.hpp"

namespace icn::cli::commands {

// The text of an option. Errors: invalid_argument (it is missing, as in OPTION EXAMPLE).
[[nodiscard]] Result<std::string> needed(const Invocation& invocation, std::string_view option,
                                         std::string_view example);

}  // namespace icn::cli::commands
