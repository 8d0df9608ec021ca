// Mana: an amount of money in micro-mana (µmana), 1 mana = 1,000,000 µmana.
//
// u64 in stores and on the wire, 128 bits only for products; every operation that could overflow or go below zero
// reports it. JSON carries µmana as decimal strings; the ABI and `cost_mana` use whole mana. No floating point
// anywhere.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace icn::model {

struct Mana {
  std::uint64_t umana = 0;

  static constexpr std::uint64_t kUnit = 1'000'000;

  friend constexpr auto operator<=>(const Mana&, const Mana&) = default;

  // Empty if the amount does not fit 64 bits of µmana.
  [[nodiscard]] static constexpr std::optional<Mana> from_whole(std::uint64_t mana) {
    if (mana > UINT64_MAX / kUnit) return std::nullopt;
    return Mana{mana * kUnit};
  }
  // Whole mana, rounded down.
  [[nodiscard]] constexpr std::uint64_t whole_floor() const { return umana / kUnit; }
  [[nodiscard]] constexpr std::uint64_t whole_ceil() const { return umana / kUnit + (umana % kUnit != 0 ? 1 : 0); }
  [[nodiscard]] constexpr std::optional<Mana> plus(Mana other) const {
    if (other.umana > UINT64_MAX - umana) return std::nullopt;
    return Mana{umana + other.umana};
  }
  [[nodiscard]] constexpr std::optional<Mana> minus(Mana other) const {
    if (other.umana > umana) return std::nullopt;
    return Mana{umana - other.umana};
  }
  // "12.5 mana", without trailing zeros: for display.
  [[nodiscard]] std::string to_text() const;
  // "12.5" or "12" in mana, at most six decimals. Errors: invalid_argument.
  [[nodiscard]] static Result<Mana> parse(std::string_view text);
};

enum class Rounding : std::uint8_t { floor, ceil };
// amount × numerator / denominator with a 128-bit product; empty if the result does not fit or the denominator is 0.
[[nodiscard]] std::optional<Mana> scaled(Mana amount, std::uint64_t numerator, std::uint64_t denominator,
                                         Rounding rounding);

}  // namespace icn::model
