// The testing environment of RuntimeContext: defines the functions that embed/context.hpp, embed/builder.hpp and
// embed/service_config.hpp declare for it. It is a separate library, so a production program that uses it does not
// link.
#include "backends/registry.hpp"
#include "embed/builder.hpp"
#include "testing/services.hpp"
#include "wasm/executor.hpp"

namespace icn::embed {
namespace {

constexpr std::uint64_t kSeed = 1;
// The node's key; members use lower numbers.
constexpr std::uint32_t kNodeKey = testing::kTestKeys - 1;

// Fills in missing services. The sandbox is the real one: testing replaces the environment, not the program.
Result<void> fill_services(runtime::NodeServices& services) {
  if (!services.dag_store) services.dag_store = ICN_TRY(backends::dag_store::open("memory"));
  if (!services.state_store) services.state_store = ICN_TRY(backends::state_store::open("memory"));
  if (!services.mesh_network) services.mesh_network = std::make_shared<testing::StubMeshNetworkService>();
  if (!services.signer) services.signer = std::make_shared<testing::StubSigner>(testing::test_key(kNodeKey));
  if (!services.clock) services.clock = std::make_shared<testing::FixedClock>();
  if (!services.random) services.random = std::make_shared<testing::SeededRandom>(kSeed);
  if (!services.system_info) services.system_info = std::make_shared<testing::FixedSystemInfoProvider>(4, 8'192);
  if (!services.did_resolver) services.did_resolver = std::make_shared<testing::StubDidResolver>("test");
  if (!services.executor) {
    wasm::ExecutorOptions options;
    options.clock = services.clock;
    services.executor = ICN_TRY(wasm::make_executor(std::move(options)));
  }
  return {};
}

Result<ServiceConfig> testing_config(const model::Did& identity, std::shared_ptr<ports::Signer> signer,
                                     runtime::NodeServices services, std::optional<std::uint64_t> initial_mana) {
  ServiceConfig config;
  config.environment = EnvironmentType::testing;
  config.identity = identity;
  config.identity_signer = std::move(signer);
  config.services = std::move(services);
  ICN_TRY(fill_services(config.services));
  if (!config.identity_signer) config.identity_signer = testing::test_signer_of(identity);
  // An identity without a key here can hold mana and be queried, but cannot sign.
  if (!config.identity_signer) config.identity_signer = config.services.signer;
  if (initial_mana) {
    config.initial_mana = model::Mana::from_whole(*initial_mana);
    if (!config.initial_mana) {
      return refuse(ErrorCode::invalid_argument, "initial_mana", "The initial mana is more than an account can hold.");
    }
  }
  ICN_TRY(config.validate());
  return config;
}

}  // namespace

Result<ServiceConfig> ServiceConfig::testing(model::Did identity, std::optional<std::uint64_t> initial_mana) {
  return testing_config(identity, nullptr, {}, initial_mana);
}

Result<std::shared_ptr<RuntimeContext>> RuntimeContext::new_testing(const model::Did& identity,
                                                                    std::optional<std::uint64_t> initial_mana) {
  return from_service_config(ICN_TRY(ServiceConfig::testing(identity, initial_mana)));
}

Result<std::shared_ptr<RuntimeContext>> RuntimeContext::new_with_system_info(
    const model::Did& identity, std::shared_ptr<ports::SystemInfoProvider> system_info,
    std::optional<std::uint64_t> initial_mana) {
  runtime::NodeServices services;
  services.system_info = std::move(system_info);
  return from_service_config(ICN_TRY(testing_config(identity, nullptr, std::move(services), initial_mana)));
}

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::testing>::build() const {
  if (!identity_) {
    return fail(ErrorCode::invalid_argument, "A RuntimeContext needs an identity: call with_identity().");
  }
  ServiceConfig config = ICN_TRY(testing_config(*identity_, signer_, services_, initial_mana_));
  config.reputation_store = reputation_store_;
  config.settings = settings_;
  return RuntimeContext::from_service_config(std::move(config));
}

}  // namespace icn::embed
