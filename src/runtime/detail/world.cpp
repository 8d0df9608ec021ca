#include "runtime/detail/world.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "governance/job_policy.hpp"
#include "jobs/queue.hpp"
#include "runtime/detail/spending.hpp"
#include "runtime/governance.hpp"
#include "runtime/trust.hpp"

namespace icn::runtime::detail {
namespace {

constexpr std::size_t kPendingListed = 256;
constexpr std::uint64_t kTransfersOfRecord = 8;  // about as many as a job makes; more bring the checkpoint forward

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) out += (out.size() > 1 ? ",\"" : "\"") + text + "\"";
  return out + "]";
}

Result<model::Did> did_of(const model::ReadKey& key, const Self& self) {
  if (key.subject == self.text) return self.did;
  return model::Did::parse(key.subject);
}

Result<model::ObservedValue> observe_jobs(const NodeState& node, const model::ReadKey& key) {
  if (key.subject != "pending") {
    return fail(ErrorCode::invalid_argument, "the only list of jobs is 'jobs:pending'");
  }
  const auto is_pending = [](const jobs::JobRecord& record) {
    return jobs::job_state_kind(record.phase) == jobs::JobState::Kind::pending;
  };
  std::vector<std::string> ids;
  for (const model::JobId& id : node.jobs().open_ids(kPendingListed, is_pending)) ids.push_back(id.to_text());
  return model::ObservedValue(json_list(ids));
}

Result<model::ObservedValue> observe_job(const NodeState& node, const model::ReadKey& key) {
  const model::JobId id = ICN_TRY(model::JobId::parse(key.subject));
  const std::optional<jobs::JobRecord> record = ICN_TRY(node.jobs().find(id));
  if (!record) return model::ObservedValue(std::monostate{});
  std::string json = "{\"job_id\":\"" + id.to_text() + "\",\"state\":\"" +
                     std::string(jobs::job_state_name(jobs::job_state_kind(record->phase))) + "\",\"phase\":\"" +
                     std::string(jobs::phase_name(record->phase)) + "\"";
  if (record->receipt) json += ",\"receipt\":\"" + record->receipt->to_text() + "\"";
  return model::ObservedValue(json + "}");
}

Result<model::ObservedValue> observe_proposal(const NodeState& node, const model::ReadKey& key) {
  const ipld::Cid id = ICN_TRY(ipld::Cid::parse(key.subject));
  const auto status = node.governance().status(id);
  if (!status) return model::ObservedValue(std::monostate{});
  return model::ObservedValue(fmt::format(R"({{"proposal":"{}","state":"{}","yes":{},"no":{},"abstain":{}}})",
                                          id.to_text(), governance::state_name(status->state), status->cast.yes,
                                          status->cast.no, status->cast.abstain));
}

}  // namespace

Result<model::ObservedValue> observe(const World& world, const model::ReadKey& key, const Self& self) {
  const NodeState& node = world.node();
  switch (key.kind) {
    case model::ReadKind::account: {
      const model::Did did = ICN_TRY(did_of(key, self));
      return model::ObservedValue(world.balance(model::AccountKey::of(did)).available().whole_floor());
    }
    case model::ReadKind::reputation: {
      const model::Did did = ICN_TRY(did_of(key, self));
      return model::ObservedValue(node.reputation().score(did).points_floor());
    }
    case model::ReadKind::parameter: {
      std::optional<std::string> value = world.scope().parameters().text(key.subject);
      if (!value) return model::ObservedValue(std::monostate{});
      return model::ObservedValue(std::move(*value));
    }
    case model::ReadKind::jobs:
      return observe_jobs(node, key);
    case model::ReadKind::job:
      return observe_job(node, key);
    case model::ReadKind::proposal:
      return observe_proposal(node, key);
    case model::ReadKind::dag: {
      const ipld::Cid root = ICN_TRY(ipld::Cid::parse(key.subject));
      if (!ICN_TRY(node.dag_store().has(root))) {
        return refuse(ErrorCode::missing_data, "dag_root", "the block is not in the DAG store", root.to_text());
      }
      return model::ObservedValue(root.to_text());
    }
  }
  return fail(ErrorCode::invalid_argument, "an unknown kind of key");
}

