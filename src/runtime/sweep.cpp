#include "runtime/sweep.hpp"

#include <algorithm>
#include <span>

#include "jobs/obligation.hpp"
#include "runtime/detail/settlement.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/reputation.hpp"

namespace icn::runtime {
namespace {

// Whether this process or an earlier one left an unfinished run of it.
bool is_interrupted(const jobs::JobRecord& record) {
  return record.phase == jobs::JobPhase::executing || record.phase == jobs::JobPhase::assigned;
}

// The results of the sweep, and the first error of a job.
struct Sweep {
  NodeState& node;
  model::UnixMs now;
  SweepReport report;
  std::optional<Error> failed;
  std::vector<model::JobId> ended;
};

std::vector<model::JobId> jobs_due(Sweep& sweep) {
  Running& running = sweep.node.running();
  return sweep.node.jobs().open_ids(SIZE_MAX, [&](const jobs::JobRecord& record) {
    const bool overdue = jobs::is_overdue(record, sweep.now);
    if (!running.runs(record.id)) return overdue || is_interrupted(record);
    if (overdue && running.stop(record.id, ports::StopReason::shutdown)) ++sweep.report.stopping;
    return false;
  });
}

Result<void> sweep_one(Sweep& sweep, const model::JobId& id, Staging& staging) {
  const Error interrupted{ErrorCode::infrastructure, "the node ended while the job ran", {}};
  jobs::JobRecord record = ICN_TRY(detail::open_record(sweep.node, id));
  // It has ended or started since it was found due.
  if (jobs::is_terminal(record.phase) || sweep.node.running().runs(id)) return {};
  if (is_interrupted(record)) {
    record = ICN_TRY(detail::stage_failed_attempt(sweep.node, std::move(record), jobs::FailureCause::node_died,
                                                  interrupted, staging));
    const bool last = jobs::is_terminal(record.phase);
    ++(last ? sweep.report.given_up : sweep.report.runnable_again);
    if (last) sweep.ended.push_back(id);
  }
  if (!jobs::is_overdue(record, sweep.now)) return {};
  ICN_TRY(detail::stage_overdue(sweep.node, std::move(record), staging));
  ++sweep.report.expired;
  sweep.ended.push_back(id);
  return {};
}

// Made without the writer lock: the entries that it covers are committed before it, if they are not yet.
Result<void> checkpoint_governance(NodeState& node) {
  if (!node.governance().checkpoint_is_due()) return {};
  const governance::Governance::Checkpoint made = node.governance().make_checkpoint();
  return node.committer().commit([&](Staging& staging) -> Result<void> {
    node.governance().keep(made, staging.batch);
    return {};
  });
}

Result<void> sweep_some(Sweep& sweep, std::span<const model::JobId> due) {
  const auto stage = [&](Staging& staging) -> Result<void> {
    for (const model::JobId& id : due) {
      Result<void> swept = sweep_one(sweep, id, staging);
      if (!swept && !sweep.failed) sweep.failed = std::move(swept).error();
    }
    return {};
  };
  ICN_TRY(sweep.node.committer().commit(stage));
  for (const model::JobId& id : sweep.ended) sweep.node.jobs().forget(id);
  sweep.ended.clear();
  return {};
}

}  // namespace

Result<SweepReport> sweep_jobs(NodeState& node) {
  Sweep sweep{node, node.now(), {}, {}, {}};
  const std::vector<model::JobId> due = jobs_due(sweep);
  for (std::size_t at = 0; at < due.size(); at += kSweptAtOnce)
    ICN_TRY(sweep_some(sweep, std::span(due).subspan(at, std::min(kSweptAtOnce, due.size() - at))));
  const Result<model::Mana> passed_on = pass_on_fees(node);
  if (!passed_on && !sweep.failed) sweep.failed = passed_on.error();
  if (Result<void> decayed = decay_reputation(node); !decayed && !sweep.failed) sweep.failed = decayed.error();
  if (Result<void> kept = checkpoint_governance(node); !kept && !sweep.failed) sweep.failed = kept.error();
  if (sweep.failed) return fail(std::move(*sweep.failed));
  // wait_for_staged() also sends what the outbox still holds.
  ICN_TRY(node.committer().wait_for_staged());
  return sweep.report;
}

}  // namespace icn::runtime
