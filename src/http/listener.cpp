// Listening sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "disk/folder.hpp"
#include "http/server.hpp"

namespace icn::http {
namespace {

using disk::Descriptor;

constexpr int kBacklog = 1'024;

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&bytes); }
  [[nodiscard]] bool is_loopback() const {
    if (bytes.ss_family == AF_INET) {
      const auto& in = reinterpret_cast<const sockaddr_in&>(bytes);
      return ntohl(in.sin_addr.s_addr) >> 24 == 127;
    }
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(bytes);
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr);
  }
};

Result<Address> parse_address(const std::string& text, std::uint16_t port) {
  Address address;
  auto& in = reinterpret_cast<sockaddr_in&>(address.bytes);
  auto& in6 = reinterpret_cast<sockaddr_in6&>(address.bytes);
  if (::inet_pton(AF_INET, text.c_str(), &in.sin_addr) == 1) {
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    address.size = sizeof in;
    return address;
  }
  if (::inet_pton(AF_INET6, text.c_str(), &in6.sin6_addr) == 1) {
    in6.sin6_family = AF_INET6;
    in6.sin6_port = htons(port);
    address.size = sizeof in6;
    return address;
  }
  return refuse(ErrorCode::invalid_argument, "listen_address", "'" + text + "' is not a numeric IP address", text);
}

Result<void> check_reach(const Address& address, const std::optional<TlsFiles>& tls, const std::string& name) {
  if (tls || address.bytes.ss_family == AF_UNIX || address.is_loopback()) return {};
  return refuse(ErrorCode::invalid_argument, std::string(kOnlyLoopback),
                "without TLS the node listens only on loopback addresses, and " + name + " is not one", name);
}

}  // namespace

Result<Listener> listen_unix(const std::filesystem::path& folder, const std::string& name) {
  const Descriptor opened = ICN_TRY(disk::open_folder(folder));
  Listener listener;
  listener.remove_at_end = folder / name;
  ::unlink(listener.remove_at_end.c_str());
  listener.socket = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.socket) return disk::system_error("make the folder's socket");
  // A socket address holds 108 bytes and a folder's path may be longer, so the folder is addressed through its open
  // descriptor.
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(opened.get()) + "/" + name;
  if (path.size() >= sizeof address.sun_path)
    return refuse(ErrorCode::invalid_argument, "socket_name", "the name '" + name + "' is too long for a socket", name);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::bind(listener.socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::fchmodat(opened.get(), name.c_str(), 0600, 0) != 0 || ::listen(listener.socket.get(), kBacklog) != 0) {
    return disk::system_error("listen on", listener.remove_at_end);
  }
  return listener;
}

Result<Listener> listen_tcp(const std::string& text, std::uint16_t port, std::optional<TlsFiles> tls) {
  const Address address = ICN_TRY(parse_address(text, port));
  ICN_TRY(check_reach(address, tls, text));
  Listener listener;
  listener.tls = std::move(tls);
  listener.socket = Descriptor(::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int on = 1;
  if (!listener.socket || ::setsockopt(listener.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(listener.socket.get(), address.get(), address.size) != 0 ||
      ::listen(listener.socket.get(), kBacklog) != 0) {
    return disk::system_error("listen on " + text + " port " + std::to_string(port));
  }
  return listener;
}

Result<Listener> adopt_listener(Descriptor socket, std::optional<TlsFiles> tls) {
  Address address;
  address.size = sizeof address.bytes;
  int listens = 0;
  int type = 0;
  socklen_t size = sizeof listens;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens == 0 ||
      ::getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &(size = sizeof type)) != 0 || type != SOCK_STREAM ||
      ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address.bytes), &address.size) != 0) {
    return refuse(ErrorCode::invalid_argument, "adopted_socket", "the adopted descriptor is not a listening socket",
                  std::to_string(socket.get()));
  }
  ICN_TRY(check_reach(address, tls, "the address of the adopted socket"));
  return Listener{std::move(socket), std::move(tls), {}};
}

std::uint16_t port_of(const Listener& listener) {
  Address address;
  address.size = sizeof address.bytes;
  if (::getsockname(listener.socket.get(), reinterpret_cast<sockaddr*>(&address.bytes), &address.size) != 0) return 0;
  if (address.bytes.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address.bytes).sin_port);
  if (address.bytes.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address.bytes).sin6_port);
  return 0;
}

}  // namespace icn::http
