#include "node/node_settings.hpp"

namespace icn::node {

runtime::NodeSettings node_settings(const config::RuntimeConfig& config) {
  runtime::NodeSettings settings;
  settings.capabilities = config.parameters.capabilities;
  settings.federations = config.parameters.federations;
  settings.submitter_trust_min = config.governance.submitter_trust;
  settings.checkpoint_every = config.parameters.checkpoint_every;
  settings.dag_quota.bytes = config.storage.quota_bytes;
  return settings;
}

SweepTerms sweep_terms(const config::RuntimeConfig& config) {
  return {.interval_ms = config.parameters.sweep_secs * 1'000, .governs = config.governance.active};
}

}  // namespace icn::node
