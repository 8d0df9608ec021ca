#include "runtime/submit.hpp"

#include <set>

#include "dag/usage.hpp"
#include "governance/job_policy.hpp"
#include "jobs/queue.hpp"
#include "runtime/detail/acceptance.hpp"
#include "runtime/detail/compile.hpp"
#include "runtime/detail/execution.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/detail/pinning.hpp"
#include "runtime/detail/roots.hpp"
#include "runtime/detail/spending.hpp"
#include "runtime/detail/world.hpp"

namespace icn::runtime {
namespace {

// A request, read and checked as far as no lock is needed.
struct Checked {
  model::Job job;
  model::JobId id;
  model::Did key;  // that signed it
  ipld::Block envelope;
  economy::JobSize size;
  std::shared_ptr<const Bytes> module;
  std::vector<Bytes> inputs;        // kept only for StartMode::now
  std::vector<ipld::Block> blocks;  // those of module and inputs that came with the request
  ipld::Digest secret{};
  ipld::Digest check{};
};

Result<void> check_scope(const model::Scope& scope, const model::Job& job) {
  if (job.scope != scope.id()) {
    return refuse(ErrorCode::permission_denied, "scope",
                  "The job names the scope " + job.scope.to_text() + ", and this node is a home of " +
                      scope.id().to_text() + ". Nothing was charged.");
  }
  return {};
}

Result<void> check_rights(const NodeState& node, const model::Job& job) {
  ICN_TRY(node.check_outbox());
  return detail::check_policy(node, node.scope(), job);
}

Result<void> check_inputs(const detail::BlockSource& source, const model::WasmSecurityLimits& limits, StartMode start,
                          Checked& checked) {
  for (const ipld::Cid& input : checked.job.inputs) {
    const std::uint64_t left = limits.max_input_bytes - checked.size.input_bytes;
    Bytes bytes = ICN_TRY(detail::load_file(source, input, left, "max_input_bytes"));
    checked.size.input_bytes += bytes.size();
    if (start == StartMode::now) checked.inputs.push_back(std::move(bytes));
  }
  return {};
}

Result<std::vector<ipld::Block>> blocks_to_keep(const detail::BlockSource& source, const model::Job& job,
                                                const std::vector<ipld::Block>& given) {
  std::vector<ipld::Block> keep;
  if (given.empty()) return keep;
  std::set<ipld::Cid> wanted;
  std::vector<ipld::Cid> roots = job.inputs;
  roots.push_back(job.module);
  for (const ipld::Cid& root : roots) {
    const std::vector<ipld::Cid> cids = ICN_TRY(detail::blocks_of_file(source, root));
    wanted.insert(cids.begin(), cids.end());
  }
  for (const ipld::Block& block : given) {
    if (wanted.erase(block.cid) > 0) keep.push_back(block);
  }
  return keep;
}

// The job's own blocks, without module and inputs: envelope, order and its envelope, observations; and the settlement's
// blocks without an output.
constexpr std::uint64_t kOwnBlocksBytes = 8 * 1024;

Result<void> check_room(NodeState& node, const SubmitRequest& request, const model::WasmSecurityLimits& limits,
                        const std::vector<ipld::Block>& blocks) {
  std::uint64_t incoming = kOwnBlocksBytes + request.body.bytes.size();
  incoming += detail::result_bytes(limits) + node.jobs().open_result_bytes();
  for (const ipld::Block& block : blocks) {
    if (ICN_TRY(dag::worth_putting(node.dag_store(), block))) incoming += block.bytes.size();
  }
  return dag::check_quota(node.settings().dag_quota, node.blocks().usage(), node.dag_store(), incoming,
                          "The job, with what it and the open jobs may still write,");
}

// Holds every block that the job depends on, from the request or from the store. Returns the roots found complete.
Result<std::vector<ipld::Cid>> hold_and_check(const NodeState& node, const model::Job& job, dag::Guard::Hold& hold,
                                              detail::WorkBudget& work) {
  hold.add(job.module);
  for (const ipld::Cid& input : job.inputs) hold.add(input);
  return detail::require_roots(node, job, hold, &work);
}

Result<Checked> check_request(const SubmitRequest& request, const model::SigningKeys& keys) {
  Checked out;
  ICN_TRY(ports::check_block(request.body));
  out.job = ICN_TRY(model::Job::from_bytes(request.body.bytes));
  out.id = model::JobId{request.body.cid};
  if (request.body.cid.codec() != ipld::Codec::dag_cbor)
    return fail(ErrorCode::invalid_format, "A job body must be dag-cbor.");
  ICN_TRY(keys.verify(model::SignatureTag::job, request.body.cid, out.job.submitter, request.signature));
  out.key = keys.key_of(out.job.submitter);
  out.envelope = model::SignedJob{out.id, request.signature}.to_block();
  return out;
}

// Makes every check of a job except its price and its compilation.
Result<void> check_job(NodeState& node, const SubmitRequest& request, Checked& checked, detail::WorkBudget& work) {
  ports::Executor* executor = ICN_TRY(node.executor());
  const model::Job& job = checked.job;
  const model::WasmSecurityLimits limits =
      ICN_TRY(model::effective_limits(job.limits, node.scope().parameters().limit_maxima()));
  for (const ipld::Block& block : request.blocks) {
    ICN_TRY(work.take(model::HostWork::read_block, block.bytes.size()));
    ICN_TRY(ports::check_block(block));
  }
  const detail::BlockSource source(node.dag_store(), request.blocks, &work);
  ICN_TRY(check_inputs(source, limits, request.start, checked));
  checked.module = ICN_TRY(detail::load_module(node, source, job.module, limits.max_module_bytes));
  ICN_TRY(work.take(model::HostWork::preflight, checked.module->size()));
  checked.size.module = ICN_TRY(executor->preflight(*checked.module, job, limits));
  checked.blocks = ICN_TRY(blocks_to_keep(source, job, request.blocks));
  ICN_TRY(check_room(node, request, limits, checked.blocks));
  node.services().random->fill(checked.secret);
  checked.check = ipld::sha256(checked.secret);
  return {};
}

Result<jobs::Acceptance> accept_now(const NodeState& node, const Checked& checked, const detail::Self& self) {
  const ports::ProfileTables& tables = ICN_TRY(node.executor())->tables();
  return detail::accept_now(node, tables, checked.job, self, checked.id, checked.size, checked.check, node.now());
}

// Applies to every start mode: a job that starts immediately shares the executor threads with those that wait.
Result<void> check_queue(const NodeState& node, const model::JobId& id, const model::Order& order) {
  return detail::check_queue(node, id, order.deadlines, node.jobs().open_run_ms());
}

// Builds the order for the current state of a job that can be paid and can start in time: the next steps may take long.
Result<jobs::Acceptance> acceptable_now(const NodeState& node, const Checked& checked, const detail::Self& self) {
  jobs::Acceptance acceptance = ICN_TRY(accept_now(node, checked, self));
  ICN_TRY(check_queue(node, checked.id, acceptance.order));
  // As it is at the order's time, to which the account accrues when the order is accepted.
  const model::AccountKey account = model::AccountKey::of(checked.job.submitter);
  const model::UnixMs time = acceptance.order.time;
  const model::Mana available = detail::standing(node, account, time).available();
  const std::optional<model::Mana> needed = acceptance.order.reserve.plus(acceptance.budget);
  const model::Mana reserved = needed.value_or(model::Mana{UINT64_MAX});
  ICN_TRY(detail::check_spending(node, node.scope(), checked.job.submitter, reserved));
  if (needed && *needed <= available) return acceptance;
  const std::string outlook =
      node.ledger().outlook(account, needed.value_or(model::Mana{UINT64_MAX}), time, detail::rates_of(node));
  return refuse(ErrorCode::insufficient_mana, std::string(economy::rules::kAvailable),
                "The job reserves " + (needed ? needed->to_text() : "more than an account can hold") + ", and " +
                    self.text + " has " + available.to_text() + " available. " + outlook +
                    (outlook.empty() ? "" : " ") + "Nothing was charged.");
}

Result<RunClaim> start_at_once(NodeState& node, jobs::JobRecord& record) {
  ICN_TRY(record.advance(jobs::JobEvent::assign, record.accepted, {}));
  ICN_TRY(record.advance(jobs::JobEvent::start, record.accepted, "assigned to this node and started"));
  record.attempts = 1;
  return node.running().claim(record.id);
}

// After the commit: keeps what the run needs.
void finish_acceptance(NodeState& node, Checked& checked, detail::SignedAcceptance& accepted, RunClaim& claim) {
  // Only now, because the module of a refused job may not be in the store.
  node.blocks().modules().keep(checked.job.module, checked.module);
  if (!claim.held()) return;
  jobs::Acceptance& acceptance = accepted.acceptance;
  claim.prepared = std::make_unique<ports::ExecutionRequest>(detail::make_request(
      node.dag_store(), checked.id, std::move(checked.job), acceptance.order_block.cid, std::move(acceptance.order),
      std::move(acceptance.observations), {*checked.module, std::move(checked.inputs)}));
}

// The most milliseconds by which an order's time may precede its commit.
constexpr std::uint64_t kStaleMs = 1'000;

struct Accepting {
  NodeState& node;
  const SubmitRequest& request;
  detail::WhenDurable when;
  Checked& checked;
  jobs::JobBook::Mark before;
  detail::WorkBudget& work;
};

Result<SubmitAnswer> stage_job(Accepting& in, const std::vector<ipld::Cid>& complete, const detail::Self& self,
                               detail::SignedAcceptance& accepted, RunClaim& claim, Staging& staging) {
  NodeState& node = in.node;
  Checked& checked = in.checked;
  if (std::optional<jobs::JobRecord> known = ICN_TRY(node.jobs().find_since(checked.id, in.before))) {
    return SubmitAnswer{checked.id, Acceptance::before, std::move(*known), {}};
  }
  if (node.scope().keys().key_of(checked.job.submitter) != checked.key) {
    return refuse(ErrorCode::invalid_signature, "retired_key",
                  "The key that signed the job was replaced before the job was accepted; nothing was charged.",
                  checked.job.submitter.to_text());
  }
  if (!detail::still_holds(node, accepted.acceptance, checked.job, self)) {
    ICN_TRY(detail::check_policy(node, node.scope(), checked.job));
    accepted = ICN_TRY(detail::sign_order(node, ICN_TRY(accept_now(node, checked, self))));
  }
  ICN_TRY(check_queue(node, checked.id, accepted.acceptance.order));
  jobs::JobRecord record = detail::new_record(accepted, checked.job, checked.id, checked.envelope.cid, checked.secret);
  record.program = clipped_utf8(in.request.program, jobs::kProgramLabelBytesMax);
  if (in.request.start == StartMode::now) claim = ICN_TRY(start_at_once(node, record));
  jobs::JobRecord added = ICN_TRY(detail::stage_accepted(node, accepted, std::move(record), staging));
  detail::pin_accepted(node, added, checked.job, {}, staging);
  for (const ipld::Cid& root : complete) dag::Completeness::record(root, staging.batch);
  staging.announce(model::MessageKind::job, checked.id.cid);
  staging.add(in.request.body);
  staging.add(checked.envelope);
  for (ipld::Block& block : checked.blocks) staging.add(std::move(block));
  detail::advance_checkpoint(node, staging);
  return SubmitAnswer{checked.id, Acceptance::now, std::move(added), accepted.acceptance.note};
}

Result<void> compile(const Accepting& in, const detail::Self& self) {
  std::uint64_t fuel = 0;
  const detail::ModuleToCompile what{in.checked.job.module, *in.checked.module, in.checked.size.module, self.text};
  Result<void> compiled = detail::compile_module(in.node, what, in.request.stopping, fuel);
  ICN_TRY(in.work.take_fuel(fuel));
  if (!compiled && in.request.stopping && in.request.stopping()) {
    return refuse(ErrorCode::cancelled, "cancelled",
                  "The submission was stopped while the module was compiled; nothing was reserved or charged.");
  }
  return compiled;
}

Result<SubmitAnswer> accept_checked(Accepting in) {
  NodeState& node = in.node;
  Checked& checked = in.checked;
  ICN_TRY(check_rights(node, checked.job));
  RunClaim claim;
  dag::Guard::Hold hold(node.blocks().guard());
  const std::vector<ipld::Cid> complete = ICN_TRY(hold_and_check(node, checked.job, hold, in.work));
  ICN_TRY(check_job(node, in.request, checked, in.work));
  const detail::Self self(checked.job.submitter);
  jobs::Acceptance acceptance = ICN_TRY(acceptable_now(node, checked, self));
  ICN_TRY(compile(in, self));
  // An order contains its time, and its deadlines count from there.
  if (node.now().value >= acceptance.order.time.value + kStaleMs) acceptance = ICN_TRY(accept_now(node, checked, self));
  // Signed before the lock is taken; under the lock the order is only compared with the world, and rebuilt if that
  // changed.
  detail::SignedAcceptance accepted = ICN_TRY(detail::sign_order(node, std::move(acceptance)));
  const auto stage = [&](Staging& staging) { return stage_job(in, complete, self, accepted, claim, staging); };
  const bool waits = in.when == detail::WhenDurable::now;
  SubmitAnswer answer = ICN_TRY(waits ? node.committer().commit(stage) : node.committer().commit_later(stage));
  if (answer.accepted == Acceptance::before) {
    if (!waits) ICN_TRY(node.committer().wait_for_staged());
    return answer;
  }
  finish_acceptance(node, checked, accepted, claim);
  claim.durable = waits;
  answer.claim = std::move(claim);
  return answer;
}

}  // namespace

Result<SubmitAnswer> detail::accept_job(NodeState& node, const SubmitRequest& request, WhenDurable when) {
  Checked checked = ICN_TRY(check_request(request, node.scope().keys()));
  const jobs::JobBook::Mark before = node.jobs().mark();
  if (std::optional<jobs::JobRecord> known = ICN_TRY(node.jobs().find(checked.id))) {
    // Its acceptance may not be durable yet, and the answer reports it as done.
    ICN_TRY(node.committer().wait_for_staged());
    return SubmitAnswer{checked.id, Acceptance::before, std::move(*known), {}};
  }
  // Before this point the member is not verified; from here on the member pays for a refusal.
  const model::Did submitter = checked.job.submitter;
  const model::Scope scope = node.scope();
  ICN_TRY(check_scope(scope, checked.job));
  ICN_TRY(governance::check_submitter(scope, submitter));
  ICN_TRY(node.refused_work().check(submitter, scope.parameters()));
  WorkBudget work(UINT64_MAX);
  Result<SubmitAnswer> answer = accept_checked({node, request, when, checked, before, work});
  if (!answer && !is_node_fault(answer.error().code))
    node.count_refused(submitter, model::fuel_of(model::HostWork::signature) + work.used());
  return answer;
}

Result<SubmitAnswer> submit_job(NodeState& node, const SubmitRequest& request) {
  return detail::accept_job(node, request, detail::WhenDurable::now);
}

}  // namespace icn::runtime
