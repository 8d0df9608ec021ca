// What the owner of a data folder answers on its socket: logs, cancel, describe.
#pragma once
#include "node/embedded_node.hpp"

namespace icn::cli::commands {

// The node outlives the handler.
[[nodiscard]] node::OwnerHandler owner_handler(node::EmbeddedNode& node);

}  // namespace icn::cli::commands
