// Multikey: a public key as DID documents and did:key write it, multibase of a multicodec prefix and the key's bytes.
//
// Ed25519 signs, X25519 agrees on keys. A value; the functions are pure and thread safe.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "model/did.hpp"

namespace icn::model {

enum class KeyKind : std::uint8_t { ed25519, x25519 };

struct Multikey {
  KeyKind kind = KeyKind::ed25519;
  PublicKey key{};

  friend bool operator==(const Multikey&, const Multikey&) = default;
};

// "z6Mk…" or "z6LS…".
[[nodiscard]] std::string to_multibase(const Multikey& key);
// Takes base58btc ('z') and base64url ('u'). Errors: invalid_format (malformed, or not a key: check_key()), unsupported
// (well formed, but of another kind of key).
[[nodiscard]] Result<Multikey> parse_multikey(std::string_view text);
// Errors: invalid_format: not a point of the curve's prime-order group in its canonical encoding (Ed25519), or a point
// of small order (X25519). Anyone can compute signatures or secrets that such a key accepts.
[[nodiscard]] Result<void> check_key(const Multikey& key);
// The X25519 key of the holder of an Ed25519 key. Errors: as check_key().
[[nodiscard]] Result<Multikey> agreement_key(const PublicKey& ed25519);

}  // namespace icn::model
