#include "runtime/detail/effects.hpp"

#include <algorithm>

#include "runtime/detail/anchor.hpp"
#include "runtime/detail/compile.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/pinning.hpp"
#include "runtime/detail/roots.hpp"

namespace icn::runtime::detail {
namespace {

// The state against which the effects of one run are checked.
struct Context {
  NodeState& node;
  const RunEnd& run;
  const BlockSource& source;  // for the blocks that the run put
  const BlockSource& paid;    // for lookups that the run pays for
  WorkBudget& budget;
  dag::Guard::Hold& hold;
  PreparedEffects& out;
  model::Mana left = run.record.budget;  // of the budget, for jobs
};

Result<void> prepare(Context& in, std::uint64_t call_index, const model::SpendEffect& spend) {
  if (spend.account != in.run.record.submitter) {
    return fail(ErrorCode::permission_denied, "a job spends only from its submitter's account");
  }
  const std::optional<model::Mana> amount = model::Mana::from_whole(spend.amount);
  if (!amount || amount->umana == 0) return fail(ErrorCode::invalid_argument, "the amount is zero or too large");
  in.out.money.spends.push_back({call_index, *amount});
  return {};
}

// What the scope allows is checked when it is posted (credits.hpp).
Result<void> prepare(Context& in, std::uint64_t call_index, const model::CreditEffect& credit) {
  if (!in.run.job.grants.has(model::Capability::treasury))
    return fail(ErrorCode::permission_denied, "the job was not granted to credit out of the treasury");
  const std::optional<model::Mana> amount = model::Mana::from_whole(credit.amount);
  if (!amount || amount->umana == 0) return fail(ErrorCode::invalid_argument, "the amount is zero or too large");
  in.out.money.credits.push_back({call_index, credit.account, *amount});
  return {};
}

// Checks that the job would be accepted if the world did not change: only then is its module compiled. Sets aside its
// least cost from the budget.
Result<void> check_price(Context& in, const ChildJob& child) {
  const ports::ProfileTables& tables = ICN_TRY(in.node.executor())->tables();
  const Self self(in.run.record.submitter);
  const jobs::Acceptance acceptance =
      ICN_TRY(accept_now(in.node, tables, child.job, self, child.id, child.size, child.check, in.run.now));
  const std::uint64_t points = in.node.reputation().score(in.run.record.submitter).points_floor();
  const auto least = economy::price_by_reputation(acceptance.cost, points).plus(acceptance.budget);
  const auto left = least ? in.left.minus(*least) : std::nullopt;
  if (!left) {
    return fail(ErrorCode::budget_exceeded,
                "it takes more than the " + in.left.to_text() + " left of spend_max for it");
  }
  in.left = *left;
  return {};
}

// Compiles the module before the job is accepted, like every job's. An accepted job pays for it in its base price. If
// the module does not compile, the run pays as far as its fuel reaches, and the member's window counts the whole.
Result<void> compile(Context& in, ChildJob& child, ByteView module) {
  const model::Did& submitter = in.run.record.submitter;
  ICN_TRY(in.node.refused_work().check(submitter, in.node.scope().parameters()));
  const std::string owner = submitter.to_text();
  Result<void> compiled = compile_module(
      in.node, {child.job.module, module, child.size.module, owner}, [&in] { return !in.budget.check(); },
      child.compiling);
  if (compiled || is_node_fault(compiled.error().code)) return compiled;
  ICN_TRY(in.budget.check());
  in.node.count_refused(submitter, child.compiling);
  static_cast<void>(in.budget.take_fuel(model::compile_fuel(child.size.module)).has_value());
  return compiled;
}

Result<void> prepare(Context& in, std::uint64_t call_index, const model::SubmitJobEffect& submit) {
  if (in.run.above.size() >= kAuthorityDepthMax) {
    return refuse(ErrorCode::limit_exceeded, "max_job_chain",
                  "a job submits no further one when " + std::to_string(kAuthorityDepthMax) +
                      " jobs submitted each other before it");
  }
  ipld::Block body = ICN_TRY(in.source.get(submit.job));
  ChildJob child;
  child.call_index = call_index;
  child.job = ICN_TRY(model::Job::from_bytes(body.bytes));
  child.id = model::JobId{body.cid};
  if (child.job.submitter != in.run.record.submitter || child.job.scope != in.run.job.scope) {
    return fail(ErrorCode::permission_denied, "a job submits only in the name and the scope of its own submitter");
  }
  if ((child.job.grants.bits & ~in.run.job.grants.bits) != 0) {
    return fail(ErrorCode::permission_denied, "a job cannot grant more than it was granted");
  }
  ICN_TRY(check_policy(in.node, in.node.scope(), child.job));
  const model::WasmSecurityLimits limits =
      ICN_TRY(model::effective_limits(child.job.limits, in.node.scope().parameters().limit_maxima()));
  in.hold.add(child.job.module);
  for (const ipld::Cid& input : child.job.inputs) in.hold.add(input);
  child.complete = ICN_TRY(require_roots(in.node, child.job, in.hold, &in.budget));
  for (std::size_t key = 0; key < child.job.reads.size(); ++key) ICN_TRY(in.budget.take(model::HostWork::observe));
  const Bytes module = ICN_TRY(load_file(in.paid, child.job.module, limits.max_module_bytes, "max_module_bytes"));
  for (const ipld::Cid& input : child.job.inputs) {
    const std::uint64_t left = limits.max_input_bytes - child.size.input_bytes;
    child.size.input_bytes += ICN_TRY(load_file(in.paid, input, left, "max_input_bytes")).size();
  }
  ports::Executor* executor = ICN_TRY(in.node.executor());
  ICN_TRY(in.budget.take(model::HostWork::preflight, module.size()));
  child.size.module = ICN_TRY(executor->preflight(module, child.job, limits));
  in.node.services().random->fill(child.secret);
  child.check = ipld::sha256(child.secret);
  ICN_TRY(check_price(in, child));
  ICN_TRY(compile(in, child, module));
  child.body = std::move(body);
  in.out.children.push_back(std::move(child));
  return {};
}

Result<void> prepare(Context& in, std::uint64_t, const model::AnchorReceiptEffect& anchor) {
  in.hold.add(anchor.receipt);
  const ipld::Block envelope = ICN_TRY(in.paid.get(anchor.receipt));
  const model::SignedReceipt receipt = ICN_TRY(model::SignedReceipt::from_bytes(envelope.bytes));
  ICN_TRY(in.node.scope().keys().verify(model::SignatureTag::receipt, receipt.receipt, receipt.executor,
                                        receipt.signature));
  if (ICN_TRY(find_anchor(in.node, anchor.receipt))) return {};
  Anchor made =
      ICN_TRY(make_anchor(in.node, envelope, in.run.record.order_envelope, in.run.record.authority, in.run.now));
  in.out.anchors.push_back({anchor.receipt, std::move(made.payload), std::move(made.envelope)});
  return {};
}

// The block is among the run's blocks; there is nothing else to do.
Result<void> prepare(Context& in, std::uint64_t, const model::PutBlockEffect& put) {
  return in.source.get(put.block).map([](const ipld::Block&) {});
}

Result<void> prepare(Context& in, std::uint64_t call_index, const model::StatementEffect& made) {
  return add_statement(in.node, in.run, call_index, made, in.source, in.budget, in.out.governing);
}

Result<void> prepare(Context& in, std::uint64_t call_index, const model::StepEffect& asked) {
  return add_step(in.node, in.run, call_index, asked, in.budget, in.out.governing);
}

}  // namespace

std::string refusal_text(std::uint64_t call_index, std::string_view why) {
  return "the effect of host call " + std::to_string(call_index) + " was not applied: " + std::string(why);
}

void drop_all(PreparedEffects& effects, std::string why) {
  effects.money = {};
  effects.children.clear();
  effects.anchors.clear();
  effects.governing = {};
  effects.refused.conclude(std::move(why));
}

Result<PreparedEffects> prepare_effects(NodeState& node, const RunEnd& run, const WorkBudget::Interrupt& interrupt,
                                        dag::Guard::Hold& hold) {
  PreparedEffects out;
  if (run.result.receipt.outcome.kind != model::OutcomeKind::ok) return out;
  WorkBudget budget(run.record.fuel_limit - std::min(run.record.fuel_limit, run.result.receipt.fuel), interrupt);
  const BlockSource source(node.dag_store(), run.result.blocks);
  const BlockSource paid(node.dag_store(), run.result.blocks, &budget);
  Context context{node, run, source, paid, budget, hold, out};
  for (const model::Effect& effect : run.result.effects.list) {
    const Result<void> ready =
        std::visit([&](const auto& what) { return prepare(context, effect.call_index, what); }, effect.what);
    out.fuel = budget.used();
    if (ready) continue;
    // The node failed, not the effect: the run is settled later or repeated.
    if (ready.error().code == ErrorCode::infrastructure || ready.error().code == ErrorCode::storage)
      return fail(ready.error());
    out.refused.add(refusal_text(effect.call_index, ready.error().detail));
    if (run.job.effects != model::EffectsMode::all_or_none) continue;
    drop_all(out, std::string(kAllOrNone));
    break;
  }
  return out;
}

}  // namespace icn::runtime::detail
