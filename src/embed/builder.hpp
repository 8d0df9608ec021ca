// RuntimeContextBuilder<environment>: builds a RuntimeContext; the environment decides at compile time which services
// it accepts.
//
//   production   takes only services of production grade (ProductionReady): passing a stub does not compile. Identity,
//                signer, mesh network, DAG store, ledger and executor are required. development  requires an identity,
//                a real signer and a ledger; mesh network and DAG store that are not given become `standalone` and
//                `memory`. testing      requires an identity; everything is in memory, deterministic; with_initial_mana
//                grants.
#pragma once
#include <memory>
#include <type_traits>
#include <utility>

#include "embed/context.hpp"

namespace icn::embed {

namespace detail {
template <class T>
struct is_production_service : std::false_type {};
template <class Port>
struct is_production_service<ProductionService<Port>> : std::true_type {};

// A shared pointer to a concrete service, or a checked ProductionService.
template <class Port, class T>
std::shared_ptr<Port> port_of(T service) {
  if constexpr (is_production_service<T>::value) {
    return service.get();
  } else {
    return service;
  }
}
template <class T>
struct pointee {
  using type = T;
};
template <class T>
struct pointee<std::shared_ptr<T>> {
  using type = T;
};
// The services that a builder of an environment accepts.
template <EnvironmentType environment, class T>
concept Accepted = environment != EnvironmentType::production || ProductionReady<typename pointee<T>::type>;
}  // namespace detail

template <EnvironmentType environment>
class RuntimeContextBuilder {
 public:
  RuntimeContextBuilder& with_identity(const model::Did& identity) {
    identity_ = identity;
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_network_service(T service) {
    services_.mesh_network = detail::port_of<ports::MeshNetworkService>(std::move(service));
    return *this;
  }
  // The identity's signer; also the node's unless with_node_signer gives another.
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_signer(T signer) {
    signer_ = detail::port_of<ports::Signer>(std::move(signer));
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_node_signer(T signer) {
    services_.signer = detail::port_of<ports::Signer>(std::move(signer));
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_dag_store(T store) {
    services_.dag_store = detail::port_of<ports::DagStore>(std::move(store));
    return *this;
  }
  // The ledger is a view of a state store.
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_mana_ledger(T state_store) {
    services_.state_store = detail::port_of<ports::StateStore>(std::move(state_store));
    return *this;
  }
  // Another view of the same state store; production refuses a different one.
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_reputation_store(T state_store) {
    reputation_store_ = detail::port_of<ports::StateStore>(std::move(state_store));
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_policy_enforcer(T enforcer) {
    services_.policy_enforcer = detail::port_of<ports::PolicyEnforcer>(std::move(enforcer));
    return *this;
  }
  // Production uses the resolvers of this build (did:key, did:peer, did:web) unless another is given.
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_did_resolver(T resolver) {
    services_.did_resolver = detail::port_of<ports::DidResolver>(std::move(resolver));
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_executor(T executor) {
    services_.executor = detail::port_of<ports::Executor>(std::move(executor));
    return *this;
  }
  template <class T>
  requires detail::Accepted<environment, T> RuntimeContextBuilder& with_system_info(T info) {
    services_.system_info = detail::port_of<ports::SystemInfoProvider>(std::move(info));
    return *this;
  }
  RuntimeContextBuilder& with_settings(runtime::NodeSettings settings) {
    settings_ = std::move(settings);
    return *this;
  }
  // The identity's initial balance in whole mana.
  RuntimeContextBuilder& with_initial_mana(std::uint64_t mana) requires(environment == EnvironmentType::testing) {
    initial_mana_ = mana;
    return *this;
  }

  // Errors: invalid_argument naming the missing service, and those of RuntimeContext::from_service_config. The testing
  // library defines this for the testing environment.
  [[nodiscard]] Result<std::shared_ptr<RuntimeContext>> build() const;

 private:
  std::optional<model::Did> identity_;
  std::shared_ptr<ports::Signer> signer_;
  std::shared_ptr<ports::StateStore> reputation_store_;
  runtime::NodeServices services_;
  runtime::NodeSettings settings_;
  std::optional<std::uint64_t> initial_mana_;
};

template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::production>::build() const;
template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::development>::build() const;
template <>
Result<std::shared_ptr<RuntimeContext>> RuntimeContextBuilder<EnvironmentType::testing>::build() const;

}  // namespace icn::embed
