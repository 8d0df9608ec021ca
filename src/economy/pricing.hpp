// Prices: a job's minimum cost, a node's asking price, the pay for a run, and how reputation lowers the submitter's
// share. Pure functions over integers; the prices are parameters of the scope. The reputation formula is the
// specification's price_by_reputation, floor(cost × 100 / (100 + reputation)).
//
// Fuel and memory are reserved by a job's limits and paid by what its run used. Memory is counted in 64 KiB pages, at
// its peak over all linear memories. Tables have no price: their number and size are limited, and growing one costs
// fuel.
#pragma once
#include <cstdint>
#include <optional>

#include "model/host_work.hpp"
#include "model/limits.hpp"
#include "model/mana.hpp"
#include "model/parameters.hpp"
#include "model/receipt.hpp"

namespace icn::economy {

// The parts of a job's base price, in µmana.
struct BaseCosts {
  std::uint64_t job = 0;
  std::uint64_t module_kib = 0;
  std::uint64_t input_kib = 0;
  std::uint64_t fuel_per_mana = 1;  // of loading the module
  [[nodiscard]] static BaseCosts of(const model::Parameters& parameters);
};

struct JobSize {
  model::ModuleSize module;
  std::uint64_t input_bytes = 0;
};

// The prices of what a run uses.
struct UseCosts {
  model::Mana page;
  std::uint64_t fuel_per_mana = 0;
  [[nodiscard]] static UseCosts of(const model::Parameters& parameters);
};

// What a run uses, or its upper bounds.
struct RunUse {
  std::uint64_t fuel = 0;
  std::uint32_t pages = 0;
  [[nodiscard]] static RunUse limit_of(const model::WasmSecurityLimits& limits) {
    return {limits.max_fuel, limits.max_memory_pages};
  }
};

// base = job + module_kib·⌈KiB⌉ + input_kib·⌈KiB⌉ + ⌈loading fuel × 1 mana / fuel_per_mana⌉. On overflow the largest
// amount, a price that no offer reaches.
[[nodiscard]] model::Mana base_price(const BaseCosts& costs, const JobSize& size);
// base + page·pages + ceil(fuel × 1 mana / fuel_per_mana) for the limits. Empty on overflow.
[[nodiscard]] std::optional<model::Mana> asking_price(model::Mana base, const UseCosts& costs, const RunUse& limit);
// The submitter's share of a cost: floor(cost × 100 / (100 + reputation)), at least 1 µmana for a non-zero cost.
[[nodiscard]] model::Mana price_by_reputation(model::Mana cost, std::uint64_t reputation_points);
// The agreed price of a run: the base that every run pays, the price of a page, and the total for its limits.
struct RunPrice {
  model::Mana base;
  model::Mana page;
  model::Mana bid;
  RunUse limit;
};
// The executor's pay, however the run ended: base + page·pages + floor(rest·fuel/limit), where the rest is the bid
// minus base and all pages of the limit. A receipt of a stack overflow reports the whole limits. The caller has checked
// base + page·limit ≤ bid and that no use exceeds its limit.
[[nodiscard]] model::Mana pay_for(const RunPrice& price, const RunUse& used);
// Who pays it: the submitter ceil(pay × own reserve / cost), never more than its reserve; the treasury the rest, never
// more than cost − reserve. The caller has checked pay ≤ cost and reserve ≤ cost.
struct Shares {
  model::Mana submitter;
  model::Mana treasury;
};
[[nodiscard]] Shares split_pay(model::Mana pay, model::Mana reserve, model::Mana cost);

}  // namespace icn::economy
