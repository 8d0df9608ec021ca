// Cancellation of a job by its submitter. Thread safe; one commit.
#pragma once
#include <cstdint>

#include "model/job.hpp"

namespace icn::runtime {

class NodeState;

enum class Cancelled : std::uint8_t {
  released,  // it had not started: the whole reserve was released
  stopping,  // it runs: it was asked to stop, and the fuel it used is charged
};
// Errors: not_found, invalid_state (terminal).
[[nodiscard]] Result<Cancelled> cancel_job(NodeState& node, const model::JobId& id);

}  // namespace icn::runtime
