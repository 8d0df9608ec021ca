#include "http/detail/wire.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "disk/folder.hpp"

namespace icn::http::detail {
namespace {

using disk::Descriptor;

constexpr int kStepMs = 100;

Error lost(const std::string& what) {
  return {ErrorCode::infrastructure, "the connection to the node was lost: " + what, "connection_lost"};
}
Error no_answer(const ClientOptions& options, int reason) {
  return {ErrorCode::busy, "nothing answers at " + options.remote.to_text() + ": " + std::strerror(reason),
          std::string(kNoAnswer), options.remote.to_text()};
}

class PlainWire : public Wire {
 public:
  PlainWire(Descriptor socket, const Remote& remote)
      : socket_(std::move(socket)), node_(remote.to_text()), is_local_(!remote.path.empty()) {}
  Result<void> send(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t sent =
          disk::uninterrupted([&] { return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
      if (sent < 0) return fail(lost(std::strerror(errno)));
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return {};
  }
  Result<std::size_t> receive(char* to, std::size_t size, const std::function<void()>& each) override {
    pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    while (::poll(&ready, 1, kStepMs) <= 0) each();
    const ssize_t got = disk::uninterrupted([&] { return ::recv(socket_.get(), to, size, 0); });
    if (got < 0) return fail(cut_off(errno));
    has_answer_ = has_answer_ || got > 0;
    return static_cast<std::size_t>(got);
  }
  void end_sending() override { ::shutdown(socket_.get(), SHUT_WR); }

 private:
  // A local socket is reset only if the other end closed it without reading all of the request.
  Error cut_off(int reason) const {
    if (is_local_ && !has_answer_ && reason == ECONNRESET)
      return {ErrorCode::busy, node_ + " ended before it read the request", std::string(kNotRead), node_};
    return lost(std::strerror(reason));
  }

  const Descriptor socket_;
  const std::string node_;
  const bool is_local_;
  bool has_answer_ = false;
};

std::string tls_error() {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  return text;
}

class TlsWire : public Wire {
 public:
  explicit TlsWire(Descriptor socket) : socket_(std::move(socket)) {}
  ~TlsWire() override {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  Result<void> open(const ClientOptions& options) {
    context_ = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context_, TLS1_3_VERSION);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    const bool has_roots = options.ca_file.empty() ? SSL_CTX_set_default_verify_paths(context_) == 1
                                                   : SSL_CTX_load_verify_file(context_, options.ca_file.c_str()) == 1;
    if (!has_roots) {
      return refuse(ErrorCode::invalid_argument, "ca_file", "the trusted certificates cannot be read: " + tls_error(),
                    options.ca_file.string());
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.get());
    const std::string& host = options.remote.host;
    in6_addr address{};
    const bool is_address =
        ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), host.c_str());
    } else {
      SSL_set1_host(ssl_, host.c_str());
      SSL_set_tlsext_host_name(ssl_, host.c_str());
    }
    if (SSL_connect(ssl_) == 1) return {};
    const long verified = SSL_get_verify_result(ssl_);
    const std::string why = verified == X509_V_OK ? tls_error() : std::string(X509_verify_cert_error_string(verified));
    return refuse(ErrorCode::infrastructure, "tls", "no trusted connection to " + options.remote.to_text() + ": " + why,
                  options.remote.to_text());
  }
  Result<void> send(std::string_view bytes) override {
    std::size_t sent = 0;
    if (!bytes.empty() && SSL_write_ex(ssl_, bytes.data(), bytes.size(), &sent) != 1) return fail(lost(tls_error()));
    return {};
  }
  Result<std::size_t> receive(char* to, std::size_t size, const std::function<void()>& each) override {
    pollfd ready{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    while (SSL_pending(ssl_) == 0 && ::poll(&ready, 1, kStepMs) <= 0) each();
    std::size_t got = 0;
    if (SSL_read_ex(ssl_, to, size, &got) == 1) return got;
    if (SSL_get_error(ssl_, 0) == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
    return fail(lost(tls_error()));
  }
  void end_sending() override { SSL_shutdown(ssl_); }

 private:
  const Descriptor socket_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

Result<Descriptor> connect_unix(const ClientOptions& options) {
  const std::filesystem::path& path = options.remote.path;
  const auto folder = disk::open_folder(path.parent_path());
  if (!folder) return fail(no_answer(options, ENOENT));
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A socket address holds 108 bytes and a path may be longer.
  const std::string name = "/proc/self/fd/" + std::to_string(folder->get()) + "/" + path.filename().string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (!socket) return fail(no_answer(options, errno));
  if (name.size() >= sizeof address.sun_path) return fail(no_answer(options, ENAMETOOLONG));
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return fail(no_answer(options, errno));
  return socket;
}

// Connects within the time; 0, or the reason why not.
int connect_one(int socket, const addrinfo& to, std::uint64_t ms) {
  const int flags = ::fcntl(socket, F_GETFL);
  ::fcntl(socket, F_SETFL, flags | O_NONBLOCK);
  if (::connect(socket, to.ai_addr, to.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return errno;
    pollfd ready{.fd = socket, .events = POLLOUT, .revents = 0};
    if (disk::uninterrupted([&] { return ::poll(&ready, 1, static_cast<int>(ms)); }) == 0) return ETIMEDOUT;
    int reason = 0;
    socklen_t size = sizeof reason;
    if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &reason, &size) != 0 || reason != 0)
      return reason != 0 ? reason : errno;
  }
  ::fcntl(socket, F_SETFL, flags);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return 0;
}

Result<Descriptor> connect_tcp(const ClientOptions& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(options.remote.port);
  if (const int code = ::getaddrinfo(options.remote.host.c_str(), port.c_str(), &hints, &found); code != 0) {
    return refuse(ErrorCode::busy, std::string(kNoAnswer),
                  "the host " + options.remote.host + " is not known: " + ::gai_strerror(code),
                  options.remote.to_text());
  }
  int reason = ECONNREFUSED;
  Descriptor connected;
  for (const addrinfo* at = found; at != nullptr && !connected; at = at->ai_next) {
    Descriptor socket(::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol));
    if (!socket) continue;
    reason = connect_one(socket.get(), *at, options.connect_ms);
    if (reason == 0) connected = std::move(socket);
  }
  ::freeaddrinfo(found);
  if (!connected) return fail(no_answer(options, reason));
  return connected;
}

}  // namespace

Result<std::unique_ptr<Wire>> connect(const ClientOptions& options) {
  if (options.remote.kind == Remote::Kind::unix_socket)
    return std::unique_ptr<Wire>(std::make_unique<PlainWire>(ICN_TRY(connect_unix(options)), options.remote));
  Descriptor socket = ICN_TRY(connect_tcp(options));
  if (options.remote.kind == Remote::Kind::tcp)
    return std::unique_ptr<Wire>(std::make_unique<PlainWire>(std::move(socket), options.remote));
  auto wire = std::make_unique<TlsWire>(std::move(socket));
  ICN_TRY(wire->open(options));
  return std::unique_ptr<Wire>(std::move(wire));
}

}  // namespace icn::http::detail
