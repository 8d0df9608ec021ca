// Strong<Tag, Rep>: a number or value that cannot be confused with another of the same representation.
//
//   using Fuel = Strong<struct FuelTag, std::uint64_t>;
//   Fuel limit{1'000'000};
//
// Comparison only; arithmetic belongs to the types that define its meaning (Mana) or goes through `.value`.
#pragma once
#include <compare>
#include <cstddef>
#include <functional>

namespace icn {

template <class Tag, class Rep>
struct Strong {
  Rep value{};

  constexpr Strong() = default;
  constexpr explicit Strong(Rep v) : value(std::move(v)) {}
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
};

}  // namespace icn

template <class Tag, class Rep>
struct std::hash<icn::Strong<Tag, Rep>> {
  std::size_t operator()(const icn::Strong<Tag, Rep>& strong) const { return std::hash<Rep>{}(strong.value); }
};
