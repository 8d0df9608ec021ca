// Operations about this node's process: its status, its readiness and its configuration.
#pragma once
#include "api/node.hpp"
#include "config/configuration.hpp"

namespace icn::node {

class EmbeddedNode;

// The node outlives the slots.
void bind_node_operations(EmbeddedNode& node, api::Slots& slots);

// Passwords in URLs of stores are hidden.
[[nodiscard]] api::ConfigurationView configuration_view(const config::Configuration& configuration);
[[nodiscard]] api::Readiness readiness_of(EmbeddedNode& node);
// Errors: busy with the rule not_ready, naming each dependency with its problem.
[[nodiscard]] Result<void> require_ready(const api::Readiness& readiness);
// Whether the node is fit for its environment: in production every service has production grade, and keys are sealed
// where the configuration demands it. Errors: production_error, permission_denied with the rule encrypted_keys.
[[nodiscard]] Result<void> require_environment(EmbeddedNode& node);

}  // namespace icn::node
