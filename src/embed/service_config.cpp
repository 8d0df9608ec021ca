#include "embed/service_config.hpp"

#include <fmt/core.h>

#include <array>

#include "backends/registry.hpp"

namespace icn::embed {
namespace {

Result<void> check_complete(const ServiceConfig& config) {
  const std::pair<bool, std::string_view> required[] = {
      {config.identity != model::Did{}, "an identity"},
      {config.identity_signer != nullptr, "a signer"},
      {config.services.mesh_network != nullptr, "a mesh network service"},
      {config.services.dag_store != nullptr, "a DAG store"},
      {config.services.state_store != nullptr, "a mana ledger"},
      {config.environment != EnvironmentType::production || config.services.executor != nullptr, "an executor"},
      {config.environment != EnvironmentType::production || config.services.did_resolver != nullptr, "a DID resolver"},
  };
  for (const auto& [there, what] : required) {
    if (there) continue;
    return fail(ErrorCode::invalid_argument,
                fmt::format("The {} environment requires {}.", environment_name(config.environment), what));
  }
  if (config.reputation_store && config.reputation_store != config.services.state_store) {
    return fail(
        config.environment == EnvironmentType::production ? ErrorCode::production_error : ErrorCode::invalid_argument,
        "Mana ledger and reputation store must be views of one state store, so that one commit covers both.");
  }
  return {};
}

// The machine's clock, randomness and description unless others are given; the node's key is the identity's unless
// another is given.
Result<void> fill_system(runtime::NodeServices& services, const std::shared_ptr<ports::Signer>& identity_signer) {
  if (!services.signer) services.signer = identity_signer;
  if (services.clock && services.random && services.system_info) return {};
  ports::System system = ICN_TRY(backends::system::open());
  if (!services.clock) services.clock = std::move(system.clock);
  if (!services.random) services.random = std::move(system.random);
  if (!services.system_info) services.system_info = std::move(system.info);
  return {};
}

}  // namespace

std::vector<const ports::Descriptor*> ServiceConfig::descriptors() const {
  std::vector<const ports::Descriptor*> all = runtime::descriptors_of(services);
  if (identity_signer && identity_signer != services.signer) all.push_back(&identity_signer->descriptor());
  return all;
}

Result<ServiceConfig> ServiceConfig::production(model::Did identity, std::shared_ptr<ports::Signer> identity_signer,
                                                std::shared_ptr<ports::DidResolver> did_resolver,
                                                runtime::NodeServices services) {
  ServiceConfig config;
  config.environment = EnvironmentType::production;
  config.identity = identity;
  config.identity_signer = std::move(identity_signer);
  config.services = std::move(services);
  config.services.did_resolver = std::move(did_resolver);
  ICN_TRY(fill_system(config.services, config.identity_signer));
  ICN_TRY(config.validate());
  return config;
}

Result<ServiceConfig> ServiceConfig::development(model::Did identity, std::shared_ptr<ports::Signer> identity_signer,
                                                 runtime::NodeServices services) {
  ServiceConfig config;
  config.environment = EnvironmentType::development;
  config.identity = identity;
  config.identity_signer = std::move(identity_signer);
  config.services = std::move(services);
  if (!config.services.mesh_network) config.services.mesh_network = ICN_TRY(backends::mesh_network::open("standalone"));
  if (!config.services.dag_store) config.services.dag_store = ICN_TRY(backends::dag_store::open("memory"));
  ICN_TRY(fill_system(config.services, config.identity_signer));
  ICN_TRY(config.validate());
  return config;
}

Result<void> ServiceConfig::validate() const {
  ICN_TRY(check_complete(*this));
  if (environment == EnvironmentType::testing) return {};
  if (identity_signer->did() != identity) {
    return fail(ErrorCode::invalid_argument, fmt::format("The signer's key is that of {}, not of the identity {}.",
                                                         identity_signer->did().to_text(), identity.to_text()));
  }
  for (const ports::Descriptor* descriptor : descriptors()) {
    if (environment == EnvironmentType::production && descriptor->grade != ports::Grade::production) {
      return fail(Error{ErrorCode::production_error,
                        runtime::graded_name(*descriptor) + " cannot be used in production",
                        std::string(descriptor->port)});
    }
    if (environment == EnvironmentType::development && descriptor->port == "signer" &&
        descriptor->grade == ports::Grade::test) {
      return fail(Error{ErrorCode::invalid_argument,
                        "Stub signer cannot be used in development: a real signer is required", "signer"});
    }
  }
  return {};
}

}  // namespace icn::embed
