// SHA-256 through OpenSSL (it uses the CPU's SHA instructions). Thread safe.
#pragma once
#include <array>
#include <cstdint>

#include "core/bytes.hpp"

namespace icn::ipld {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(ByteView bytes);

// Incremental hashing; used by one thread at a time. After finish() the hasher starts over.
class Sha256 {
 public:
  Sha256();

  void update(ByteView bytes);
  [[nodiscard]] Digest finish();

 private:
  struct State;  // of the library, trivial, in `bytes_`
  [[nodiscard]] State& state();
  static constexpr std::size_t kStateBytes = 112;
  static constexpr std::size_t kStateAlign = 8;
  alignas(kStateAlign) std::array<std::uint8_t, kStateBytes> bytes_{};
};

}  // namespace icn::ipld
