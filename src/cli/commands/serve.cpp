#include "cli/commands/serve.hpp"

#include <cstdlib>

#include "api/about.hpp"
#include "node/http_service.hpp"

namespace icn::cli::commands {

Result<http::ClientOptions> owner_of(const Invocation& invocation) {
  http::ClientOptions options;
  if (const auto url = invocation.text("--node")) {
    options.remote = ICN_TRY(http::Remote::parse(*url));
    if (const char* key = std::getenv("ICN_NODE_KEY"); key != nullptr) options.key = key;
    options.as = key_asked(invocation).value_or("");
    return options;
  }
  options.remote.path = std::filesystem::absolute(ICN_TRY(data_path(invocation))) / node::kSocketName;
  options.as = key_asked(invocation).value_or("");
  return options;
}

Result<AnyNode> AnyNode::of(const Invocation& invocation) {
  AnyNode any;
  any.owner_ = ICN_TRY(owner_of(invocation));
  if (invocation.has("--node")) return any;
  FolderWait wait = ICN_TRY(FolderWait::of(invocation));
  for (;;) {
    auto opened = open_node_now(invocation);
    if (opened) {
      any.here_ = *std::move(opened);
      return any;
    }
    if (opened.error().code != ErrorCode::busy) return fail(opened.error());
    api::Context context;
    if (http::ask<&api::describe_version>(any.owner_, context, {})) return any;
    if (!wait.again(opened.error())) return fail(opened.error());
  }
}

}  // namespace icn::cli::commands
