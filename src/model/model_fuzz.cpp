// Goal: a model refuses any bytes with an error, or writes exactly them again. The first byte selects the model.
#include <cstdint>

#include "core/check.hpp"
#include "model/dag_block.hpp"
#include "model/effect.hpp"
#include "model/fork_proof.hpp"
#include "model/genesis.hpp"
#include "model/job.hpp"
#include "model/key_history.hpp"
#include "model/mana_root.hpp"
#include "model/message.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"
#include "model/trust.hpp"

namespace {

template <class Model>
void read_and_write(icn::ByteView bytes) {
  const auto model = Model::from_bytes(bytes);
  if (!model) return;
  const icn::ipld::Block block = model->to_block();
  ICN_CHECK(block.holds());
  ICN_CHECK(icn::Bytes(bytes.begin(), bytes.end()) == block.bytes);
}

constexpr void (*kModels[])(icn::ByteView) = {
    read_and_write<icn::model::Job>,
    read_and_write<icn::model::SignedJob>,
    read_and_write<icn::model::Order>,
    read_and_write<icn::model::SignedOrder>,
    read_and_write<icn::model::Receipt>,
    read_and_write<icn::model::SignedReceipt>,
    read_and_write<icn::model::Genesis>,
    read_and_write<icn::model::SignedGenesis>,
    read_and_write<icn::model::DagPayload>,
    read_and_write<icn::model::DagEnvelope>,
    read_and_write<icn::model::Effects>,
    read_and_write<icn::model::Observations>,
    read_and_write<icn::model::MemberList>,
    read_and_write<icn::model::MemberChunk>,
    read_and_write<icn::model::Message>,
    read_and_write<icn::model::Proposal>,
    read_and_write<icn::model::Vote>,
    read_and_write<icn::model::Delegation>,
    read_and_write<icn::model::Revocation>,
    read_and_write<icn::model::Sponsorship>,
    read_and_write<icn::model::Cancellation>,
    read_and_write<icn::model::Resignation>,
    read_and_write<icn::model::Rotation>,
    read_and_write<icn::model::SignedStatement>,
    read_and_write<icn::model::Candidate>,
    read_and_write<icn::model::SignedCandidate>,
    read_and_write<icn::model::ScopeEntry>,
    read_and_write<icn::model::SignedEntry>,
    read_and_write<icn::model::ForkProof>,
    read_and_write<icn::model::HandOver>,
    read_and_write<icn::model::SignedHandOver>,
    read_and_write<icn::model::TrustGrant>,
    read_and_write<icn::model::TrustRevocation>,
    read_and_write<icn::model::TrustChallenge>,
    read_and_write<icn::model::TrustRule>,
    read_and_write<icn::model::TrustBridge>,
    read_and_write<icn::model::TrustRecord>,
    read_and_write<icn::model::ManaRoot>,
    read_and_write<icn::model::SignedManaRoot>,
    read_and_write<icn::model::KeyHistory>,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kModels[data[0] % std::size(kModels)](icn::ByteView(data + 1, size - 1));
  return 0;
}
