// A real PostgreSQL server in a temporary folder, on a unix socket there, started by the test that needs it.
//
// It runs as an unprivileged user when the test runs as root, ends with the test's process in every case, and is
// independent of any server of the machine. If PostgreSQL is not installed, the test fails with a message.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace icn::support {

class PostgresServer {
 public:
  enum class Listen : std::uint8_t {
    socket,
    tls  // also on 127.0.0.1, with its own certificate and a password for every user
  };
  // `settings` as in postgresql.conf: "fsync=off". Returns when the server answers; ends the process when it cannot.
  explicit PostgresServer(std::vector<std::string> settings = {}, Listen listen = Listen::socket);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The server of this process, started at the first call, which must be made by the main thread.
  [[nodiscard]] static PostgresServer& shared();

  // The location of a store with its own tables, for the backends' open().
  [[nodiscard]] std::string location(const std::string& schema) const;
  // A connection string for libpq, as the superuser.
  [[nodiscard]] std::string connection_string() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // Where Listen::tls listens, and the certificate to trust.
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::filesystem::path certificate() const { return folder_ / "server.crt"; }
  // The role that needs a password also on the server's socket; tests create it.
  static constexpr const char* kRoleWithPassword = "ann";

  enum class Stop : std::uint8_t {
    fast,      // connections are cut, then it shuts down
    immediate  // like a crash: it recovers from its log at the next start
  };
  void stop(Stop how);
  void start();
  // Runs SQL as the superuser; returns the first column of the first row, if any. A failure ends the process.
  std::string execute(const std::string& sql) const;

 private:
  void set_up_tls();
  void run(const std::vector<std::string>& command) const;
  [[nodiscard]] pid_t spawn(const std::vector<std::string>& command) const;
  [[noreturn]] void give_up(const std::string& what) const;

  std::filesystem::path programs_;
  std::filesystem::path folder_;
  std::vector<std::string> settings_;
  int port_ = 5432;
  pid_t owner_;
  pid_t server_ = -1;
};

}  // namespace icn::support
