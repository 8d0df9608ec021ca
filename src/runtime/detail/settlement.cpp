#include "runtime/detail/settlement.hpp"

#include <array>

#include "core/log.hpp"
#include "jobs/obligation.hpp"
#include "jobs/settlement.hpp"
#include "model/transcript.hpp"
#include "runtime/detail/acceptance.hpp"
#include "runtime/detail/anchor.hpp"
#include "runtime/detail/children.hpp"
#include "runtime/detail/credits.hpp"
#include "runtime/detail/pinning.hpp"
#include "runtime/detail/regeneration.hpp"

namespace icn::runtime::detail {
namespace {

// The content of the settlement commit, built and signed before the lock is taken.
struct Delivery {
  ipld::Block body;
  ipld::Block envelope;  // signed receipt
  model::SignedReceipt signed_receipt;
  Anchor anchor;
  std::vector<ipld::Cid> evidence;  // blocks that a replay needs and the anchor does not link to
  std::vector<ipld::Cid> above;     // anchors of the jobs that submitted it
  model::UnixMs now;
};

// What counts as an attempt is not the job's doing; what the executor bears, not the home's.
bool is_fault_of_executor(const jobs::FailureRow& row) {
  return row.rerun == jobs::Rerun::counted && row.bearer == jobs::Bearer::executor;
}

// The kept chunks of the transcript, because its list holds only digests, and the roots that the job declared to read,
// because its observations name them as text.
Result<std::vector<ipld::Cid>> unlinked_evidence(const model::Job& job, const ports::ExecutionResult& result) {
  std::vector<ipld::Cid> cids = roots_read(job);
  for (const ipld::Block& block : result.blocks) {
    if (block.cid != result.receipt.transcript) continue;
    const auto list = model::TranscriptList::from_bytes(block.bytes);
    if (!list) return fail(ErrorCode::infrastructure, "The executor's transcript is invalid: " + list.error().detail);
    const std::vector<ipld::Cid> chunks = list->kept_chunks();
    cids.insert(cids.end(), chunks.begin(), chunks.end());
    break;
  }
  return cids;
}

Result<Delivery> make_delivery(const NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                               const ports::ExecutionResult& result) {
  if (result.receipt.job != record.id || result.receipt.order != record.order) {
    return fail(ErrorCode::infrastructure, "The executor returned the receipt of another job; nothing was charged.");
  }
  for (const ipld::Block& block : result.blocks) {
    if (Result<void> fits = ports::check_block_size(block); !fits)
      return fail(ErrorCode::infrastructure, "The executor's result cannot be stored: " + fits.error().detail);
  }
  Delivery out;
  out.now = node.now();
  out.evidence = ICN_TRY(unlinked_evidence(job, result));
  out.above = ICN_TRY(anchors_above(node, record));
  out.body = result.receipt.to_block();
  out.signed_receipt.receipt = out.body.cid;
  out.signed_receipt.executor = node.node_did();
  out.signed_receipt.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::receipt, out.body.cid));
  out.envelope = out.signed_receipt.to_block();
  out.anchor = ICN_TRY(make_anchor(node, out.envelope, record.order_envelope, record.authority, out.now));
  return out;
}

void note_result(jobs::JobRecord& record, const ports::ExecutionResult& result, const Delivery& delivery) {
  record.receipt = delivery.envelope.cid;
  record.anchor = delivery.anchor.envelope.cid;
  record.output = result.receipt.output;
  record.outcome = result.receipt.outcome;
  record.exit_code = result.exit_code;
  record.fuel_used = result.receipt.fuel;
  record.memory_pages = result.receipt.memory_pages;
  record.message = result.message;
  record.failure.reset();
  record.failure_rule = result.rule;
}

void note_money(jobs::JobRecord& record, const jobs::Settlement& settlement) {
  record.pay = settlement.pay;
  record.charged = settlement.shares.submitter;
  record.treasury_charged = settlement.shares.treasury;
  record.budget_spent = settlement.budget_spent;
  record.budget_passed_on = settlement.budget_passed_on;
}

std::string closing_text(const jobs::JobRecord& record, const jobs::Settlement& settlement) {
  std::string text = "settled: the executor earned " + record.pay.to_text() + ", of which the submitter paid " +
                     record.charged.to_text();
  if (record.treasury_charged.umana != 0) text += " and the treasury " + record.treasury_charged.to_text();
  if (record.settling_fuel != 0)
    text += "; the work on its effects took " + std::to_string(record.settling_fuel) + " fuel";
  if (record.budget_spent.umana != 0) text += "; the job itself spent " + record.budget_spent.to_text();
  if (settlement.credited.umana != 0)
    text += "; the treasury credited " + settlement.credited.to_text() + " by order of the job";
  if (record.budget_passed_on.umana != 0)
    text += "; " + record.budget_passed_on.to_text() + " went to the jobs it submitted";
  return text;
}

