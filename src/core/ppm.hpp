// Parts per million: the unit of shares and rates.
#pragma once
#include <cstdint>

namespace icn {

inline constexpr std::uint64_t kPpm = 1'000'000;

}  // namespace icn
