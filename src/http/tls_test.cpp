// Goal: TLS carries requests, and nothing older than TLS 1.3 is spoken.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>

#include "http/testing/certificate.hpp"
#include "http/testing/server_fixture.hpp"

namespace icn::http {
namespace {

int dial(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

class Tls : public testing::ServerTest {
 protected:
  void SetUp() override {
    ServerOptions options;
    auto listener = listen_tcp("127.0.0.1", 0, testing::make_certificate(folder_.path()));
    ASSERT_TRUE(listener) << listener.error().detail;
    port_ = port_of(*listener);
    options.listeners.push_back(*std::move(listener));
    auto handler = std::make_shared<testing::TestHandler>();
    handler->on_serve = [](Exchange& exchange) {
      const Peer& peer = exchange.request().peer;
      static_cast<void>(exchange.answer({200, {}, peer.address + (peer.is_encrypted ? " encrypted" : " plain")}));
    };
    start(std::move(handler), std::move(options), {}, {});
  }

  // The answer over TLS of at most this version; empty if there is none.
  std::string ask(int version_max, std::string_view text) {
    const int fd = dial(port_);
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, version_max);
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    std::string got;
    if (SSL_connect(ssl) == 1 && SSL_write(ssl, text.data(), static_cast<int>(text.size())) > 0) {
      char buffer[4'096];
      for (int n = 0; (n = SSL_read(ssl, buffer, sizeof buffer)) > 0;) got.append(buffer, static_cast<std::size_t>(n));
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    ::close(fd);
    return got;
  }

  std::uint16_t port_ = 0;
};

constexpr std::string_view kLast = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

TEST_F(Tls, CarriesARequest) { EXPECT_TRUE(ask(TLS1_3_VERSION, kLast).ends_with("\r\n\r\n127.0.0.1 encrypted")); }

TEST_F(Tls, AnOlderVersionIsRefused) { EXPECT_EQ(ask(TLS1_2_VERSION, kLast), ""); }

TEST_F(Tls, APlainRequestIsRefused) {
  testing::RawClient client(dial(port_));
  client.send(kLast);
  EXPECT_EQ(client.read_all().find("HTTP"), std::string::npos);
}

TEST_F(Tls, FilesThatCannotBeUsedAreAnError) {
  ServerOptions options;
  auto listener = listen_tcp("127.0.0.1", 0, TlsFiles{folder_.path() / "none.pem", folder_.path() / "key.pem"});
  ASSERT_TRUE(listener);
  options.listeners.push_back(*std::move(listener));
  const auto server = Server::start(std::move(options));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().rule, "tls_files");
}

TEST(Listeners, WithoutTlsOnlyLoopbackIsServed) {
  const auto open = listen_tcp("0.0.0.0", 0, std::nullopt);
  ASSERT_FALSE(open);
  EXPECT_EQ(open.error().rule, kOnlyLoopback);
  EXPECT_TRUE(listen_tcp("127.0.0.1", 0, std::nullopt));
  EXPECT_TRUE(listen_tcp("::1", 0, std::nullopt) || errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT);
  EXPECT_FALSE(listen_tcp("localhost", 0, std::nullopt)) << "a name may resolve to anything";
}

TEST(Listeners, AdoptOnlyListeningSockets) {
  auto listener = listen_tcp("127.0.0.1", 0, std::nullopt);
  ASSERT_TRUE(listener);
  EXPECT_TRUE(adopt_listener(std::move(listener->socket), std::nullopt));
  EXPECT_FALSE(adopt_listener(disk::Descriptor(::socket(AF_INET, SOCK_STREAM, 0)), std::nullopt));
  EXPECT_FALSE(adopt_listener(disk::Descriptor(::dup(0)), std::nullopt));
}

}  // namespace
}  // namespace icn::http
