#include "runtime/dry_run.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

#include "economy/pricing.hpp"
#include "runtime/detail/files.hpp"
#include "runtime/governance.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {
namespace {

using model::DryRun;

struct AddEffect {
  DryRun& run;

  void operator()(const governance::ParameterEffect& set) const {
    run.parameters.push_back({set.name, set.before, set.after});
  }
  void operator()(const governance::MemberEffect& member) const {
    run.members.push_back(
        {member.member, member.before ? std::optional(member.before->status) : std::nullopt, member.after.status});
  }
  void operator()(const governance::ClerkEffect& clerk) const { run.clerk = clerk.after; }
  void operator()(const governance::BudgetEffect&) const {}  // a balance changes
  void operator()(const governance::UpgradeEffect& upgrade) const { run.version = upgrade.after; }
  void operator()(const governance::PeerEffect& peer) const {
    run.peers.push_back({peer.scope, peer.before, peer.after});
  }
  void operator()(const governance::KeyEffect& key) const { run.keys.push_back({key.did, key.before, key.after}); }
};

// A job that ended with a receipt, with what its price depends on.
struct Ended {
  const jobs::JobRecord& record;
  model::Job job;
  economy::JobSize size;
};

Result<std::uint64_t> length_of(const NodeState& node, const ipld::Cid& root) {
  const ipld::Block block = ICN_TRY(node.dag_store().get(root));
  if (root.codec() == ipld::Codec::raw) return block.bytes.size();
  return ICN_TRY(ipld::parse_file_node(block)).file_size;
}

using ModuleSizes = std::unordered_map<ipld::Cid, model::ModuleSize>;

// Errors: missing_data and others of the store, if its blocks are not here any more.
Result<Ended> read_ended(const NodeState& node, const jobs::JobRecord& record, ModuleSizes& modules) {
  auto job = ICN_TRY(detail::read_block<model::Job>(node.dag_store(), record.id.cid, "job"));
  Ended out{record, std::move(job), {}};
  const auto order = ICN_TRY(detail::read_block<model::Order>(node.dag_store(), record.order, "order"));
  const auto known = modules.find(out.job.module);
  if (known == modules.end()) {
    const detail::BlockSource source(node.dag_store(), {});
    const auto module = ICN_TRY(detail::load_module(node, source, out.job.module, order.limits.max_module_bytes));
    out.size.module = ICN_TRY(ICN_TRY(node.executor())->preflight(*module, out.job, order.limits));
    modules.emplace(out.job.module, out.size.module);
  } else {
    out.size.module = known->second;
  }
  for (const ipld::Cid& input : out.job.inputs) out.size.input_bytes += ICN_TRY(length_of(node, input));
  return out;
}

// The pay for the run that the receipt proves; empty if the limits would have refused it. Most offers are the price of
// their time, so an offer below the price counts as the price.
std::optional<model::Mana> charge_of(const Ended& ended, const model::Parameters& parameters) {
  const auto limits = model::effective_limits(ended.job.limits, parameters.limit_maxima());
  if (!limits) return std::nullopt;
  const model::Mana base = economy::base_price(economy::BaseCosts::of(parameters), ended.size);
  const economy::UseCosts use = economy::UseCosts::of(parameters);
  const economy::RunUse limit = economy::RunUse::limit_of(*limits);
  const std::optional<model::Mana> bid = economy::asking_price(base, use, limit);
  const economy::RunUse used{ended.record.fuel_used, ended.record.memory_pages};
  if (!bid || used.fuel > limit.fuel || used.pages > limit.pages) return std::nullopt;
  return economy::pay_for({base, use.page, *bid, limit}, used);
}

// Whether a parameter that changes is one that decides what a job costs or whether it is accepted.
bool changes_charges(const model::Parameters& before, const model::Parameters& after) {
  const model::LimitMaxima limits_before = before.limit_maxima();
  const auto prices = [](const model::Parameters& of) {
    const economy::BaseCosts base = economy::BaseCosts::of(of);
    const economy::UseCosts use = economy::UseCosts::of(of);
    return std::tuple(base.job, base.module_kib, base.input_kib, base.fuel_per_mana, use.page.umana, use.fuel_per_mana);
  };
  return prices(before) != prices(after) ||
         !std::equal(limits_before.begin(), limits_before.end(), after.limit_maxima().begin());
}

Result<void> add_charges(const NodeState& node, const model::Scope& scope, DryRun& run) {
  model::Parameters after = scope.parameters();
  for (const DryRun::ParameterChange& change : run.parameters) ICN_TRY(after.set(change.name, change.after));
  if (!changes_charges(scope.parameters(), after)) return {};
  const auto settled = [](const jobs::JobRecord& record) { return record.receipt && jobs::is_terminal(record.phase); };
  const jobs::JobPage newest = ICN_TRY(node.jobs().list({}, model::kDryRunReceipts, settled));
  ModuleSizes modules;
  for (const jobs::JobRecord& record : newest.jobs) {
    const Result<Ended> ended = read_ended(node, record, modules);
    if (!ended && ended.error().code == ErrorCode::storage) return fail(ended.error());
    if (!ended) continue;
    const std::optional<model::Mana> before = charge_of(*ended, scope.parameters());
    if (before) run.charges.push_back({*record.receipt, *before, charge_of(*ended, after)});
  }
  return {};
}

template <class Member>
bool differs(const DryRun& a, const DryRun& b, Member member) {
  return !(a.*member == b.*member);
}

}  // namespace

