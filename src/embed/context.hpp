// RuntimeContext: a node as the specification presents it, for programs that embed one. Each method is one use case of
// runtime/.
//
// It acts for one identity: jobs submitted through it are signed by that identity's signer and paid from its account.
// On an empty state store it creates a one-member scope, otherwise it opens the existing one. Thread safe; functions
// that are async in the specification are plain calls on the caller's thread. Amounts are whole mana.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "embed/governance.hpp"
#include "embed/service_config.hpp"
#include "runtime/governance.hpp"
#include "runtime/job_draft.hpp"
#include "runtime/node_state.hpp"
#include "runtime/trust.hpp"

namespace icn::embed {

// The specification's ActualMeshJob: a signed job body.
struct ActualMeshJob {
  model::Job job;
  model::Signature signature{};
  [[nodiscard]] model::JobId id() const { return model::job_id_of(job.to_block()); }
};

struct JobStatus {
  model::JobId id;
  jobs::JobState state;
  jobs::JobRecord record;
};

class RuntimeContext {
 public:
  // Validates the configuration first. Errors: those of ServiceConfig::validate, runtime::NodeState::found and
  // runtime::NodeState::open.
  [[nodiscard]] static Result<std::shared_ptr<RuntimeContext>> from_service_config(ServiceConfig config);
  // In memory, deterministic. Defined in the testing library, which production programs do not link.
  [[nodiscard]] static Result<std::shared_ptr<RuntimeContext>> new_testing(const model::Did& identity,
                                                                           std::optional<std::uint64_t> initial_mana);
  // As new_testing, with a given description of the machine: jobs that need more than it offers are refused.
  [[nodiscard]] static Result<std::shared_ptr<RuntimeContext>> new_with_system_info(
      const model::Did& identity, std::shared_ptr<ports::SystemInfoProvider> system_info,
      std::optional<std::uint64_t> initial_mana);

  [[nodiscard]] const model::Did& current_identity() const { return config_.identity; }
  [[nodiscard]] EnvironmentType environment() const { return config_.environment; }
  [[nodiscard]] runtime::NodeState& node() { return *node_; }
  [[nodiscard]] const runtime::NodeState& node() const { return *node_; }
  // The specification's fields. The returned objects live as long as the context; each does its own locking.
  [[nodiscard]] const economy::Ledger& mana_ledger() const { return node_->ledger(); }
  // Jobs that have not ended; get_job_status() also knows the others.
  [[nodiscard]] std::map<model::JobId, jobs::JobState> job_states() const;
  [[nodiscard]] ports::MeshNetworkService& mesh_network_service() { return *node_->services().mesh_network; }
  [[nodiscard]] ports::Signer& signer() { return *config_.identity_signer; }
  [[nodiscard]] const ports::DagStore& dag_store() const { return node_->dag_store(); }
  [[nodiscard]] const reputation::Reputation& reputation_store() const { return node_->reputation(); }
  [[nodiscard]] const governance::Governance& governance_module() const { return node_->governance(); }
  [[nodiscard]] const trust::TrustEngine& trust_engine() const { return node_->trust(); }
  // As the trust engine decides now, for the members of the scope.
  [[nodiscard]] trust::TrustValidationResult validate_trust(const model::Did& creator, const model::Did& executor,
                                                            const model::TrustContext& context) const {
    return runtime::validate_trust(*node_, creator, executor, context);
  }
  [[nodiscard]] model::Parameters parameters() const { return node_->scope().parameters(); }
  [[nodiscard]] const ports::Clock& time_provider() const { return *node_->services().clock; }
  // Null if none is configured: everything signed and paid for is then allowed.
  [[nodiscard]] const ports::PolicyEnforcer* policy_enforcer() const { return node_->services().policy_enforcer.get(); }
  // Null if none is configured: then no DID is resolved.
  [[nodiscard]] ports::DidResolver* did_resolver() { return node_->services().did_resolver.get(); }
  [[nodiscard]] ports::SystemInfo system_info() const { return node_->services().system_info->system_info(); }

