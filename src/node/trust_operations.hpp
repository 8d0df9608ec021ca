// Binds the operations on trust: statements are signed with a member's key in this process, and a DID may be given by
// the name of a key. The node outlives the slots.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;

void bind_trust_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
