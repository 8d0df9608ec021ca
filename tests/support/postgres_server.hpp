// A real PostgreSQL server in a temporary folder, on a unix socket there, started by the test that needs it.
//
// It runs as an unprivileged user when the test runs as root, ends with the test's process however that ends, and takes
// nothing from a server that the machine may have. Where PostgreSQL is not installed, the test fails and says so.
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
    tls  // on 127.0.0.1 too, with a certificate of its own and a password for every user
  };
  // `settings` as in postgresql.conf: "fsync=off". Returns when the server answers; ends the process when it cannot.
  explicit PostgresServer(std::vector<std::string> settings = {}, Listen listen = Listen::socket);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // The one of this process, started at the first call, which the main thread makes.
  [[nodiscard]] static PostgresServer& shared();

  // Of a store with tables of its own, as the backends' open() takes it.
  [[nodiscard]] std::string location(const std::string& schema) const;
  // For libpq, as the superuser.
  [[nodiscard]] std::string connection_string() const;
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  // Where Listen::tls listens, and the certificate to trust.
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] std::filesystem::path certificate() const { return folder_ / "server.crt"; }
  // Whom the server asks for a password on its socket too; tests make the role.
  static constexpr const char* kRoleWithPassword = "ann";

  enum class Stop : std::uint8_t {
    fast,      // connections are cut, then it shuts down
    immediate  // as a crash: it recovers from its log at the next start
  };
  void stop(Stop how);
  void start();
  // Runs SQL as the superuser; answers the first column of the first row, or nothing. Ends the process when it fails.
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
