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
  std::string detail;  // who, over what
};
struct VerifiedReceipt {
  ipld::Cid envelope;
  model::SignedReceipt signed_receipt;
  model::Receipt receipt;
  model::Order order;
  model::Job job;
  std::optional<ipld::Cid> anchor;
  std::vector<ReceiptCheck> held;  // every check that was made; all of them hold
};
// Signatures of receipt, order and job, the links between them, the anchor block and its signature by the order's home.
// `cid` is a signed receipt that this node anchored, or an anchor of any node: with an anchor, blocks are all it needs.
// Errors: invalid_signature, missing_data, invalid_format, conflict (links that do not fit), not_found (not anchored
// here).
[[nodiscard]] Result<VerifiedReceipt> verify_receipt(const NodeState& node, const ipld::Cid& cid);

// Anchors a signed receipt of a job this node is home of in a DAG block; again gives the same answer. Settlement does
// this itself; this is for receipts that arrive by other ways. Errors: as verify_receipt, invalid_state.
[[nodiscard]] Result<ipld::Cid> anchor_receipt(NodeState& node, const model::SignedReceipt& receipt);

}  // namespace icn::runtime
