// A production builder accepts only production services, and only tests create mana from nothing.
#include "embed/builder.hpp"
#include "testing/fake_state_store.hpp"
#include "testing/scripted_executor.hpp"
#include "testing/services.hpp"

namespace icn::embed {

using Production = RuntimeContextBuilder<EnvironmentType::production>;
using Development = RuntimeContextBuilder<EnvironmentType::development>;
using Testing = RuntimeContextBuilder<EnvironmentType::testing>;

// A program's own service, which declares itself fit for production.
class OwnNetwork : public testing::StubMeshNetworkService {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::production;
};
class DevelopmentPolicy : public ports::PolicyEnforcer {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::development;
};

// The control: services that each environment accepts.
void allowed(Production& production, Development& development, Testing& testing,
             const ProductionService<ports::DagStore>& dag_store,
             const ProductionService<ports::StateStore>& state_store) {
  production.with_network_service(std::make_shared<OwnNetwork>())
      .with_dag_store(dag_store)
      .with_mana_ledger(state_store)
      .with_reputation_store(state_store);
  development.with_network_service(std::make_shared<testing::StubMeshNetworkService>());
  testing.with_initial_mana(1000).with_signer(std::make_shared<testing::StubSigner>(testing::test_key(0)));
}

// case stub_mesh_network: no matching (member )?function .*with_network_service
#ifdef ICN_CASE_stub_mesh_network
void forbidden(Production& builder) {
  builder.with_network_service(std::make_shared<testing::StubMeshNetworkService>());
}
#endif

// case stub_mesh_network_as_port: ProductionReady
#ifdef ICN_CASE_stub_mesh_network_as_port
void forbidden(Production& builder) {
  const std::shared_ptr<ports::MeshNetworkService> hidden = std::make_shared<testing::StubMeshNetworkService>();
  builder.with_network_service(hidden);
}
#endif

// case stub_signer: ProductionReady
#ifdef ICN_CASE_stub_signer
void forbidden(Production& builder) {
  builder.with_signer(std::make_shared<testing::StubSigner>(testing::test_key(0)));
}
#endif

// case stub_node_signer: ProductionReady
#ifdef ICN_CASE_stub_node_signer
void forbidden(Production& builder) {
  builder.with_node_signer(std::make_shared<testing::StubSigner>(testing::test_key(0)));
}
#endif

// case memory_dag_store: ProductionReady
#ifdef ICN_CASE_memory_dag_store
void forbidden(Production& builder, std::unique_ptr<ports::DagStore> opened_by_name) {
  builder.with_dag_store(std::shared_ptr<ports::DagStore>(std::move(opened_by_name)));
}
#endif

// case memory_ledger: ProductionReady
#ifdef ICN_CASE_memory_ledger
void forbidden(Production& builder) { builder.with_mana_ledger(std::make_shared<testing::FakeStateStore>()); }
#endif

// case memory_reputation: ProductionReady
#ifdef ICN_CASE_memory_reputation
void forbidden(Production& builder) { builder.with_reputation_store(std::make_shared<testing::FakeStateStore>()); }
#endif

// case development_policy: ProductionReady
#ifdef ICN_CASE_development_policy
void forbidden(Production& builder, std::shared_ptr<DevelopmentPolicy> policy) { builder.with_policy_enforcer(policy); }
#endif

// case scripted_executor: ProductionReady
#ifdef ICN_CASE_scripted_executor
void forbidden(Production& builder) { builder.with_executor(std::make_shared<testing::ScriptedExecutor>()); }
#endif

// case fixed_system_info: ProductionReady
#ifdef ICN_CASE_fixed_system_info
void forbidden(Production& builder) {
  builder.with_system_info(std::make_shared<testing::FixedSystemInfoProvider>(4, 8192));
}
#endif

// case unchecked_service: is private within this context|calling a private constructor
#ifdef ICN_CASE_unchecked_service
void forbidden(Production& builder, std::shared_ptr<ports::DagStore> store) {
  builder.with_dag_store(ProductionService<ports::DagStore>(store));
}
#endif

// case another_port: cannot convert|could not convert|no viable conversion|no matching
#ifdef ICN_CASE_another_port
void forbidden(Production& builder, const ProductionService<ports::StateStore>& store) {
  builder.with_dag_store(store);
}
#endif

// case mana_in_production: environment == (icn::runtime::)?EnvironmentType::testing
#ifdef ICN_CASE_mana_in_production
void forbidden(Production& builder) { builder.with_initial_mana(1000); }
#endif

// case mana_in_development: environment == (icn::runtime::)?EnvironmentType::testing
#ifdef ICN_CASE_mana_in_development
void forbidden(Development& builder) { builder.with_initial_mana(1000); }
#endif

// case forgotten_build: ignoring return(ed)? value.*nodiscard
#ifdef ICN_CASE_forgotten_build
void forbidden(Testing& builder) { builder.build(); }
#endif

}  // namespace icn::embed