namespace {

// The treasury's balance available for discounts now, within the budget that open and new ones share.
struct DiscountRoom {
  model::Mana treasury;
  model::Mana budget;
};
DiscountRoom discount_room(const World& world) {
  const economy::Balance balance = world.balance(model::AccountKey::of(model::SystemAccount::treasury));
  const std::optional<model::Mana> left =
      model::Mana{world.scope().parameters()[model::ParameterKey::discount_budget_umana]}.minus(balance.reserved);
  return {balance.available(), left ? *left : model::Mana{}};
}

}  // namespace

bool still_holds(const NodeState& node, const jobs::Acceptance& accepted, const model::Job& job, const Self& self) {
  const World world(node);
  if (world.scope().position() != accepted.scope_position) return false;
  const std::uint64_t points = node.reputation().score(job.submitter).points_floor();
  const DiscountRoom room = discount_room(world);
  const jobs::Reserves now = jobs::share_reserve(accepted.cost, points, room.treasury, room.budget);
  if (now.reserve != accepted.order.reserve) return false;
  for (const model::Observation& seen : accepted.observations.entries) {
    const Result<model::ObservedValue> value = observe(world, seen.key, self);
    if (!value || *value != seen.value) return false;
  }
  return true;
}

Result<void> check_version(const NodeState& node, const model::Scope& scope) {
  const std::optional<model::RequiredVersion>& required = scope.required_version();
  if (!required || node.settings().version >= required->version) return {};
  return refuse(ErrorCode::unsupported_version, std::string(rules::kScopeVersion),
                fmt::format("The members require version {} from position {} of the log on, and this program has "
                            "version {}: it only reads. Nothing was charged.",
                            required->version.to_text(), required->since, node.settings().version.to_text()),
                required->version.to_text());
}

namespace {

Result<void> check_eligible(const NodeState& node, const model::Job& job) {
  ICN_TRY(check_submitter_trust(node, job));
  ICN_TRY(check_executor_trust(node, job));
  // Reads the machine's resources only if the job demands any: reading its memory is not free.
  const bool demands = job.resources != model::Resources{};
  const ports::SystemInfo machine = demands ? node.services().system_info->system_info() : ports::SystemInfo{};
  if (job.resources.cpu_cores > machine.cpu_cores || job.resources.memory_mb > machine.memory_mb) {
    return refuse(ErrorCode::limit_exceeded, job.resources.cpu_cores > machine.cpu_cores ? "cpu_cores" : "memory_mb",
                  "The job needs " + std::to_string(job.resources.cpu_cores) + " CPU cores and " +
                      std::to_string(job.resources.memory_mb) + " MB of memory; this machine has " +
                      std::to_string(machine.cpu_cores) + " and " + std::to_string(machine.memory_mb) +
                      ". Nothing was charged.");
  }
  const NodeSettings& settings = node.settings();
  const auto offers = [](const std::vector<std::string>& all, const std::string& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  for (const std::string& needed : job.required_capabilities) {
    if (offers(settings.capabilities, needed)) continue;
    return refuse(
        ErrorCode::unsupported, "required_capabilities",
        "The job requires the capability '" + needed + "', which this node does not offer. Nothing was charged.");
  }
  const bool welcome =
      job.federations.empty() || std::any_of(job.federations.begin(), job.federations.end(),
                                             [&](const std::string& one) { return offers(settings.federations, one); });
  if (!welcome) {
    return refuse(ErrorCode::unsupported, "federations",
                  "The job allows only executors of certain federations, and this node belongs to none of them. "
                  "Nothing was charged.");
  }
  const std::uint64_t points = node.reputation().score(node.node_did()).points_floor();
  if (job.min_executor_reputation && *job.min_executor_reputation > points) {
    return refuse(ErrorCode::unsupported, "min_executor_reputation",
                  "The job requires an executor of reputation " + std::to_string(*job.min_executor_reputation) +
                      "; this node has " + std::to_string(points) + ". Nothing was charged.");
  }
  return {};
}

}  // namespace

Result<void> check_policy(const NodeState& node, const model::Scope& scope, const model::Job& job) {
  ICN_TRY(governance::validate_job(scope, job, node.reputation().score(job.submitter).points_floor()));
  if (node.services().policy_enforcer) ICN_TRY(node.services().policy_enforcer->may_submit(job));
  return check_eligible(node, job);
}

Result<jobs::Acceptance> accept_now(const World& world, const ports::ProfileTables& tables, const model::Job& job,
                                    const Self& self, const model::JobId& id, const economy::JobSize& size,
                                    const ipld::Digest& check, model::UnixMs now) {
  const NodeState& node = world.node();
  ICN_TRY(check_version(node, world.scope()));
  const DiscountRoom room = discount_room(world);
  jobs::AcceptanceInputs inputs{.job = job,
                                .submitter = self.text,
                                .id = id,
                                .size = size,
                                .tables = tables,
                                .parameters = world.scope().parameters(),
                                .submitter_points = node.reputation().score(job.submitter).points_floor(),
                                .treasury_available = room.treasury,
                                .discount_budget = room.budget,
                                .now = now,
                                .check = check,
                                .home = node.node_did(),
                                .incarnation = node.incarnation(),
                                .resolve = [&](const model::ReadKey& key) { return observe(world, key, self); }};
  jobs::Acceptance acceptance = ICN_TRY(jobs::accept(inputs));
  acceptance.scope_position = world.scope().position();
  return acceptance;
}

Result<void> check_queue(const NodeState& node, const model::JobId& id, const model::Deadlines& deadlines,
                         std::uint64_t ms_in_front) {
  const model::UnixMs now = node.now();
  // Reads the machine's resources only if one thread does not suffice: reading its memory is not free.
  if (jobs::check_queue(id, deadlines, now, ms_in_front, 1)) return {};
  return jobs::check_queue(id, deadlines, now, ms_in_front, node.services().system_info->system_info().cpu_cores);
}

Result<SignedAcceptance> sign_order(const NodeState& node, jobs::Acceptance acceptance) {
  model::SignedOrder signed_order;
  signed_order.order = acceptance.order_block.cid;
  signed_order.home = node.node_did();
  signed_order.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::order, signed_order.order));
  return SignedAcceptance{std::move(acceptance), signed_order.to_block()};
}

