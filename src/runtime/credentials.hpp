// Credentials of membership: the clerk's node issues and revokes them, every node verifies what it is shown.
//
// Each credential has an index of the scope's status list, chosen at random so that it says nothing of when it was
// issued. What was issued is a row of the state store; the list follows from the rows. Calls that issue or revoke are
// made one at a time (the caller's lock); the others are thread safe.
#pragma once
#include <optional>
#include <string>

#include "credentials/credentials.hpp"

namespace icn::runtime {

class NodeState;

struct IssuedCredential {
  std::uint64_t index = 0;
  std::string id;
  std::string text;
};
// For an active member. Errors: permission_denied (not_clerk), invalid_state (not_a_member), invalid_argument (it ends
// before it begins), limit_exceeded (rule status_list_full), those of the signer, storage.
[[nodiscard]] Result<IssuedCredential> issue_credential(NodeState& node, const model::Did& member,
                                                        std::optional<model::UnixMs> until, credentials::Form form);

struct RevokedCredential {
  std::uint64_t index = 0;
  model::Did member;
};
// Errors: not_found (rule no_credential), permission_denied (not_clerk), storage.
[[nodiscard]] Result<RevokedCredential> revoke_credential(NodeState& node, std::uint64_t index);

struct SignedStatusList {
  std::string id;
  std::uint64_t issued = 0;
  std::uint64_t revoked = 0;
  std::string text;
};
// Signed now. Errors: permission_denied (not_clerk), those of the signer, storage.
[[nodiscard]] Result<SignedStatusList> sign_status_list(const NodeState& node);

// The keys of did:key, and of other methods what the node's resolver answers.
[[nodiscard]] credentials::KeyOfMethod key_of_method(const NodeState& node);

enum class CredentialStatus : std::uint8_t { valid, unchecked, none };

struct VerifiedCredential {
  credentials::Shown shown;
  bool of_scope = false;  // issued by this scope's clerk: a key that signs or signed for it
  CredentialStatus status = CredentialStatus::none;
};
// Verifies what was shown, and its status: by the rows of this node if it issued it, else by `list`; without one it
// remains unchecked. Errors: those of credentials::verify and check_status.
[[nodiscard]] Result<VerifiedCredential> verify_credential(const NodeState& node, std::string_view text,
                                                           const std::optional<credentials::Verifier>& verifier,
                                                           const std::optional<std::string>& list);

}  // namespace icn::runtime
