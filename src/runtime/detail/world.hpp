// The home node's observations for a job's declared keys, and the acceptance of a job in the current state.
#pragma once
#include "economy/forecast.hpp"
#include "jobs/acceptance.hpp"
#include "runtime/detail/regeneration.hpp"

namespace icn::runtime::detail {

// A submitter and its DID as text, as its own keys carry it: formatted once for each job, so keys need no parsing.
struct Self {
  explicit Self(const model::Did& of) : did(of), text(of.to_text()) {}
  model::Did did;
  std::string text;
};

// A node as an acceptance sees it: with its current scope, and with its current balances or with those after the
// earlier transfers of the same commit. Node and transfers outlive it.
class World {
 public:
  World(const NodeState& node) : node_(node), scope_(node.scope()) {}
  World(const NodeState& node, const economy::Forecast& ahead) : node_(node), scope_(node.scope()), ahead_(&ahead) {}
  [[nodiscard]] const NodeState& node() const { return node_; }
  [[nodiscard]] const model::Scope& scope() const { return scope_; }
  [[nodiscard]] economy::Balance balance(const model::AccountKey& account) const {
    return ahead_ != nullptr ? ahead_->balance(account) : balance_with_due(node_, account, node_.now());
  }

 private:
  const NodeState& node_;
  const model::Scope scope_;
  const economy::Forecast* ahead_ = nullptr;
};
// Errors: invalid_argument (a key that cannot be read), missing_data (a DAG root that is not stored here).
[[nodiscard]] Result<model::ObservedValue> observe(const World& world, const model::ReadKey& key, const Self& self);

// Whether this program may accept anything for the scope. Errors: unsupported_version with the rule scope_version.
[[nodiscard]] Result<void> check_version(const NodeState& node, const model::Scope& scope);

// The policy for a job, whichever way it comes: the scope's (governance/job_policy.hpp), the node's policy enforcer,
// and whether this node would bid for it. In a mesh of one node, a job without a bidder is refused immediately instead
// of expiring later. Errors: those of validate_job() and of the enforcer; limit_exceeded (cpu_cores, memory_mb),
// unsupported (required_capabilities, federations, min_executor_reputation), each naming the demand.
[[nodiscard]] Result<void> check_policy(const NodeState& node, const model::Scope& scope, const model::Job& job);

// Builds the order for the current state of the world; `self` is the job's submitter. Cheap enough for the writer lock;
// signs nothing.
[[nodiscard]] Result<jobs::Acceptance> accept_now(const World& world, const ports::ProfileTables& tables,
                                                  const model::Job& job, const Self& self, const model::JobId& id,
                                                  const economy::JobSize& size, const ipld::Digest& check,
                                                  model::UnixMs now);

// Returns whether accept_now() would return the same order again: nothing that the order contains has changed.
[[nodiscard]] bool still_holds(const NodeState& node, const jobs::Acceptance& accepted, const model::Job& job,
                               const Self& self);

// A signed order, and the record of the job it accepts.
struct SignedAcceptance {
  jobs::Acceptance acceptance;
  ipld::Block envelope;
};
[[nodiscard]] Result<SignedAcceptance> sign_order(const NodeState& node, jobs::Acceptance acceptance);

// Checks whether a job that waits behind the given amount of other runs can start in time on this machine. Errors: busy
// with the rule job_queue.
[[nodiscard]] Result<void> check_queue(const NodeState& node, const model::JobId& id, const model::Deadlines& deadlines,
                                       std::uint64_t ms_in_front);

// The most bytes that the results of a job with these limits can have: reserved while it is open.
[[nodiscard]] constexpr std::uint64_t result_bytes(const model::WasmSecurityLimits& limits) {
  return limits.max_output_bytes + limits.max_log_bytes;
}

[[nodiscard]] jobs::JobRecord new_record(const SignedAcceptance& accepted, const model::Job& job,
                                         const model::JobId& id, const ipld::Cid& authority,
                                         const ipld::Digest& secret);

// Reserves the cost, adds the record of a new job and stages the order's blocks. Errors: insufficient_mana, storage;
// nothing changes then.
[[nodiscard]] Result<jobs::JobRecord> stage_accepted(NodeState& node, const SignedAcceptance& accepted,
                                                     jobs::JobRecord record, Staging& staging);

// Begins a ledger checkpoint when enough journal records have accumulated, else adds the next step of one that is being
// written.
void advance_checkpoint(NodeState& node, Staging& staging);

}  // namespace icn::runtime::detail