jobs::JobRecord new_record(const SignedAcceptance& accepted, const model::Job& job, const model::JobId& id,
                           const ipld::Cid& authority, const ipld::Digest& secret) {
  const model::Order& order = accepted.acceptance.order;
  jobs::JobRecord record;
  record.id = id;
  record.order = accepted.acceptance.order_block.cid;
  record.order_envelope = accepted.envelope.cid;
  record.authority = authority;
  record.submitter = job.submitter;
  record.executor = order.home;
  record.accepted = order.time;
  record.deadlines = order.deadlines;
  record.secret = secret;
  record.base = order.base;
  record.page = order.page;
  record.cost = accepted.acceptance.cost;
  record.bid = accepted.acceptance.asking;
  record.reserve = order.reserve;
  record.discount = order.discount;
  record.budget = accepted.acceptance.budget;
  record.fuel_limit = order.limits.max_fuel;
  record.pages_limit = order.limits.max_memory_pages;
  record.result_bytes = result_bytes(order.limits);
  std::string text = "accepted; reserved " + order.reserve.to_text() + " of the submitter";
  if (order.discount.umana != 0)
    text += " and " + order.discount.to_text() + " of the treasury as its reputation discount";
  if (record.budget.umana != 0) text += ", and " + record.budget.to_text() + " for what the job itself may spend";
  record.happenings.push_back({order.time, jobs::JobPhase::submitted, std::move(text)});
  return record;
}

Result<jobs::JobRecord> stage_accepted(NodeState& node, const SignedAcceptance& accepted, jobs::JobRecord record,
                                       Staging& staging) {
  const std::vector<model::Transfer> transfers =
      jobs::reserve_transfers(record.id, record.submitter, record.reserve, record.discount, record.budget);
  if (!transfers.empty()) ICN_TRY(spend(node, transfers, record.accepted, staging));
  jobs::JobRecord added = node.jobs().add(std::move(record), staging.batch);
  staging.add(accepted.acceptance.order_block);
  staging.add(accepted.acceptance.observations_block);
  staging.add(accepted.envelope);
  return added;
}

void advance_checkpoint(NodeState& node, Staging& staging) {
  const std::uint64_t every = node.settings().checkpoint_every;
  economy::Ledger& ledger = node.ledger();
  // A record holds up to economy::kLinkedMax transfers, and memory keeps the transfers.
  if (ledger.journal_since_checkpoint() >= every || ledger.transfers_since_checkpoint() / kTransfersOfRecord >= every) {
    ledger.begin_checkpoint(staging.batch);
  } else {
    static_cast<void>(ledger.continue_checkpoint(staging.batch));
  }
}

}  // namespace icn::runtime::detail
