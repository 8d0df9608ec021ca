#include "runtime/obligations.hpp"

#include <algorithm>
#include <tuple>

#include "jobs/obligation.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

Obligation of_job(const jobs::JobRecord& record, const jobs::ObligationRow& row) {
  return {ObligationKind::job,
          record.id.to_text(),
          std::string(jobs::phase_name(record.phase)),
          std::string(jobs::event_name(jobs::overdue_event(record))),
          row.owner == jobs::Obliged::home ? "home" : "executor",
          record.deadlines.*row.deadline};
}

std::string_view step_of(governance::ProposalState state) {
  switch (state) {
    case governance::ProposalState::sponsorship:
      return "expire";
    case governance::ProposalState::deliberation:
      return "open";
    case governance::ProposalState::voting:
      return "close";
    default:
      return "execute";
  }
}

void add_jobs(const NodeState& node, std::vector<Obligation>& all) {
  for (const jobs::JobRecord& record : node.jobs().open_jobs())
    if (const jobs::ObligationRow* const row = jobs::find_obligation(record.phase)) all.push_back(of_job(record, *row));
}

void add_proposals(const NodeState& node, std::vector<Obligation>& all) {
  // Only the clerk takes steps.
  if (node.scope().clerk() != node.node_did()) return;
  for (const governance::Due& due : node.governance().due({UINT64_MAX}, SIZE_MAX)) {
    const auto status = node.governance().status(due.proposal);
    if (!status) continue;
    all.push_back({ObligationKind::proposal, due.proposal.to_text(), std::string(governance::state_name(status->state)),
                   std::string(step_of(status->state)), "clerk", due.since});
  }
}

void add_mana(const NodeState& node, std::vector<Obligation>& all) {
  if (const auto since = root_due_since(node))
    all.push_back({ObligationKind::mana, "", "ended", "anchor", "home", *since});
}

}  // namespace

std::string_view obligation_kind_name(ObligationKind kind) {
  switch (kind) {
    case ObligationKind::job:
      return "job";
    case ObligationKind::proposal:
      return "proposal";
    case ObligationKind::mana:
      return "mana";
  }
  return "?";
}

ObligationList list_obligations(const NodeState& node, std::size_t count) {
  ObligationList answer;
  std::vector<Obligation> all;
  add_jobs(node, all);
  add_proposals(node, all);
  add_mana(node, all);
  const model::UnixMs now = node.now();
  answer.total = all.size();
  answer.overdue = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [now](const Obligation& one) { return one.due < now; }));
  std::sort(all.begin(), all.end(), [](const Obligation& a, const Obligation& b) {
    return std::tie(a.due, a.kind, a.subject) < std::tie(b.due, b.kind, b.subject);
  });
  if (all.size() > count) all.resize(count);
  answer.due_first = std::move(all);
  return answer;
}

}  // namespace icn::runtime
