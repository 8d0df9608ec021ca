// The checksum of everything on disk: XXH3 with 64 bits. It finds damage; it is no defence against somebody who knows
// the seed and writes files by hand.
#pragma once
#include <cstdint>

#include "core/bytes.hpp"

namespace icn::backends::detail::keyed_log {

[[nodiscard]] std::uint64_t checksum(ByteView bytes, std::uint64_t seed);

}  // namespace icn::backends::detail::keyed_log
