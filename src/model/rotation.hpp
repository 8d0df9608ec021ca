// A rotation: a member or a node replaces the key that signs for its DID. The present key signs the statement, the new
// one consents in it, so that the key of another cannot be claimed. It names the position from which on the present key
// signs: of two rotations away from one key the log takes one, and none is taken twice.
#pragma once
#include <cstdint>

#include "model/signature.hpp"

namespace icn::model {

// What the new key signs.
struct KeyConsent {
  ipld::Cid scope;
  Did did;
  Did key;
  std::uint64_t since = 0;
  [[nodiscard]] ipld::Block to_block() const;
  friend bool operator==(const KeyConsent&, const KeyConsent&) = default;
};

struct Rotation {
  ipld::Cid scope;
  Did did;
  Did key;                  // the new one, as the did:key that it is
  std::uint64_t since = 0;  // SigningKeys::since(did)
  Signature consent{};      // of the new key over its KeyConsent
  [[nodiscard]] KeyConsent to_consent() const { return {scope, did, key, since}; }
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<Rotation> from_bytes(ByteView bytes);
  friend bool operator==(const Rotation&, const Rotation&) = default;
};

// That the new key consents. Errors: invalid_signature, with the rule key_consent.
[[nodiscard]] Result<void> verify_consent(const Rotation& rotation);

}  // namespace icn::model
