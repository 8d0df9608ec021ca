#include "api/delegations.hpp"

#include "api/detail/derive.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {

Result<VotePreview> preview_vote(Context& context, const VotePreviewRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  if (!request.did && !context.caller) {
    return refuse(ErrorCode::invalid_argument, "missing_field",
                  "the field did is missing, and the caller is not a member");
  }
  VotePreview answer;
  answer.did = request.did ? *request.did : *context.caller;
  answer.topic = request.topic.value_or(answer.topic);
  governance::VoteRoute route;
  if (request.proposal) {
    const auto info = ICN_TRY(describe_proposal(node, ICN_TRY(find_proposal(node, *request.proposal))));
    answer.topic = info.body.kind;
    route = ICN_TRY(node.governance().route(answer.did, info.id));
  } else {
    route = ICN_TRY(node.governance().route(answer.did, answer.topic, node.now()));
  }
  ICN_TRY(node.books().wait_for_staged());
  answer.path.assign(route.path.begin() + 1, route.path.end());
  answer.casts = route.path.back();
  answer.choice = route.choice;
  return answer;
}

template struct Shape<DelegateRequest>;
template struct Shape<DelegationView>;
template struct Shape<RevokeRequest>;
template struct Shape<DelegationsRevoked>;
template struct Shape<VotePreviewRequest>;
template struct Shape<VotePreview>;

}  // namespace icn::api
