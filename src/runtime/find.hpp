// What people call jobs, receipts, anchors and blocks: the one place where such a name is looked up.
//
//   12                         the job with this number
//   @last @last-ok @last-failed  the newest job, or the one that ended last so (jobs/job_book.hpp)
//   bafyrei…                   an id, or a unique beginning of one of at least kNameMin characters
//
// A job, its receipt and its anchor name each other: at its home, and on every node that imported its anchor. A
// beginning is looked for in ordered ranges of the stores, so what a lookup costs does not grow with the history.
// Thread safe; what is found is durable.
#pragma once
#include <optional>
#include <string_view>

#include "jobs/job_record.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class NodeState;

inline constexpr std::size_t kNameMin = 10;   // the first seven characters of every id of a job are the same
inline constexpr std::size_t kNameMax = 128;  // bytes
// Ids that an error about an ambiguous beginning lists.
inline constexpr std::size_t kCandidatesShown = 4;

// A job of this home. Errors: not_found, invalid_argument (not a name, or an ambiguous one, with the rule job_id),
// storage, corrupted.
[[nodiscard]] Result<jobs::JobRecord> find_job(const NodeState& node, std::string_view name);

struct Evidence {
  ipld::Cid receipt;                // signed envelope, or a receipt body
  std::optional<ipld::Cid> anchor;  // where this node has one
};
// The receipt of what `name` names. An id that is not known here is answered as it is. Errors: not_found (the job has
// no receipt, or no name leads here), invalid_argument (ambiguous), invalid_format (not a name), storage, corrupted.
[[nodiscard]] Result<Evidence> find_evidence(const NodeState& node, std::string_view name);

// A block; of a job the block that its id names. A whole CID is answered as it is. Errors: not_found,
// invalid_argument (ambiguous), invalid_format (not a name), storage, corrupted.
[[nodiscard]] Result<ipld::Cid> find_block(const NodeState& node, std::string_view name);
// The job of this home that a CID is, or whose receipt or anchor it is. Errors: storage, corrupted.
[[nodiscard]] Result<std::optional<jobs::JobRecord>> job_behind(const NodeState& node, const ipld::Cid& cid);

// Notes for job and receipt which anchor vouches for them, when `root`, which is stored here, anchors a receipt.
// Errors: storage.
[[nodiscard]] Result<void> note_evidence(const NodeState& node, const ipld::Cid& root, ports::Batch& batch);

}  // namespace icn::runtime
