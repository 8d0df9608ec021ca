// A backup taken by the process that owns the folder, for whoever asked.
#pragma once
#include "cli/command.hpp"
#include "node/embedded_node.hpp"

namespace icn::cli::commands {

// `destination` is absolute.
[[nodiscard]] Result<Answer> backup_answer(node::EmbeddedNode& node, const std::string& destination);

}  // namespace icn::cli::commands
