// Damaged copies of good bytes, for tests of decoders: every truncation, every flipped bit, seeded mutations.
#pragma once
#include <algorithm>
#include <functional>
#include <random>
#include <string>

#include "core/bytes.hpp"

namespace icn::testing {

// Calls `check` with each damaged copy and a description of the damage.
using CheckDamaged = std::function<void(const Bytes& damaged, const std::string& what)>;

inline void for_each_truncation(const Bytes& good, const CheckDamaged& check) {
  for (std::size_t length = 0; length < good.size(); ++length) {
    check(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)),
          "cut to " + std::to_string(length) + " bytes");
  }
}

inline void for_each_bit_flip(const Bytes& good, const CheckDamaged& check) {
  Bytes damaged = good;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << bit % 8);
    damaged[bit / 8] ^= mask;
    check(damaged, "bit " + std::to_string(bit % 8) + " of byte " + std::to_string(bit / 8) + " flipped");
    damaged[bit / 8] ^= mask;
  }
}

// `count` copies, each with one to four changes: a byte set, a bit flipped, a run erased, doubled, or filled with 0x00
// or 0xff. The same good bytes and seed produce the same copies on every machine. A copy may equal the good bytes.
inline void for_each_mutation(const Bytes& good, std::uint64_t seed, std::size_t count, const CheckDamaged& check) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
  for (std::size_t number = 0; number < count; ++number) {
    Bytes damaged = good;
    for (std::size_t change = 1 + below(4); change > 0 && !damaged.empty(); --change) {
      const std::size_t at = below(damaged.size());
      const std::size_t length = 1 + below(std::min<std::size_t>(damaged.size() - at, 16));
      const auto from = damaged.begin() + static_cast<std::ptrdiff_t>(at);
      const auto to = from + static_cast<std::ptrdiff_t>(length);
      switch (below(6)) {
        case 0:
          *from = static_cast<std::uint8_t>(random());
          break;
        case 1:
          *from ^= static_cast<std::uint8_t>(1U << below(8));
          break;
        case 2:
          damaged.erase(from, to);
          break;
        case 3: {
          const Bytes run(from, to);
          damaged.insert(from, run.begin(), run.end());
          break;
        }
        case 4:
          std::fill(from, to, std::uint8_t{0x00});
          break;
        default:
          std::fill(from, to, std::uint8_t{0xff});
          break;
      }
    }
    check(damaged, "mutation " + std::to_string(number) + " of seed " + std::to_string(seed));
  }
}

}  // namespace icn::testing