  // Submits a job of the current identity: `spec_bytes` is a dag-cbor job body; its module, cost, submitter and scope
  // are set from the arguments and the context. The same three arguments identify the same job, charged once.
  [[nodiscard]] Result<model::JobId> handle_submit_job(const ipld::Cid& manifest_cid, ByteView spec_bytes,
                                                       std::uint64_t cost_mana);
  // The job as JSON (model/job_json.hpp), at most 1 MiB. Fields that are absent take their defaults.
  [[nodiscard]] Result<model::JobId> submit_job_json(std::string_view job_json);
  // A program with its inputs, as bytes, for the current identity: what the draft leaves open is found out
  // (runtime/job_draft.hpp).
  [[nodiscard]] Result<model::JobId> submit_program(runtime::JobDraft draft);
  // Runs an accepted job on the calling thread until it is terminal, and returns its signed receipt. Errors: the job's
  // failure without a receipt.
  [[nodiscard]] Result<model::SignedReceipt> execute_job(const model::JobId& id);
  // The same, for an executor that the creator must trust if the job names a trust scope. Further errors, which leave
  // the job unchanged: permission_denied (not trusted, with the rule that decided; this node is not the executor; the
  // creator is not the job's submitter), invalid_argument (not a trust scope).
  [[nodiscard]] Result<model::SignedReceipt> execute_job(const ActualMeshJob& job, const model::Did& executor_did,
                                                         const model::Did& creator_did);
  // Submits a signed job of any member and runs it to completion: validate, reserve, execute, anchor, settle, announce.
  [[nodiscard]] Result<model::SignedReceipt> process_mesh_job(const ActualMeshJob& job);
  [[nodiscard]] Result<ipld::Cid> anchor_receipt(const model::SignedReceipt& receipt);
  [[nodiscard]] Result<JobStatus> get_job_status(const model::JobId& id) const;
  [[nodiscard]] Result<std::vector<model::JobId>> get_pending_mesh_jobs() const;
  // What the program of a job wrote to its output. Errors: not_found (no such job, or it has none), missing_data,
  // corrupted.
  [[nodiscard]] Result<std::string> read_output(const model::JobId& id) const;

  [[nodiscard]] std::uint64_t get_mana(const model::Did& account) const;  // available, rounded down
  // The account must be the current identity; FEES receives the amount. Errors: invalid_argument (zero, foreign
  // account), insufficient_mana.
  [[nodiscard]] Result<void> spend_mana(const model::Did& account, std::uint64_t amount);
  // The treasury credits the account, by order of the current identity. Errors: those of runtime::credit_mana.
  [[nodiscard]] Result<void> credit_mana(const model::Did& account, std::uint64_t amount);
  [[nodiscard]] std::uint64_t get_reputation(const model::Did& did) const;  // whole points

  // Governance (embed/governance.hpp): each call signs as the current identity. A proposal is named by its id. Returns
  // the id. Errors: those of the payload and of runtime::admit_statement; nothing is charged then.
  [[nodiscard]] Result<std::string> create_governance_proposal(const CreateProposalPayload& payload);
  // Succeeds for a proposal whose vote has opened. Errors: not_found, invalid_state (voting_not_open).
  [[nodiscard]] Result<void> open_governance_voting(std::string_view proposal_id);
  [[nodiscard]] Result<void> cast_governance_vote(const CastVotePayload& payload);
  // As runtime::close_vote and runtime::execute_proposal; the second succeeds for a proposal that was executed before.
  [[nodiscard]] Result<governance::ProposalInfo> close_governance_proposal_voting(std::string_view proposal_id);
  [[nodiscard]] Result<void> execute_governance_proposal(std::string_view proposal_id);
  [[nodiscard]] Result<void> delegate_vote(const DelegateVotePayload& payload);
  [[nodiscard]] Result<void> revoke_delegation(const RevokeDelegationPayload& payload);
  // Proposes the change and votes for it: in a scope of one member it takes effect with that. Errors: those of a
  // proposal; invalid_state with the rule not_decided, when other members must vote.
  [[nodiscard]] Result<void> update_parameter(std::string_view name, std::string_view value);
  // The last change of a parameter by vote.
  [[nodiscard]] std::optional<ParameterUpdate> last_parameter_update(std::string_view name) const;

  // Errors: production_error with the marker "PRODUCTION ERROR", naming every service that is not fit for production.
  [[nodiscard]] Result<void> validate_production_services() const;

 private:
  RuntimeContext(ServiceConfig config, std::unique_ptr<runtime::NodeState> node);
  // Errors: invalid_signature: the identity's key is not here.
  [[nodiscard]] Result<void> require_key() const;
  [[nodiscard]] Result<model::JobId> submit(ipld::Block body, std::vector<ipld::Block> blocks = {});
  [[nodiscard]] Result<void> enter(const runtime::PreparedStatement& prepared);
  [[nodiscard]] Result<ipld::Cid> propose(const runtime::ProposalDraft& draft);
  ServiceConfig config_;
  std::unique_ptr<runtime::NodeState> node_;
};

}  // namespace icn::embed
