// The version of a program: three numbers, as "1.20.3". A value.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace icn::model {

struct ProgramVersion {
  std::array<std::uint32_t, 3> numbers{};  // each at most kNumberMax
  static constexpr std::uint32_t kNumberMax = 999'999;

  [[nodiscard]] std::string to_text() const;
  // Empty unless it is the text of a version: no leading zeros, nothing around it.
  [[nodiscard]] static std::optional<ProgramVersion> parse(std::string_view text);
  friend constexpr auto operator<=>(const ProgramVersion&, const ProgramVersion&) = default;
};

}  // namespace icn::model
