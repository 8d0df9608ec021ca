// The operations on member keys (api/keys.hpp), on a node in this process.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;
// The node outlives the slots.
void bind_key_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
