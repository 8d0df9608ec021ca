// Acceptance: derives a job's order and the mana to reserve for it. Pure: reads the world only through its arguments,
// changes nothing and signs nothing.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "economy/pricing.hpp"
#include "model/job.hpp"
#include "model/order.hpp"
#include "model/transfer.hpp"
#include "ports/executor.hpp"

namespace icn::jobs {

// Reads one declared key at the moment of acceptance. An error refuses the job.
using Resolver = std::function<Result<model::ObservedValue>(const model::ReadKey&)>;

struct AcceptanceInputs {
  const model::Job& job;
  std::string_view submitter;  // the job's, as text
  model::JobId id;
  economy::JobSize size;
  const ports::ProfileTables& tables;
  const model::Parameters& parameters;  // of the scope
  std::uint64_t submitter_points = 0;   // reputation, whole points
  model::Mana treasury_available;
  model::Mana discount_budget;  // remaining
  model::UnixMs now;
  ipld::Digest check{};  // SHA-256 of the check secret
  model::Did home;
  std::uint64_t incarnation = 1;  // of the home
  Resolver resolve;
};

struct Acceptance {
  model::Order order;
  ipld::Block order_block;
  ipld::Block observations_block;
  model::Observations observations;
  model::Mana cost;    // cost_mana
  model::Mana asking;  // the executor's price: base + fuel limit × price
  model::Mana budget;  // spend_max
  std::string note;    // e.g. that the discount was reduced; may be empty
  // Of the scope's log: what members and parameters were when it was made. The caller sets it.
  std::uint64_t scope_position = 0;
};

// Errors: limit_exceeded naming the rule, price_too_low naming the minimum in whole mana, invalid_argument (durations,
// a cost that does not fit), not_found and other errors of the resolver.
[[nodiscard]] Result<Acceptance> accept(const AcceptanceInputs& inputs);

// Splits a cost: the treasury covers the discount that reputation earns, as far as its balance allows; the submitter
// reserves the rest.
struct Reserves {
  model::Mana reserve;
  model::Mana discount;
  model::Mana earned;  // the discount by reputation alone
};
[[nodiscard]] Reserves share_reserve(model::Mana cost, std::uint64_t points, model::Mana treasury_available,
                                     model::Mana discount_budget);

// Keys whose values the order records: the declared ones, the submitter's own balance and reputation, and for a job
// granted `treasury` who may credit out of the treasury and how much; sorted.
// `submitter` is the job's, as text.
[[nodiscard]] std::vector<model::ReadKey> observed_keys(const model::Job& job, std::string_view submitter);

// The linked pending transfers of an accepted job: reserve, discount, budget (zero amounts omitted).
[[nodiscard]] std::vector<model::Transfer> reserve_transfers(const model::JobId& id, const model::Did& submitter,
                                                             model::Mana reserve, model::Mana discount,
                                                             model::Mana budget);

// Ids of a job's transfers: SHA-256(tag ‖ job digest ‖ index).
enum class JobTransfer : std::uint8_t {
  reserve,
  discount,
  budget,
  settle_reserve,
  settle_discount,
  settle_budget,
  payout,
  budget_spend,
  effect,
  treasury_credit
};
[[nodiscard]] model::TransferId job_transfer_id(JobTransfer which, const model::JobId& id,
                                                std::uint64_t call_index = 0);

}  // namespace icn::jobs
