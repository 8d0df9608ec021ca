// How each port's backends are opened: one function type per port; `url` is what follows the backend's name in
// "name:rest" (a path for files). A backend that cannot be opened is an error, never a silent fallback.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/did_resolver.hpp"
#include "ports/mesh_network.hpp"
#include "ports/random.hpp"
#include "ports/signer.hpp"
#include "ports/state_store.hpp"
#include "ports/system_info.hpp"

namespace icn::ports {

using dag_store_factory = Result<std::unique_ptr<DagStore>>(std::string_view location);
using state_store_factory = Result<std::unique_ptr<StateStore>>(std::string_view location);
using mesh_network_factory = Result<std::unique_ptr<MeshNetworkService>>(std::string_view location);
// `location`: settings of the backend; empty for none.
using did_resolver_factory = Result<std::unique_ptr<DidResolver>>(std::string_view location);

// A key that stays in a PKCS#11 token.
enum class TokenKeyAbsent : std::uint8_t { refused, created };
struct TokenKey {
  std::string uri;  // RFC 7512, with the module's path; never with the PIN
  std::function<Result<Secret>()> pin;
  TokenKeyAbsent absent = TokenKeyAbsent::refused;
};
// What a signer signs with; a backend refuses a kind that is not its own (invalid_argument).
using SignerKey = std::variant<model::KeyPair, TokenKey>;
using signer_factory = Result<std::unique_ptr<Signer>>(SignerKey key);

// The machine's clock, randomness and system information, opened together.
struct System {
  std::unique_ptr<Clock> clock;
  std::unique_ptr<Random> random;
  std::unique_ptr<SystemInfoProvider> info;
};
using system_factory = Result<System>(std::string_view location);

}  // namespace icn::ports
