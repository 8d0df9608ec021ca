#include "node/credential_operations.hpp"

#include "api/credentials.hpp"
#include "core/mutex.hpp"
#include "node/embedded_node.hpp"
#include "node/named_keys.hpp"

namespace icn::node {
namespace {

Result<api::IssuedCredentialView> issue(EmbeddedNode& node, const api::IssueCredentialRequest& request) {
  const model::Did member = ICN_TRY(did_of(node, request.member));
  ICN_TRY(node.unlock_node_key());
  runtime::IssuedCredential made =
      ICN_TRY(runtime::issue_credential(node.state(), member, request.until, request.form));
  return api::IssuedCredentialView{made.index, std::move(made.id), std::move(made.text)};
}

Result<api::PresentationView> present(EmbeddedNode& node, const api::PresentCredentialRequest& request) {
  const model::Scope scope = node.state().scope();
  const auto sign = [&node](const model::ForeignMessage& message) { return node.sign_foreign(message); };
  return api::PresentationView{
      ICN_TRY(credentials::present(request.credential, scope.keys().key_of(node.member()),
                                   {request.audience, request.challenge}, request.disclose, node.state().now(), sign))};
}

}  // namespace

void bind_credential_operations(EmbeddedNode& node, api::Slots& slots) {
  // Issuing and revoking are made one at a time.
  const auto one_at_a_time = std::make_shared<Mutex>();
  slots.bind<api::IssueCredential>(
      [&node, one_at_a_time](const api::Context&, const api::IssueCredentialRequest& request) {
        Lock lock(*one_at_a_time);
        return issue(node, request);
      });
  slots.bind<api::RevokeCredential>(
      [&node, one_at_a_time](const api::Context&,
                             const api::RevokeCredentialRequest& request) -> Result<api::RevokedCredentialView> {
        Lock lock(*one_at_a_time);
        const auto revoked = ICN_TRY(runtime::revoke_credential(node.state(), request.index));
        return api::RevokedCredentialView{revoked.index, revoked.member};
      });
  slots.bind<api::ReadStatusList>(
      [&node](const api::Context&, const api::StatusListRequest&) -> Result<api::StatusListView> {
        ICN_TRY(node.unlock_node_key());
        runtime::SignedStatusList list = ICN_TRY(runtime::sign_status_list(node.state()));
        return api::StatusListView{std::move(list.id), list.issued, list.revoked, std::move(list.text)};
      });
  slots.bind<api::PresentCredential>(
      [&node](const api::Context&, const api::PresentCredentialRequest& request) { return present(node, request); });
}

}  // namespace icn::node
