// Binds the operations on credentials, which the node's or a member's key signs in this process. The node outlives the
// slots.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;

void bind_credential_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
