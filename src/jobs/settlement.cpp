#include "jobs/settlement.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "economy/ledger.hpp"
#include "jobs/acceptance.hpp"

namespace icn::jobs {
namespace {

struct Reserve {
  JobTransfer reserved;
  JobTransfer settled;
  model::AccountKey from;
  model::Mana amount;
  model::TransferCode code;
};

std::vector<Reserve> reserves_of(const JobRecord& record) {
  const model::AccountKey member = model::AccountKey::of(record.submitter);
  const model::AccountKey treasury = model::AccountKey::of(model::SystemAccount::treasury);
  return {
      {JobTransfer::reserve, JobTransfer::settle_reserve, member, record.reserve, model::TransferCode::job_reserve},
      {JobTransfer::discount, JobTransfer::settle_discount, treasury, record.discount,
       model::TransferCode::job_discount},
      {JobTransfer::budget, JobTransfer::settle_budget, member, record.budget, model::TransferCode::budget_reserve}};
}

// Posts `taken` out of a reserve and releases the rest; if nothing is taken, voids the reserve (a void names no
// amount).
void close_reserve(const JobRecord& record, const Reserve& reserve, model::Mana taken,
                   std::vector<model::Transfer>& out) {
  if (reserve.amount.umana == 0) return;
  model::Transfer transfer;
  transfer.id = job_transfer_id(reserve.settled, record.id);
  transfer.debit = reserve.from;
  transfer.credit = model::AccountKey::of(model::SystemAccount::escrow);
  transfer.amount = taken;
  transfer.code = reserve.code;
  transfer.user_data = record.id.cid.digest();
  transfer.phase = taken.umana == 0 ? model::TransferPhase::void_ : model::TransferPhase::post;
  transfer.pending_id = job_transfer_id(reserve.reserved, record.id);
  out.push_back(transfer);
}

model::Transfer out_of_escrow(const JobRecord& record, const model::TransferId& id, const model::AccountKey& to,
                              model::Mana amount, model::TransferCode code) {
  model::Transfer transfer;
  transfer.id = id;
  transfer.debit = model::AccountKey::of(model::SystemAccount::escrow);
  transfer.credit = to;
  transfer.amount = amount;
  transfer.code = code;
  transfer.user_data = record.id.cid.digest();
  return transfer;
}

Result<model::Mana> sum_of(const MoneyEffects& effects) {
  model::Mana sum;
  for (const MoneyEffects::Spend& spend : effects.spends) {
    const std::optional<model::Mana> next = sum.plus(spend.amount);
    if (!next) return fail(ErrorCode::budget_exceeded, "The job's spending adds up to more than an account can hold.");
    sum = *next;
  }
  return sum;
}

}  // namespace

Result<Settlement> settle(const JobRecord& record, const model::Receipt& receipt, const MoneyEffects& effects,
                          std::uint64_t settling_fuel) {
  Settlement out;
  ICN_CHECK(receipt.fuel <= record.fuel_limit);
  const std::uint64_t fuel = receipt.fuel + std::min(settling_fuel, record.fuel_limit - receipt.fuel);
  out.pay = economy::pay_for({record.base, record.page, record.bid, {record.fuel_limit, record.pages_limit}},
                             {fuel, receipt.memory_pages});
  out.shares = economy::split_pay(out.pay, record.reserve, record.cost);
  ICN_CHECK(out.shares.submitter <= record.reserve && out.shares.treasury <= record.discount);
  // The executor's pay equals what submitter and treasury pay, so nothing stays in escrow.
  ICN_CHECK(out.shares.submitter.plus(out.shares.treasury) == out.pay);
  out.budget_spent = ICN_TRY(sum_of(effects));
  out.budget_passed_on = effects.passed_on;
  const std::optional<model::Mana> asked = out.budget_spent.plus(effects.passed_on);
  if (!asked || *asked > record.budget) {
    return refuse(ErrorCode::budget_exceeded, "spend_max",
                  "The job's effects ask for " + (asked ? asked->to_text() : "more than an account can hold") +
                      " and its budget (spend_max) is " + record.budget.to_text() + ".");
  }
  const std::vector<Reserve> reserves = reserves_of(record);
  close_reserve(record, reserves[0], out.shares.submitter, out.transfers);
  close_reserve(record, reserves[1], out.shares.treasury, out.transfers);
  if (out.pay.umana != 0) {
    out.transfers.push_back(out_of_escrow(record, job_transfer_id(JobTransfer::payout, record.id),
                                          model::AccountKey::of(record.executor), out.pay,
                                          model::TransferCode::payout));
  }
  close_reserve(record, reserves[2], out.budget_spent, out.transfers);
  for (const MoneyEffects::Spend& spend : effects.spends) {
    out.transfers.push_back(out_of_escrow(
        record, job_transfer_id(JobTransfer::budget_spend, record.id, spend.call_index),
        model::AccountKey::of(model::SystemAccount::fees), spend.amount, model::TransferCode::budget_spend));
  }
  const std::vector<model::Transfer> credits = credit_transfers(record, effects);
  for (const model::Transfer& credit : credits)
    out.credited = out.credited.plus(credit.amount).value_or(model::Mana{UINT64_MAX});
  out.transfers.insert(out.transfers.end(), credits.begin(), credits.end());
  out.transfers.insert(out.transfers.end(), effects.after.begin(), effects.after.end());
  // A run has at most kEffectsMax effects, each of at most kTransfersPerEffect transfers.
  ICN_CHECK(out.transfers.size() <= economy::kLinkedMax);
  return out;
}

std::vector<model::Transfer> credit_transfers(const JobRecord& record, const MoneyEffects& effects) {
  std::vector<model::Transfer> out;
  out.reserve(effects.credits.size());
  for (const MoneyEffects::Credit& credit : effects.credits) {
    model::Transfer transfer;
    transfer.id = job_transfer_id(JobTransfer::treasury_credit, record.id, credit.call_index);
    transfer.debit = model::AccountKey::of(model::SystemAccount::treasury);
    transfer.credit = model::AccountKey::of(credit.account);
    transfer.amount = credit.amount;
    transfer.code = model::TransferCode::delegate_credit;
    transfer.user_data = record.id.cid.digest();
    out.push_back(transfer);
  }
  return out;
}

std::vector<model::Transfer> release_transfers(const JobRecord& record) {
  std::vector<model::Transfer> out;
  for (const Reserve& reserve : reserves_of(record)) close_reserve(record, reserve, {}, out);
  return out;
}

JobEvent closing_event(model::OutcomeKind outcome, ports::StopReason stopped_by) {
  if (outcome == model::OutcomeKind::stopped && stopped_by == ports::StopReason::cancelled) return JobEvent::cancel;
  return outcome == model::OutcomeKind::ok || outcome == model::OutcomeKind::nonzero_exit ? JobEvent::complete
                                                                                          : JobEvent::fail;
}

}  // namespace icn::jobs
