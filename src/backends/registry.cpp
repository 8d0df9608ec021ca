#include "backends/registry.hpp"

#include <string>

#include "backends/detail/on_demand.hpp"

namespace icn::backends {
namespace {

template <class Factory>
Result<const ports::Backend<Factory>*> find(std::span<const ports::Backend<Factory>* const> all, std::string_view port,
                                            std::string_view name) {
  std::string names;
  for (const auto* backend : all) {
    if (backend->descriptor.name == name) return backend;
    names += (names.empty() ? "" : ", ") + std::string(backend->descriptor.name);
  }
  for (const Absent& missing : absent()) {
    if (missing.descriptor.port != port || missing.descriptor.name != name) continue;
    return fail(ErrorCode::unsupported, std::string(port) + " '" + std::string(name) + "' is absent from this build: " +
                                            std::string(missing.reason) + ". Built in are: " + names);
  }
  return fail(ErrorCode::invalid_argument,
              "'" + std::string(name) + "' is not a " + std::string(port) + " of this build; built in are: " + names);
}

template <class Factory, class Opened>
Opened open_by_url(std::span<const ports::Backend<Factory>* const> all, std::string_view port, std::string_view url) {
  const UrlParts parts = split_url(url);
  return ICN_TRY(find(all, port, parts.name))->open(parts.location);
}

}  // namespace

Result<void> usable(const ports::Descriptor& descriptor) {
  for (const OnDemand& one : on_demand()) {
    if (one.descriptor.port != descriptor.port || one.descriptor.name != descriptor.name) continue;
    ICN_TRY(detail::load_from_module(one.module, one.symbol));
  }
  return {};
}

UrlParts split_url(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos) return {url, {}};
  return {url.substr(0, colon), url.substr(colon + 1)};
}

namespace dag_store {
Result<ports::Descriptor> describe(std::string_view url) {
  return ICN_TRY(find(all(), "dag_store", split_url(url).name))->descriptor;
}
Result<std::unique_ptr<ports::DagStore>> open(std::string_view url) {
  return open_by_url<ports::dag_store_factory, Result<std::unique_ptr<ports::DagStore>>>(all(), "dag_store", url);
}
}  // namespace dag_store

namespace state_store {
Result<ports::Descriptor> describe(std::string_view url) {
  return ICN_TRY(find(all(), "state_store", split_url(url).name))->descriptor;
}
Result<std::unique_ptr<ports::StateStore>> open(std::string_view url) {
  return open_by_url<ports::state_store_factory, Result<std::unique_ptr<ports::StateStore>>>(all(), "state_store", url);
}
}  // namespace state_store

namespace mesh_network {
Result<ports::Descriptor> describe(std::string_view url) {
  return ICN_TRY(find(all(), "mesh_network", split_url(url).name))->descriptor;
}
Result<std::unique_ptr<ports::MeshNetworkService>> open(std::string_view url) {
  return open_by_url<ports::mesh_network_factory, Result<std::unique_ptr<ports::MeshNetworkService>>>(
      all(), "mesh_network", url);
}
}  // namespace mesh_network

namespace did_resolver {
Result<ports::Descriptor> describe(std::string_view url) {
  return ICN_TRY(find(all(), "did_resolver", split_url(url).name))->descriptor;
}
Result<std::unique_ptr<ports::DidResolver>> open(std::string_view url) {
  return open_by_url<ports::did_resolver_factory, Result<std::unique_ptr<ports::DidResolver>>>(all(), "did_resolver",
                                                                                               url);
}
}  // namespace did_resolver

namespace system {
Result<ports::System> open() {
  return open_by_url<ports::system_factory, Result<ports::System>>(all(), "system", "this_machine");
}
}  // namespace system

}  // namespace icn::backends
