#include "node/access_operations.hpp"

#include "api/access.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {
namespace {

api::AccessView access_view(const http::AccessKey& key) {
  api::AccessView view{key.terms.name, key.terms.did, key.terms.role, key.created, {}};
  if (key.terms.expires) view.until = *key.terms.expires;
  return view;
}

}  // namespace

void bind_access_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::MakeAccess>(
      [&node](const api::Context&, const api::NewAccessRequest& request) -> Result<api::NewAccess> {
        const http::AccessKeys::Made made =
            ICN_TRY(node.access_keys().add({request.name, node.member(), request.role, request.until},
                                           node.state().now(), *node.state().services().random));
        return api::NewAccess{access_view(made.key), made.text};
      });
  slots.bind<api::ListAccess>([&node](const api::Context&, const api::AccessListRequest&) -> Result<api::AccessList> {
    api::AccessList answer;
    for (const http::AccessKey& key : ICN_TRY(node.access_keys().list())) answer.keys.push_back(access_view(key));
    return answer;
  });
  slots.bind<api::RevokeAccess>(
      [&node](const api::Context&, const api::AccessNamed& request) -> Result<api::AccessView> {
        return access_view(ICN_TRY(node.access_keys().revoke(request.name)));
      });
}

Result<std::shared_ptr<http::Gate>> access_gate(EmbeddedNode& node, const std::shared_ptr<http::AccessKeys>& keys) {
  ICN_TRY(keys->load());
  return http::key_gate(keys, {[&node] { return node.state().now(); },
                               [&node](const model::Did& did) { return node.state().scope().is_member(did); }});
}

}  // namespace icn::node
