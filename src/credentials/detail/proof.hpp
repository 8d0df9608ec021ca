// Data integrity proofs of W3C documents, suite eddsa-jcs-2022: an Ed25519 signature over the SHA-256 of the proof's
// options and of the document, both as RFC 8785 writes them. Pure; thread safe.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "credentials/credentials.hpp"
#include "credentials/detail/json.hpp"

namespace icn::credentials::detail {

inline constexpr std::string_view kSuite = "eddsa-jcs-2022";
inline constexpr std::string_view kAssertion = "assertionMethod";
inline constexpr std::string_view kAuthentication = "authentication";
inline constexpr std::size_t kProofsMax = 8;

struct ProofOptions {
  std::string method;
  std::string purpose{kAssertion};
  std::string created;                   // RFC 3339
  std::optional<std::string> challenge;  // that the verifier chose
  std::optional<std::string> domain;     // the verifier
};

// The document with a proof; it has none before. Errors: invalid_format, those of `sign`.
[[nodiscard]] Result<Json> with_proof(Json document, const ProofOptions& options, const SignMessage& sign);

// Verifies the proof of the suite and purpose, and that all of the document's @context is that of the proof, if the
// proof has one. Returns its options. Other proofs are left alone. Errors: invalid_format (rule bad_proof),
// unsupported (rule proof_suite: there is no proof of this suite and purpose), invalid_signature, those of `key_of`.
[[nodiscard]] Result<ProofOptions> verify_proof(const Json& document, std::string_view purpose,
                                                const KeyOfMethod& key_of);

// The verification method of a did:key.
[[nodiscard]] std::string method_of(const model::Did& did);
// The DID before the fragment.
[[nodiscard]] std::string_view did_of_method(std::string_view method);

}  // namespace icn::credentials::detail