// Applies the settlement with the effects, or without them if the ledger refuses both together.
Result<jobs::Settlement> apply_money(NodeState& node, const jobs::JobRecord& record, const model::Receipt& receipt,
                                     PreparedEffects& effects, std::vector<AcceptedChild>& children,
                                     TriedEntries& entries, model::UnixMs now, Staging& staging) {
  Result<jobs::Settlement> settlement = jobs::settle(record, receipt, effects.money, effects.fuel);
  Error refused;
  if (settlement) {
    if (settlement->transfers.empty()) return settlement;
    Result<economy::Applied> applied = apply_transfers(node, settlement->transfers, now, staging);
    if (applied) return settlement;
    // A store that cannot be read says nothing about the effects.
    if (applied.error().code == ErrorCode::storage || applied.error().code == ErrorCode::corrupted)
      return fail(std::move(applied).error());
    refused = applied.error();
  } else {
    refused = settlement.error();
  }
  if (effects.none()) return fail(std::move(refused));
  children.clear();
  entries = {};
  drop_all(effects, "none of the job's effects was applied: " + refused.detail);
  jobs::Settlement bare = ICN_TRY(jobs::settle(record, receipt, {}, effects.fuel));
  if (!bare.transfers.empty()) ICN_TRY(apply_transfers(node, bare.transfers, now, staging));
  return bare;
}

Result<void> add_reputation(NodeState& node, const jobs::JobRecord& record, const Delivery& delivery,
                            Staging& staging) {
  reputation::Settled settled;
  settled.receipt = delivery.body.cid.digest();
  settled.executor = record.executor;
  settled.submitter = record.submitter;
  const bool own = record.submitter == node.operator_did() || record.submitter == record.executor;
  settled.operators = own ? reputation::Operators::same : reputation::Operators::different;
  const bool completed = record.phase == jobs::JobPhase::completed;
  settled.work = completed ? reputation::Work::completed : reputation::Work::failed;
  settled.fuel = record.fuel_used;
  settled.time = delivery.now;
  settled.job = record.id.cid.digest();
  const std::array changing{settled.executor, settled.submitter};
  accrue_before_change(node, changing, delivery.now, rates_of(node), staging);
  return node.reputation().settle(settled, reputation::Rules::of(node.scope().parameters()), staging.batch);
}

void stage_blocks(const ports::ExecutionResult& result, const Delivery& delivery, const PreparedEffects& effects,
                  Staging& staging) {
  for (const ipld::Block& block : result.blocks) staging.add(block);
  staging.add(delivery.body);
  staging.add(delivery.envelope);
  staging.add(delivery.anchor.payload);
  staging.add(delivery.anchor.envelope);
  for (const ChildAnchor& anchor : effects.anchors) {
    staging.add(anchor.payload);
    staging.add(anchor.envelope);
    const auto at = anchor.envelope.cid.to_bytes();
    staging.batch.put(anchor_key(anchor.receipt), Bytes(at.begin(), at.end()));
  }
  const auto at = delivery.anchor.envelope.cid.to_bytes();
  staging.batch.put(anchor_key(delivery.envelope.cid), Bytes(at.begin(), at.end()));
  staging.announce(model::MessageKind::completion, delivery.envelope.cid);
}

// Accepts the children among the effects and updates the effects.
Result<std::vector<AcceptedChild>> take_children(const NodeState& node, const RunEnd& run, const Delivery& delivery,
                                                 OrderSigner& signer, PreparedEffects& effects) {
  Children children = ICN_TRY(decide_children(node, run, effects, delivery.envelope.cid, signer));
  effects.refused = std::move(children.refused);
  effects.money = std::move(children.money);
  if (children.drops_all) {
    children.accepted.clear();
    drop_all(effects, std::string(kAllOrNone));
  }
  return std::move(children.accepted);
}

// What signs for one settlement: most is signed before the writer lock is taken.
struct Signers {
  OrderSigner orders;
  EntrySigner entries;
};

Result<TriedEntries> try_governing(const NodeState& node, const RunEnd& run, const Delivery& delivery,
                                   const PreparedEffects& effects, EntrySigner& signer, jobs::RefusedEffects& refused) {
  if (effects.governing.empty()) return TriedEntries{};
  const ipld::Block list = run.result.effects.to_block();
  return try_entries(node, run, {delivery.envelope, delivery.body, list}, effects.governing, effects.money, signer,
                     refused);
}

