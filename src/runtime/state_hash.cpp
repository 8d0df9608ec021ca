#include "runtime/state_hash.hpp"

#include "runtime/node_state.hpp"
#include "stores/state_hash.hpp"

namespace icn::runtime {

Result<ipld::Digest> state_hash(NodeState& node) {
  struct Both {
    std::unique_ptr<ports::StateReader> state;
    dag::Guard::Moment blocks;
  };
  // Idle, so snapshot and blocks show the same state: the DAG store has no snapshots.
  const Both at = ICN_TRY(node.books().when_idle([&node]() -> Result<Both> {
    auto state = ICN_TRY(node.state_store().snapshot());
    auto blocks = ICN_TRY(dag::Guard::Moment::take(node.blocks().guard()));
    return Both{std::move(state), std::move(blocks)};
  }));
  const auto is_later = [&at](const ipld::Cid& cid) { return at.blocks.is_later(cid); };
  return ICN_TRY(stores::hash_state(*at.state, node.dag_store(), is_later)).digest;
}

}  // namespace icn::runtime
