#include "api/governance.hpp"

#include <fmt/core.h>

#include "api/detail/derive.hpp"
#include "core/ppm.hpp"
#include "runtime/dry_run.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {
namespace {

struct AddEffects {
  std::vector<EffectView>& effects;

  void add(model::ProposalKind kind, std::optional<std::string> subject, std::optional<std::string> value) {
    effects.push_back({effects.size(), kind, std::move(subject), std::move(value)});
  }
  void operator()(const model::SetAction& set) {
    for (const auto& [name, value] : set.values) add(model::ProposalKind::set, name, value);
  }
  void operator()(const model::AdmitAction& admit) {
    add(model::ProposalKind::admit, admit.member.to_text(), admit.home.to_text());
  }
  void operator()(const model::SuspendAction& suspend) {
    add(model::ProposalKind::suspend, suspend.member.to_text(), {});
  }
  void operator()(const model::RemoveAction& remove) { add(model::ProposalKind::remove, remove.member.to_text(), {}); }
  void operator()(const model::BudgetAction& budget) {
    add(model::ProposalKind::budget, budget.member.to_text(), std::to_string(budget.amount.umana));
  }
  void operator()(const model::ResolutionAction&) { add(model::ProposalKind::resolution, {}, {}); }
  void operator()(const model::ClerkAction& clerk) { add(model::ProposalKind::clerk, clerk.clerk.to_text(), {}); }
  void operator()(const model::UpgradeAction& upgrade) {
    add(model::ProposalKind::upgrade, upgrade.version.to_text(), {});
  }
  void operator()(const model::FederateAction& federate) {
    add(model::ProposalKind::federate, federate.scope.to_text(),
        fmt::format("{}ppm {}", federate.terms.rate_ppm, federate.terms.credit.umana));
  }
  void operator()(const model::KeyAction& change) {
    add(model::ProposalKind::key, change.did.to_text(), change.key.to_text());
  }
};

VoteCounts counts_of(const governance::Tally& tally) { return {tally.yes, tally.no, tally.abstain}; }

// Whether this share of yes among yes and no is reached; with neither it is not.
bool reaches(const governance::Tally& tally, std::uint64_t threshold_ppm) {
  return tally.yes > 0 && tally.yes * kPpm >= (tally.yes + tally.no) * threshold_ppm;
}

}  // namespace

ProposalView proposal_view(const governance::ProposalInfo& info) {
  ProposalView view;
  view.proposal = info.id;
  view.kind = info.body.kind;
  view.state = info.state;
  view.outcome = info.outcome;
  view.title = info.body.title;
  view.text = info.body.text;
  view.proposer = info.body.proposer;
  view.sponsors = info.sponsors.size();
  if (info.terms) {
    view.electorate = info.terms->members;
    view.quorum = info.terms->quorum;
    view.threshold_ppm = info.terms->threshold;
  }
  view.votes = counts_of(info.tally);
  view.opens = info.opens;
  view.closes = info.closes;
  view.executes = info.executable_from;
  AddEffects add{view.effects};
  for (const model::Action& action : info.body.actions) std::visit(add, action);
  return view;
}

Result<ProposalPage> list_proposals(Context& context, const ProposalListRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  ICN_TRY(node.books().wait_for_staged());
  const auto wanted = [&request](const governance::ProposalHead& head) {
    return !request.state || head.state == *request.state;
  };
  const auto found = node.governance().list(request.before.value_or(UINT64_MAX), request.count + 1, wanted);
  ProposalPage page;
  for (const governance::ProposalInfo& info : found) {
    if (page.proposals.size() == request.count) {
      page.next_before = found[request.count - 1].position;
      break;
    }
    page.proposals.push_back(proposal_view(info));
  }
  return page;
}

Result<ProposalView> show_proposal(Context& context, const ProposalNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  return proposal_view(ICN_TRY(describe_proposal(node, ICN_TRY(find_proposal(node, request.proposal)))));
}

Result<TallyView> tally_proposal(Context& context, const ProposalNamed& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const auto info = ICN_TRY(describe_proposal(node, ICN_TRY(find_proposal(node, request.proposal))));
  const ProposalView view = proposal_view(info);
  TallyView tally;
  tally.proposal = view.proposal;
  tally.state = view.state;
  tally.electorate = view.electorate;
  tally.votes = view.votes;
  tally.quorum = view.quorum;
  tally.quorum_met = info.tally.present() >= view.quorum;
  tally.threshold_ppm = view.threshold_ppm;
  tally.threshold_met = reaches(info.tally, view.threshold_ppm);
  return tally;
}

Result<DryRun> dry_run_proposal(Context& context, const DryRunRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  const ipld::Cid proposal = ICN_TRY(find_proposal(node, request.proposal));
  if (request.record) {
    const model::DryRun given = ICN_TRY(model::DryRun::from_bytes(*request.record));
    if (given.proposal != proposal) {
      return refuse(ErrorCode::conflict, std::string(runtime::rules::kDryRunPosition),
                    "The dry run is of the proposal " + given.proposal.to_text() + ".", given.proposal.to_text());
    }
    ICN_TRY(runtime::verify_dry_run(node, given));
  }
  const model::DryRun run = ICN_TRY(runtime::derive_dry_run(node, proposal));
  ipld::Block block = run.to_block();
  DryRun answer;
  answer.proposal = proposal;
  answer.object = block.cid;
  answer.record = std::move(block.bytes);
  answer.position = run.position;
  for (const auto& set : run.parameters) answer.parameters.push_back({set.name, set.before, set.after});
  for (const auto& member : run.members) {
    MemberDifference& row = answer.members.emplace_back();
    row.did = member.did;
    row.before = member.before;
    row.after = member.after;
  }
  for (const auto& change : run.balances) answer.balances.push_back({change.account, change.before, change.after});
  for (const auto& peer : run.peers) {
    PeerDifference& row = answer.peers.emplace_back();
    row.scope = peer.scope;
    if (peer.before) row.before_rate = peer.before->rate_ppm;
    if (peer.before) row.before_credit = peer.before->credit;
    row.after_rate = peer.after.rate_ppm;
    row.after_credit = peer.after.credit;
  }
  for (const auto& key : run.keys) answer.keys.push_back({key.did, key.before, key.after});
  answer.clerk = run.clerk;
  if (run.version) answer.version = run.version->to_text();
  for (const auto& charge : run.charges) {
    ChargeDifference& row = answer.charges.emplace_back();
    row.receipt = charge.receipt;
    row.before = charge.before;
    row.after = charge.after;
    if (!charge.after) continue;
    answer.charged_before.umana += charge.before.umana;
    answer.charged_after.umana += charge.after->umana;
  }
  answer.refused = run.refused;
  return answer;
}

template struct Shape<ProposeRequest>;
template struct Shape<ProposalMade>;
template struct Shape<ProposalNamed>;
template struct Shape<ProposalView>;
template struct Shape<VoteRequest>;
template struct Shape<ProposalListRequest>;
template struct Shape<ProposalPage>;
template struct Shape<TallyView>;
template struct Shape<DryRunRequest>;
template struct Shape<DryRun>;

}  // namespace icn::api
