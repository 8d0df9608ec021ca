// Job operations that need this process: its member's signature, its runs and their logs.
#pragma once
#include <vector>

#include "api/operation.hpp"

namespace icn::node {

class EmbeddedNode;
class JobRunner;

// The node outlives the slots.
void bind_job_operations(EmbeddedNode& node, api::Slots& slots);

// Runs these jobs in the background; their logs are kept.
void take_up(EmbeddedNode& node, JobRunner& runner, const std::vector<model::JobId>& ids);
// Takes up every open job that does not run, in the order in which they were accepted.
void take_up_waiting(EmbeddedNode& node);

}  // namespace icn::node
