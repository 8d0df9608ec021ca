// Prices: what a job must at least cost, what a node asks, what a run pays, and how reputation lowers the submitter's
// part. Pure functions over integers; the prices are parameters of the scope. The reputation formula is the
// specification's price_by_reputation, floor(cost × 100 / (100 + reputation)).
#pragma once
#include <cstdint>
#include <optional>

#include "model/mana.hpp"
#include "model/parameters.hpp"
#include "model/receipt.hpp"

namespace icn::economy {

// The parts of a job's base price, in µmana.
struct BaseCosts {
  std::uint64_t job = 0;
  std::uint64_t module_kib = 0;
  std::uint64_t input_kib = 0;
  std::uint64_t page = 0;
  [[nodiscard]] static BaseCosts of(const model::Parameters& parameters);
};

struct JobSize {
  std::uint64_t module_bytes = 0;
  std::uint64_t input_bytes = 0;
  std::uint32_t memory_pages = 0;
};

// base = job + module_kib·⌈KiB⌉ + input_kib·⌈KiB⌉ + page·pages. What does not fit becomes
// the largest amount there is, a price that no offer reaches.
[[nodiscard]] model::Mana base_price(const BaseCosts& costs, const JobSize& size);
// base + ceil(fuel_limit × 1 mana / fuel_per_mana). Nothing when it does not fit.
[[nodiscard]] std::optional<model::Mana> asking_price(model::Mana base, std::uint64_t fuel_limit,
                                                      std::uint64_t fuel_per_mana);
// The submitter's part of a cost: floor(cost × 100 / (100 + reputation)), at least 1 µmana for a non-zero cost.
[[nodiscard]] model::Mana price_by_reputation(model::Mana cost, std::uint64_t reputation_points);
// What the executor gets, however the run ended: base + floor((bid − base)·fuel/limit). A receipt of a stack overflow
// says the whole limit. The caller has checked base ≤ bid and fuel ≤ limit.
[[nodiscard]] model::Mana pay_for(model::Mana base, model::Mana bid, std::uint64_t fuel, std::uint64_t fuel_limit);
// Who pays it: the submitter ceil(pay × own reserve / cost), never above its reserve, the treasury the rest, never
// above cost − reserve. The caller has checked pay ≤ cost and reserve ≤ cost.
struct Shares {
  model::Mana submitter;
  model::Mana treasury;
};
[[nodiscard]] Shares split_pay(model::Mana pay, model::Mana reserve, model::Mana cost);

}  // namespace icn::economy
