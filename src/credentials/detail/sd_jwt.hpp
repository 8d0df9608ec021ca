// SD-JWT (RFC 9901): a signed token whose holder chooses which claims a verifier sees. The issuer signs hashes of
// salted claims; the holder passes on the salted claims that it discloses, and binds what it shows to a verifier's
// nonce with its own key. Signatures are Ed25519 (`EdDSA`) only. Pure; thread safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "credentials/detail/proof.hpp"
#include "ports/random.hpp"

namespace icn::credentials::detail {

inline constexpr std::string_view kSdJwtType = "dc+sd-jwt";

// "TOKEN~DISCLOSURE~…~[KEY-BINDING]".
struct SdJwt {
  std::string token;
  std::vector<std::string> disclosures;
  std::string key_binding;  // empty: none
  [[nodiscard]] std::string to_text() const;
  // The shape only. Errors: invalid_format with the rule bad_sd_jwt, limit_exceeded.
  [[nodiscard]] static Result<SdJwt> parse(std::string_view text);
};

// A claim that the holder may disclose or not.
struct Disclosure {
  std::string salt;
  std::string name;  // empty: an element of a list
  Json value;
  [[nodiscard]] static Result<Disclosure> parse(std::string_view text);
};
[[nodiscard]] std::string disclosure_hash(std::string_view disclosure);

struct SdJwtIssue {
  Json claims;                         // an object; those named below become disclosures
  std::vector<std::string> selective;  // names in `claims`
  model::Did holder;                   // whose key binds a presentation (`cnf`)
  std::string method;                  // the issuer's verification method (`kid`)
};
// Errors: invalid_argument (a name that is not a claim, or one that a verifier must see), those of `sign`.
[[nodiscard]] Result<SdJwt> issue(const SdJwtIssue& issue, ports::Random& random, const SignMessage& sign);

struct Binding {
  std::string audience;
  std::string nonce;
  std::uint64_t issued_s = 0;
};
// With the claims of these names only, bound to a verifier. Errors: not_found (rule no_claim), those of `sign`.
[[nodiscard]] Result<SdJwt> disclose(const SdJwt& held, const std::vector<std::string>& names, const Binding& binding,
                                     const SignMessage& sign);

struct Disclosed {
  Json claims;         // as disclosed, without the machinery of SD-JWT
  std::string method;  // of the issuer
  std::optional<std::uint64_t> from_s;
  std::optional<std::uint64_t> until_s;
  bool is_bound = false;
};
// The claims behind a payload and its disclosures. Errors: invalid_format with the rule bad_sd_jwt: a disclosure that
// no hash names, or twice, a claim that is not withheld, another hash than sha-256.
[[nodiscard]] Result<Json> disclosed_claims(const Json& payload, const std::vector<std::string>& disclosures);
// The issuer's signature, the disclosures, `nbf` and `exp`, and with an audience the holder's binding to it and the
// nonce, which was made at most kBindingSMax ago. Errors: as disclosed_claims; invalid_signature, expired,
// permission_denied (rule presentation_challenge).
[[nodiscard]] Result<Disclosed> verify_sd_jwt(const SdJwt& shown, const KeyOfMethod& key_of,
                                              const std::optional<Binding>& expected, std::uint64_t now_s);

}  // namespace icn::credentials::detail
