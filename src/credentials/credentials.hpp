// Verifiable credentials: what a scope attests of its members, as texts that programs of others read and write.
//
// Two forms: a document of the W3C data model 2.0 with a proof of the suite eddsa-jcs-2022, and an SD-JWT (RFC 9901),
// whose holder chooses which claims a verifier sees. A holder presents either to one verifier, bound to the challenge
// that this verifier chose. Both name a Bitstring Status List, by which the issuer revokes. Pure; thread safe.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "credentials/status_list.hpp"
#include "ipld/cid.hpp"
#include "model/order.hpp"
#include "model/signed_message.hpp"
#include "ports/random.hpp"

namespace icn::credentials {

inline constexpr std::size_t kCredentialBytesMax = 64 * 1024;
inline constexpr std::size_t kStatusListBytesMax = StatusList::kTextBytesMax + 64 * 1024;
inline constexpr std::size_t kDisclosuresMax = 128;
inline constexpr std::size_t kChallengeBytesMax = 256;
// A presentation of an SD-JWT is accepted this long.
inline constexpr std::uint64_t kBindingSMax = 300;

inline constexpr std::string_view kMembershipType = "ScopeMembershipCredential";

// Signs with the issuer's or the holder's key, wherever it is.
using SignMessage = std::function<Result<model::Signature>(const model::ForeignMessage&)>;
// The key of a verification method ("did:key:z6Mk…#z6Mk…") if it may serve the purpose ("assertionMethod",
// "authentication"). Errors: not_found and those of a resolver.
using KeyOfMethod = std::function<Result<model::Did>(std::string_view method, std::string_view purpose)>;

// Where an issuer keeps the status of a credential.
struct StatusEntry {
  std::string list;  // the id of the status list
  std::uint64_t index = 0;
  friend bool operator==(const StatusEntry&, const StatusEntry&) = default;
};

struct Membership {
  std::string id;
  model::Did issuer;  // the key of the clerk
  model::Did holder;  // the key of the member, which presents it
  model::Did member;  // the DID of the member in its scope
  ipld::Cid scope;
  std::uint64_t since = 0;  // position of the log entry that admitted the member
  model::UnixMs from;
  std::optional<model::UnixMs> until;
  StatusEntry status;
};
// Errors: those of `sign`.
[[nodiscard]] Result<std::string> issue_document(const Membership& membership, const SignMessage& sign);
// `member`, `memberOf` and `memberSince` are shown only if the holder discloses them.
[[nodiscard]] Result<std::string> issue_selective(const Membership& membership, ports::Random& random,
                                                  const SignMessage& sign);
[[nodiscard]] Result<std::string> issue_status_list(const std::string& id, const model::Did& issuer,
                                                    const StatusList& list, model::UnixMs from,
                                                    const SignMessage& sign);

// Whom a presentation is for.
struct Verifier {
  std::string audience;
  std::string challenge;  // chosen by the verifier, for one presentation
};
// Of either form; `disclose` names claims of an SD-JWT. Errors: invalid_argument (names for a document), not_found
// (rule no_claim), those of verify() that concern the shape, those of `sign`.
[[nodiscard]] Result<std::string> present(std::string_view credential, const model::Did& holder,
                                          const Verifier& verifier, const std::vector<std::string>& disclose,
                                          model::UnixMs now, const SignMessage& sign);

enum class Form : std::uint8_t { document, selective };

// What holds of a credential whose signatures are valid.
struct Shown {
  Form form = Form::document;
  std::string id;       // empty: it has none
  std::string issuer;   // a DID
  std::string subject;  // empty: not disclosed
  std::vector<std::string> types;
  std::optional<std::uint64_t> from_ms;
  std::optional<std::uint64_t> until_ms;
  std::optional<StatusEntry> status;
  std::string claims;      // what it says of the subject, in JSON
  bool presented = false;  // by its holder, to the verifier that was asked for
};
// Verifies a credential, or with `verifier` a presentation of one to it. Not its status: check_status(). Errors:
// invalid_format (rules bad_credential, bad_proof, bad_sd_jwt, bad_jws, json_number, and those of strict JSON),
// limit_exceeded, unsupported (rules proof_suite, status_type, key_kind), invalid_signature, expired (rules
// credential_expired, credential_not_yet), permission_denied (rules credential_issuer, presentation_holder,
// presentation_challenge), and those of `key_of`.
[[nodiscard]] Result<Shown> verify(std::string_view text, const KeyOfMethod& key_of,
                                   const std::optional<Verifier>& verifier, model::UnixMs now);
// That the list, which the credential names and its issuer signed, does not revoke it. Errors: as verify();
// permission_denied (rule credential_revoked), conflict (rule status_list: another list).
[[nodiscard]] Result<void> check_status(const Shown& shown, std::string_view list, const KeyOfMethod& key_of,
                                        model::UnixMs now);

}  // namespace icn::credentials
