#include "node/http_service.hpp"

#include <algorithm>

#include "folder/member_keys.hpp"
#include "node/embedded_node.hpp"
#include "node/threads.hpp"

namespace icn::node {
namespace {

class NodeGate : public http::Gate {
 public:
  // `names`: the keys that are the member's; empty text for the folder's first.
  NodeGate(const model::Did& member, std::vector<std::string> names, std::shared_ptr<http::Gate> others)
      : owner_(http::owner_gate(member)), names_(std::move(names)), others_(std::move(others)) {}

  Result<http::Caller> identify(const http::Request& request) const override {
    if (!request.peer.user && others_ != nullptr) return others_->identify(request);
    http::Caller caller = ICN_TRY(owner_->identify(request));
    const std::string* as = http::find_header(request.headers, "icn-as");
    const std::string name = as == nullptr ? "" : *as;
    if (caller.role == api::Role::open || std::find(names_.begin(), names_.end(), name) != names_.end()) return caller;
    return refuse(ErrorCode::busy, std::string(kOtherKey),
                  "the process that owns the data folder works with another member's key; nothing was done", name);
  }

 private:
  const std::shared_ptr<http::Gate> owner_;
  const std::vector<std::string> names_;
  const std::shared_ptr<http::Gate> others_;
};

Result<std::vector<std::string>> names_of_member(const EmbeddedNode& node) {
  std::vector<std::string> names;
  const auto keys = ICN_TRY(folder::read_member_keys(node.folder()));
  if (!keys.empty() && keys.front().did == node.member()) names.emplace_back();
  for (const folder::MemberKey& key : keys)
    if (key.did == node.member()) names.push_back(key.name);
  return names;
}

}  // namespace

Result<std::unique_ptr<HttpService>> HttpService::start(EmbeddedNode& node, HttpOptions options) {
  std::unique_ptr<HttpService> service(new HttpService(options.workers, options.waiting_max));
  http::ApiOptions api;
  api.context = [&node](const http::Caller& caller) {
    api::Context context = node.context();
    context.caller = caller.did;
    return context;
  };
  api.member = node.member();
  api.gate = std::make_shared<NodeGate>(node.member(), ICN_TRY(names_of_member(node)), std::move(options.gate));
  api.pages = std::move(options.pages);
  api.spool_folder = node.folder().path();
  http::ServerOptions server;
  server.listeners = std::move(options.listeners);
  server.handler = http::api_handler(std::move(api));
  server.start_thread = &start_thread;
  server.submit = [&pool = service->workers_](std::function<void()> work, std::string_view owner) {
    return pool.submit(std::move(work), owner);
  };
  server.submit_lasting = [&pool = service->lasting_](std::function<void()> work, std::string_view owner) {
    return pool.submit(std::move(work), owner);
  };
  server.socket_threads = options.socket_threads;
  server.times = options.times;
  server.limits = options.limits;
  service->server_ = ICN_TRY(http::Server::start(std::move(server)));
  return service;
}

HttpService::~HttpService() { server_.reset(); }

}  // namespace icn::node