Result<DryRun> derive_dry_run(const NodeState& node, const ipld::Cid& proposal) {
  model::Scope scope = node.scope();
  DryRunReport report = ICN_TRY(dry_run_proposal(node, proposal));
  // An entry may have come in between.
  while (report.position != scope.position()) {
    scope = node.scope();
    report = ICN_TRY(dry_run_proposal(node, proposal));
  }
  DryRun run;
  run.scope = scope.id();
  run.proposal = proposal;
  run.head = scope.head();
  run.position = scope.position();
  run.home = node.node_did();
  for (const governance::Effect& effect : report.effects) std::visit(AddEffect{run}, effect.what);
  for (const BalanceChange& change : report.balances)
    run.balances.push_back({change.account.to_text(), change.before, change.after});
  if (report.refused) {
    run.refused =
        report.refused->rule.empty() ? std::string(error_row(report.refused->code).name) : report.refused->rule;
  }
  ICN_TRY(add_charges(node, scope, run));
  return run;
}

Result<void> verify_dry_run(const NodeState& node, const DryRun& given) {
  const DryRun derived = ICN_TRY(derive_dry_run(node, given.proposal));
  if (given == derived) return {};
  if (given.scope != derived.scope || given.head != derived.head || given.position != derived.position) {
    return refuse(
        ErrorCode::conflict, std::string(rules::kDryRunPosition),
        fmt::format("The dry run is of the log's position {}, and the log is at {}.", given.position, derived.position),
        given.proposal.to_text());
  }
  const auto names = std::array{
      std::pair("home", differs(given, derived, &DryRun::home)),
      std::pair("parameters", differs(given, derived, &DryRun::parameters)),
      std::pair("members", differs(given, derived, &DryRun::members)),
      std::pair("peers", differs(given, derived, &DryRun::peers)),
      std::pair("balances", differs(given, derived, &DryRun::balances)),
      std::pair("charges", differs(given, derived, &DryRun::charges)),
  };
  const auto first = std::find_if(names.begin(), names.end(), [](const auto& one) { return one.second; });
  return refuse(ErrorCode::conflict, std::string(rules::kDryRunDiffers),
                fmt::format("This node derives other {} than the dry run shows.",
                            first == names.end() ? "results" : first->first),
                given.proposal.to_text());
}

}  // namespace icn::runtime
