// What a home says of all its accounts at one moment: the root of their Merkle-sum tree (economy/merkle_sum.hpp). The
// home signs its CID; a proof of one account leads to it.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/order.hpp"
#include "model/signature.hpp"

namespace icn::model {

struct ManaRoot {
  ipld::Cid scope;
  Did home;
  std::uint64_t sequence = 0;  // of the journal's newest record
  UnixMs time;
  ipld::Digest tree{};
  std::uint64_t accounts = 0;
  std::array<std::uint8_t, 16> debits{};  // of all accounts, big-endian
  std::array<std::uint8_t, 16> credits{};
  // The signed root that the home anchored last before this one, so that the holder of a root can tell whether
  // another one is of the same books.
  std::optional<ipld::Cid> previous;
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<ManaRoot> from_bytes(ByteView bytes);
  friend bool operator==(const ManaRoot&, const ManaRoot&) = default;
};

struct SignedManaRoot {
  ipld::Cid root;
  Did home;
  Signature signature{};
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<SignedManaRoot> from_bytes(ByteView bytes);
  friend bool operator==(const SignedManaRoot&, const SignedManaRoot&) = default;
};

}  // namespace icn::model
