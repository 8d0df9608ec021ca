// ServiceConfig: the services that an environment needs, checked once before a context is built from them.
//
// Services carry their grade. In code, where the type is known, a service below production grade does not compile into
// a production builder (ProductionReady, builder.hpp). Services chosen at run time, by configuration, are checked by
// validate() in one loop over their descriptors, and refused with the specification's messages.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/environment_type.hpp"
#include "runtime/node_state.hpp"
#include "runtime/services.hpp"

namespace icn::embed {

using config::environment_name;
using config::EnvironmentType;
using config::parse_environment;

// A service type fit for production declares it: `static constexpr ports::Grade kGrade = ports::Grade::production;`.
template <class T>
concept ProductionReady = requires {
  requires T::kGrade == ports::Grade::production;
};

using runtime::below_production;

// A service whose descriptor was checked to be of production grade: passes a backend chosen at run time to a typed
// builder.
template <class Port>
class ProductionService {
 public:
  static constexpr ports::Grade kGrade = ports::Grade::production;
  // Errors: production_error, naming the service and its grade.
  [[nodiscard]] static Result<ProductionService> check(std::shared_ptr<Port> service) {
    if (!service) return fail(ErrorCode::production_error, "PRODUCTION ERROR: a service is missing");
    const ports::Descriptor& says = service->descriptor();
    if (says.grade != ports::Grade::production) return fail(below_production(says));
    return ProductionService(std::move(service));
  }
  [[nodiscard]] const std::shared_ptr<Port>& get() const { return service_; }

 private:
  explicit ProductionService(std::shared_ptr<Port> service) : service_(std::move(service)) {}
  std::shared_ptr<Port> service_;
};

struct ServiceConfig {
  EnvironmentType environment = EnvironmentType::production;
  model::Did identity;                             // the submitter of this context's jobs
  std::shared_ptr<ports::Signer> identity_signer;  // of that identity
  // The ledger is a view of services.state_store. Reputation is another view of the same store; a different one is
  // refused.
  std::shared_ptr<ports::StateStore> reputation_store;
  runtime::NodeServices services;
  runtime::NodeSettings settings;
  std::optional<model::Mana> initial_mana;  // the member's grant when the scope is created

  // Errors: those of validate().
  [[nodiscard]] static Result<ServiceConfig> production(model::Did identity,
                                                        std::shared_ptr<ports::Signer> identity_signer,
                                                        std::shared_ptr<ports::DidResolver> did_resolver,
                                                        runtime::NodeServices services);
  // A missing mesh network becomes `standalone`, a missing DAG store `memory`. A real signer is required.
  [[nodiscard]] static Result<ServiceConfig> development(model::Did identity,
                                                         std::shared_ptr<ports::Signer> identity_signer,
                                                         runtime::NodeServices services);
  // All in memory, fixed clock, seeded randomness. Defined in the testing library (embed_testing/).
  [[nodiscard]] static Result<ServiceConfig> testing(model::Did identity, std::optional<std::uint64_t> initial_mana);

  // The descriptors of all present services. They live as long as the services.
  [[nodiscard]] std::vector<const ports::Descriptor*> descriptors() const;
  // Errors: invalid_argument (something is missing, identity and signer differ), production_error ("Stub mesh network
  // service cannot be used in production").
  [[nodiscard]] Result<void> validate() const;
};

}  // namespace icn::embed
