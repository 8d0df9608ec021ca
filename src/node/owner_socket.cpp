#include "node/owner_socket.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <list>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/mutex.hpp"
#include "disk/folder.hpp"
#include "node/threads.hpp"

namespace icn::node {
namespace {

using disk::Descriptor;

// A socket address holds 108 bytes and a folder's path may be longer, so the folder is addressed through its open
// descriptor.
Result<sockaddr_un> address_of(const Descriptor& folder) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder.get()) + "/icn.sock";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

using Clock = std::chrono::steady_clock;

int poll_time(std::uint64_t ms) { return static_cast<int>(std::min<std::uint64_t>(ms, 1U << 30)); }

// Never blocks in the kernel on a peer: one that reads nothing for `stalled_ms` is dropped.
Result<void> send_all(int fd, std::string_view bytes, std::uint64_t stalled_ms) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    if (sent > 0 || (sent < 0 && errno == EINTR)) continue;
    if (sent == 0 || errno != EAGAIN) return disk::system_error("answer on the folder's socket");
    pollfd room{.fd = fd, .events = POLLOUT, .revents = 0};
    if (disk::uninterrupted([&] { return ::poll(&room, 1, poll_time(stalled_ms)); }) == 0)
      return fail(ErrorCode::storage, "the client of the folder's socket stopped reading");
  }
  return {};
}

std::string encode_word(std::string_view word) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string line;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7f && c != '%') {
      line.push_back(c);
    } else {
      line += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return line;
}

Result<std::string> decode_word(std::string_view line) {
  std::string word;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] != '%') {
      word.push_back(line[at]);
      continue;
    }
    const Bytes byte = ICN_TRY(from_hex(line.substr(at + 1, 2)));
    if (byte.size() != 1) return fail(ErrorCode::invalid_format, "the request has an incomplete escape");
    word.push_back(static_cast<char>(byte.front()));
    at += 2;
  }
  return word;
}

Result<std::vector<std::string>> decode_words(std::string_view line) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(ICN_TRY(decode_word(line.substr(at, end - at))));
    at = end + 1;
  }
  return words;
}

// Reads up to the first newline; a client that has not sent it by the deadline is dropped, however many bytes arrived.
Result<OwnerRequest> read_request(int fd, std::uint64_t request_ms) {
  const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(request_ms);
  std::string line;
  while (line.find('\n') == std::string::npos) {
    if (line.size() > kOwnerRequestBytesMax)
      return fail(ErrorCode::limit_exceeded,
                  "the request is longer than " + std::to_string(kOwnerRequestBytesMax) + " bytes");
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0 || ::poll(&ready, 1, poll_time(static_cast<std::uint64_t>(left))) == 0)
      return fail(ErrorCode::invalid_format, "the request was not complete in time");
    char buffer[256];
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return fail(ErrorCode::invalid_format, "the request ended without a newline");
    line.append(buffer, static_cast<std::size_t>(got));
  }
  line.resize(line.find('\n'));
  std::vector<std::string> words = ICN_TRY(decode_words(line));
  if (words.size() > 3) return fail(ErrorCode::invalid_format, "the request has more than three words");
  words.resize(3);
  return OwnerRequest{std::move(words[0]), std::move(words[1]), std::move(words[2])};
}

// The error in the first line of an answer.
Error read_error(std::string_view head) {
  const auto words = decode_words(head.substr(0, head.find('\n')));
  if (!words || words->size() != 5 || words->front() != "error")
    return {ErrorCode::busy, "the owner of the data folder exited before it answered"};
  return {find_error_code((*words)[1]).value_or(ErrorCode::internal), (*words)[4], (*words)[2], (*words)[3]};
}

// The line that read_error() reads.
std::string error_line(const Error& error) {
  std::string line = "error";
  for (const std::string_view word : {error_row(error.code).name, std::string_view(error.rule),
                                      std::string_view(error.subject), std::string_view(error.detail)})
    line += " " + encode_word(word);
  return line + "\n";
}

