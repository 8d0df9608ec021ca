// The call functions of module `icn`; the doc of each row describes its function (host_table.cpp).
#pragma once
#include "abi/detail/call_scope.hpp"

namespace icn::abi::calls {

// calls_run.cpp: the run itself
[[nodiscard]] Result<std::uint32_t> abi_version(CallScope& call);
[[nodiscard]] Result<void> log_message(CallScope& call, std::uint32_t level, GuestStr text);
[[nodiscard]] Result<Register> get_job_info(CallScope& call);
[[nodiscard]] Result<std::uint32_t> read_result(CallScope& call, std::uint32_t offset, OutBytes out);
[[nodiscard]] Result<std::uint64_t> read_input(CallScope& call, std::uint32_t index, std::int64_t offset, OutBytes out);
[[nodiscard]] Result<std::uint32_t> write_output(CallScope& call, GuestBytes bytes);
[[nodiscard]] Result<Register> get_caller(CallScope& call);
[[nodiscard]] Result<std::uint64_t> get_time(CallScope& call);
[[nodiscard]] Result<void> report_progress(CallScope& call, std::uint32_t ppm, GuestStr text);
[[nodiscard]] Result<std::uint32_t> random(CallScope& call, OutBytes out);

// calls_blocks.cpp: content-addressed blocks
[[nodiscard]] Result<Register> dag_put_block(CallScope& call, std::uint32_t codec, GuestBytes bytes);
[[nodiscard]] Result<Register> dag_get_block(CallScope& call, GuestStr cid);
[[nodiscard]] Result<Register> anchor_receipt(CallScope& call, GuestStr cid);

// Of calls_blocks.cpp, for other calls: a block that the run may read, charged by its bytes. Errors: not_declared, the
// run ended.
[[nodiscard]] Result<ipld::Block> readable_block(CallScope& call, const ipld::Cid& cid);

// calls_world.cpp: what the order observed
[[nodiscard]] Result<std::uint64_t> account_get_mana(CallScope& call, GuestStr account);
[[nodiscard]] Result<std::uint64_t> get_reputation(CallScope& call, GuestStr did);
[[nodiscard]] Result<Register> get_pending_mesh_jobs(CallScope& call);
[[nodiscard]] Result<Register> get_job_status(CallScope& call, GuestStr job_id);
[[nodiscard]] Result<Register> get_parameter(CallScope& call, GuestStr name);

// Of calls_world.cpp, for answers of other calls. Errors: not_declared, not_found (declared, and the home node found
// nothing).
[[nodiscard]] Result<std::string> observed_text(const CallScope& call, model::ReadKind kind, std::string subject);

// calls_change.cpp: what the job asks to change
[[nodiscard]] Result<void> account_spend_mana(CallScope& call, GuestStr account, std::int64_t amount);
[[nodiscard]] Result<void> account_credit_mana(CallScope& call, GuestStr account, std::int64_t amount);
[[nodiscard]] Result<Register> submit_mesh_job(CallScope& call, GuestStr job_json);

// Of calls_change.cpp, for the fees of calls: spends whole mana of the submitter's account. Errors: budget_exceeded,
// insufficient_mana, the run ended.
[[nodiscard]] Result<void> spend(CallScope& call, std::uint64_t amount);

// calls_zk.cpp: proofs about what stays hidden
[[nodiscard]] Result<std::uint32_t> verify_zk_proof(CallScope& call, GuestStr proof_json);
[[nodiscard]] Result<Register> generate_zk_proof(CallScope& call, GuestStr request_json);
[[nodiscard]] Result<std::uint32_t> verify_zk_revocation_proof(CallScope& call, GuestStr proof_json);

// calls_governance.cpp: statements of the submitter's, and steps of the scope's clerk
[[nodiscard]] Result<Register> create_governance_proposal(CallScope& call, GuestStr payload_json);
[[nodiscard]] Result<void> open_governance_voting(CallScope& call, GuestStr proposal);
[[nodiscard]] Result<void> cast_governance_vote(CallScope& call, GuestStr payload_json);
[[nodiscard]] Result<Register> close_governance_proposal_voting(CallScope& call, GuestStr proposal);
[[nodiscard]] Result<void> execute_governance_proposal(CallScope& call, GuestStr proposal);
[[nodiscard]] Result<void> delegate_vote(CallScope& call, GuestStr payload_json);
[[nodiscard]] Result<void> revoke_delegation(CallScope& call, GuestStr payload_json);

}  // namespace icn::abi::calls
