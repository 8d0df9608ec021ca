#include "node/key_operations.hpp"

#include "api/keys.hpp"
#include "node/embedded_node.hpp"

namespace icn::node {
namespace {

api::KeyView key_view(EmbeddedNode& node, const folder::MemberKey& key) {
  api::KeyView view;
  view.name = key.name;
  view.did = key.did;
  view.is_member = node.state().scope().is_member(key.did);
  view.is_default = key.did.to_text() == node.folder().record().member;
  const bool is_node = key.name == "node";
  const std::filesystem::path own =
      is_node ? node.folder().node_key_path() : folder::member_key_path(node.folder(), key);
  const model::Scope scope = node.state().scope();
  view.key = scope.keys().key_of(key.did);
  view.since = scope.keys().since(key.did);
  const auto file = folder::signing_key_path(node.folder(), own, key.did, view.key);
  if (file) view.file = "keys/" + file->filename().string();
  return view;
}

}  // namespace

void bind_key_operations(EmbeddedNode& node, api::Slots& slots) {
  slots.bind<api::ListKeys>([&node](const api::Context&, const api::KeyListRequest&) -> Result<api::KeyList> {
    api::KeyList answer;
    for (const folder::MemberKey& key : ICN_TRY(folder::read_member_keys(node.folder())))
      answer.keys.push_back(key_view(node, key));
    return answer;
  });
  slots.bind<api::ShowKey>([&node](const api::Context&, const api::KeyNamed& request) -> Result<api::KeyView> {
    const auto keys = ICN_TRY(folder::read_member_keys(node.folder()));
    return key_view(node, ICN_TRY(folder::find_member_key(keys, request.name)));
  });
  slots.bind<api::NewKey>([&node](const api::Context&, const api::NewKeyRequest& request) -> Result<api::KeyView> {
    return key_view(node, ICN_TRY(request.pkcs11 ? node.make_token_key(request.name, *request.pkcs11)
                                                 : node.make_member_key(request.name)));
  });
  slots.bind<api::RotateKey>([&node](const api::Context&, const api::NewKeyRequest& request) -> Result<api::KeyView> {
    return key_view(node, ICN_TRY(node.rotate_key(request.name, request.pkcs11)));
  });
}

}  // namespace icn::node
