// How often a random test repeats itself: once, or as often as ICN_RANDOM_ROUNDS says in the long tests.
#pragma once
#include <cstdint>
#include <cstdlib>

namespace icn::testing {

[[nodiscard]] inline std::uint64_t random_rounds() {
  const char* text = std::getenv("ICN_RANDOM_ROUNDS");
  const std::uint64_t rounds = text == nullptr ? 1 : std::strtoull(text, nullptr, 10);
  return rounds == 0 ? 1 : rounds;
}

}  // namespace icn::testing