// Signs the entries that the settlement will make, unless the log moves until then.
Result<void> sign_ahead(const NodeState& node, const RunEnd& run, const Delivery& delivery,
                        const PreparedEffects& effects, EntrySigner& signer) {
  for (int tries = kSigningTries; tries > 0; --tries) {
    const std::uint64_t position = node.scope().position();
    jobs::RefusedEffects refused;
    ICN_TRY(try_governing(node, run, delivery, effects, signer, refused));
    if (node.scope().position() == position) break;
  }
  return {};
}

// Tries what the run asks of governance and updates the effects.
Result<TriedEntries> take_entries(const NodeState& node, const RunEnd& run, const Delivery& delivery,
                                  EntrySigner& signer, std::vector<AcceptedChild>& children, PreparedEffects& effects) {
  TriedEntries entries = ICN_TRY(try_governing(node, run, delivery, effects, signer, effects.refused));
  if (entries.drops_all) {
    children.clear();
    drop_all(effects, std::string(kAllOrNone));
  }
  return entries;
}

// A job that is refused after its compilation has no base price that would pay for it.
void count_refused(NodeState& node, const PreparedEffects& effects, const Children& decided) {
  for (const ChildJob& child : effects.children) {
    const bool accepted = std::any_of(decided.accepted.begin(), decided.accepted.end(),
                                      [&](const AcceptedChild& one) { return one.of == &child; });
    if (!accepted && child.compiling != 0) node.count_refused(child.job.submitter, child.compiling);
  }
}

Result<jobs::JobRecord> stage_settlement(NodeState& node, const RunEnd& run, const Delivery& delivery, Signers& signers,
                                         PreparedEffects& effects, Staging& staging) {
  const ports::ExecutionResult& result = run.result;
  jobs::JobRecord record = ICN_TRY(open_record(node, result.receipt.job));
  // Looked up before any change, so nothing can fail afterwards.
  ICN_TRY(node.reputation().counted(delivery.body.cid.digest()));
  // Advances the record first: one that cannot be closed must fail before any mana moves.
  ICN_TRY(record.advance(jobs::JobEvent::deliver, delivery.now,
                         "ran to its end: " + std::string(model::outcome_name(result.receipt.outcome.kind)) + ", " +
                             std::to_string(result.receipt.fuel) + " fuel, " +
                             std::to_string(result.receipt.memory_pages) +
                             (result.receipt.memory_pages == 1 ? " page" : " pages") + " of memory"));
  const jobs::JobEvent closing = jobs::closing_event(result.receipt.outcome.kind, run.stopped_by);
  ICN_TRY(jobs::next_phase(record.phase, closing));
  limit_credits(node, run, effects);
  std::vector<AcceptedChild> children = ICN_TRY(take_children(node, run, delivery, signers.orders, effects));
  TriedEntries entries = ICN_TRY(take_entries(node, run, delivery, signers.entries, children, effects));
  note_result(record, result, delivery);
  const jobs::Settlement settlement =
      ICN_TRY(apply_money(node, record, result.receipt, effects, children, entries, delivery.now, staging));
  note_money(record, settlement);
  count_credits(node, run, effects, staging.batch);
  stage_entries(node, entries.entries, effects.refused, staging);
  record.effects_told = effects.refused.texts();
  record.settling_fuel = effects.fuel;
  ICN_TRY(record.advance(closing, delivery.now, closing_text(record, settlement)));
  ICN_TRY(add_reputation(node, record, delivery, staging));
  ICN_TRY(node.jobs().replace(record, staging.batch));
  std::vector<ipld::Cid> evidence = delivery.evidence;
  evidence.insert(evidence.end(), delivery.above.begin(), delivery.above.end());
  for (const ChildAnchor& anchor : effects.anchors) evidence.push_back(anchor.envelope.cid);
  pin_ended(node, record, std::move(evidence), staging);
  stage_blocks(result, delivery, effects, staging);
  std::vector<ipld::Cid> anchors = delivery.above;
  anchors.push_back(delivery.anchor.envelope.cid);
  stage_children(node, std::move(children), anchors, staging);
  advance_checkpoint(node, staging);
  return record;
}

}  // namespace

Result<jobs::JobRecord> settle_run(NodeState& node, const jobs::JobRecord& record, const model::Job& job,
                                   const ports::ExecutionResult& result, ports::StopReason stopped_by,
                                   const WorkBudget::Interrupt& interrupt) {
  const Delivery delivery = ICN_TRY(make_delivery(node, record, job, result));
  dag::Guard::Hold hold(node.blocks().guard());
  const RunEnd run{record, job, result, delivery.above, delivery.now, stopped_by};
  PreparedEffects effects = ICN_TRY(prepare_effects(node, run, interrupt, hold));
  limit_credits(node, run, effects);
  Signers signers{OrderSigner(node), EntrySigner(node)};
  // Decides once without the lock, to sign orders and entries.
  if (!effects.children.empty())
    count_refused(node, effects, ICN_TRY(decide_children(node, run, effects, delivery.envelope.cid, signers.orders)));
  ICN_TRY(sign_ahead(node, run, delivery, effects, signers.entries));
  const auto stage = [&](Staging& staging) -> Result<jobs::JobRecord> {
    return stage_settlement(node, run, delivery, signers, effects, staging);
  };
  jobs::JobRecord settled = ICN_TRY(node.committer().commit(stage));
  node.jobs().forget(settled.id);
  return settled;
}

