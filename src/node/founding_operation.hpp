// Operations that create a node, or take over its stores from another of its data folders.
#pragma once
#include "node/embedded_node.hpp"

namespace icn::node {

// `process` supplies what a request does not contain: the lock's owner text, the passphrase source, the compile worker
// and the settings.
void bind_founding_operation(const OpeningOptions& process, api::Slots& slots);

}  // namespace icn::node
