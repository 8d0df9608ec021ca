// Dry runs: what a proposal would change, as a value that members keep, pass on and derive again. Reads only. Thread
// safe.
#pragma once
#include "model/dry_run.hpp"

namespace icn::runtime {

class NodeState;

namespace rules {
inline constexpr std::string_view kDryRunDiffers = "dry_run_differs";    // this node derives something else
inline constexpr std::string_view kDryRunPosition = "dry_run_position";  // it is of another position or proposal
}  // namespace rules

// At the present end of the log. A change of a price or a limit comes with the charges of the newest kDryRunReceipts
// jobs that ended with a receipt here, as far as their programs are still here. Errors: not_found, storage.
[[nodiscard]] Result<model::DryRun> derive_dry_run(const NodeState& node, const ipld::Cid& proposal);
// Derives it again and compares. Errors: conflict with a rule of above, naming the first part that differs; as
// derive_dry_run().
[[nodiscard]] Result<void> verify_dry_run(const NodeState& node, const model::DryRun& given);

}  // namespace icn::runtime
