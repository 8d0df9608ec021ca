// The specification's governance for programs that embed a node: its payloads (model/governance_json.hpp), and its host
// functions for native callers, over the methods of RuntimeContext. Each call signs as the context's identity and
// enters the statement into the scope's log (runtime/governance.hpp); the node must be the clerk's. Proposal ids are
// CIDs as text.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "model/governance_json.hpp"

namespace icn::embed {

class RuntimeContext;

using model::CastVotePayload;
using model::CreateProposalPayload;
using model::DelegateVotePayload;
using model::ppm_of;
using model::RevokeDelegationPayload;

// A change of a parameter, as the log records it.
struct ParameterUpdate {
  std::string name;
  std::string value;
  std::uint64_t timestamp = 0;  // seconds since 1970
  model::Did signer;            // who proposed it
};

// ---- native host functions, as the context's identity ----

// Returns the id. Errors: those of the payload and of runtime::admit_statement; nothing is charged then.
[[nodiscard]] Result<std::string> host_create_governance_proposal(RuntimeContext& context,
                                                                  std::string_view payload_json);
// Nothing to do for a proposal whose vote has opened. Errors: voting_not_open.
[[nodiscard]] Result<void> host_open_governance_voting(RuntimeContext& context, std::string_view proposal_id);
[[nodiscard]] Result<void> host_cast_governance_vote(RuntimeContext& context, std::string_view payload_json);
// Closes a vote that is over or decided; {"status", "yes", "no", "abstain"} of the proposal. Errors: voting_open.
[[nodiscard]] Result<std::string> host_close_governance_proposal_voting(RuntimeContext& context,
                                                                        std::string_view proposal_id);
// Succeeds for a proposal that was executed before. Errors: not_accepted, timelock, insufficient_mana.
[[nodiscard]] Result<void> host_execute_governance_proposal(RuntimeContext& context, std::string_view proposal_id);
[[nodiscard]] Result<void> host_delegate_vote(RuntimeContext& context, std::string_view payload_json);
// Errors: not_delegated.
[[nodiscard]] Result<void> host_revoke_delegation(RuntimeContext& context, std::string_view payload_json);

}  // namespace icn::embed
