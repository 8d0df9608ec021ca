// The pins of jobs: one record per job, written at its acceptance and rewritten when it ends.
#pragma once
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// The receipt of its parent authorises a job submitted by a guest, and so on upwards; no chain is longer than this.
inline constexpr std::size_t kAuthorityDepthMax = 16;

// Returns the DAG roots that a job declares to read; ignores keys that do not parse.
[[nodiscard]] std::vector<ipld::Cid> roots_read(const model::Job& job);

// Returns the anchors of the jobs above this one, its parent first: they prove its authority. Errors: as JobBook::find.
[[nodiscard]] Result<std::vector<ipld::Cid>> anchors_above(const NodeState& node, const jobs::JobRecord& record);

// Pins module, inputs, order, observations, the roots it reads and `evidence`, without an end while the job is open.
void pin_accepted(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                  std::vector<ipld::Cid> evidence, Staging& staging);
// Pins receipt, order and job with everything they link to, and `evidence`, until the retention ends. The record is
// terminal.
void pin_ended(NodeState& node, const jobs::JobRecord& record, std::vector<ipld::Cid> evidence, Staging& staging);
// Pins `evidence` alone, under its own name next to the job's pin, until one retention after the job's last deadline.
void pin_beside(NodeState& node, const jobs::JobRecord& record, const ipld::Cid& evidence, Staging& staging);

// Returns the time `ms` milliseconds after NodeState::pin_time().
[[nodiscard]] model::UnixMs after(NodeState& node, std::uint64_t ms);

}  // namespace icn::runtime::detail
