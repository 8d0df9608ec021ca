// Signatures: Ed25519 (libsodium, strict) over `domain tag ‖ 0x00 ‖ CID bytes` of a dag-cbor body.
//
// One tag per type of body, so that a signature for one can never serve as one for another.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/secret.hpp"
#include "ipld/cid.hpp"
#include "model/did.hpp"

namespace icn::model {

using Signature = std::array<std::uint8_t, 64>;
using Seed = std::array<std::uint8_t, 32>;

enum class SignatureTag : std::uint8_t {
  job,
  order,
  receipt,
  dag_block,
  genesis,
  proposal,
  vote,
  delegation,
  revocation,
  sponsorship,
  cancellation,
  resignation,
  candidate,
  scope_entry,
  hand_over,
  trust_grant,
  trust_revocation,
  trust_challenge,
  trust_rule,
  trust_bridge,
  mana_root,
  rotation,
  key_consent,
  zk_value,
  zk_root,
  zk_keys
};
inline constexpr std::size_t kSignatureTags = 26;
// "ICN-JOB-v1" and so on; frozen, part of the format.
[[nodiscard]] std::string_view tag_text(SignatureTag tag);

// An Ed25519 key pair; its bytes are a secret (core/secret.hpp). Not copyable. Immutable, so thread safe.
class KeyPair {
 public:
  [[nodiscard]] static KeyPair from_seed(const Seed& seed);

  [[nodiscard]] Did did() const;
  [[nodiscard]] Signature sign(SignatureTag tag, const ipld::Cid& body) const;
  [[nodiscard]] Seed seed() const;

  friend Signature sign(const KeyPair& key, const class ForeignMessage& message);

 private:
  KeyPair() : secret_(64) {}
  Secret secret_;
};

// By the key that `signer` is; whose key may have been replaced is verified by SigningKeys (model/signing_keys.hpp).
// Errors: invalid_signature (strict: small-order keys and non-canonical encodings are refused too).
[[nodiscard]] Result<void> verify(SignatureTag tag, const ipld::Cid& body, const Did& signer,
                                  const Signature& signature);

}  // namespace icn::model
