// The end of an epoch of a home's mana: fees pass to the treasury, and a signed root over all accounts is anchored in
// the DAG. An epoch has the length that the scope decides (mana_epoch_secs), counted from the journal's first record.
// Both happen at the first occasion after its end, at most once for each end, whatever restarts and clocks do. Thread
// safe.
#pragma once
#include <optional>

#include "model/mana_root.hpp"
#include "model/signature.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

// Passes all fees to the treasury if an epoch has ended and none of that end were passed on. Returns the amount; 0 if
// nothing was done. Needs no key. Errors: storage, corrupted.
[[nodiscard]] Result<model::Mana> pass_on_fees(NodeState& node);

struct AnchoredRoot {
  ipld::Cid signed_root;
  model::ManaRoot root;
  model::Signature signature{};
};
// Whether anchor_root() would anchor one: an epoch has ended, and the journal has grown since the newest root.
[[nodiscard]] bool is_root_due(const NodeState& node);
// The end of that epoch.
[[nodiscard]] std::optional<model::UnixMs> root_due_since(const NodeState& node);
// Signs the root of all accounts with the home's key and anchors it in the DAG, pinned without an end. Holds up changes
// only while the accounts are copied. Returns whether it did. Errors: storage, corrupted, those of the signer.
[[nodiscard]] Result<bool> anchor_root(NodeState& node);
// The CID of the newest anchored root's envelope, and what it names. Errors: storage, corrupted, missing_data.
[[nodiscard]] Result<std::optional<ipld::Cid>> newest_root_cid(const NodeState& node);
[[nodiscard]] Result<std::optional<AnchoredRoot>> newest_root(const NodeState& node);

}  // namespace icn::runtime
