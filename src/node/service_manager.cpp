#include "node/service_manager.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstring>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace icn::node {
namespace {

std::optional<std::uint64_t> number_of(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::uint64_t value = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), value);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) return std::nullopt;
  return value;
}

// Variables for another process, such as a shell that this one was started from, do not count.
bool is_for_this_process(const std::optional<std::string>& pid) {
  return number_of(pid) == static_cast<std::uint64_t>(::getpid());
}

std::vector<std::string> split_names(const std::string& text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(':', at), text.size());
    names.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

}  // namespace

ServiceManager::ServiceManager(const Variables& variables) {
  notify_socket_ = variables("NOTIFY_SOCKET").value_or("");
  const auto watchdog_pid = variables("WATCHDOG_PID");
  if (const auto usec = number_of(variables("WATCHDOG_USEC")); usec && *usec > 0) {
    if (!watchdog_pid || is_for_this_process(watchdog_pid)) watchdog_ms_ = std::max<std::uint64_t>(1, *usec / 1'000);
  }
  if (!is_for_this_process(variables("LISTEN_PID"))) return;
  constexpr std::uint64_t kSocketsMax = 64;
  sockets_ = static_cast<std::size_t>(std::min(number_of(variables("LISTEN_FDS")).value_or(0), kSocketsMax));
  names_ = split_names(variables("LISTEN_FDNAMES").value_or(""));
}

void ServiceManager::notify(std::string_view state) const {
  sockaddr_un address{};
  if (notify_socket_.empty() || notify_socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, notify_socket_.data(), notify_socket_.size());
  // '@' begins the name of an abstract socket.
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + notify_socket_.size());
  const disk::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  static_cast<void>(::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

void ServiceManager::notify_reloading() const {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  notify("RELOADING=1\nMONOTONIC_USEC=" +
         std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
}

std::vector<AdoptedSocket> ServiceManager::take_sockets(int first) {
  std::vector<AdoptedSocket> taken;
  for (std::size_t i = 0; i < sockets_; ++i) {
    const int fd = first + static_cast<int>(i);
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) continue;
    taken.push_back({disk::Descriptor(fd), i < names_.size() ? names_[i] : ""});
  }
  sockets_ = 0;
  return taken;
}

}  // namespace icn::node
