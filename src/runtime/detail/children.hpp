// The jobs that a run submitted: their acceptance, in the commit that settles the run.
//
// It is decided twice: before the writer lock is taken, so that their orders are signed then, and under it. The second
// decision signs only what the world has changed meanwhile. Used by one thread.
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
  jobs::MoneyEffects money;  // of all effects, with the reserves of the accepted
  jobs::RefusedEffects refused;
  bool drops_all = false;  // one was refused, and the effects are all or none
};

// Orders, reserves and records of the children, against what is left of the budget. Each is accepted in the world as
// the settlement and the children before it leave it. `authority` is the run's signed receipt. Changes nothing. Errors:
// storage, corrupted; a child that cannot be accepted is refused in the answer. The effects outlive it.
[[nodiscard]] Result<Children> decide_children(const NodeState& node, const RunEnd& run, const PreparedEffects& effects,
                                               const ipld::Cid& authority, OrderSigner& signer);

// Adds the records once the ledger took the settlement. `anchors` prove the children's authority: the run's anchor and
// those above it.
void stage_children(NodeState& node, std::vector<AcceptedChild> children, const std::vector<ipld::Cid>& anchors,
                    Staging& staging);

}  // namespace icn::runtime::detail
