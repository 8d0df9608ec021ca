#include "runtime/detail/children.hpp"

#include <unordered_set>

#include "jobs/queue.hpp"
#include "runtime/detail/pinning.hpp"

namespace icn::runtime::detail {
namespace {

struct Deciding {
  const NodeState& node;
  const RunEnd& run;
  const ipld::Cid& authority;
  OrderSigner& signer;
  const Self self;          // the run's submitter, common to all
  economy::Forecast ahead;  // after the settlement and the children accepted so far
  model::Mana left;         // remaining budget
  std::unordered_set<ipld::Cid> ids;
  std::uint64_t run_ms;   // executor thread time that open jobs may still take, including the children accepted so far
  std::uint64_t results;  // bytes that open jobs may still write, including the children accepted so far
};

Result<AcceptedChild> accept_child(Deciding& in, const ChildJob& child) {
  if (in.ids.contains(child.id.cid) || ICN_TRY(in.node.jobs().find(child.id)))
    return fail(ErrorCode::already_exists, "that job is known already");
  const World world(in.node, in.ahead);
  // A member may have left since the run began, and the scope may have changed its policy.
  ICN_TRY(check_policy(in.node, world.scope(), child.job));
  const ports::ProfileTables& tables = ICN_TRY(in.node.executor())->tables();
  jobs::Acceptance acceptance =
      ICN_TRY(accept_now(world, tables, child.job, in.self, child.id, child.size, child.check, in.run.now));
  const std::optional<model::Mana> needed = acceptance.order.reserve.plus(acceptance.budget);
  const std::optional<model::Mana> left = needed ? in.left.minus(*needed) : std::nullopt;
  if (!left) {
    return fail(ErrorCode::budget_exceeded, "its reserve is more than the " + in.left.to_text() + " left of spend_max");
  }
  const std::uint64_t results = in.results + result_bytes(acceptance.order.limits);
  // Uses the figure: counting the store would hold the writer lock.
  ICN_TRY(dag::check_figure(in.node.settings().dag_quota, in.node.blocks().usage(), results,
                            "The job, with what it and the open jobs may still write,"));
  ICN_TRY(check_queue(in.node, child.id, acceptance.order.deadlines, in.run_ms));
  in.run_ms += jobs::run_ms_max(acceptance.order.deadlines, acceptance.order.limits.max_fuel);
  AcceptedChild accepted{ICN_TRY(in.signer.sign(std::move(acceptance))), {}, &child};
  accepted.record = new_record(accepted.accepted, child.job, child.id, in.authority, child.secret);
  accepted.record.parent = in.run.record.id;
  in.left = *left;
  in.ids.insert(child.id.cid);
  in.results = results;
  return accepted;
}

// Whether the store cannot be read, which says nothing about the child.
bool is_of_store(const Error& error) { return error.code == ErrorCode::storage || error.code == ErrorCode::corrupted; }

}  // namespace

Result<SignedAcceptance> OrderSigner::sign(jobs::Acceptance acceptance) {
  const ipld::Cid order = acceptance.order_block.cid;
  const auto known = envelopes_.find(order);
  if (known != envelopes_.end()) return SignedAcceptance{std::move(acceptance), known->second};
  SignedAcceptance accepted = ICN_TRY(sign_order(node_, std::move(acceptance)));
  envelopes_.emplace(order, accepted.envelope);
  return accepted;
}

Result<Children> decide_children(const NodeState& node, const RunEnd& run, const PreparedEffects& effects,
                                 const ipld::Cid& authority, OrderSigner& signer) {
  Children out{{}, effects.money, effects.refused, false};
  if (effects.children.empty()) return out;
  const Result<jobs::Settlement> settlement = jobs::settle(run.record, run.result.receipt, effects.money, effects.fuel);
  // The effects spend more than the balance: all are dropped, with the ledger's reason.
  if (!settlement) return out;
  Deciding in{node,
              run,
              authority,
              signer,
              Self(run.record.submitter),
              economy::Forecast(node.ledger(), run.now, rates_of(node)),
              model::Mana{run.record.budget.umana - settlement->budget_spent.umana},
              {},
              node.jobs().open_run_ms(),
              node.jobs().open_result_bytes()};
  in.ahead.add(settlement->transfers);
  for (const ChildJob& child : effects.children) {
    Result<AcceptedChild> accepted = accept_child(in, child);
    if (!accepted && is_of_store(accepted.error())) return fail(std::move(accepted).error());
    if (!accepted) {
      out.refused.add(
          refusal_text(child.call_index, "the job " + child.id.to_text() + " was refused: " + accepted.error().detail));
      if (run.job.effects != model::EffectsMode::all_or_none) continue;
      out.drops_all = true;
      return out;
    }
    const jobs::JobRecord& record = accepted->record;
    std::vector<model::Transfer> reserves =
        jobs::reserve_transfers(record.id, record.submitter, record.reserve, record.discount, record.budget);
    in.ahead.add(reserves);
    out.money.passed_on.umana += record.reserve.umana + record.budget.umana;
    out.money.after.insert(out.money.after.end(), reserves.begin(), reserves.end());
    out.accepted.push_back(std::move(*accepted));
  }
  return out;
}

void stage_children(NodeState& node, std::vector<AcceptedChild> children, const std::vector<ipld::Cid>& anchors,
                    Staging& staging) {
  for (AcceptedChild& child : children) {
    const jobs::JobRecord added = node.jobs().add(std::move(child.record), staging.batch);
    pin_accepted(node, added, child.of->job, anchors, staging);
    for (const ipld::Cid& root : child.of->complete) dag::Completeness::record(root, staging.batch);
    staging.announce(model::MessageKind::job, added.id.cid);
    staging.add(std::move(child.accepted.acceptance.order_block));
    staging.add(std::move(child.accepted.acceptance.observations_block));
    staging.add(std::move(child.accepted.envelope));
    staging.add(child.of->body);
  }
}

}  // namespace icn::runtime::detail
