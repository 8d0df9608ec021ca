// What the home node answers for a job's declared keys, and the acceptance of a job at this moment.
#pragma once
#include "economy/forecast.hpp"
#include "jobs/acceptance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// A submitter and the text that its own keys carry: made once for each job, and not parsed for them.
struct Self {
  explicit Self(const model::Did& of) : did(of), text(of.to_text()) {}
  model::Did did;
  std::string text;
};

// A node as an acceptance sees it: with its balances as they are, or as they will be once the transfers are applied
// that come before it in the same commit. Both outlive this.
class World {
 public:
  World(const NodeState& node) : node_(node) {}
  World(const NodeState& node, const economy::Forecast& ahead) : node_(node), ahead_(&ahead) {}
  [[nodiscard]] const NodeState& node() const { return node_; }
  [[nodiscard]] economy::Balance balance(const model::AccountKey& account) const {
    return ahead_ != nullptr ? ahead_->balance(account) : node_.ledger().balance(account);
  }

 private:
  const NodeState& node_;
  const economy::Forecast* ahead_ = nullptr;
};
// Errors: invalid_argument (a key that cannot be read), missing_data (a DAG root that is not here).
[[nodiscard]] Result<model::ObservedValue> observe(const World& world, const model::ReadKey& key, const Self& self);

// Whether this node would bid for a job. In a mesh of one node a job it would not bid for is refused at once instead of
// expiring later. Errors: limit_exceeded (cpu_cores, memory_mb), unsupported (required_capabilities, federations,
// min_executor_reputation), each naming the demand.
[[nodiscard]] Result<void> check_eligible(const NodeState& node, const model::Job& job);

// The order as the world is now; `self` is the job's submitter. Cheap enough for the writer lock; signs nothing.
[[nodiscard]] Result<jobs::Acceptance> accept_now(const World& world, const ports::ProfileTables& tables,
                                                  const model::Job& job, const Self& self, const model::JobId& id,
                                                  const economy::JobSize& size, const ipld::Digest& check,
                                                  model::UnixMs now);

// Whether accept_now() would give the same order once more: the world has not moved on in anything that it holds.
[[nodiscard]] bool still_holds(const NodeState& node, const jobs::Acceptance& accepted, const model::Job& job,
                               const Self& self);

// A signed order, and the record of the job it accepts.
struct SignedAcceptance {
  jobs::Acceptance acceptance;
  ipld::Block envelope;
};
[[nodiscard]] Result<SignedAcceptance> sign_order(const NodeState& node, jobs::Acceptance acceptance);

// Whether a job that will wait behind so much of other runs can begin in time on this machine. Errors: busy with the
// rule job_queue.
[[nodiscard]] Result<void> check_queue(const NodeState& node, const model::JobId& id, const model::Deadlines& deadlines,
                                       std::uint64_t ms_in_front);

// What the results of a job with these limits may have at most: reserved while it is open.
[[nodiscard]] constexpr std::uint64_t result_bytes(const model::WasmSecurityLimits& limits) {
  return limits.max_output_bytes + limits.max_log_bytes;
}

[[nodiscard]] jobs::JobRecord new_record(const SignedAcceptance& accepted, const model::Job& job,
                                         const model::JobId& id, const ipld::Cid& authority,
                                         const ipld::Digest& secret);

// Reserves, adds the record of a job that the book does not know and stages the order's blocks. Errors:
// insufficient_mana, storage; nothing is changed.
[[nodiscard]] Result<jobs::JobRecord> stage_accepted(NodeState& node, const SignedAcceptance& accepted,
                                                     jobs::JobRecord record, Staging& staging);

// A ledger checkpoint into the batch when enough journal has gathered.
void checkpoint_if_due(NodeState& node, Staging& staging);

}  // namespace icn::runtime::detail
