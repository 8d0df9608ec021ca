// How a job begins: its acceptance, in one commit.
#pragma once
#include "runtime/submit.hpp"

namespace icn::runtime::detail {

// submit_job(); `later`: the answer is not durable yet (Committer::commit_later), for a job whose settlement
// follows at once.
enum class WhenDurable : std::uint8_t { now, later };
[[nodiscard]] Result<SubmitAnswer> accept_job(NodeState& node, const SubmitRequest& request, WhenDurable when);

}  // namespace icn::runtime::detail
