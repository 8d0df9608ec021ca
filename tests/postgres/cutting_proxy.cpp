#include "cutting_proxy.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace icn::contract {
namespace {

constexpr const char* kSocketName = ".s.PGSQL.5432";

sockaddr_un address_of(const std::filesystem::path& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = folder / kSocketName;
  if (path.size() >= sizeof address.sun_path) std::abort();
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

// False if the receiver has closed.
bool send_all(int to, const char* bytes, std::size_t length) {
  while (length > 0) {
    const ssize_t sent = ::send(to, bytes, length, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes += sent;
    length -= static_cast<std::size_t>(sent);
  }
  return true;
}

}  // namespace

CuttingProxy::CuttingProxy(const std::filesystem::path& server) : server_(server) {
  std::string pattern = std::filesystem::temp_directory_path() / "icn-proxy-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  folder_ = pattern;
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(folder_);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listener_, 16) != 0 || ::pipe(wake_) != 0) {
    std::abort();
  }
  thread_ = std::thread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
  ::close(wake_[1]);
  thread_.join();
  ::close(wake_[0]);
  ::close(listener_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void CuttingProxy::cut_after(Direction direction, std::uint64_t bytes) {
  std::lock_guard lock(mutex_);
  armed_ = true;
  cut_ = false;
  direction_ = direction;
  left_ = bytes;
}

void CuttingProxy::disarm() {
  std::lock_guard lock(mutex_);
  armed_ = false;
}

bool CuttingProxy::has_cut() const {
  std::lock_guard lock(mutex_);
  return cut_;
}

// False if this connection has ended.
bool CuttingProxy::pass(int from, int to, Direction direction) {
  std::array<char, 65'536> buffer;
  const ssize_t got = ::recv(from, buffer.data(), buffer.size(), 0);
  if (got <= 0) return false;
  std::size_t length = static_cast<std::size_t>(got);
  bool cut = false;
  {
    std::lock_guard lock(mutex_);
    if (armed_ && direction == direction_) {
      cut = length > left_;
      length = static_cast<std::size_t>(std::min<std::uint64_t>(length, left_));
      left_ -= length;
      armed_ = !cut;
      cut_ = cut;
    }
  }
  return send_all(to, buffer.data(), length) && !cut;
}

void CuttingProxy::serve() {
  for (;;) {
    std::vector<pollfd> waiting{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Pair& pair : pairs_) {
      waiting.push_back({pair.client, POLLIN, 0});
      waiting.push_back({pair.server, POLLIN, 0});
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
    if (waiting[0].revents != 0) break;
    std::vector<Pair> open;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const auto [client, server] = pairs_[i];
      bool alive = true;
      if (waiting[2 + 2 * i].revents != 0) alive = pass(client, server, Direction::to_server);
      if (alive && waiting[3 + 2 * i].revents != 0) alive = pass(server, client, Direction::to_client);
      if (alive) {
        open.push_back({client, server});
      } else {
        ::close(client);
        ::close(server);
      }
    }
    pairs_ = std::move(open);
    if (waiting[1].revents == 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(server_);
    if (client >= 0 && ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      pairs_.push_back({client, server});
    } else {
      ::close(client);
      ::close(server);
    }
  }
  for (const Pair& pair : pairs_) {
    ::close(pair.client);
    ::close(pair.server);
  }
}

}  // namespace icn::contract
