#include "postgres_server.hpp"

#include <libpq-fe.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <thread>

#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace icn::support {
namespace {

namespace fs = std::filesystem;

// Debian keeps the server's programs outside PATH, one folder per version.
fs::path find_programs() {
  fs::path newest;
  long newest_version = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const long version = std::strtol(entry.path().filename().c_str(), nullptr, 10);
    if (version > newest_version && fs::exists(entry.path() / "bin" / "initdb")) {
      newest_version = version;
      newest = entry.path() / "bin";
    }
  }
  if (!newest.empty()) return newest;
  std::string paths = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  for (std::size_t at = 0; at < paths.size();) {
    const std::size_t end = std::min(paths.find(':', at), paths.size());
    const fs::path folder = paths.substr(at, end - at);
    if (fs::exists(folder / "initdb")) return folder;
    at = end + 1;
  }
  return {};
}

// PostgreSQL does not run as root.
const passwd* unprivileged_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

}  // namespace

PostgresServer::PostgresServer(std::vector<std::string> settings, Listen listen)
    : programs_(find_programs()), settings_(std::move(settings)), owner_(::getpid()) {
  std::string pattern = fs::temp_directory_path() / "icn-postgres-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) give_up("a temporary folder could not be made");
  folder_ = pattern;
  if (programs_.empty()) give_up("PostgreSQL's server is not installed (Debian: postgresql-15; ./dev deps)");
  const passwd* user = unprivileged_user();
  if (user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown failed");
  run({programs_ / "initdb", "--pgdata=" + (folder_ / "data").string(), "--username=icn", "--auth=trust",
       "--encoding=UTF8", "--no-locale", "--no-sync", "--no-instructions"});
  const fs::path access = folder_ / "data" / "pg_hba.conf";
  std::ifstream made(access);
  const std::string rest{std::istreambuf_iterator<char>(made), std::istreambuf_iterator<char>()};
  std::ofstream(access) << "local all " << kRoleWithPassword << " scram-sha-256\n"
                        << "hostssl all all 127.0.0.1/32 scram-sha-256\n"
                        << "hostnossl all all all reject\n"
                        << rest;
  if (listen == Listen::tls) set_up_tls();
  start();
}

void PostgresServer::set_up_tls() {
  const std::string key = folder_ / "server.key";
  run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext",
       "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", key, "-out", certificate()});
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(probe, reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    give_up("there is no free port");
  }
  ::close(probe);
  port_ = ntohs(address.sin_port);
  for (const std::string& setting :
       {std::string("ssl=on"), "ssl_key_file=" + key, "ssl_cert_file=" + certificate().string(),
        std::string("listen_addresses=127.0.0.1"), "port=" + std::to_string(port_)}) {
    settings_.push_back(setting);
  }
}

PostgresServer::~PostgresServer() {
  // A child of the test that ends by exit() has a copy of this object, not the server.
  if (::getpid() != owner_) return;
  if (server_ > 0) stop(Stop::immediate);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

PostgresServer& PostgresServer::shared() {
  static PostgresServer one;
  return one;
}

std::string PostgresServer::location(const std::string& schema) const {
  return connection_string() + " schema=" + schema;
}

std::string PostgresServer::connection_string() const {
  return "host=" + folder_.string() + " port=" + std::to_string(port_) + " user=icn dbname=postgres";
}

void PostgresServer::start() {
  std::vector<std::string> command{programs_ / "postgres", "-D", (folder_ / "data").string(), "-k",
                                   folder_.string(),       "-c", "listen_addresses="};
  for (const std::string& setting : settings_) {
    command.emplace_back("-c");
    command.push_back(setting);
  }
  server_ = spawn(command);
  for (int tries = 0; tries < 6'000; ++tries) {
    if (PQping(connection_string().c_str()) == PQPING_OK) return;
    int status = 0;
    if (::waitpid(server_, &status, WNOHANG) == server_) give_up("the server ended while it started");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  give_up("the server did not answer within a minute");
}

void PostgresServer::stop(Stop how) {
  ::kill(server_, how == Stop::fast ? SIGINT : SIGQUIT);
  int status = 0;
  ::waitpid(server_, &status, 0);
  server_ = -1;
}

std::string PostgresServer::execute(const std::string& sql) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(connection_string().c_str()), &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), sql.c_str()), &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) give_up(sql + ": " + PQerrorMessage(connection.get()));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

void PostgresServer::run(const std::vector<std::string>& command) const {
  int status = 0;
  if (::waitpid(spawn(command), &status, 0) < 0 || status != 0) give_up(command.front() + " failed");
}

pid_t PostgresServer::spawn(const std::vector<std::string>& command) const {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const passwd* user = unprivileged_user();
  const std::string log = folder_ / "log";
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
    ::_exit(126);
  // After setuid(), which would clear it. The server ends with the thread that started it.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent || ::chdir(folder_.c_str()) != 0) ::_exit(126);
  ::execv(arguments.front(), arguments.data());
  ::_exit(127);
}

void PostgresServer::give_up(const std::string& what) const {
  std::fprintf(stderr, "the tests' PostgreSQL server: %s\n", what.c_str());
  std::ifstream log(folder_ / "log");
  for (std::string line; std::getline(log, line);) std::fprintf(stderr, "    %s\n", line.c_str());
  if (server_ > 0) ::kill(server_, SIGQUIT);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  std::exit(1);
}

}  // namespace icn::support
