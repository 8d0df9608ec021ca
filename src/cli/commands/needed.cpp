#include "cli/commands/needed.hpp"

#include <fmt/core.h>

namespace icn::cli::commands {

Result<std::string> needed(const Invocation& invocation, std::string_view option, std::string_view example) {
  if (const auto text = invocation.text(option)) return *text;
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} is missing, as in {} {}; nothing was done", option, option, example));
}

}  // namespace icn::cli::commands
