// What a configuration says about the parts of a node. Pure.
#pragma once
#include "config/runtime_config.hpp"
#include "node/sweeper.hpp"
#include "runtime/node_state.hpp"

namespace icn::node {

[[nodiscard]] runtime::NodeSettings node_settings(const config::RuntimeConfig& config);
[[nodiscard]] SweepTerms sweep_terms(const config::RuntimeConfig& config);

}  // namespace icn::node
