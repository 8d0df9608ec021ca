// RuntimeConfig: a configuration as typed values, under the specification's names. Every value comes from the table of
// keys (config/keys.hpp). Values; thread safe once made.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "config/configuration.hpp"
#include "core/log.hpp"
#include "model/trust.hpp"

namespace icn::config {

struct IdentityConfig {
  bool encrypted_keys = true;
  std::string did_resolvers;  // as open_resolvers() takes it
  // Keys are sealed, or in a token.
  [[nodiscard]] static IdentityConfig with_encryption();
};

struct StorageConfig {
  std::string dag;
  std::string state;
  std::uint64_t quota_bytes = 0;  // 0: none
  // Stores that survive the process.
  [[nodiscard]] static StorageConfig persistent();
};

struct NetworkConfig {
  std::string service;
};

struct GovernanceConfig {
  bool active = true;
  model::TrustLevel submitter_trust = model::TrustLevel::none;
  // The node takes the steps that are due.
  [[nodiscard]] static GovernanceConfig enabled();
};

struct RuntimeParametersConfig {
  std::uint64_t checkpoint_every = 0;
  std::uint64_t sweep_secs = 0;
  std::uint64_t grace_secs = 0;
  std::vector<std::string> capabilities;
  std::vector<std::string> federations;
  [[nodiscard]] static RuntimeParametersConfig production_defaults();
};

struct HttpConfig {
  std::vector<std::string> listen = {};  // as parse_listen_address() takes each
  std::string tls_certificate = {};      // a PEM file; empty: no TLS
  std::string tls_key = {};
};

struct WasmConfig {
  std::uint64_t threads = 0;  // 0: one per core
};

struct LogConfig {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::json;
};

struct RuntimeConfig {
  EnvironmentType environment = EnvironmentType::production;
  IdentityConfig identity;
  StorageConfig storage;
  NetworkConfig network;
  GovernanceConfig governance;
  RuntimeParametersConfig parameters;
  HttpConfig http;
  WasmConfig wasm;
  LogConfig log;

  // The defaults of an environment.
  [[nodiscard]] static RuntimeConfig production();
  [[nodiscard]] static RuntimeConfig development();
  [[nodiscard]] static RuntimeConfig testing();
  [[nodiscard]] static RuntimeConfig of(const Configuration& configuration);
};

}  // namespace icn::config
