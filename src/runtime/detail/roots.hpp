// The DAG roots that a job declares to read. They are complete and held before the job is accepted, so a run finds a
// block missing only if this node's store is damaged.
#pragma once
#include <vector>

#include "dag/guard.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// The most blocks read below one root that is not recorded as complete. A larger DAG must be pinned recursively first,
// which reads all of it once.
inline constexpr std::uint64_t kRootBlocksMax = 4'096;
inline constexpr std::uint64_t kRootBytesMax = 16ULL << 20;

// Holds each root and finds its record, or traverses the blocks below it; `budget`, if given, pays. Returns the roots
// that were traversed: the batch that pins them records them as complete. Errors: missing_data, invalid_format,
// unsupported with the rule dag_root; limit_exceeded with the rule dag_root_size, or max_fuel; storage.
[[nodiscard]] Result<std::vector<ipld::Cid>> require_roots(const NodeState& node, const model::Job& job,
                                                           dag::Guard::Hold& hold, WorkBudget* budget = nullptr);

}  // namespace icn::runtime::detail
