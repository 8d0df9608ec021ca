#include "http/server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <set>

#include "http/detail/connection.hpp"

namespace icn::http {
namespace {

namespace asio = boost::asio;
using detail::Connection;
using detail::Deadline;
using detail::ErrorCodeOf;
using detail::Shared;
using disk::Descriptor;

// Sent to a client that gets no connection; without a body, since it may not read.
constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

// One thread and the connections that it serves.
struct Loop {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
  std::set<std::shared_ptr<Connection>> connections;  // of its thread
  std::jthread thread;
};

struct Accepted {
  Descriptor socket;
  int family = AF_UNIX;
  Peer peer;
  std::string counted_as;  // the address whose connections are limited; empty: none
};

std::string address_text(int family, const void* bytes) {
  char text[INET6_ADDRSTRLEN] = {};
  return ::inet_ntop(family, bytes, text, sizeof text) == nullptr ? "" : text;
}

// Fills in who is at the other end of an accepted socket.
void identify(Accepted& accepted, const sockaddr_storage& address) {
  accepted.family = address.ss_family;
  if (address.ss_family == AF_INET) {
    accepted.peer.address = address_text(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr);
    accepted.counted_as = accepted.peer.address;
  } else if (address.ss_family == AF_INET6) {
    in6_addr bytes = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&bytes);
    accepted.peer.address = is_mapped ? address_text(AF_INET, bytes.s6_addr + 12) : address_text(AF_INET6, &bytes);
    // One subscriber usually has a whole /64.
    if (!is_mapped) std::memset(bytes.s6_addr + 8, 0, 8);
    accepted.counted_as = is_mapped ? accepted.peer.address : address_text(AF_INET6, &bytes);
  } else {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(accepted.socket.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0) accepted.peer.user = peer.uid;
    return;
  }
  const int on = 1;
  ::setsockopt(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Result<std::unique_ptr<asio::ssl::context>> make_tls(const TlsFiles& files) {
  auto tls = std::make_unique<asio::ssl::context>(asio::ssl::context::tlsv13_server);
  ErrorCodeOf code;
  tls->use_certificate_chain_file(files.certificate.string(), code);
  const std::filesystem::path* const blamed = code ? &files.certificate : &files.key;
  if (!code) tls->use_private_key_file(files.key.string(), asio::ssl::context::pem, code);
  if (!code && SSL_CTX_check_private_key(tls->native_handle()) != 1)
    code = ErrorCodeOf(EINVAL, boost::system::system_category());
  if (code) {
    return refuse(ErrorCode::invalid_argument, "tls_files",
                  disk::in_quotes(*blamed) + " cannot be used for TLS: " + code.message(), blamed->string());
  }
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_3_VERSION);
  SSL_CTX_set_mode(tls->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  return tls;
}

}  // namespace

struct Server::State {
  // Accepts connections of one listener, on the first loop.
  struct Door {
    Door(asio::io_context& context, int fd) : socket(context, fd), pause(context) {}
    asio::posix::stream_descriptor socket;
    Deadline pause;
    std::unique_ptr<asio::ssl::context> tls;
  };

  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::vector<std::filesystem::path> remove_at_end;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Door>> doors;
  std::size_t next_loop = 0;  // of the first loop's thread
  Descriptor spare;           // released briefly when the process has no other
  std::atomic<std::uint64_t> refused{0};

  void await(Door& door) {
    door.socket.async_wait(asio::posix::stream_descriptor::wait_read, [this, &door](ErrorCodeOf code) {
      if (code) return;
      accept_some(door);
    });
  }

  void accept_some(Door& door) {
    for (int i = 0; i < 64; ++i) {
      sockaddr_storage address{};
      socklen_t size = sizeof address;
      Accepted accepted;
      accepted.socket = Descriptor(::accept4(door.socket.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                                             SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!accepted.socket) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) return without_descriptor(door);
        break;
      }
      accepted.peer.is_encrypted = door.tls != nullptr;
      identify(accepted, address);
      if (!count_in(accepted.counted_as)) {
        turn_away(accepted.socket, door);
        continue;
      }
      Loop& loop = *loops[next_loop++ % loops.size()];
      asio::post(loop.context, [this, &loop, &door, taken = std::make_shared<Accepted>(std::move(accepted))] {
        take(loop, door, std::move(*taken));
      });
    }
    await(door);
  }

