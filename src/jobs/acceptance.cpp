#include "jobs/acceptance.hpp"

#include <algorithm>
#include <array>

#include "ports/dag_store.hpp"

namespace icn::jobs {
namespace {

// Longest time from acceptance to release: a year, so that sums of durations cannot overflow.
constexpr std::uint64_t kDurationMaxMs = 366ULL * 24 * 3600 * 1000;
constexpr std::uint64_t kMsPerSecond = 1000;

// Publish < verify < settle < expiry: the job may start while there is still time to run and settle it.
Result<model::Deadlines> absolute(const model::Durations& durations, const model::WasmSecurityLimits& limits,
                                  model::UnixMs now) {
  const std::uint64_t execution_ms = std::max(durations.execution_ms, limits.max_execution_time_secs * kMsPerSecond);
  for (std::uint64_t part : {durations.bidding_ms, execution_ms, durations.settlement_ms, durations.expiry_ms}) {
    if (part == 0 || part > kDurationMaxMs) {
      return refuse(ErrorCode::invalid_argument, "durations",
                    "A duration of the job is " + std::to_string(part) + " ms; each must be between 1 and " +
                        std::to_string(kDurationMaxMs) + ". Nothing was charged.");
    }
  }
  const std::uint64_t needed = durations.bidding_ms + execution_ms + durations.settlement_ms;
  if (durations.expiry_ms <= needed) {
    return refuse(ErrorCode::invalid_argument, "durations",
                  "The job expires after " + std::to_string(durations.expiry_ms) + " ms, but bidding, execution and " +
                      "settlement alone may take " + std::to_string(needed) +
                      " ms; ask for a later expiry. Nothing was charged.");
  }
  model::Deadlines deadlines;
  deadlines.expires.value = now.value + durations.expiry_ms;
  deadlines.settle_by.value = deadlines.expires.value - 1;
  deadlines.finish_by.value = deadlines.settle_by.value - durations.settlement_ms;
  deadlines.start_by.value = deadlines.finish_by.value - execution_ms;
  return deadlines;
}

Result<model::Observations> observe(const AcceptanceInputs& inputs, const model::WasmSecurityLimits& limits) {
  const std::vector<model::ReadKey> keys = observed_keys(inputs.job, inputs.submitter);
  if (inputs.job.reads.size() > limits.max_observations) {
    return refuse(ErrorCode::limit_exceeded, "max_observations",
                  "The job reads " + std::to_string(inputs.job.reads.size()) + " keys; its limit is " +
                      std::to_string(limits.max_observations) + ". Nothing was charged.");
  }
  model::Observations observations;
  observations.entries.reserve(keys.size());
  for (const model::ReadKey& key : keys) {
    Result<model::ObservedValue> value = inputs.resolve(key);
    if (!value) return fail(within("the job's key '" + key.to_text() + "'", std::move(value).error()));
    observations.entries.push_back({key, std::move(*value)});
  }
  return observations;
}

std::string reduced_note(const Reserves& reserves) {
  if (reserves.discount == reserves.earned) return {};
  return "The reputation discount of " + reserves.earned.to_text() + " was reduced to " + reserves.discount.to_text() +
         ": the treasury's discount budget does not cover more.";
}

}  // namespace

Reserves share_reserve(model::Mana cost, std::uint64_t points, model::Mana treasury_available,
                       model::Mana discount_budget) {
  Reserves out;
  const model::Mana reduced = economy::price_by_reputation(cost, points);
  out.earned = model::Mana{cost.umana - std::min(cost.umana, reduced.umana)};
  out.discount = std::min({out.earned, treasury_available, discount_budget});
  out.reserve = model::Mana{cost.umana - out.discount.umana};
  return out;
}

std::vector<model::ReadKey> observed_keys(const model::Job& job, std::string_view submitter) {
  std::vector<model::ReadKey> keys = job.reads;
  keys.push_back({model::ReadKind::account, std::string(submitter)});
  keys.push_back({model::ReadKind::reputation, std::string(submitter)});
  if (job.grants.has(model::Capability::treasury)) {
    using model::ParameterKey;
    for (const ParameterKey key : {ParameterKey::treasury_delegates, ParameterKey::treasury_credit_window_max_mana})
      keys.push_back({model::ReadKind::parameter, std::string(model::parameter_row(key).name)});
  }
  std::vector<std::pair<std::string, model::ReadKey>> by_text;
  by_text.reserve(keys.size());
  for (model::ReadKey& key : keys) by_text.emplace_back(key.to_text(), std::move(key));
  std::sort(by_text.begin(), by_text.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  keys.clear();
  for (std::size_t i = 0; i < by_text.size(); ++i) {
    if (i == 0 || by_text[i].first != by_text[i - 1].first) keys.push_back(std::move(by_text[i].second));
  }
  return keys;
}

Result<Acceptance> accept(const AcceptanceInputs& inputs) {
  const model::Job& job = inputs.job;
  const model::WasmSecurityLimits limits =
      ICN_TRY(model::effective_limits(job.limits, inputs.parameters.limit_maxima()));
  const std::optional<model::Mana> cost = model::Mana::from_whole(job.cost_mana);
  const std::optional<model::Mana> budget = model::Mana::from_whole(job.spend_max);
  if (!cost || !budget) {
    return refuse(ErrorCode::invalid_argument, cost ? "spend_max" : "cost_mana",
                  "The job offers more mana than an account can hold. Nothing was charged.");
  }
  Acceptance out;
  const model::Mana base = economy::base_price(economy::BaseCosts::of(inputs.parameters), inputs.size);
  const economy::UseCosts use = economy::UseCosts::of(inputs.parameters);
  const std::optional<model::Mana> asking = economy::asking_price(base, use, economy::RunUse::limit_of(limits));
  if (!asking || *asking > *cost) {
    const std::string least = asking ? std::to_string(asking->whole_ceil()) + " mana" : "more than an account can hold";
    return refuse(ErrorCode::price_too_low, "cost_mana",
                  "The job offers " + std::to_string(job.cost_mana) +
                      " mana; the minimum for its size, a memory limit of " + std::to_string(limits.max_memory_pages) +
                      " pages and a fuel limit of " + std::to_string(limits.max_fuel) + " is " + least +
                      ". Nothing was charged.",
                  "cost_mana");
  }
  out.asking = *asking;
  out.cost = *cost;
  out.budget = *budget;
  out.observations = ICN_TRY(observe(inputs, limits));
  out.observations_block = out.observations.to_block();
  if (!ports::check_block_size(out.observations_block)) {
    return refuse(ErrorCode::limit_exceeded, "max_observations_bytes",
                  "The values that the job reads have " + std::to_string(out.observations_block.bytes.size()) +
                      " bytes in total; a block holds at most " + std::to_string(ports::kBlockBytesMax) +
                      ". Nothing was charged.");
  }
  const Reserves reserves =
      share_reserve(*cost, inputs.submitter_points, inputs.treasury_available, inputs.discount_budget);
  out.note = reduced_note(reserves);

  out.order.job = inputs.id;
  out.order.time = inputs.now;
  out.order.limits = limits;
  out.order.profile = inputs.tables.profile.cid;
  out.order.costs = inputs.tables.costs.cid;
  out.order.abi = inputs.tables.abi.cid;
  out.order.observations = out.observations_block.cid;
  out.order.base = base;
  out.order.page = use.page;
  out.order.reserve = reserves.reserve;
  out.order.discount = reserves.discount;
  out.order.deadlines = ICN_TRY(absolute(job.durations, limits, inputs.now));
  out.order.check = inputs.check;
  out.order.home = inputs.home;
  out.order.incarnation = inputs.incarnation;
  out.order_block = out.order.to_block();
  return out;
}

model::TransferId job_transfer_id(JobTransfer which, const model::JobId& id, std::uint64_t call_index) {
  constexpr std::array<std::string_view, 10> kTags{
      "ICN-JOB-RESERVE-v1",     "ICN-JOB-DISCOUNT-v1",   "ICN-JOB-BUDGET-v1", "ICN-SETTLE-RESERVE-v1",
      "ICN-SETTLE-DISCOUNT-v1", "ICN-SETTLE-BUDGET-v1",  "ICN-PAYOUT-v1",     "ICN-BUDGET-SPEND-v1",
      "ICN-EFFECT-v1",          "ICN-TREASURY-CREDIT-v1"};
  Bytes index;
  append_be64(index, call_index);
  return model::transfer_id(kTags[static_cast<std::size_t>(which)], id.cid.digest(), index);
}

std::vector<model::Transfer> reserve_transfers(const model::JobId& id, const model::Did& submitter, model::Mana reserve,
                                               model::Mana discount, model::Mana budget) {
  std::vector<model::Transfer> transfers;
  const auto pend = [&](JobTransfer which, const model::AccountKey& from, model::Mana amount,
                        model::TransferCode code) {
    if (amount.umana == 0) return;
    model::Transfer transfer;
    transfer.id = job_transfer_id(which, id);
    transfer.debit = from;
    transfer.credit = model::AccountKey::of(model::SystemAccount::escrow);
    transfer.amount = amount;
    transfer.code = code;
    transfer.user_data = id.cid.digest();
    transfer.phase = model::TransferPhase::pending;
    transfers.push_back(transfer);
  };
  const model::AccountKey member = model::AccountKey::of(submitter);
  pend(JobTransfer::reserve, member, reserve, model::TransferCode::job_reserve);
  pend(JobTransfer::discount, model::AccountKey::of(model::SystemAccount::treasury), discount,
       model::TransferCode::job_discount);
  pend(JobTransfer::budget, member, budget, model::TransferCode::budget_reserve);
  return transfers;
}

}  // namespace icn::jobs
