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

Result<model::Did> account_of(const Context& context, const std::optional<model::Did>& asked) {
  if (asked) return *asked;
  if (context.caller) return *context.caller;
  return refuse(ErrorCode::invalid_argument, "missing_field",
                "the field did is missing, and the caller has no account");
}

Result<runtime::NodeState*> node_of(const Context& context) {
  if (context.node == nullptr) return fail(ErrorCode::unsupported, "this operation needs a node, and none is open");
  return context.node;
}

Error unbound() { return {ErrorCode::unsupported, "this process does not offer the operation"}; }

}  // namespace icn::api
