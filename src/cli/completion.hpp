// Shell completion, derived from the command table.
#pragma once
#include <string>

#include "core/result.hpp"

namespace icn::cli {

// Returns the completion script of a shell: bash, zsh or fish. It proposes commands, options and their values, files,
// and names that the node in the data folder knows (candidates.hpp). Errors: invalid_argument.
[[nodiscard]] Result<std::string> completion_script(std::string_view shell);

}  // namespace icn::cli
