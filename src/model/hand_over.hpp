// The hand-over of a scope's log to another clerk without the present one: more than half of the members sign the last
// entry that they accept, and the node that continues from there.
//
// The present clerk hands over by executing a proposal instead.
#pragma once
#include <vector>

#include "ipld/cid.hpp"
#include "model/did.hpp"
#include "model/signing_keys.hpp"

namespace icn::model {

struct HandOver {
  ipld::Cid scope;
  Did clerk;                   // from the next entry on
  ipld::Cid previous;          // the last entry that counts
  std::uint64_t position = 0;  // of that entry; 0: the genesis
  [[nodiscard]] ipld::Block to_block() const;
  [[nodiscard]] static Result<HandOver> from_bytes(ByteView bytes);
  friend bool operator==(const HandOver&, const HandOver&) = default;
};

inline constexpr std::size_t kHandOverSignersMax = 8'192;

struct SignedHandOver {
  struct Signer {
    Did member;
    Signature signature{};  // over the CID of the body
    friend bool operator==(const Signer&, const Signer&) = default;
  };
  HandOver body;
  std::vector<Signer> signers;  // 1 to kHandOverSignersMax, by DID, unique
  [[nodiscard]] ipld::Block to_block() const;
  // Does not verify the signatures.
  [[nodiscard]] static Result<SignedHandOver> from_bytes(ByteView bytes);
  // Errors: invalid_signature.
  [[nodiscard]] Result<void> verify_signatures(const SigningKeys& keys) const;
  friend bool operator==(const SignedHandOver&, const SignedHandOver&) = default;
};

}  // namespace icn::model
