#include "node/zk_operations.hpp"

#include "api/zk.hpp"
#include "node/embedded_node.hpp"
#include "runtime/node_state.hpp"

namespace icn::node {

void bind_zk_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::AttestZk>(
      [&node](const api::Context&, const api::ZkAttestRequest& request) -> Result<api::ZkWitness> {
        // The issuer is the key that signs now, so that proofs are verified without the log of the scope.
        const model::Did key = node.state().scope().keys().key_of(node.member());
        zk::Witness witness = ICN_TRY(draft_witness(request, key, node.state().now(), *node.state().services().random));
        if (witness.value)
          witness.value->signature = ICN_TRY(node.sign(model::SignatureTag::zk_value, witness.value->body().cid));
        if (witness.root)
          witness.root->signature = ICN_TRY(node.sign(model::SignatureTag::zk_root, witness.root->body().cid));
        return api::view_of(witness);
      });
}

}  // namespace icn::node
