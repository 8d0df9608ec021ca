// Goal: over TCP, a client verifies the node's certificate, and one address holds a bounded number of connections.
#include <arpa/inet.h>
#include <netinet/in.h>

#include "api/about.hpp"
#include "http/api_handler.hpp"
#include "http/client.hpp"
#include "http/testing/certificate.hpp"
#include "http/testing/server_fixture.hpp"

namespace icn::http {
namespace {

// A connection from one of this machine's loopback addresses.
int dial_from(const char* address, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in from{};
  from.sin_family = AF_INET;
  EXPECT_EQ(::inet_pton(AF_INET, address, &from.sin_addr), 1);
  EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from), 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  return fd;
}

class Tcp : public testing::ServerTest {
 protected:
  void listen(std::shared_ptr<Handler> handler, std::optional<TlsFiles> tls, ServerLimits limits = {}) {
    ServerOptions options;
    auto listener = listen_tcp("127.0.0.1", 0, std::move(tls));
    ASSERT_TRUE(listener) << listener.error().detail;
    port_ = port_of(*listener);
    options.listeners.push_back(*std::move(listener));
    start(std::move(handler), std::move(options), {}, limits);
  }
  std::uint16_t port_ = 0;
};

TEST_F(Tcp, OneAddressHoldsABoundedNumberOfConnections) {
  auto handler = std::make_shared<testing::TestHandler>();
  handler->on_serve = [](Exchange& exchange) { static_cast<void>(exchange.answer({200, {}, "served"})); };
  ServerLimits limits;
  limits.connections_of_one_max = 2;
  listen(handler, std::nullopt, limits);
  constexpr std::string_view kAsk = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  testing::RawClient first(dial_from("127.0.0.1", port_));
  testing::RawClient second(dial_from("127.0.0.1", port_));
  for (testing::RawClient* client : {&first, &second}) {
    client->send(kAsk);
    EXPECT_NE(client->read_until("served").find("200"), std::string::npos);
  }
  testing::RawClient third(dial_from("127.0.0.1", port_));
  EXPECT_TRUE(third.read_all().starts_with("HTTP/1.1 503"));
  testing::RawClient other(dial_from("127.0.0.2", port_));
  other.send(kAsk);
  EXPECT_NE(other.read_until("served").find("200"), std::string::npos);
  EXPECT_EQ(server_->counts().connections_refused, 1U);
}

class TlsClient : public Tcp {
 protected:
  void SetUp() override {
    files_ = testing::make_certificate(folder_.path());
    ApiOptions api;
    api.context = [](const Caller& caller) { return api::Context{.caller = caller.did}; };
    api.gate = owner_gate(model::Did());
    listen(api_handler(std::move(api)), files_);
    options_.remote = {Remote::Kind::tls, {}, "localhost", port_};
    options_.ca_file = files_.certificate;
  }
  Result<api::Version> ask_version() {
    api::Context context;
    return ask<&api::describe_version>(options_, context, {});
  }
  TlsFiles files_;
  ClientOptions options_;
};

TEST_F(TlsClient, AsksANodeWhoseCertificateItTrusts) {
  const auto answer = ask_version();
  ASSERT_TRUE(answer) << answer.error().detail;
}

TEST_F(TlsClient, RefusesACertificateThatItDoesNotTrust) {
  options_.ca_file.clear();
  const auto answer = ask_version();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::infrastructure) << answer.error().detail;
}

TEST_F(TlsClient, RefusesACertificateOfAnotherName) {
  options_.remote.host = "127.0.0.1";
  const auto answer = ask_version();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::infrastructure) << answer.error().detail;
}

}  // namespace
}  // namespace icn::http
