#include "economy/pricing.hpp"

#include "core/check.hpp"

namespace icn::economy {
namespace {

using model::Mana;
using model::Rounding;
__extension__ using Wide = unsigned __int128;

std::uint64_t kib(std::uint64_t bytes) { return bytes / 1024 + (bytes % 1024 != 0 ? 1 : 0); }

}  // namespace

BaseCosts BaseCosts::of(const model::Parameters& parameters) {
  using Key = model::ParameterKey;
  return {parameters[Key::job_base_umana], parameters[Key::job_module_kib_umana], parameters[Key::job_input_kib_umana],
          parameters[Key::fuel_per_mana]};
}

UseCosts UseCosts::of(const model::Parameters& parameters) {
  using Key = model::ParameterKey;
  return {Mana{parameters[Key::job_memory_page_umana]}, parameters[Key::fuel_per_mana]};
}

Mana base_price(const BaseCosts& costs, const JobSize& size) {
  const auto part = [](std::uint64_t cost, std::uint64_t count) {
    return model::scaled(Mana{cost}, count, 1, Rounding::ceil);
  };
  const auto loading =
      model::scaled(Mana{Mana::kUnit}, model::loading_fuel(size.module), costs.fuel_per_mana, Rounding::ceil);
  const auto fixed = loading ? Mana{costs.job}.plus(*loading) : std::nullopt;
  if (!fixed) return Mana{UINT64_MAX};
  Mana sum = *fixed;
  for (const auto& [cost, count] :
       {std::pair(costs.module_kib, kib(size.module.bytes)), std::pair(costs.input_kib, kib(size.input_bytes))}) {
    const auto next = part(cost, count);
    const auto total = next ? sum.plus(*next) : std::nullopt;
    if (!total) return Mana{UINT64_MAX};
    sum = *total;
  }
  return sum;
}

std::optional<Mana> asking_price(Mana base, const UseCosts& costs, const RunUse& limit) {
  const auto fuel = model::scaled(Mana{Mana::kUnit}, limit.fuel, costs.fuel_per_mana, Rounding::ceil);
  const auto memory = model::scaled(costs.page, limit.pages, 1, Rounding::ceil);
  const auto held = memory ? base.plus(*memory) : std::nullopt;
  if (!fuel || !held) return std::nullopt;
  return held->plus(*fuel);
}

Mana price_by_reputation(Mana cost, std::uint64_t reputation_points) {
  if (cost.umana == 0) return cost;
  // Exact at the extremes: neither the product nor the denominator fits in 64 bits there. The quotient is at most cost.
  const auto price = static_cast<std::uint64_t>(Wide{cost.umana} * 100 / (Wide{reputation_points} + 100));
  return price == 0 ? Mana{1} : Mana{price};
}

Mana pay_for(const RunPrice& price, const RunUse& used) {
  ICN_CHECK(used.fuel <= price.limit.fuel && (used.pages <= price.limit.pages || price.page.umana == 0));
  const auto memory_limit = model::scaled(price.page, price.limit.pages, 1, Rounding::ceil);
  const auto held = memory_limit ? price.base.plus(*memory_limit) : std::nullopt;
  ICN_CHECK(held && *held <= price.bid);
  // Neither sum exceeds `held`.
  const Mana unmetered{price.base.umana + price.page.umana * used.pages};
  if (price.limit.fuel == 0) return unmetered;
  const auto metered = model::scaled(Mana{price.bid.umana - held->umana}, used.fuel, price.limit.fuel, Rounding::floor);
  ICN_CHECK(metered.has_value());
  return Mana{unmetered.umana + metered->umana};
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
