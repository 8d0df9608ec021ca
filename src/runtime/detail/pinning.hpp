// The pins of jobs: one record a job, written with its acceptance and once more with its end.
#pragma once
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// A guest's job is authorised by its parent's receipt, that by its own parent's, and so on; no chain is longer.
inline constexpr std::size_t kAuthorityDepthMax = 16;

// The DAG roots that a job declares to read; keys that do not parse name none.
[[nodiscard]] std::vector<ipld::Cid> roots_read(const model::Job& job);

// The anchors of the jobs that submitted this one, its parent first: its authority is proven through them. Errors: as
// JobBook::find.
[[nodiscard]] Result<std::vector<ipld::Cid>> anchors_above(const NodeState& node, const jobs::JobRecord& record);

// Module, inputs, order, observations and what it reads, and `evidence` besides: without an end while the job is open.
void pin_accepted(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                  std::vector<ipld::Cid> evidence, Staging& staging);
// Receipt, order, job with all they link to, and `evidence` besides, until the retention ends. The record is terminal.
void pin_ended(NodeState& node, const jobs::JobRecord& record, std::vector<ipld::Cid> evidence, Staging& staging);
// `evidence` alone, under a name of its own next to the job's pin: until a retention after the job's last deadline.
void pin_beside(NodeState& node, const jobs::JobRecord& record, const ipld::Cid& evidence, Staging& staging);

// `ms` after the time that pins are counted from.
[[nodiscard]] model::UnixMs after(NodeState& node, std::uint64_t ms);

}  // namespace icn::runtime::detail
