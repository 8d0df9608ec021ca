#include "embed/governance.hpp"

#include <fmt/core.h>

#include "embed/context.hpp"

namespace icn::embed {

Result<std::string> host_create_governance_proposal(RuntimeContext& context, std::string_view payload_json) {
  return context.create_governance_proposal(ICN_TRY(CreateProposalPayload::from_json(payload_json)));
}

Result<void> host_open_governance_voting(RuntimeContext& context, std::string_view proposal_id) {
  return context.open_governance_voting(proposal_id);
}

Result<void> host_cast_governance_vote(RuntimeContext& context, std::string_view payload_json) {
  return context.cast_governance_vote(ICN_TRY(CastVotePayload::from_json(payload_json)));
}

Result<std::string> host_close_governance_proposal_voting(RuntimeContext& context, std::string_view proposal_id) {
  const governance::ProposalInfo info = ICN_TRY(context.close_governance_proposal_voting(proposal_id));
  return fmt::format(R"({{"status":"{}","yes":{},"no":{},"abstain":{}}})", governance::state_name(info.state),
                     info.tally.yes, info.tally.no, info.tally.abstain);
}

Result<void> host_execute_governance_proposal(RuntimeContext& context, std::string_view proposal_id) {
  return context.execute_governance_proposal(proposal_id);
}

Result<void> host_delegate_vote(RuntimeContext& context, std::string_view payload_json) {
  return context.delegate_vote(ICN_TRY(DelegateVotePayload::from_json(payload_json)));
}

Result<void> host_revoke_delegation(RuntimeContext& context, std::string_view payload_json) {
  return context.revoke_delegation(ICN_TRY(RevokeDelegationPayload::from_json(payload_json)));
}

}  // namespace icn::embed
