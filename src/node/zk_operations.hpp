// Binds the operations of zero knowledge that need a member's signature (api/zk.hpp). The node outlives the slots.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;
void bind_zk_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
