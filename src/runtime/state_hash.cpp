#include "runtime/state_hash.hpp"

#include "runtime/node_state.hpp"
#include "stores/state_hash.hpp"

namespace icn::runtime {

Result<ipld::Digest> state_hash(const NodeState& node) {
  // Idle, so snapshot and blocks show the same state: the DAG store has no snapshots.
  return node.books().when_idle([&node]() -> Result<ipld::Digest> {
    const auto snapshot = ICN_TRY(node.state_store().snapshot());
    return ICN_TRY(stores::hash_state(*snapshot, node.dag_store())).digest;
  });
}

}  // namespace icn::runtime
