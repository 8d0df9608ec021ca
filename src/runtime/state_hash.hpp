// The hash of everything a node holds at one moment (stores/state_hash.hpp), while others write. Thread safe; changes
// nothing.
#pragma once
#include "ipld/cid.hpp"

namespace icn::runtime {

class NodeState;

// Equal states have equal hashes. No collection begins meanwhile. Errors: storage, corrupted, busy (a collection runs).
[[nodiscard]] Result<ipld::Digest> state_hash(NodeState& node);

}  // namespace icn::runtime
