// Where a daemon serves HTTP besides the socket in its data folder: the addresses of its configuration, and the sockets
// of a service manager.
#pragma once
#include <vector>

#include "config/runtime_config.hpp"
#include "http/server.hpp"
#include "node/service_manager.hpp"

namespace icn::node {

// Opens the addresses and takes the sockets, all with TLS if a certificate is configured. Errors: invalid_argument (a
// certificate without its key, an address that is not one; without TLS only loopback is accepted), storage.
[[nodiscard]] Result<std::vector<http::Listener>> open_listeners(const config::HttpConfig& config,
                                                                 std::vector<AdoptedSocket> adopted);

}  // namespace icn::node