  void turn_away(const Descriptor& socket, const Door& door) {
    refused.fetch_add(1);
    if (door.tls == nullptr)
      static_cast<void>(::send(socket.get(), kFull.data(), kFull.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
  }

  // Without a descriptor for it, a client would wait and its connection would keep waking this thread.
  void without_descriptor(Door& door) {
    spare = {};
    {
      const Descriptor socket(::accept4(door.socket.native_handle(), nullptr, nullptr, SOCK_CLOEXEC));
      if (socket) turn_away(socket, door);
    }
    spare = Descriptor(::fcntl(door.socket.native_handle(), F_DUPFD_CLOEXEC, 0));
    if (spare) return await(door);
    // Another thread took it: until one is free, look again from time to time.
    door.pause.set(100, [this, &door] { await(door); });
  }

  bool count_in(const std::string& address) {
    Lock lock(shared->mutex);
    if (shared->open >= shared->limits.connections_max) return false;
    if (!address.empty()) {
      std::size_t& of = shared->open_of[address];
      if (of >= shared->limits.connections_of_one_max) return false;
      ++of;
    }
    ++shared->open;
    return true;
  }

  void count_out(const std::string& address) {
    Lock lock(shared->mutex);
    --shared->open;
    const auto at = shared->open_of.find(address);
    if (at != shared->open_of.end() && --at->second == 0) shared->open_of.erase(at);
    shared->changed.notify_all();
  }

  // On the loop's thread.
  void take(Loop& loop, Door& door, Accepted accepted) {
    detail::Socket socket(loop.context);
    ErrorCodeOf code;
    socket.assign(asio::generic::stream_protocol(accepted.family, 0), accepted.socket.get(), code);
    if (code) return count_out(accepted.counted_as);
    static_cast<void>(accepted.socket.release());
    auto link =
        door.tls == nullptr ? detail::plain_link(std::move(socket)) : detail::tls_link(std::move(socket), *door.tls);
    auto connection = std::make_shared<Connection>(shared, loop.context, std::move(link), std::move(accepted.peer),
                                                   [this, &loop, address = accepted.counted_as](Connection& closed) {
                                                     loop.connections.erase(closed.shared_from_this());
                                                     count_out(address);
                                                   });
    loop.connections.insert(connection);
    connection->start();
  }

  // Calls `act` for every connection, on its thread.
  void for_each_connection(void (Connection::*act)()) {
    for (const auto& loop : loops) {
      asio::post(loop->context, [raw = loop.get(), act] {
        const auto connections = raw->connections;
        for (const auto& connection : connections) ((*connection).*act)();
      });
    }
  }

  void stop_accepting() {
    if (shared->draining.exchange(true)) return;
    asio::post(loops.front()->context, [this] {
      for (const auto& door : doors) {
        ErrorCodeOf ignored;
        door->socket.close(ignored);
        door->pause.clear();
      }
      for_each_connection(&Connection::drain);
    });
  }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto state = std::make_unique<State>();
  state->shared->handler = std::move(options.handler);
  state->shared->submit_lasting = options.submit_lasting ? std::move(options.submit_lasting) : options.submit;
  state->shared->submit = std::move(options.submit);
  state->shared->times = options.times;
  state->shared->limits = options.limits;
  for (std::size_t i = 0; i < std::max<std::size_t>(1, options.socket_threads); ++i)
    state->loops.push_back(std::make_unique<Loop>());
  for (Listener& listener : options.listeners) {
    std::unique_ptr<asio::ssl::context> tls;
    if (listener.tls) tls = ICN_TRY(make_tls(*listener.tls));
    const int fd = listener.socket.get();
    if (::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
      return disk::system_error("prepare a listening socket");
    if (!state->spare) state->spare = Descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
    state->doors.push_back(std::make_unique<State::Door>(state->loops.front()->context, listener.socket.release()));
    state->doors.back()->tls = std::move(tls);
    if (!listener.remove_at_end.empty()) state->remove_at_end.push_back(listener.remove_at_end);
  }
  for (const auto& door : state->doors) state->await(*door);
  for (std::size_t i = 0; i < state->loops.size(); ++i) {
    asio::io_context& context = state->loops[i]->context;
    state->loops[i]->thread = options.start_thread("http-" + std::to_string(i), [&context] { context.run(); });
  }
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

bool Server::drain(std::uint64_t grace_ms) {
  state_->stop_accepting();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(grace_ms);
  Shared& shared = *state_->shared;
  Lock lock(shared.mutex);
  while (shared.open > 0 || shared.serving > 0) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= deadline) return false;
    shared.changed.wait_for(lock, deadline - now);
  }
  return true;
}

Server::~Server() {
  state_->stop_accepting();
  Shared& shared = *state_->shared;
  {
    Lock lock(shared.mutex);
    // A connection that was accepted just now may follow: ask until all are closed.
    while (shared.open > 0 || shared.serving > 0) {
      state_->for_each_connection(&Connection::close);
      shared.changed.wait_for(lock, std::chrono::milliseconds(10));
    }
  }
  for (const auto& loop : state_->loops) {
    loop->work.reset();
    loop->context.stop();
  }
  for (const auto& loop : state_->loops) loop->thread.join();
  for (const std::filesystem::path& path : state_->remove_at_end) ::unlink(path.c_str());
}

ServerCounts Server::counts() const {
  Shared& shared = *state_->shared;
  ServerCounts counts;
  {
    Lock lock(shared.mutex);
    counts.connections_open = shared.open;
  }
  counts.connections_refused = state_->refused.load();
  counts.requests = shared.requests.load();
  counts.requests_refused_busy = shared.refused_busy.load();
  counts.clients_dropped = shared.dropped.load();
  return counts;
}

}  // namespace icn::http
