// The acceptance of a job, in one commit.
#pragma once
#include "runtime/submit.hpp"

namespace icn::runtime::detail {

// Implements submit_job(). With `later` the answer is not durable yet (Committer::commit_later): for a job whose
// settlement follows immediately.
enum class WhenDurable : std::uint8_t { now, later };
[[nodiscard]] Result<SubmitAnswer> accept_job(NodeState& node, const SubmitRequest& request, WhenDurable when);

}  // namespace icn::runtime::detail
