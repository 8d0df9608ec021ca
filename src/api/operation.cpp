#include "api/operation.hpp"

#include <array>

namespace icn::api {

std::string_view role_name(Role role) {
  constexpr std::array<std::string_view, 4> names{"open", "read", "submit", "operate"};
  return names[static_cast<std::size_t>(role)];
}

std::string_view streams_name(Streams streams) {
  constexpr std::array<std::string_view, 3> names{"none", "in", "out"};
  return names[static_cast<std::size_t>(streams)];
}

Result<runtime::NodeState*> node_of(const Context& context) {
  if (context.node == nullptr) return fail(ErrorCode::unsupported, "this operation needs a node, and none is open");
  return context.node;
}

Error unbound() { return {ErrorCode::unsupported, "this process does not offer the operation"}; }

}  // namespace icn::api