Result<jobs::JobRecord> open_record(const NodeState& node, const model::JobId& id) {
  std::optional<jobs::JobRecord> record = ICN_TRY(node.jobs().find(id));
  if (!record) return fail(ErrorCode::not_found, "This node knows no job " + id.to_text() + ".");
  return std::move(*record);
}

Result<jobs::JobRecord> stage_release(NodeState& node, jobs::JobRecord record, jobs::JobEvent event, std::string text,
                                      Staging& staging) {
  const model::UnixMs now = node.now();
  const bool paid = record.phase == jobs::JobPhase::settled;
  ICN_TRY(record.advance(event, now, std::move(text)));
  const std::vector<model::Transfer> transfers =
      paid ? std::vector<model::Transfer>() : jobs::release_transfers(record);
  if (!transfers.empty()) ICN_TRY(apply_transfers(node, transfers, now, staging));
  ICN_TRY(node.jobs().replace(record, staging.batch));
  pin_ended(node, record, {}, staging);
  advance_checkpoint(node, staging);
  return record;
}

Result<jobs::JobRecord> stage_failed_attempt(NodeState& node, jobs::JobRecord record, jobs::FailureCause cause,
                                             const Error& error, Staging& staging) {
  const jobs::FailureRow& row = jobs::failure_row(cause);
  record.failure = error.code;
  record.failure_rule = error.rule;
  record.message = error.detail;
  if (row.rerun == jobs::Rerun::uncounted && record.attempts > 0) --record.attempts;
  if (row.reported == jobs::Reported::operator_too) {
    log(LogLevel::warning, "job", "it failed by " + std::string(row.name) + ": " + error.detail, record.id.to_text());
  }
  if (is_fault_of_executor(row)) {
    const model::UnixMs now = node.now();
    accrue_before_change(node, {&record.executor, 1}, now, rates_of(node), staging);
    node.reputation().penalise({record.executor, record.id.cid.digest(), now},
                               reputation::Rules::of(node.scope().parameters()), staging.batch);
  }
  const bool last = row.rerun == jobs::Rerun::never ||
                    record.attempts >= node.scope().parameters()[model::ParameterKey::job_attempts_max];
  if (last) {
    const std::string text =
        "gave up after " + std::to_string(record.attempts) + " attempts, uncharged: " + error.detail;
    return stage_release(node, std::move(record), jobs::JobEvent::give_up, text, staging);
  }
  ICN_TRY(record.advance(
      jobs::JobEvent::attempt_failed, node.now(),
      "attempt " + std::to_string(record.attempts) + " failed for reasons that are not the job's: " + error.detail));
  ICN_TRY(node.jobs().replace(record, staging.batch));
  return record;
}

Result<jobs::JobRecord> fail_attempt(NodeState& node, const model::JobId& id, jobs::FailureCause cause,
                                     const Error& error) {
  const auto stage = [&](Staging& staging) -> Result<jobs::JobRecord> {
    return stage_failed_attempt(node, ICN_TRY(open_record(node, id)), cause, error, staging);
  };
  jobs::JobRecord record = ICN_TRY(node.committer().commit(stage));
  if (jobs::is_terminal(record.phase)) node.jobs().forget(id);
  return record;
}

Result<jobs::JobRecord> stage_overdue(NodeState& node, jobs::JobRecord record, Staging& staging) {
  const jobs::ObligationRow* const row = jobs::find_obligation(record.phase);
  if (row == nullptr) return fail(ErrorCode::invalid_state, "The job " + record.id.to_text() + " has ended.");
  const jobs::JobEvent event = jobs::overdue_event(record);
  return stage_release(node, std::move(record), event, std::string(row->text), staging);
}

Result<jobs::JobRecord> expire_job(NodeState& node, const model::JobId& id) {
  const auto stage = [&](Staging& staging) -> Result<jobs::JobRecord> {
    return stage_overdue(node, ICN_TRY(open_record(node, id)), staging);
  };
  jobs::JobRecord record = ICN_TRY(node.committer().commit(stage));
  node.jobs().forget(id);
  return record;
}

}  // namespace icn::runtime::detail
