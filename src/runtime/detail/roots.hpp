// The DAG roots that a job declares to read: complete and held before the job is accepted, so that no run can find a
// block missing but through damage of this node.
#pragma once
#include <vector>

#include "dag/guard.hpp"
#include "runtime/detail/work_budget.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// What may be looked at below one root that is not recorded as complete. A larger DAG is pinned recursively first,
// which looks at all of it once.
inline constexpr std::uint64_t kRootBlocksMax = 4'096;
inline constexpr std::uint64_t kRootBytesMax = 16ULL << 20;

// Holds each root, finds its record or looks at what is below it, paid out of `budget` if there is one. Returns the
// roots that were looked at: the batch that pins them records them as complete. Errors: missing_data, invalid_format,
// unsupported with the rule dag_root; limit_exceeded with the rule dag_root_size, or max_fuel; storage.
[[nodiscard]] Result<std::vector<ipld::Cid>> require_roots(const NodeState& node, const model::Job& job,
                                                           dag::Guard::Hold& hold, WorkBudget* budget = nullptr);

}  // namespace icn::runtime::detail
