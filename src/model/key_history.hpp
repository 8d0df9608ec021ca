// Which key signs for a DID, for a reader without the scope's log: the rotations that lead from the DID's own key to
// the present one, each signed by the key before it and by the new one.
//
// It is as strong as the keys that it retires: who has one of them can sign another history. A reader with the log asks
// SigningKeys, which also knows the keys that a vote set; no history leads past one of those. A value.
#pragma once
#include <cstdint>
#include <vector>

#include "model/rotation.hpp"
#include "model/signing_keys.hpp"

namespace icn::model {

struct KeyHistory {
  static constexpr std::size_t kLinksMax = SigningKeys::kRotationsMax;
  // A rotation of the DID in the scope.
  struct Link {
    Did key;
    std::uint64_t since = 0;
    Signature consent{};
    Signature signature{};  // by the key before, over the rotation
    friend bool operator==(const Link&, const Link&) = default;
  };
  ipld::Cid scope;
  Did did;
  std::vector<Link> links;  // oldest first

  [[nodiscard]] Rotation rotation(const Link& link) const { return {scope, did, link.key, link.since, link.consent}; }
  // Two signatures are verified for each link. Returns the keys of this DID alone. Errors: invalid_signature with the
  // rule key_history (a link does not follow from the one before), limit_exceeded.
  [[nodiscard]] Result<SigningKeys> verify() const;
  [[nodiscard]] ipld::Block to_block() const;
  // Does not verify the signatures.
  [[nodiscard]] static Result<KeyHistory> from_bytes(ByteView bytes);
  friend bool operator==(const KeyHistory&, const KeyHistory&) = default;
};

}  // namespace icn::model
