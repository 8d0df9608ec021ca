// An HTTP/1.1 server on listening sockets: unix, TCP, TLS 1.3, or adopted from a service manager.
//
// A few threads serve all sockets by callbacks and never run a use case; requests are served by workers, in turns by
// owner. A small body is received before a worker is asked, and a small answer is sent after the worker has finished,
// so a slow client occupies a worker only while a long body moves, at a minimum rate. Everything is bounded: heads,
// bodies, connections in total and per address, waiting requests, bytes in memory per connection, and every wait for a
// client. A request that finds the queue full is refused before anything happens. Thread safe.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "disk/descriptor.hpp"
#include "http/message.hpp"

namespace icn::http {

// PEM files: a certificate with its chain, and its key.
struct TlsFiles {
  std::filesystem::path certificate;
  std::filesystem::path key;
};

struct Listener {
  disk::Descriptor socket;  // listening
  std::optional<TlsFiles> tls = {};
  std::filesystem::path remove_at_end = {};  // a unix socket's name; empty: stays
};

// Listens on `folder`/`name`, mode 0600, replacing the socket of a dead owner: the caller holds the folder's lock.
// Errors: storage.
[[nodiscard]] Result<Listener> listen_unix(const std::filesystem::path& folder, const std::string& name);
// Listens on a numeric address; port 0 takes a free one. Errors: invalid_argument (not an address; without TLS only
// loopback addresses are accepted, rule kOnlyLoopback), storage.
[[nodiscard]] Result<Listener> listen_tcp(const std::string& address, std::uint16_t port, std::optional<TlsFiles> tls);
inline constexpr std::string_view kOnlyLoopback = "only_loopback";
// Takes a listening socket of a service manager. Errors: invalid_argument (not a listening stream socket, or as
// listen_tcp).
[[nodiscard]] Result<Listener> adopt_listener(disk::Descriptor socket, std::optional<TlsFiles> tls);
// The port of a TCP listener; 0 for a unix socket.
[[nodiscard]] std::uint16_t port_of(const Listener& listener);

struct ServerTimes {
  std::uint64_t head_ms = 10'000;     // from the first byte of a request to the end of its head; for TLS, to its start
  std::uint64_t idle_ms = 60'000;     // between requests
  std::uint64_t stalled_ms = 30'000;  // within which a body must move by progress_bytes, or end
  std::uint64_t progress_bytes = 16 * 1024;
  std::uint64_t linger_ms = 2'000;  // for a client that still sends what will not be read
};

struct ServerLimits {
  std::size_t head_bytes_max = 32 * 1024;
  std::size_t head_fields_max = 100;
  std::size_t connections_max = 12'000;
  std::size_t connections_of_one_max = 256;  // of one IPv4 address or one IPv6 /64
};

struct ServerOptions {
  std::vector<Listener> listeners;
  std::shared_ptr<Handler> handler;
  std::function<std::jthread(std::string_view name, std::function<void()> body)> start_thread;
  // Hands work to a bounded pool; accepted work is always done. Errors: busy.
  std::function<Result<void>(std::function<void()> work, std::string_view owner)> submit;
  // The same for requests that last; without it they take a worker like others.
  std::function<Result<void>(std::function<void()> work, std::string_view owner)> submit_lasting = {};
  std::size_t socket_threads = 1;
  ServerTimes times = {};
  ServerLimits limits = {};
};

// Since the start, except where noted.
struct ServerCounts {
  std::uint64_t connections_open = 0;  // now
  std::uint64_t connections_refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t requests_refused_busy = 0;
  std::uint64_t clients_dropped = 0;  // made no progress
};

class Server {
 public:
  // Errors: invalid_argument (a certificate or key cannot be used), storage.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerOptions options);
  // Refuses new connections, closes idle ones, and waits at most `grace_ms` for the requests in flight. Returns whether
  // all have finished; the others keep running until the server is destroyed.
  [[nodiscard]] bool drain(std::uint64_t grace_ms);
  // Closes every connection, waits for the workers to return from their requests and ends the threads.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] ServerCounts counts() const;

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace icn::http
