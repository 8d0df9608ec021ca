// What a service manager (systemd) passes to this process through its environment: where to report its state, how often
// to show that it is alive, and sockets that are already open. Its protocols are one datagram per report, and file
// descriptors from 3 on; no library is needed.
//
// Without a service manager every function does nothing. Not thread safe, except notify().
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "disk/descriptor.hpp"

namespace icn::node {

struct AdoptedSocket {
  disk::Descriptor descriptor;
  std::string name;  // FileDescriptorName= of the socket unit; empty: none
};

class ServiceManager {
 public:
  using Variables = std::function<std::optional<std::string>(std::string_view name)>;
  ServiceManager() = default;
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID, LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
  explicit ServiceManager(const Variables& variables);

  // Reports a state: "READY=1", "STOPPING=1", "WATCHDOG=1", several of them in lines. A report that cannot be sent is
  // lost: the service manager decides what that means.
  void notify(std::string_view state) const;
  // The beginning of a reload, which READY=1 ends.
  void notify_reloading() const;
  // Within which the manager expects WATCHDOG=1; empty: it expects none.
  [[nodiscard]] std::optional<std::uint64_t> watchdog_ms() const { return watchdog_ms_; }
  // The sockets, once; a child of this process does not inherit them. `first` is the number of the first one.
  [[nodiscard]] std::vector<AdoptedSocket> take_sockets(int first = 3);

 private:
  std::string notify_socket_;
  std::optional<std::uint64_t> watchdog_ms_;
  std::size_t sockets_ = 0;
  std::vector<std::string> names_;
};

}  // namespace icn::node
