#include "api/reputation.hpp"

#include "api/detail/derive.hpp"
#include "runtime/mana.hpp"
#include "runtime/node_state.hpp"
#include "runtime/reputation.hpp"

namespace icn::api {
namespace {

// A receipt body and a job body are dag-cbor blocks.
ipld::Cid cid_of(const ipld::Digest& digest) { return {ipld::Codec::dag_cbor, digest}; }

ReputationChangeView view_of_change(const reputation::Change& change) {
  ReputationChangeView view;
  view.number = change.number;
  view.time = change.time;
  view.reason = change.reason;
  const std::uint64_t before = change.before.micro_points;
  const std::uint64_t after = change.after.micro_points;
  view.change_micro_points = after >= before ? std::to_string(after - before) : "-" + std::to_string(before - after);
  view.micro_points = std::to_string(after);
  if (change.receipt) view.receipt = cid_of(*change.receipt);
  if (change.job) view.job = model::JobId{cid_of(*change.job)};
  if (change.other) view.other = *change.other;
  return view;
}

}  // namespace

Result<ReputationHistory> reputation_history(Context& context, const ReputationHistoryRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  ReputationHistory answer;
  answer.did = ICN_TRY(account_of(context, request.did));
  const runtime::ReputationPage page =
      ICN_TRY(runtime::reputation_history(node, answer.did, request.before.value_or(UINT64_MAX), request.count));
  answer.micro_points = std::to_string(runtime::view_account(node, answer.did).reputation.micro_points);
  for (const reputation::Change& change : page.changes) answer.rows.push_back(view_of_change(change));
  answer.next_before = page.next;
  return answer;
}

template struct Shape<ReputationHistoryRequest>;
template struct Shape<ReputationHistory>;

}  // namespace icn::api
