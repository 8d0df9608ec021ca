#include "config/runtime_config.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace icn::config {
namespace {

// The position of a choice in the words of its row, which the table checked; the enumerators are in the same order.
std::size_t choice(const Configuration& configuration, Key key) {
  const std::string_view words = key_row(key).words;
  const std::string& value = configuration[key].value;
  std::size_t position = 0;
  for (std::size_t at = 0; at <= words.size(); ++position) {
    const std::size_t end = std::min(words.find('|', at), words.size());
    if (words.substr(at, end - at) == value) return position;
    at = end + 1;
  }
  ICN_CHECK(false);
  return 0;
}

}  // namespace

RuntimeConfig RuntimeConfig::of(const Configuration& configuration) {
  RuntimeConfig config;
  config.environment = configuration.environment();
  config.identity.encrypted_keys = configuration.flag(Key::identity_encrypted_keys);
  config.identity.did_resolvers = configuration[Key::did_resolvers].value;
  config.storage.dag = configuration[Key::storage_dag].value;
  config.storage.state = configuration[Key::storage_state].value;
  config.storage.quota_bytes = configuration.bytes(Key::storage_quota);
  config.network.service = configuration[Key::network_service].value;
  config.governance.active = configuration.flag(Key::governance_active);
  const auto trust = model::find_trust_level(configuration[Key::submitter_trust].value);
  ICN_CHECK(trust.has_value());
  config.governance.submitter_trust = *trust;
  config.parameters.checkpoint_every = configuration.number(Key::checkpoint_every);
  config.parameters.sweep_secs = configuration.number(Key::sweep_secs);
  config.parameters.grace_secs = configuration.number(Key::grace_secs);
  config.parameters.capabilities = configuration.list(Key::capabilities);
  config.parameters.federations = configuration.list(Key::federations);
  config.http.listen = configuration.list(Key::http_listen);
  config.http.tls_certificate = configuration[Key::http_tls_certificate].value;
  config.http.tls_key = configuration[Key::http_tls_key].value;
  config.wasm.threads = configuration.number(Key::wasm_threads);
  config.log.level = static_cast<LogLevel>(choice(configuration, Key::log_level));
  config.log.format = static_cast<LogFormat>(choice(configuration, Key::log_format));
  return config;
}

RuntimeConfig RuntimeConfig::production() { return of(Configuration(EnvironmentType::production)); }
RuntimeConfig RuntimeConfig::development() { return of(Configuration(EnvironmentType::development)); }
RuntimeConfig RuntimeConfig::testing() { return of(Configuration(EnvironmentType::testing)); }

IdentityConfig IdentityConfig::with_encryption() { return RuntimeConfig::production().identity; }
StorageConfig StorageConfig::persistent() { return RuntimeConfig::production().storage; }
GovernanceConfig GovernanceConfig::enabled() { return RuntimeConfig::production().governance; }
RuntimeParametersConfig RuntimeParametersConfig::production_defaults() {
  return RuntimeConfig::production().parameters;
}

}  // namespace icn::config
