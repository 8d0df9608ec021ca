// The operations on API keys (api/access.hpp), on a node in this process.
#pragma once
#include <memory>

#include "api/operation.hpp"
#include "http/access_keys.hpp"

namespace icn::node {

class EmbeddedNode;
// The node outlives the slots.
void bind_access_operations(EmbeddedNode& node, api::Slots& slots);
// Decides on callers who are not on the folder's socket; the node outlives it. Errors: as http::AccessKeys::load().
[[nodiscard]] Result<std::shared_ptr<http::Gate>> access_gate(EmbeddedNode& node,
                                                              const std::shared_ptr<http::AccessKeys>& keys);

}  // namespace icn::node
