#include "node/founding_operation.hpp"

#include "api/folders.hpp"

namespace icn::node {
namespace {

Result<api::NewNode> init_node(const OpeningOptions& process, const api::InitRequest& request) {
  FoundingOptions options;
  static_cast<OpeningOptions&>(options) = process;
  options.protection = request.keys;
  options.name = request.name;
  options.members = request.members;
  options.grant = request.grant;
  options.endowment = request.endowment;
  const auto given = [](config::Key key, const std::optional<std::string>& url) {
    return url ? std::optional(config::Given{*url, std::string(config::key_row(key).name)}) : std::nullopt;
  };
  options.stores = {given(config::Key::storage_state, request.state_store),
                    given(config::Key::storage_dag, request.dag_store)};
  const auto node = ICN_TRY(EmbeddedNode::found(request.data, options));
  api::NewNode answer;
  answer.data = std::filesystem::absolute(request.data).string();
  answer.scope = node->state().scope().id();
  answer.member = node->member();
  answer.node = node->state().node_did();
  answer.grant = node->state().genesis().grant;
  answer.keys = request.keys;
  for (const folder::MemberKey& key : ICN_TRY(folder::read_member_keys(node->folder())))
    answer.members.push_back({key.name, key.did});
  return answer;
}

Result<api::TakeoverDone> take_over(const OpeningOptions& process, const api::TakeoverRequest& request) {
  OpeningOptions options = process;
  options.take_over = ports::TakeOver::yes;
  const auto node = ICN_TRY(EmbeddedNode::open(request.data, options));
  api::TakeoverDone answer;
  for (const folder::StorePort port : folder::kStorePorts) {
    const auto kind = ICN_TRY(folder::describe_store(port, node->folder().store_url(port)));
    if (kind.place == ports::Place::server) answer.claimed.push_back(port);
  }
  return answer;
}

}  // namespace

void bind_founding_operation(const OpeningOptions& process, api::Slots& slots) {
  slots.bind<api::InitNode>(
      [process](const api::Context&, const api::InitRequest& request) { return init_node(process, request); });
  slots.bind<api::TakeOverStores>(
      [process](const api::Context&, const api::TakeoverRequest& request) { return take_over(process, request); });
}

}  // namespace icn::node
