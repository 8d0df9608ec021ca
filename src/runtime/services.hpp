// What the services of a node say of themselves, and whether they are fit for production. Pure.
#pragma once
#include <string>
#include <vector>

#include "runtime/node_state.hpp"

namespace icn::runtime {

// The descriptors of all services that are present; they live as long as the services.
[[nodiscard]] std::vector<const ports::Descriptor*> descriptors_of(const NodeServices& services);
// "Stub mesh network service" for a test double, "Development-grade dag store 'memory'" for a service of too low a
// grade.
[[nodiscard]] std::string graded_name(const ports::Descriptor& descriptor);
// "PRODUCTION ERROR: Stub mesh network service detected" and similar.
[[nodiscard]] Error below_production(const ports::Descriptor& descriptor);
// The texts of those errors, each once; none if all services are fit for production.
[[nodiscard]] std::vector<std::string> unfit_for_production(const std::vector<const ports::Descriptor*>& services);

}  // namespace icn::runtime
