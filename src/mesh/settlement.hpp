// Settlement: what a delivered receipt moves, as one linked list of transfers; and the release of a job that ends without
// one. Pure functions over integers; the caller applies the transfers in the commit that makes the job terminal.
#pragma once
#include <vector>

#include "economy/pricing.hpp"
#include "mesh/job_book.hpp"
#include "model/receipt.hpp"
#include "model/transfer.hpp"

namespace icn::mesh {

struct Settlement {
  model::Mana pay;         // to the executor
  economy::Shares shares;  // who pays it
  model::Mana budget_spent;
  std::vector<model::Transfer> transfers;  // posts, voids, the payout, budget and effects
};

// What effects ask of the ledger, in call order.
struct MoneyEffects {
  model::Mana spend;                       // from the budget to FEES
  std::vector<model::Transfer> transfers;  // further ones (treasury credits, reserves of submitted jobs)
  model::Mana submitted;                   // part of the budget that those reserves take over
};

// Errors: budget_exceeded when the effects ask for more than the budget; nothing else can fail.
[[nodiscard]] Result<Settlement> settle(const JobRecord& record, const model::Receipt& receipt,
                                        const MoneyEffects& effects);

// Voids of everything a job reserved.
[[nodiscard]] std::vector<model::Transfer> release_transfers(const JobRecord& record);

// completed or failed, as the outcome says.
[[nodiscard]] JobEvent closing_event(model::OutcomeKind outcome);

}  // namespace icn::mesh
