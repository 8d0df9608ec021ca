// The operations that make a node, and that let one take over from another data folder of it.
#pragma once
#include "node/embedded_node.hpp"

namespace icn::node {

// `process` says what is not in a request: the owner of the lock, the source of the passphrase, the compile worker and
// the settings.
void bind_founding_operation(const OpeningOptions& process, api::Slots& slots);

}  // namespace icn::node
