// The backends of each port, according to the folders next to this file. `open(url)` takes "name:location" or "name".
//
// A backend whose library was missing at build time is in absent() instead of its port's all().
#pragma once
#include <span>

#include "ports/factories.hpp"

namespace icn::backends {

struct Absent {
  ports::Descriptor descriptor;
  std::string_view reason;  // "libpq was not found when it was built (Debian: libpq-dev)"
};
// Of all ports, by port and name.
[[nodiscard]] std::span<const Absent> absent();

// A backend of all() in a separate module: lib/icn/`module`.so, next to the folder of the running program.
struct OnDemand {
  ports::Descriptor descriptor;
  std::string_view module;
  std::string_view symbol;
};
[[nodiscard]] std::span<const OnDemand> on_demand();
// Whether the backend can be opened here: loads its module if it has one. Errors: unsupported (the module is missing,
// does not load, or belongs to another build).
[[nodiscard]] Result<void> usable(const ports::Descriptor& descriptor);

// A URL's two parts: "sqlite:state.db", "memory".
struct UrlParts {
  std::string_view name;
  std::string_view location;  // may be empty
};
[[nodiscard]] UrlParts split_url(std::string_view url);

namespace dag_store {
[[nodiscard]] std::span<const ports::Backend<ports::dag_store_factory>* const> all();
// The descriptor of the URL's backend; opens nothing. Errors: invalid_argument (an unknown name; the error lists the
// built-in ones), unsupported (a backend that is absent from this build; the error says why).
[[nodiscard]] Result<ports::Descriptor> describe(std::string_view url);
// Errors: as describe(), and those of the backend.
[[nodiscard]] Result<std::unique_ptr<ports::DagStore>> open(std::string_view url);
}  // namespace dag_store

namespace state_store {
[[nodiscard]] std::span<const ports::Backend<ports::state_store_factory>* const> all();
[[nodiscard]] Result<ports::Descriptor> describe(std::string_view url);
[[nodiscard]] Result<std::unique_ptr<ports::StateStore>> open(std::string_view url);
}  // namespace state_store

namespace mesh_network {
[[nodiscard]] std::span<const ports::Backend<ports::mesh_network_factory>* const> all();
[[nodiscard]] Result<ports::Descriptor> describe(std::string_view url);
[[nodiscard]] Result<std::unique_ptr<ports::MeshNetworkService>> open(std::string_view url);
}  // namespace mesh_network

namespace did_resolver {
[[nodiscard]] std::span<const ports::Backend<ports::did_resolver_factory>* const> all();
[[nodiscard]] Result<ports::Descriptor> describe(std::string_view url);
[[nodiscard]] Result<std::unique_ptr<ports::DidResolver>> open(std::string_view url);
}  // namespace did_resolver

namespace signer {
[[nodiscard]] std::span<const ports::Backend<ports::signer_factory>* const> all();
}  // namespace signer

namespace system {
[[nodiscard]] std::span<const ports::Backend<ports::system_factory>* const> all();
[[nodiscard]] Result<ports::System> open();
}  // namespace system

}  // namespace icn::backends
