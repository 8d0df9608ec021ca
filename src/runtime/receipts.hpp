// Receipts of jobs: verification from blocks alone, and anchoring. Thread safe.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "model/job.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"

namespace icn::runtime {

class NodeState;

struct ReceiptCheck {
  std::string what;    // "receipt signature"
  std::string detail;  // signer and subject
};
struct VerifiedReceipt {
  ipld::Cid envelope;
  model::SignedReceipt signed_receipt;
  model::Receipt receipt;
  model::Order order;
  model::Job job;
  std::optional<ipld::Cid> anchor;
  std::vector<ReceiptCheck> held;  // every check made; all of them passed
};
// Verifies the signatures of receipt, order and job, the links between them, the anchor block and its signature by the
// order's home. `cid` is a signed receipt that this node anchored, or an anchor of any node; verifying an anchor needs
// only blocks. Errors: invalid_signature, missing_data, invalid_format, conflict (links that do not match), not_found
// (not anchored here).
[[nodiscard]] Result<VerifiedReceipt> verify_receipt(const NodeState& node, const ipld::Cid& cid);

// Anchors a signed receipt of a job of this home in a DAG block; idempotent. Settlement anchors its own receipts; this
// is for receipts that arrive otherwise. Errors: as verify_receipt, invalid_state.
[[nodiscard]] Result<ipld::Cid> anchor_receipt(NodeState& node, const model::SignedReceipt& receipt);

}  // namespace icn::runtime
