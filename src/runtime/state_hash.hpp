// The hash of everything a node holds at one moment (stores/state_hash.hpp). Thread safe; changes nothing.
#pragma once
#include "ipld/cid.hpp"

namespace icn::runtime {

class NodeState;

// Callers of the committer wait meanwhile. Equal states have equal hashes. Errors: storage, corrupted.
[[nodiscard]] Result<ipld::Digest> state_hash(const NodeState& node);

}  // namespace icn::runtime
