// Job operations that need this process: its member's signature, its runs and their logs.
#pragma once
#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;

// The node outlives the slots.
void bind_job_operations(EmbeddedNode& node, api::Slots& slots);

}  // namespace icn::node
