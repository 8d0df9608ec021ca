#include "api/credentials.hpp"

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"

namespace icn::api {

Result<CredentialView> verify_credential(Context& context, const VerifyCredentialRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  if (request.audience.has_value() != request.challenge.has_value()) {
    return refuse(ErrorCode::invalid_argument, "presentation_challenge",
                  "A presentation is for a verifier and a challenge; give both or neither");
  }
  std::optional<credentials::Verifier> verifier;
  if (request.audience) verifier = credentials::Verifier{*request.audience, *request.challenge};
  runtime::VerifiedCredential verified =
      ICN_TRY(runtime::verify_credential(node, request.credential, verifier, request.status_list));
  credentials::Shown& shown = verified.shown;
  CredentialView view;
  view.form = shown.form;
  view.id = std::move(shown.id);
  view.issuer = std::move(shown.issuer);
  view.of_scope = verified.of_scope;
  view.subject = std::move(shown.subject);
  view.types = std::move(shown.types);
  if (shown.from_ms) view.from = model::UnixMs{*shown.from_ms};
  if (shown.until_ms) view.until = model::UnixMs{*shown.until_ms};
  view.presented = shown.presented;
  view.status = verified.status;
  view.claims = {std::move(shown.claims)};
  return view;
}

template struct Shape<IssueCredentialRequest>;
template struct Shape<IssuedCredentialView>;
template struct Shape<PresentCredentialRequest>;
template struct Shape<PresentationView>;
template struct Shape<VerifyCredentialRequest>;
template struct Shape<CredentialView>;
template struct Shape<RevokeCredentialRequest>;
template struct Shape<RevokedCredentialView>;
template struct Shape<StatusListRequest>;
template struct Shape<StatusListView>;

}  // namespace icn::api
