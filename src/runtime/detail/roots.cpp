#include "runtime/detail/roots.hpp"

#include "runtime/detail/pinning.hpp"

namespace icn::runtime::detail {
namespace {

tl::unexpected<Error> refuse_root(const ipld::Cid& root, Error error) {
  switch (error.code) {
    case ErrorCode::limit_exceeded:
      if (error.rule != "max_walk") return fail(std::move(error));
      return refuse(ErrorCode::limit_exceeded, "dag_root_size",
                    "The job reads the DAG " + root.to_text() +
                        ", which is not known to be complete here; checking it takes more than " +
                        std::to_string(kRootBlocksMax) + " blocks or " + std::to_string(kRootBytesMax) +
                        " bytes. Nothing was charged.",
                    root.to_text());
    case ErrorCode::missing_data:
    case ErrorCode::invalid_format:
    case ErrorCode::unsupported:
      return refuse(error.code, "dag_root",
                    "The job reads the DAG " + root.to_text() + ", which is not complete here: " + error.detail +
                        ". Nothing was charged.",
                    root.to_text());
    default:
      return fail(std::move(error));
  }
}

}  // namespace

Result<std::vector<ipld::Cid>> require_roots(const NodeState& node, const model::Job& job, dag::Guard::Hold& hold,
                                             WorkBudget* budget) {
  std::vector<ipld::Cid> walked;
  for (const ipld::Cid& root : roots_read(job)) {
    // Holds the root first: a block found afterwards is not collected (dag/completeness.hpp).
    hold.add(root);
    const auto pay = [budget]() -> Result<void> {
      return budget == nullptr ? Result<void>{} : budget->take(model::HostWork::read_block);
    };
    ICN_TRY(pay());
    if (root.codec() != ipld::Codec::raw && ICN_TRY(node.blocks().completeness().recorded(root))) continue;
    const Result<dag::Walked> whole = dag::require_whole(node.dag_store(), root, {kRootBlocksMax, kRootBytesMax, pay});
    if (!whole) return refuse_root(root, whole.error());
    if (root.codec() != ipld::Codec::raw) walked.push_back(root);
  }
  return walked;
}

}  // namespace icn::runtime::detail
