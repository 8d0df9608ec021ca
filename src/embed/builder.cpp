#include "embed/builder.hpp"

#include "backends/registry.hpp"
#include "config/keys.hpp"

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

// The resolvers of this build, for a context that names none.
Result<std::shared_ptr<ports::DidResolver>> built_in_resolvers() {
  return config::open_resolvers(config::key_row(config::Key::did_resolvers).fallback,
                                ICN_TRY(backends::system::open()).clock);
}

}  // namespace

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::production>::build() const {
  if (!identity_) return no_identity();
  auto resolver = services_.did_resolver ? services_.did_resolver : ICN_TRY(built_in_resolvers());
  return context_of(ServiceConfig::production(*identity_, signer_, std::move(resolver), services_), reputation_store_,
                    settings_);
}

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::development>::build() const {
  if (!identity_) return no_identity();
  return context_of(ServiceConfig::development(*identity_, signer_, services_), reputation_store_, settings_);
}

}  // namespace icn::embed
