// Descriptions, lists, explanations and outputs of a node's jobs. Thread safe; changes nothing. Every answer reports
// durable state only.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/job_book.hpp"
#include "model/order.hpp"
#include "ports/dag_store.hpp"

namespace icn::runtime {

class NodeState;

struct JobDescription {
  jobs::JobRecord record;
  // Blocks, which a collection may have removed once they were unpinned.
  std::optional<model::Job> job;
  std::optional<model::Order> order;
};
// `text` names a job (runtime/find.hpp). Errors: not_found, invalid_argument, corrupted, storage.
[[nodiscard]] Result<JobDescription> describe_job(const NodeState& node, std::string_view text);
[[nodiscard]] Result<jobs::JobPage> list_jobs(const NodeState& node, jobs::JobCursor cursor, std::size_t count,
                                              std::optional<jobs::JobPhase> phase = std::nullopt);
// The causal chain in plain words, one sentence a line: how the job got here, what was charged and released, what comes
// next.
struct JobStory {
  model::JobId id;
  std::vector<std::string> lines;
  std::string next_rule;  // rule of the hint for the next action, for the program that shows the lines; may be empty
};
[[nodiscard]] Result<JobStory> why_job(const NodeState& node, std::string_view text);
// Reads the output piece by piece. Errors: not_found (no output; the error says why), missing_data, corrupted.
[[nodiscard]] Result<void> read_output(const NodeState& node, const jobs::JobRecord& record,
                                       const std::function<Result<void>(ByteView)>& sink);
// Reads a file of the DAG store, at most `bytes_max` bytes.
[[nodiscard]] Result<Bytes> read_file_bytes(const ports::DagStore& store, const ipld::Cid& root,
                                            std::uint64_t bytes_max);

// "ok", "nonzero_exit", …; for a terminal record without a receipt "infrastructure", "cancelled" or "expired"; for an
// open job the name of its phase.
[[nodiscard]] std::string_view outcome_text(const jobs::JobRecord& record);
// The exit code of `icn`: that of the program, or that of the error table.
[[nodiscard]] int exit_code_of(const jobs::JobRecord& record);
[[nodiscard]] int exit_code_of(const model::Outcome& outcome, std::int64_t exit_code);

}  // namespace icn::runtime
