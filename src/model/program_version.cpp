#include "model/program_version.hpp"

#include <fmt/core.h>

#include <charconv>

namespace icn::model {

std::string ProgramVersion::to_text() const { return fmt::format("{}.{}.{}", numbers[0], numbers[1], numbers[2]); }

std::optional<ProgramVersion> ProgramVersion::parse(std::string_view text) {
  ProgramVersion version;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < version.numbers.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, version.numbers[i]);
    if (error != std::errc() || version.numbers[i] > kNumberMax) return std::nullopt;
    at = next;
  }
  // Leading zeros and a sign read back differently.
  return at == end && version.to_text() == text ? std::optional(version) : std::nullopt;
}

}  // namespace icn::model
