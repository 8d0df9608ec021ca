// How each port's backends are opened: one function type per port; `url` is what follows the backend's name in
// "name:rest" (a path for files). A backend that cannot be opened is an error, never a silent fallback.
#pragma once
#include <memory>
#include <string_view>

#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/mesh_network.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/state_store.hpp"
#include "ports/system_info.hpp"

namespace icn::ports {

using dag_store_factory = Result<std::unique_ptr<DagStore>>(std::string_view location);
using state_store_factory = Result<std::unique_ptr<StateStore>>(std::string_view location);
using mesh_network_factory = Result<std::unique_ptr<MeshNetworkService>>(std::string_view location);
using signer_factory = Result<std::unique_ptr<Signer>>(model::KeyPair key);

// The machine's clock, randomness and system information, opened together.
struct System {
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Random> random;
  std::unique_ptr<SystemInfoProvider> info;
};
using system_factory = Result<System>(std::string_view location);

}  // namespace icn::ports
