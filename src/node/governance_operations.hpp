// The operations by which the member of an embedded node takes part in decisions: its key signs, the node enters.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;

// Binds them to a node, which outlives the slots.
void bind_governance_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
