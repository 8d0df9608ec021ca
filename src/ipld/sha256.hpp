// SHA-256 through OpenSSL with an algorithm fetched once (it uses the CPU's SHA instructions). Thread safe.
#pragma once
#include <array>
#include <cstdint>
#include <memory>

#include "core/bytes.hpp"

namespace icn::ipld {

using Digest = std::array<std::uint8_t, 32>;

[[nodiscard]] Digest sha256(ByteView bytes);

// Incremental hashing; used by one thread at a time. After finish() the hasher starts over.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(ByteView bytes);
  [[nodiscard]] Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace icn::ipld
