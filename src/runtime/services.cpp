#include "runtime/services.hpp"

#include <algorithm>

namespace icn::runtime {
namespace {

// "mesh_network" → "mesh network service", as in the specification's messages.
std::string service_name(std::string_view port) {
  std::string name(port);
  for (char& c : name) c = c == '_' ? ' ' : c;
  return name == "mesh network" ? name + " service" : name;
}

}  // namespace

std::vector<const ports::Descriptor*> descriptors_of(const NodeServices& services) {
  std::vector<const ports::Descriptor*> all;
  const auto add = [&all](const auto& service) {
    if (service) all.push_back(&service->descriptor());
  };
  add(services.mesh_network);
  add(services.signer);
  add(services.dag_store);
  add(services.state_store);
  add(services.executor);
  add(services.clock);
  add(services.random);
  add(services.system_info);
  add(services.policy_enforcer);
  add(services.did_resolver);
  return all;
}

std::string graded_name(const ports::Descriptor& descriptor) {
  if (descriptor.grade == ports::Grade::test) return "Stub " + service_name(descriptor.port);
  return "Development-grade " + service_name(descriptor.port) + " '" + std::string(descriptor.name) + "'";
}

Error below_production(const ports::Descriptor& descriptor) {
  return Error{ErrorCode::production_error, "PRODUCTION ERROR: " + graded_name(descriptor) + " detected",
               std::string(descriptor.port)};
}

std::vector<std::string> unfit_for_production(const std::vector<const ports::Descriptor*>& services) {
  std::vector<std::string> problems;
  for (const ports::Descriptor* descriptor : services) {
    if (descriptor->grade == ports::Grade::production) continue;
    std::string problem = below_production(*descriptor).detail;
    if (std::find(problems.begin(), problems.end(), problem) == problems.end()) problems.push_back(std::move(problem));
  }
  return problems;
}

}  // namespace icn::runtime