class StreamReply : public OwnerReply {
 public:
  StreamReply(int fd, std::uint64_t stalled_ms) : fd_(fd), stalled_ms_(stalled_ms) {}
  Result<void> write(std::string_view payload) override {
    if (!begun_) ICN_TRY(send_all(fd_, "ok\n", stalled_ms_));
    begun_ = true;
    return send_all(fd_, payload, stalled_ms_);
  }
  [[nodiscard]] bool begun() const { return begun_; }

 private:
  const int fd_;
  const std::uint64_t stalled_ms_;
  bool begun_ = false;
};

// The socket's mode and folder keep other users out; the kernel's peer credentials are a second check.
Result<void> check_peer(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return disk::system_error("read the credentials of the folder's socket");
  if (peer.uid == ::geteuid() || peer.uid == 0) return {};
  return fail(ErrorCode::permission_denied, "the owner of the data folder serves only its own user");
}

void serve(int fd, const OwnerHandler& handler, const OwnerTimes& times) {
  StreamReply reply(fd, times.stalled_ms);
  const Result<void> peer = check_peer(fd);
  Result<OwnerRequest> request = peer ? read_request(fd, times.request_ms) : Result<OwnerRequest>(fail(peer.error()));
  Result<void> done = request ? handler(*request, reply) : Result<void>(fail(request.error()));
  if (!done && !reply.begun()) {
    done = send_all(fd, error_line(done.error()), times.stalled_ms);
  } else if (done && !reply.begun()) {
    done = reply.write("");
  }
}

}  // namespace

struct OwnerServer::State {
  std::filesystem::path path;
  Descriptor folder;
  Descriptor listener;
  Descriptor wake_read;
  Descriptor wake_write;
  Descriptor spare;  // released briefly when the process has no other
  OwnerHandler handler;
  OwnerTimes times;

  struct Client {
    Descriptor fd;
    std::atomic<bool> ended{false};
    std::jthread thread;
  };
  std::list<Client> clients;  // used only by the accepting thread, then by the destructor
  Mutex mutex;
  Condition changed;  // a client has ended
  std::jthread acceptor;

  void accept_loop() {
    for (;;) {
      pollfd waits[2] = {{.fd = listener.get(), .events = POLLIN, .revents = 0},
                         {.fd = wake_read.get(), .events = POLLIN, .revents = 0}};
      if (::poll(waits, 2, -1) < 0 && errno != EINTR) return;
      if (waits[1].revents != 0) return;
      if ((waits[0].revents & POLLIN) == 0) continue;
      clients.remove_if([](Client& client) { return client.ended.load(); });
      Descriptor fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!fd) {
        if (errno == EMFILE || errno == ENFILE) refuse_one();
      } else if (clients.size() >= kOwnerClientsMax) {
        refuse(fd, "already serves " + std::to_string(kOwnerClientsMax) + " clients");
      } else {
        take(std::move(fd));
      }
    }
  }

  // A client that is gone needs no answer, and one that does not read gets none.
  static void refuse(const Descriptor& fd, const std::string& why) {
    const Error full{ErrorCode::busy, "the owner of the data folder " + why + "; try again"};
    static_cast<void>(send_all(fd.get(), error_line(full), 0).has_value());
  }

  // Without a descriptor for it, a client would wait and its connection would keep waking this thread.
  void refuse_one() {
    spare = {};
    {
      const Descriptor fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (fd) refuse(fd, "has too many open files");
    }
    spare = Descriptor(::fcntl(wake_read.get(), F_DUPFD_CLOEXEC, 0));
    if (spare) return;
    // Another thread took it: until one is free, wait only for shutdown.
    pollfd end{.fd = wake_read.get(), .events = POLLIN, .revents = 0};
    ::poll(&end, 1, 100);
  }

  void take(Descriptor fd) {
    Client& client = clients.emplace_back();
    client.fd = std::move(fd);
    client.thread = start_thread("owner-client", [this, &client] {
      serve(client.fd.get(), handler, times);
      ::shutdown(client.fd.get(), SHUT_RDWR);
      client.ended.store(true);
      Lock lock(mutex);
      changed.notify_all();
    });
  }

  // Waits for active clients, for a bounded time only.
  void end_clients() {
    for (Client& client : clients) ::shutdown(client.fd.get(), SHUT_RD);
    const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(times.ending_ms);
    {
      Lock lock(mutex);
      const auto all_ended = [this] {
        return std::all_of(clients.begin(), clients.end(), [](const Client& client) { return client.ended.load(); });
      };
      while (!all_ended() && Clock::now() < deadline) changed.wait_for(lock, deadline - Clock::now());
    }
    for (Client& client : clients) ::shutdown(client.fd.get(), SHUT_RDWR);
    clients.clear();
  }
};

