#include "economy/pricing.hpp"

#include "core/check.hpp"

namespace icn::economy {
namespace {

using model::Mana;
using model::Rounding;

std::uint64_t kib(std::uint64_t bytes) { return bytes / 1024 + (bytes % 1024 != 0 ? 1 : 0); }

}  // namespace

BaseCosts BaseCosts::of(const model::Parameters& parameters) {
  using Key = model::ParameterKey;
  return {parameters[Key::job_base_umana], parameters[Key::job_module_kib_umana], parameters[Key::job_input_kib_umana],
          parameters[Key::job_memory_page_umana]};
}

Mana base_price(const BaseCosts& costs, const JobSize& size) {
  const auto part = [](std::uint64_t cost, std::uint64_t count) {
    return model::scaled(Mana{cost}, count, 1, Rounding::ceil);
  };
  Mana sum{costs.job};
  for (const auto& [cost, count] :
       {std::pair(costs.module_kib, kib(size.module_bytes)), std::pair(costs.input_kib, kib(size.input_bytes)),
        std::pair(costs.page, std::uint64_t{size.memory_pages})}) {
    const auto next = part(cost, count);
    const auto total = next ? sum.plus(*next) : std::nullopt;
    if (!total) return Mana{UINT64_MAX};
    sum = *total;
  }
  return sum;
}

std::optional<Mana> asking_price(Mana base, std::uint64_t fuel_limit, std::uint64_t fuel_per_mana) {
  const auto fuel = model::scaled(Mana{Mana::kUnit}, fuel_limit, fuel_per_mana, Rounding::ceil);
  if (!fuel) return std::nullopt;
  return base.plus(*fuel);
}

Mana price_by_reputation(Mana cost, std::uint64_t reputation_points) {
  if (cost.umana == 0) return cost;
  // A reputation near 2^64 must not wrap the denominator.
  const std::uint64_t denominator = reputation_points > UINT64_MAX - 100 ? UINT64_MAX : reputation_points + 100;
  const auto price = model::scaled(cost, 100, denominator, Rounding::floor);
  ICN_CHECK(price.has_value());
  return price->umana == 0 ? Mana{1} : *price;
}

Mana pay_for(Mana base, Mana bid, std::uint64_t fuel, std::uint64_t fuel_limit) {
  ICN_CHECK(base <= bid && fuel <= fuel_limit);
  if (fuel_limit == 0) return base;
  const auto metered = model::scaled(Mana{bid.umana - base.umana}, fuel, fuel_limit, Rounding::floor);
  ICN_CHECK(metered.has_value());
  return Mana{base.umana + metered->umana};
}

Shares split_pay(Mana pay, Mana reserve, Mana cost) {
  ICN_CHECK(pay <= cost && reserve <= cost);
  const auto submitter = model::scaled(pay, reserve.umana, cost.umana, Rounding::ceil);
  if (!submitter) {  // a cost of zero pays nothing
    ICN_CHECK(pay.umana == 0);
    return {};
  }
  ICN_CHECK(*submitter <= pay);
  return {*submitter, Mana{pay.umana - submitter->umana}};
}

}  // namespace icn::economy
