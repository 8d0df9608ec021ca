// The specification's host functions for native callers: the same names as a guest imports, on a live context. A
// guest's calls go through src/abi and read only the contents of its order; these take effect immediately, as the
// context's identity. Amounts are whole mana. Errors name the argument; a call that fails charges nothing.
#pragma once
#include <string_view>
#include <vector>

#include "embed/context.hpp"

namespace icn::embed {

// Errors: invalid_argument (empty, or not a DID). An unused account has a balance of 0.
[[nodiscard]] Result<std::uint64_t> host_account_get_mana(const RuntimeContext& context, std::string_view account_id);
// Errors: invalid_argument (empty, an amount of 0, not a DID, or not the context's own account), insufficient_mana.
[[nodiscard]] Result<void> host_account_spend_mana(RuntimeContext& context, std::string_view account_id,
                                                   std::uint64_t amount);
// For a context whose identity the scope made a delegate of its treasury. Errors: invalid_argument; those of
// runtime::credit_mana.
[[nodiscard]] Result<void> host_account_credit_mana(RuntimeContext& context, std::string_view account_id,
                                                    std::uint64_t amount);
// Errors: those of model/job_json.hpp and runtime::submit_job.
[[nodiscard]] Result<model::JobId> host_submit_mesh_job(RuntimeContext& context, std::string_view job_json);
// The waiting jobs, oldest first, with their bodies. Listing does not remove them.
[[nodiscard]] Result<std::vector<ActualMeshJob>> host_get_pending_mesh_jobs(const RuntimeContext& context);
[[nodiscard]] Result<ipld::Cid> host_anchor_receipt(RuntimeContext& context, const model::SignedReceipt& receipt);
[[nodiscard]] Result<std::uint64_t> host_get_reputation(const RuntimeContext& context, const model::Did& did);
// Errors: invalid_argument, not_found.
[[nodiscard]] Result<JobStatus> host_get_job_status(const RuntimeContext& context, std::string_view job_id);

}  // namespace icn::embed
