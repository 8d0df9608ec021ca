#include "model/mana.hpp"

#include <fmt/core.h>

namespace icn::model {

std::string Mana::to_text() const {
  std::string text = std::to_string(umana / kUnit);
  const std::uint64_t rest = umana % kUnit;
  if (rest != 0) {
    std::string digits = std::to_string(rest);
    digits.insert(0, 6 - digits.size(), '0');
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + " mana";
}

Result<Mana> Mana::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return fail(ErrorCode::invalid_argument, fmt::format("'{}' is not an amount of mana: {}", text, why));
  };
  if (text.empty()) return bad("it is empty");
  std::uint64_t value = 0;
  int decimals = -1;  // digits after the point; −1 before it
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      if (decimals >= 0 || i == 0 || i + 1 == text.size()) return bad("only one point, between digits");
      decimals = 0;
      continue;
    }
    if (c < '0' || c > '9') return bad("only digits and one point");
    if (decimals >= 0 && ++decimals > 6) return bad("at most six decimals");
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return bad("too large");
    value = value * 10 + digit;
  }
  for (int i = decimals < 0 ? 0 : decimals; i < 6; ++i) {
    if (value > UINT64_MAX / 10) return bad("too large");
    value *= 10;
  }
  return Mana{value};
}

std::optional<Mana> scaled(Mana amount, std::uint64_t numerator, std::uint64_t denominator, Rounding rounding) {
  if (denominator == 0) return std::nullopt;
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{amount.umana} * numerator;
  Wide quotient = product / denominator;
  if (rounding == Rounding::ceil && product % denominator != 0) ++quotient;
  if (quotient > UINT64_MAX) return std::nullopt;
  return Mana{static_cast<std::uint64_t>(quotient)};
}

}  // namespace icn::model
