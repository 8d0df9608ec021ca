// Accepts the jobs that a run submitted, in the commit that settles the run.
//
// Each is decided twice: before the writer lock, where its order is signed, and under it. The second decision signs
// only orders that changed meanwhile. Used by one thread.
#pragma once
#include <unordered_map>

#include "runtime/detail/effects.hpp"

namespace icn::runtime::detail {

// Signs each order once.
class OrderSigner {
 public:
  explicit OrderSigner(const NodeState& node) : node_(node) {}
  [[nodiscard]] Result<SignedAcceptance> sign(jobs::Acceptance acceptance);

 private:
  const NodeState& node_;
  std::unordered_map<ipld::Cid, ipld::Block> envelopes_;  // by order
};

struct AcceptedChild {
  SignedAcceptance accepted;
  jobs::JobRecord record;
  const ChildJob* of = nullptr;
};
struct Children {
  std::vector<AcceptedChild> accepted;
  jobs::MoneyEffects money;  // of all effects, with the reserves of the accepted children
  jobs::RefusedEffects refused;
  bool drops_all = false;  // a child was refused in all_or_none mode
};

// Computes orders, reserves and records of the children against the remaining budget. Each child sees the balances that
// the settlement and the children before it leave. `authority` is the run's signed receipt. Changes nothing. Errors:
// storage, corrupted; a child that cannot be accepted is refused in the answer. The effects outlive the answer.
[[nodiscard]] Result<Children> decide_children(const NodeState& node, const RunEnd& run, const PreparedEffects& effects,
                                               const ipld::Cid& authority, OrderSigner& signer);

// Adds the records after the ledger has applied the settlement. `anchors` prove the children's authority: the run's
// anchor and those above it.
void stage_children(NodeState& node, std::vector<AcceptedChild> children, const std::vector<ipld::Cid>& anchors,
                    Staging& staging);

}  // namespace icn::runtime::detail
