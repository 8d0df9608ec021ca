// Resolves the names that people use for jobs, receipts, anchors and blocks; nothing else does.
//
//   12                         the job with this number
//   @last @last-ok @last-failed  the newest job, or the one that ended last so (jobs/job_book.hpp)
//   bafyrei…                   an id, or a unique prefix of one of at least kNameMin characters
//
// A job, its receipt and its anchor lead to each other at its home, and on every node that imported its anchor. A
// prefix is looked up in ordered ranges of the stores, so the cost of a lookup does not grow with the history. Thread
// safe; every result is durable.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "jobs/job_book.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime {

class NodeState;

inline constexpr std::size_t kNameMin = 10;   // the first seven characters of every id of a job are the same
inline constexpr std::size_t kNameMax = 128;  // bytes
// Ids that an error about an ambiguous prefix lists.
inline constexpr std::size_t kCandidatesShown = 4;

struct MarkRow {
  std::string_view name;  // "@last"
  std::string_view text;
  jobs::NewestJob which;
  std::string_view absent;  // what is said where there is none
};
[[nodiscard]] std::span<const MarkRow> job_marks();

// Finds a job of this home. Errors: not_found, invalid_argument (not a name, or an ambiguous one, with the rule
// job_id), storage, corrupted.
[[nodiscard]] Result<jobs::JobRecord> find_job(const NodeState& node, std::string_view name);

struct Evidence {
  ipld::Cid receipt;                // signed envelope, or a receipt body
  std::optional<ipld::Cid> anchor;  // if this node has one
};
// Finds the receipt that `name` leads to. Returns an id that is not known here unchanged. Errors: not_found (the job
// has no receipt, or the name matches nothing), invalid_argument (ambiguous), invalid_format (not a name), storage,
// corrupted.
[[nodiscard]] Result<Evidence> find_evidence(const NodeState& node, std::string_view name);

// Finds a block; for a job, the block with the job's id. Returns a whole CID unchanged. Errors: not_found,
// invalid_argument (ambiguous), invalid_format (not a name), storage, corrupted.
[[nodiscard]] Result<ipld::Cid> find_block(const NodeState& node, std::string_view name);
// Finds the job of this home whose id, receipt or anchor the CID is. Errors: storage, corrupted.
[[nodiscard]] Result<std::optional<jobs::JobRecord>> job_behind(const NodeState& node, const ipld::Cid& cid);

// If `root`, a stored block, anchors a receipt, records the anchor for the job and the receipt. Errors: storage.
[[nodiscard]] Result<void> note_evidence(const NodeState& node, const ipld::Cid& root, ports::Batch& batch);

}  // namespace icn::runtime
