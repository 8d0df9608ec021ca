// Acceptance: from a job to its order and the mana that must be reserved for it. Pure: it reads the world only through
// the arguments, changes nothing and signs nothing.
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

// Answers one declared key at the moment of acceptance. Errors refuse the job.
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
  model::Mana discount_budget;  // what is left of it
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
  model::Mana asking;  // what the executor asks: base + fuel limit × price
  model::Mana budget;  // spend_max
  std::string note;    // e.g. that the discount was reduced; empty when nothing is to say
};

// Errors: limit_exceeded naming the rule, price_too_low naming the minimum in whole mana, invalid_argument (durations,
// cost that does not fit), unsupported (a trust scope), not_found or what the resolver says.
[[nodiscard]] Result<Acceptance> accept(const AcceptanceInputs& inputs);

// How a cost is held: the treasury gives what reputation earns, as far as it has it; the submitter holds the rest.
struct Reserves {
  model::Mana reserve;
  model::Mana discount;
  model::Mana earned;  // the discount that reputation alone would give
};
[[nodiscard]] Reserves share_reserve(model::Mana cost, std::uint64_t points, model::Mana treasury_available,
                                     model::Mana discount_budget);

// Every key whose value the order holds: the declared ones, and the submitter's own balance and reputation; sorted.
// `submitter` is the job's, as text.
[[nodiscard]] std::vector<model::ReadKey> observed_keys(const model::Job& job, std::string_view submitter);

// The pending transfers of an accepted job, linked: reserve, discount, budget (those that are not zero).
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
  effect
};
[[nodiscard]] model::TransferId job_transfer_id(JobTransfer which, const model::JobId& id,
                                                std::uint64_t call_index = 0);

}  // namespace icn::jobs
