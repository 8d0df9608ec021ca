#include "node/listeners.hpp"

namespace icn::node {
namespace {

Result<std::optional<http::TlsFiles>> tls_files(const config::HttpConfig& config) {
  if (config.tls_certificate.empty() && config.tls_key.empty()) return std::nullopt;
  if (config.tls_certificate.empty() || config.tls_key.empty())
    return refuse(ErrorCode::invalid_argument, "http_tls",
                  "a certificate and its key are configured together, and only one of them is");
  return http::TlsFiles{config.tls_certificate, config.tls_key};
}

}  // namespace

Result<std::vector<http::Listener>> open_listeners(const config::HttpConfig& config,
                                                   std::vector<AdoptedSocket> adopted) {
  const std::optional<http::TlsFiles> tls = ICN_TRY(tls_files(config));
  std::vector<http::Listener> listeners;
  for (AdoptedSocket& socket : adopted)
    listeners.push_back(ICN_TRY(http::adopt_listener(std::move(socket.descriptor), tls)));
  for (const std::string& text : config.listen) {
    const auto [address, port] = ICN_TRY(config::parse_listen_address(text));
    auto listener = http::listen_tcp(address, port, tls);
    if (!listener) return fail(within("listening on " + text, listener.error()));
    listeners.push_back(*std::move(listener));
  }
  return listeners;
}

}  // namespace icn::node
