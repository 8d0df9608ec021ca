// Damaged copies of good bytes, for tests of decoders: every truncation, every flipped bit.
#pragma once
#include <functional>
#include <string>

#include "core/bytes.hpp"

namespace icn::testing {

// Calls `check` with each damaged copy and with words that say what was done to it.
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

}  // namespace icn::testing
