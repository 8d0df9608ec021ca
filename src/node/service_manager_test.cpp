// Goal: a service manager receives each report as one datagram, and its sockets are adopted once.
#include "node/service_manager.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <map>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace icn::node {
namespace {

ServiceManager manager_of(const std::map<std::string, std::string, std::less<>>& variables) {
  return ServiceManager([&variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}
std::string own_pid() { return std::to_string(::getpid()); }

// A socket with this name, as systemd binds it; '@' begins an abstract one.
struct NotifySocket {
  explicit NotifySocket(std::string name) : path(std::move(name)), fd(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path[0] == '@') address.sun_path[0] = '\0';
    ::unlink(path.c_str());
    bound = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address),
                   static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size())) == 0;
  }
  ~NotifySocket() { ::unlink(path.c_str()); }
  // The next report; empty if there is none.
  [[nodiscard]] std::string next() const {
    char buffer[256];
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return got < 0 ? "" : std::string(buffer, static_cast<std::size_t>(got));
  }
  std::string path;
  disk::Descriptor fd;
  bool bound = false;
};

TEST(ServiceManager, SendsEachReportAsOneDatagram) {
  for (const std::string& name : {::testing::TempDir() + "icn_notify_" + own_pid(), "@icn_notify_" + own_pid()}) {
    const NotifySocket socket(name);
    ASSERT_TRUE(socket.bound) << name;
    const ServiceManager manager = manager_of({{"NOTIFY_SOCKET", name}});
    manager.notify("READY=1\nSTATUS=serving");
    manager.notify("STOPPING=1");
    EXPECT_EQ(socket.next(), "READY=1\nSTATUS=serving");
    EXPECT_EQ(socket.next(), "STOPPING=1");
    manager.notify_reloading();
    EXPECT_TRUE(socket.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    EXPECT_EQ(socket.next(), "");
  }
}

TEST(ServiceManager, WithoutOneNothingIsSentOrTaken) {
  ServiceManager().notify("READY=1");
  ServiceManager manager = manager_of({{"NOTIFY_SOCKET", std::string(200, 'x')}});
  manager.notify("READY=1");
  EXPECT_FALSE(manager.watchdog_ms());
  EXPECT_TRUE(manager.take_sockets().empty());
}

TEST(ServiceManager, TheWatchdogIsThatOfThisProcess) {
  EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "30000000"}}).watchdog_ms(), 30'000U);
  EXPECT_EQ(manager_of({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", own_pid()}}).watchdog_ms(), 30'000U);
  EXPECT_FALSE(manager_of({{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}}).watchdog_ms());
  for (const std::string wrong : {"0", "", "-1", "30s"})
    EXPECT_FALSE(manager_of({{"WATCHDOG_USEC", wrong}}).watchdog_ms());
}

TEST(ServiceManager, SocketsAreTakenOnceWithTheirNames) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  const disk::Descriptor other(pair[1]);
  ServiceManager manager = manager_of({{"LISTEN_PID", own_pid()}, {"LISTEN_FDS", "1"}, {"LISTEN_FDNAMES", "api"}});
  const auto taken = manager.take_sockets(pair[0]);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken.front().name, "api");
  EXPECT_EQ(::fcntl(taken.front().descriptor.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_TRUE(manager.take_sockets(pair[0]).empty());
  EXPECT_TRUE(manager_of({{"LISTEN_PID", "1"}, {"LISTEN_FDS", "1"}}).take_sockets(pair[0]).empty());
}

}  // namespace
}  // namespace icn::node
