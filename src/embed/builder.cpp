#include "embed/builder.hpp"

namespace icn::embed {
namespace {

Result<std::shared_ptr<RuntimeContext>> context_of(Result<ServiceConfig> config,
                                                   const std::shared_ptr<ports::StateStore>& reputation_store,
                                                   const runtime::NodeSettings& settings) {
  if (!config) return fail(std::move(config).error());
  config->reputation_store = reputation_store;
  config->settings = settings;
  return RuntimeContext::from_service_config(std::move(*config));
}

tl::unexpected<Error> no_identity() {
  return fail(ErrorCode::invalid_argument, "A RuntimeContext needs an identity: call with_identity().");
}

}  // namespace

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::production>::build() const {
  if (!identity_) return no_identity();
  return context_of(ServiceConfig::production(*identity_, signer_, services_), reputation_store_, settings_);
}

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::development>::build() const {
  if (!identity_) return no_identity();
  return context_of(ServiceConfig::development(*identity_, signer_, services_), reputation_store_, settings_);
}

}  // namespace icn::embed
