#include "node/store_operations.hpp"

#include "dag/guard.hpp"
#include "folder/operations.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {

void bind_store_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::HashStores>([&node](const api::Context&, const api::HashRequest&) {
    // Idle, so that both stores show the same moment.
    return node.state().committer().when_idle([&node]() -> Result<api::StoreHash> {
      const auto snapshot = ICN_TRY(node.state().state_store().snapshot());
      return folder::hash_stores(*snapshot, node.state().dag_store());
    });
  });
  slots.bind<api::TakeBackup>(
      [&node](const api::Context& context, const api::BackupRequest& request) -> Result<api::Backup> {
        const dag::Guard::Pause pause = ICN_TRY(dag::Guard::Pause::take(node.state().blocks().guard()));
        return folder::back_up(node.folder(), node.state().state_store(), node.state().dag_store(), node.state().now(),
                               request.destination, context.moved);
      });
}

}  // namespace icn::node
