// Credentials: what a scope attests of its members, shown to programs of others (docs/OPERATIONS.md).
#pragma once
#include "api/operation.hpp"
#include "runtime/credentials.hpp"

namespace icn::api {

template <>
struct EnumNames<credentials::Form> {
  static constexpr auto values = first_values<credentials::Form, 2>();
  static std::string_view name(credentials::Form form) {
    return form == credentials::Form::document ? "document" : "selective";
  }
};

template <>
struct EnumNames<runtime::CredentialStatus> {
  static constexpr auto values = first_values<runtime::CredentialStatus, 3>();
  static std::string_view name(runtime::CredentialStatus status) {
    constexpr std::array<std::string_view, 3> kNames{"valid", "unchecked", "none"};
    return kNames[static_cast<std::size_t>(status)];
  }
};

struct IssueCredentialRequest {
  std::string member;
  std::optional<model::UnixMs> until;
  credentials::Form form = credentials::Form::document;

  static constexpr auto fields() {
    using T = IssueCredentialRequest;
    return std::tuple{
        Field<&T::member>{"member", "a member: a DID, or the name of a key in the data folder", {.min = 1, .max = 128}},
        Field<&T::until>{"until", "when it ends; without it until it is revoked"},
        Field<&T::form>{"form",
                        "`document`: of the W3C; `selective`: an SD-JWT, whose holder chooses what it shows",
                        {.missing = Missing::allowed}},
    };
  }
};

struct IssuedCredentialView {
  static constexpr std::string_view kName = "credential_issued";
  static constexpr std::string_view kText = "A credential of membership.";
  std::uint64_t index = 0;
  std::string id;
  std::string credential;

  static constexpr auto fields() {
    using T = IssuedCredentialView;
    return std::tuple{
        Field<&T::index>{"index", "of the scope's status list, for revoking it"},
        Field<&T::id>{"id", "of the credential", {.min = 1}},
        Field<&T::credential>{"credential", "the signed text", {.min = 1}},
    };
  }
};

struct PresentCredentialRequest {
  std::string credential;
  std::string audience;
  std::string challenge;
  std::vector<std::string> disclose;

  static constexpr auto fields() {
    using T = PresentCredentialRequest;
    return std::tuple{
        Field<&T::credential>{"credential", "the signed text", {.min = 1, .max = credentials::kCredentialBytesMax}},
        Field<&T::audience>{"audience", "the verifier", {.min = 1, .max = credentials::kChallengeBytesMax}},
        Field<&T::challenge>{"challenge",
                             "what the verifier chose for this presentation",
                             {.min = 1, .max = credentials::kChallengeBytesMax}},
        Field<&T::disclose>{"disclose",
                            "claims of a selective credential to show",
                            {.max = credentials::kDisclosuresMax, .missing = Missing::allowed}},
    };
  }
};

struct PresentationView {
  static constexpr std::string_view kName = "presentation";
  static constexpr std::string_view kText = "A credential as its holder shows it to one verifier.";
  std::string presentation;

  static constexpr auto fields() {
    return std::tuple{Field<&PresentationView::presentation>{"presentation", "the signed text", {.min = 1}}};
  }
};

struct VerifyCredentialRequest {
  std::string credential;
  std::optional<std::string> audience;
  std::optional<std::string> challenge;
  std::optional<std::string> status_list;

  static constexpr auto fields() {
    using T = VerifyCredentialRequest;
    return std::tuple{
        Field<&T::credential>{
            "credential", "a credential or a presentation", {.min = 1, .max = credentials::kCredentialBytesMax}},
        Field<&T::audience>{"audience",
                            "the verifier, with `challenge`: what is shown must be a presentation to it",
                            {.min = 1, .max = credentials::kChallengeBytesMax}},
        Field<&T::challenge>{
            "challenge", "what the verifier chose", {.min = 1, .max = credentials::kChallengeBytesMax}},
        Field<&T::status_list>{"status_list",
                               "the issuer's status list; this node has its own",
                               {.min = 1, .max = credentials::kStatusListBytesMax}},
    };
  }
};

struct CredentialView {
  static constexpr std::string_view kName = "credential";
  static constexpr std::string_view kText = "What holds of a credential whose signatures are valid.";
  credentials::Form form = credentials::Form::document;
  std::string id;
  std::string issuer;
  bool of_scope = false;
  std::string subject;
  std::vector<std::string> types;
  Nullable<model::UnixMs> from;
  Nullable<model::UnixMs> until;
  bool presented = false;
  runtime::CredentialStatus status = runtime::CredentialStatus::none;
  JsonText claims;

  static constexpr auto fields() {
    using T = CredentialView;
    return std::tuple{
        Field<&T::form>{"form", "how it is written"},
        Field<&T::id>{"id", "of the credential; empty: it has none"},
        Field<&T::issuer>{"issuer", "who signed it, a DID", {.min = 1}},
        Field<&T::of_scope>{"of_scope", "whether the clerk of this node's scope issued it"},
        Field<&T::subject>{"subject", "whom it is about; empty: it is not shown"},
        Field<&T::types>{"types", "what it is"},
        Field<&T::from>{"from", "when it begins; null: it does not say"},
        Field<&T::until>{"until", "when it ends; null: it does not"},
        Field<&T::presented>{"presented", "whether its holder showed it to the verifier that was asked for"},
        Field<&T::status>{"status",
                          "`valid`: it is not revoked; `unchecked`: the issuer's list is needed; `none`: it has none"},
        Field<&T::claims>{"claims", "what it says of the subject"},
    };
  }
};

struct RevokeCredentialRequest {
  std::uint64_t index = 0;

  static constexpr auto fields() {
    return std::tuple{Field<&RevokeCredentialRequest::index>{
        "index", "of the credential", {.max = credentials::StatusList::kBitsMax - 1}}};
  }
};

struct RevokedCredentialView {
  static constexpr std::string_view kName = "credential_revoked";
  static constexpr std::string_view kText = "A credential that does not count any more.";
  std::uint64_t index = 0;
  model::Did member;

  static constexpr auto fields() {
    using T = RevokedCredentialView;
    return std::tuple{
        Field<&T::index>{"index", "of the credential"},
        Field<&T::member>{"member", "whose it was"},
    };
  }
};

struct StatusListRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct StatusListView {
  static constexpr std::string_view kName = "status_list";
  static constexpr std::string_view kText = "Which credentials of the scope are revoked, for verifiers elsewhere.";
  std::string id;
  std::uint64_t issued = 0;
  std::uint64_t revoked = 0;
  std::string status_list;

  static constexpr auto fields() {
    using T = StatusListView;
    return std::tuple{
        Field<&T::id>{"id", "that credentials name", {.min = 1}},
        Field<&T::issued>{"issued", "credentials"},
        Field<&T::revoked>{"revoked", "of them"},
        Field<&T::status_list>{"status_list", "the signed text", {.min = 1}},
    };
  }
};

// Signed by the node, which must be the clerk's.
struct IssueCredential : Slot<IssueCredentialRequest, IssuedCredentialView> {};
struct RevokeCredential : Slot<RevokeCredentialRequest, RevokedCredentialView> {};
struct ReadStatusList : Slot<StatusListRequest, StatusListView> {};
// Signed by the caller, its holder.
struct PresentCredential : Slot<PresentCredentialRequest, PresentationView> {};
[[nodiscard]] Result<CredentialView> verify_credential(Context& context, const VerifyCredentialRequest& request);

}  // namespace icn::api
