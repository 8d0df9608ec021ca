// The operations on the stores of a running node.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;

// The node outlives the slots.
void bind_store_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
