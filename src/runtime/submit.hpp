// Submission: verifies a signed job and accepts it, in one commit. Thread safe; charges nothing when it fails.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "jobs/job_book.hpp"
#include "model/job.hpp"
#include "runtime/running.hpp"

namespace icn::runtime {

class NodeState;

enum class StartMode : std::uint8_t {
  later,  // accepted and waiting
  now,    // accepted and already assigned to this node, saving a commit; the caller runs it immediately with the claim
};
enum class Acceptance : std::uint8_t {
  now,
  before
};  // before: the same body was accepted earlier; nothing was charged again

struct SubmitRequest {
  ipld::Block body;                 // canonical job body; its CID is the job id
  model::Signature signature{};     // of job.submitter over the id
  std::vector<ipld::Block> blocks;  // of module and inputs, those not yet in the DAG store
  StartMode start = StartMode::later;
  std::function<bool()> stopping = {};  // polled while the module compiles; true ends that and refuses the job
  std::string program;                  // an unsigned label for people, truncated to jobs::kProgramLabelBytesMax
};
struct SubmitAnswer {
  model::JobId id;
  Acceptance accepted = Acceptance::now;
  jobs::JobRecord record;
  std::string note;  // e.g. that the discount was reduced; may be empty
  // Held for StartMode::now, unless the job was accepted before. When it is dropped, the job waits for its next start.
  RunClaim claim = {};
};
// Verifies signature, scope, membership, policy, limits and module, and compiles the module, on the calling thread;
// then makes one commit with blocks, order, reserve and record. A refusal reserves nothing; its work counts against the
// member's window (refused_work.hpp). Errors: invalid_format, invalid_signature, permission_denied (not a member,
// policy, trust), invalid_module, limit_exceeded (also compile_cpu and compile_memory), price_too_low (naming the
// minimum), insufficient_mana, missing_data (a block of module or input), unsupported (no executor), busy (the window,
// the queue of jobs or of compilations), cancelled (stopped), infrastructure (the compiler failed), expired.
[[nodiscard]] Result<SubmitAnswer> submit_job(NodeState& node, const SubmitRequest& request);

}  // namespace icn::runtime