OwnerServer::OwnerServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<OwnerServer>> OwnerServer::start(const std::filesystem::path& folder, OwnerHandler handler,
                                                        OwnerTimes times) {
  auto state = std::make_unique<State>();
  state->path = folder / "icn.sock";
  state->folder = ICN_TRY(disk::open_folder(folder));
  state->handler = std::move(handler);
  state->times = times;
  // The caller holds the folder's lock, so an existing socket has no living owner.
  ::unlink(state->path.c_str());
  state->listener = Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (state->listener.get() < 0) return disk::system_error("make the folder's socket");
  const sockaddr_un address = ICN_TRY(address_of(state->folder));
  if (::bind(state->listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::fchmodat(state->folder.get(), "icn.sock", 0600, 0) != 0 || ::listen(state->listener.get(), 16) != 0) {
    return disk::system_error("listen on", state->path);
  }
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return disk::system_error("make a pipe");
  state->wake_read = Descriptor(ends[0]);
  state->wake_write = Descriptor(ends[1]);
  state->spare = Descriptor(::fcntl(ends[0], F_DUPFD_CLOEXEC, 0));
  State* const raw = state.get();
  state->acceptor = start_thread("owner-socket", [raw] { raw->accept_loop(); });
  return std::unique_ptr<OwnerServer>(new OwnerServer(std::move(state)));
}

OwnerServer::~OwnerServer() {
  if (::write(state_->wake_write.get(), "x", 1) < 0) {
    // The pipe holds at most one byte; a failed write means that the thread has ended.
  }
  state_->acceptor.join();
  state_->end_clients();
  ::unlink(state_->path.c_str());
}

Result<void> ask_owner(const std::filesystem::path& folder, const OwnerRequest& request,
                       const std::function<void(std::string_view)>& sink) {
  const Descriptor opened = ICN_TRY(disk::open_folder(folder));
  const Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (fd.get() < 0) return disk::system_error("make a socket");
  const sockaddr_un address = ICN_TRY(address_of(opened));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(ErrorCode::busy,
                "another process owns the data folder " + folder.string() + " but does not serve its socket");
  }
  std::string line = encode_word(request.verb) + " " + encode_word(request.job);
  if (!request.option.empty()) line += " " + encode_word(request.option);
  // An owner that refuses the client immediately may close before reading; its answer can still be read.
  const Result<void> sent = send_all(fd.get(), line + "\n", OwnerTimes{}.stalled_ms);
  std::string head;
  bool in_payload = false;
  char buffer[16 * 1024];
  for (;;) {
    const ssize_t got = ::recv(fd.get(), buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != ECONNRESET) return disk::system_error("read the owner's answer");
    if (got <= 0) break;
    std::string_view piece(buffer, static_cast<std::size_t>(got));
    if (!in_payload) {
      head.append(piece);
      const std::size_t end = head.find('\n');
      if (end == std::string::npos) continue;
      in_payload = head.starts_with("ok\n");
      if (!in_payload) break;
      const std::string rest = head.substr(end + 1);
      if (!rest.empty()) sink(rest);
      continue;
    }
    sink(piece);
  }
  if (in_payload) return {};
  if (head.empty()) ICN_TRY(sent);
  return fail(read_error(head));
}

}  // namespace icn::node
