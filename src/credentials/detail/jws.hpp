// JSON web signatures (RFC 7515, compact) with Ed25519, and Ed25519 keys as JWK (RFC 8037). Pure; thread safe.
#pragma once
#include <string>
#include <string_view>

#include "credentials/detail/proof.hpp"

namespace icn::credentials::detail {

struct Jws {
  Json header;
  Json payload;
  std::string signing_input;
  model::Signature signature{};
  // `what` names it in errors. Errors: invalid_format (rule bad_jws: malformed, another algorithm than EdDSA, critical
  // extensions), limit_exceeded.
  [[nodiscard]] static Result<Jws> parse(std::string_view what, std::string_view text);
  // Errors: invalid_signature.
  [[nodiscard]] Result<void> verify(const model::Did& key) const;
};

// Errors: those of `sign`, and of canonical().
[[nodiscard]] Result<std::string> signed_jws(const Json& header, const Json& payload, const SignMessage& sign);

[[nodiscard]] Json jwk_of(const model::Did& key);
// Errors: invalid_format (rule bad_jws), unsupported (another kind of key).
[[nodiscard]] Result<model::Did> key_of_jwk(const Json& jwk);

}  // namespace icn::credentials::detail
