// Settlement: the transfers that a delivered receipt causes, as one linked list, and the release of a job that ends
// without a receipt. Pure functions over integers; the caller applies the transfers in the commit that makes the job
// terminal.
#pragma once
#include <vector>

#include "economy/pricing.hpp"
#include "jobs/job_book.hpp"
#include "model/receipt.hpp"
#include "model/transfer.hpp"
#include "ports/executor.hpp"

namespace icn::jobs {

// Ledger changes requested by effects.
struct MoneyEffects {
  struct Spend {
    std::uint64_t call_index = 0;
    model::Mana amount;
  };
  // Of a delegate of the treasury.
  struct Credit {
    std::uint64_t call_index = 0;
    model::Did account;
    model::Mana amount;
  };
  std::vector<Spend> spends;           // from the budget to FEES, in call order
  std::vector<Credit> credits;         // from TREASURY to members, in call order
  model::Mana passed_on;               // part of the budget transferred to jobs that this one submitted
  std::vector<model::Transfer> after;  // their reserves; applied once the budget is released
};

struct Settlement {
  model::Mana pay;         // to the executor
  economy::Shares shares;  // who pays it
  model::Mana budget_spent;
  model::Mana budget_passed_on;
  model::Mana credited;                    // out of the treasury, by effects
  std::vector<model::Transfer> transfers;  // posts, voids, the payout, spends, reserves of submitted jobs
};

// `settling_fuel` is the cost of work on the effects, paid like the receipt's fuel, up to the limit. Errors:
// budget_exceeded when the effects ask for more than the budget; nothing else can fail. Credits are not part of it.
[[nodiscard]] Result<Settlement> settle(const JobRecord& record, const model::Receipt& receipt,
                                        const MoneyEffects& effects, std::uint64_t settling_fuel = 0);

// Those of the credits, which settle() includes.
[[nodiscard]] std::vector<model::Transfer> credit_transfers(const JobRecord& record, const MoneyEffects& effects);

// Voids every reservation of a job.
[[nodiscard]] std::vector<model::Transfer> release_transfers(const JobRecord& record);

// `complete` or `fail`, by the outcome; `cancel` for a run that was stopped on request.
[[nodiscard]] JobEvent closing_event(model::OutcomeKind outcome, ports::StopReason stopped_by);

}  // namespace icn::jobs
