#include "runtime/detail/effects.hpp"

#include <algorithm>

#include "runtime/detail/anchor.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/pinning.hpp"

namespace icn::runtime::detail {
namespace {

// What one run's effects are checked against.
struct Context {
  NodeState& node;
  const jobs::JobRecord& record;
  const model::Job& job;
  const BlockSource& source;
  model::UnixMs now;
  dag::Guard::Hold& hold;
  PreparedEffects& out;
};

Result<void> prepare(Context& in, std::uint64_t call_index, const model::SpendEffect& spend) {
  if (spend.account != in.record.submitter) {
    return fail(ErrorCode::permission_denied, "a job spends only from its submitter's account");
  }
  const std::optional<model::Mana> amount = model::Mana::from_whole(spend.amount);
  if (!amount || amount->umana == 0) return fail(ErrorCode::invalid_argument, "the amount is zero or too large");
  in.out.money.spends.push_back({call_index, *amount});
  return {};
}

Result<void> prepare(Context&, std::uint64_t, const model::CreditEffect&) {
  return fail(ErrorCode::permission_denied, "the scope has given this job no treasury grant");
}

Result<void> prepare(Context& in, std::uint64_t call_index, const model::SubmitJobEffect& submit) {
  ipld::Block body = ICN_TRY(in.source.get(submit.job));
  ChildJob child;
  child.call_index = call_index;
  child.job = ICN_TRY(model::Job::from_bytes(body.bytes));
  child.id = model::JobId{body.cid};
  if (child.job.submitter != in.record.submitter || child.job.scope != in.job.scope) {
    return fail(ErrorCode::permission_denied, "a job submits only in the name and the scope of its own submitter");
  }
  if ((child.job.grants.bits & ~in.job.grants.bits) != 0) {
    return fail(ErrorCode::permission_denied, "a job cannot grant more than it was granted");
  }
  if (in.node.services().policy_enforcer) ICN_TRY(in.node.services().policy_enforcer->may_submit(child.job));
  ICN_TRY(check_eligible(in.node, child.job));
  const model::WasmSecurityLimits limits =
      ICN_TRY(model::effective_limits(child.job.limits, in.node.parameters().limit_maxima()));
  in.hold.add(child.job.module);
  for (const ipld::Cid& input : child.job.inputs) in.hold.add(input);
  for (const ipld::Cid& root : roots_read(child.job)) in.hold.add(root);
  const Bytes module = ICN_TRY(load_file(in.source, child.job.module, limits.max_module_bytes, "max_module_bytes"));
  child.size.module_bytes = module.size();
  for (const ipld::Cid& input : child.job.inputs) {
    const std::uint64_t left = limits.max_input_bytes - child.size.input_bytes;
    child.size.input_bytes += ICN_TRY(load_file(in.source, input, left, "max_input_bytes")).size();
  }
  ports::Executor* executor = ICN_TRY(in.node.executor());
  ICN_TRY(executor->preflight(module, child.job, limits));
  in.node.services().random->fill(child.secret);
  child.check = ipld::sha256(child.secret);
  child.blocks.push_back(std::move(body));
  in.out.children.push_back(std::move(child));
  return {};
}

Result<void> prepare(Context& in, std::uint64_t, const model::AnchorReceiptEffect& anchor) {
  in.hold.add(anchor.receipt);
  const ipld::Block envelope = ICN_TRY(in.source.get(anchor.receipt));
  const model::SignedReceipt receipt = ICN_TRY(model::SignedReceipt::from_bytes(envelope.bytes));
  ICN_TRY(model::verify(model::SignatureTag::receipt, receipt.receipt, receipt.executor, receipt.signature));
  if (ICN_TRY(find_anchor(in.node, anchor.receipt))) return {};
  Anchor made = ICN_TRY(make_anchor(in.node, envelope, in.record.order_envelope, in.record.authority, in.now));
  in.out.anchors.push_back({anchor.receipt, std::move(made.payload), std::move(made.envelope)});
  return {};
}

// The block itself travels with the run's blocks; there is nothing else to do.
Result<void> prepare(Context& in, std::uint64_t, const model::PutBlockEffect& put) {
  return in.source.get(put.block).map([](const ipld::Block&) {});
}

std::string told(std::uint64_t call_index, std::string_view why) {
  return "the effect of host call " + std::to_string(call_index) + " was not applied: " + std::string(why);
}

}  // namespace

void drop_all(PreparedEffects& effects) {
  effects.money = {};
  effects.children.clear();
  effects.anchors.clear();
}

PreparedEffects prepare_effects(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                const ports::ExecutionResult& result, model::UnixMs now, dag::Guard::Hold& hold) {
  PreparedEffects out;
  if (result.receipt.outcome.kind != model::OutcomeKind::ok) return out;
  const BlockSource source(node.dag_store(), result.blocks);
  Context context{node, record, job, source, now, hold, out};
  for (const model::Effect& effect : result.effects.list) {
    const Result<void> ready =
        std::visit([&](const auto& what) { return prepare(context, effect.call_index, what); }, effect.what);
    if (!ready) out.told.push_back(told(effect.call_index, ready.error().detail));
  }
  if (!out.told.empty() && job.effects == model::EffectsMode::all_or_none) {
    drop_all(out);
    out.told.emplace_back("so none of the job's effects was applied (its effects are all or none)");
  }
  return out;
}

Result<std::vector<AcceptedChild>> accept_children(NodeState& node, const jobs::JobRecord& parent,
                                                   const model::Job& parent_job, PreparedEffects& effects,
                                                   const ipld::Cid& authority, model::UnixMs now) {
  std::vector<AcceptedChild> out;
  model::Mana left = parent.budget;
  for (const jobs::MoneyEffects::Spend& spend : effects.money.spends)
    left = left.minus(spend.amount).value_or(model::Mana{});
  for (const ChildJob& child : effects.children) {
    const auto accept = [&]() -> Result<AcceptedChild> {
      const bool twice =
          std::any_of(out.begin(), out.end(), [&](const AcceptedChild& one) { return one.record.id == child.id; });
      if (twice || ICN_TRY(node.jobs().find(child.id)))
        return fail(ErrorCode::already_exists, "that job is known already");
      const ports::ProfileTables& tables = ICN_TRY(node.executor())->tables();
      jobs::Acceptance acceptance = ICN_TRY(detail::accept_now(node, tables, child.job, Self(child.job.submitter),
                                                               child.id, child.size, child.check, now));
      const std::optional<model::Mana> needed = acceptance.order.reserve.plus(acceptance.budget);
      if (!needed || *needed > left) {
        return fail(ErrorCode::budget_exceeded,
                    "its reserve is more than the " + left.to_text() + " left of spend_max");
      }
      AcceptedChild accepted{ICN_TRY(sign_order(node, std::move(acceptance))), {}, child.job, child.blocks};
      accepted.record = new_record(accepted.accepted, child.job, child.id, authority, child.secret);
      accepted.record.parent = parent.id;
      left.umana -= needed->umana;
      return accepted;
    };
    Result<AcceptedChild> accepted = accept();
    if (accepted) {
      out.push_back(std::move(*accepted));
      continue;
    }
    effects.told.push_back(
        told(child.call_index, "the job " + child.id.to_text() + " was refused: " + accepted.error().detail));
    if (parent_job.effects == model::EffectsMode::all_or_none) {
      drop_all(effects);
      effects.told.emplace_back("so none of the job's effects was applied (its effects are all or none)");
      return std::vector<AcceptedChild>{};
    }
  }
  for (const AcceptedChild& child : out) {
    const jobs::JobRecord& record = child.record;
    effects.money.passed_on.umana += record.reserve.umana + record.budget.umana;
    for (model::Transfer& transfer :
         jobs::reserve_transfers(record.id, record.submitter, record.reserve, record.discount, record.budget)) {
      effects.money.after.push_back(std::move(transfer));
    }
  }
  return out;
}

void stage_children(NodeState& node, std::vector<AcceptedChild> children, const std::vector<ipld::Cid>& anchors,
                    Staging& staging) {
  for (AcceptedChild& child : children) {
    const jobs::JobRecord added = node.jobs().add(std::move(child.record), staging.batch);
    pin_accepted(node, added, child.job, anchors, staging);
    staging.announce(model::MessageKind::job, added.id.cid);
    staging.add(std::move(child.accepted.acceptance.order_block));
    staging.add(std::move(child.accepted.acceptance.observations_block));
    staging.add(std::move(child.accepted.envelope));
    for (ipld::Block& block : child.blocks) staging.add(std::move(block));
  }
}

}  // namespace icn::runtime::detail
