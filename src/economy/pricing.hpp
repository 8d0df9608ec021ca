// Prices: what a job must at least cost, what a node asks, what a run pays, and how reputation lowers the submitter's
// part. Pure functions over integers; the prices are parameters of the scope. The reputation formula is the
// specification's price_by_reputation, floor(cost × 100 / (100 + reputation)).
//
// Fuel and memory are reserved by the limits of a job and paid by what its run used. Memory is counted in pages of
// 64 KiB, at its peak over all linear memories. Tables have no price of their own: their number and size are limits,
// and growing one costs fuel.
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

// What a run uses, or may use at most.
struct RunUse {
  std::uint64_t fuel = 0;
  std::uint32_t pages = 0;
  [[nodiscard]] static RunUse limit_of(const model::WasmSecurityLimits& limits) {
    return {limits.max_fuel, limits.max_memory_pages};
  }
};

// base = job + module_kib·⌈KiB⌉ + input_kib·⌈KiB⌉ + ⌈loading fuel × 1 mana / fuel_per_mana⌉. What does not fit becomes
// the largest amount there is, a price that no offer reaches.
[[nodiscard]] model::Mana base_price(const BaseCosts& costs, const JobSize& size);
// base + page·pages + ceil(fuel × 1 mana / fuel_per_mana) of the limits. Nothing when it does not fit.
[[nodiscard]] std::optional<model::Mana> asking_price(model::Mana base, const UseCosts& costs, const RunUse& limit);
// The submitter's part of a cost: floor(cost × 100 / (100 + reputation)), at least 1 µmana for a non-zero cost.
[[nodiscard]] model::Mana price_by_reputation(model::Mana cost, std::uint64_t reputation_points);
// What was agreed for a run: what every run pays, the price of a page, and the whole for its limits.
struct RunPrice {
  model::Mana base;
  model::Mana page;
  model::Mana bid;
  RunUse limit;
};
// What the executor gets, however the run ended: base + page·pages + floor(rest·fuel/limit), where the rest of the bid
// is what it holds besides base and all pages of the limit. A receipt of a stack overflow says the whole limits. The
// caller has checked base + page·limit ≤ bid and that nothing is above its limit.
[[nodiscard]] model::Mana pay_for(const RunPrice& price, const RunUse& used);
// Who pays it: the submitter ceil(pay × own reserve / cost), never above its reserve, the treasury the rest, never
// above cost − reserve. The caller has checked pay ≤ cost and reserve ≤ cost.
struct Shares {
  model::Mana submitter;
  model::Mana treasury;
};
[[nodiscard]] Shares split_pay(model::Mana pay, model::Mana reserve, model::Mana cost);

}  // namespace icn::economy
