#include "api/coop.hpp"

#include <algorithm>

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {

Result<CoopView> show_coop(Context& context, const CoopRequest&) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const model::Scope scope = node.scope();
  CoopView answer;
  answer.scope = scope.id();
  answer.name = scope.name();
  answer.clerk = scope.clerk();
  answer.node = node.node_did();
  answer.is_clerk = answer.clerk == answer.node;
  answer.members = scope.active_count();
  answer.suspended = scope.count(model::MemberStatus::suspended);
  answer.position = scope.position();
  answer.head = scope.head();
  answer.grant = node.genesis().grant;
  answer.endowment = node.genesis().endowment;
  answer.treasury = node.ledger().balance(model::AccountKey::of(model::SystemAccount::treasury)).available();
  if (const auto& required = scope.required_version()) answer.version = required->version.to_text();
  for (const auto& [peer, row] : scope.peers())
    answer.peers.push_back({peer, row.terms.rate_ppm, row.terms.credit, row.since});
  ICN_TRY(node.books().wait_for_staged());
  return answer;
}

Result<MemberPage> list_members(Context& context, const MemberListRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const std::vector<model::ListedMember> members = node.scope().members();
  ICN_TRY(node.books().wait_for_staged());
  MemberPage page;
  const auto by_did = [](const model::Did& did, const model::ListedMember& member) { return did < member.did; };
  auto at = request.after ? std::upper_bound(members.begin(), members.end(), *request.after, by_did) : members.begin();
  for (; at != members.end(); ++at) {
    if (request.status && at->record.status != *request.status) continue;
    if (page.members.size() == request.count) {
      page.next_after = page.members.back().did;
      break;
    }
    page.members.push_back({at->did, at->record.home, at->record.status, at->record.since});
  }
  return page;
}

template struct Shape<CoopRequest>;
template struct Shape<CoopView>;
template struct Shape<MemberListRequest>;
template struct Shape<MemberPage>;
template struct Shape<ApplyRequest>;
template struct Shape<Application>;
template struct Shape<ResignRequest>;
template struct Shape<Resigned>;

}  // namespace icn::api
