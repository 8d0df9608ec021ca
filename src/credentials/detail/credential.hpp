// Verifiable credentials, W3C data model 2.0: what a credential is here, the membership credential that a scope issues,
// and the checks of one that is shown. Pure; thread safe.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "credentials/detail/proof.hpp"

namespace icn::credentials::detail {

inline constexpr std::string_view kContext = "https://www.w3.org/ns/credentials/v2";
// Defines every term that the first context does not, so that a reader of JSON-LD drops none of ours.
inline constexpr std::string_view kTermsContext = "https://www.w3.org/ns/credentials/undefined-terms/v2";

// Without a proof.
[[nodiscard]] Json membership_document(const Membership& membership);

// A status list as a credential, without a proof.
[[nodiscard]] Json status_document(const std::string& id, const model::Did& issuer, const StatusList& list,
                                   model::UnixMs from);

// What holds of a credential whose proof is valid.
struct Credential {
  std::string id;      // empty: it has none
  std::string issuer;  // a DID or an address
  std::string subject;
  std::vector<std::string> types;
  std::optional<StatusEntry> status;  // revocation
  std::optional<std::uint64_t> from_ms;
  std::optional<std::uint64_t> until_ms;
  Json claims;  // the subject
};
// The shape only. Errors: invalid_format with the rule bad_credential.
[[nodiscard]] Result<Credential> read_credential(const Json& document);
// Shape, proof, that the issuer made it, and the time. Not its status (check_status). Errors: as read_credential and
// verify_proof; permission_denied (rule credential_issuer: another signed it), expired (rules credential_expired,
// credential_not_yet).
[[nodiscard]] Result<Credential> verify_credential(const Json& document, const KeyOfMethod& key_of, model::UnixMs now);
// That the issuer's list does not revoke it; `list` is the list credential that it names. Errors: as
// verify_credential; permission_denied (rule credential_revoked), conflict (rule status_list: another list).
[[nodiscard]] Result<void> check_status(const StatusEntry& status, const std::string& issuer, const Json& list,
                                        const KeyOfMethod& key_of, model::UnixMs now);
// The entry of the purpose revocation of a document or a token. Errors: invalid_format, unsupported (rule status_type:
// a status that this program cannot check could be a revocation).
[[nodiscard]] Result<std::optional<StatusEntry>> status_of(const Json& document);
[[nodiscard]] Json status_json(const StatusEntry& status);
// The members of a Bitstring status list credential whose proof was verified. Errors: invalid_format.
[[nodiscard]] Result<StatusList> status_list_of(const Credential& list);

// The credentials in a presentation by their holder, for one verifier: signed with the holder's key over the
// challenge. Errors: those of `sign`.
[[nodiscard]] Result<Json> present(const std::vector<Json>& credentials, const model::Did& holder, ProofOptions options,
                                   const SignMessage& sign);
struct Presentation {
  std::string holder;
  std::vector<Json> credentials;  // of which nothing is verified
};
// Errors: as verify_proof; permission_denied (rule presentation_challenge: made for another challenge or verifier,
// presentation_holder: another than the holder signed it).
[[nodiscard]] Result<Presentation> verify_presentation(const Json& document, const KeyOfMethod& key_of,
                                                       std::string_view challenge, std::string_view domain);

}  // namespace icn::credentials::detail
