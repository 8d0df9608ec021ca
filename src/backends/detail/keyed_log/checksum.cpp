#include "backends/detail/keyed_log/checksum.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace icn::backends::detail::keyed_log {

std::uint64_t checksum(ByteView bytes, std::uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace icn::backends::detail::keyed_log
