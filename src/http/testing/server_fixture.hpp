// A server on a unix socket in a temporary folder, with workers of its own, and a raw client.
#pragma once
#include <gtest/gtest.h>

#include <cstring>
#include <deque>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/mutex.hpp"
#include "disk/testing/scratch_folder.hpp"
#include "http/problem.hpp"
#include "http/server.hpp"

namespace icn::http::testing {

// A few threads and a bounded queue.
class Workers {
 public:
  explicit Workers(std::size_t threads = 4, std::size_t waiting_max = 64) : waiting_max_(waiting_max) {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Workers() {
    Lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  Result<void> submit(std::function<void()> work) {
    Lock lock(mutex_);
    if (waiting_.size() >= waiting_max_) return refuse(ErrorCode::busy, "max_waiting", "the queue is full");
    waiting_.push_back(std::move(work));
    changed_.notify_one();
    return {};
  }

 private:
  void run() {
    for (;;) {
      std::function<void()> work;
      {
        Lock lock(mutex_);
        while (waiting_.empty() && !ended_) changed_.wait(lock);
        if (waiting_.empty()) return;
        work = std::move(waiting_.front());
        waiting_.pop_front();
      }
      work();
    }
  }

  const std::size_t waiting_max_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::function<void()>> waiting_ ICN_GUARDED_BY(mutex_);
  bool ended_ ICN_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;  // joined first
};

// Serves by functions.
struct TestHandler : Handler {
  std::function<Admission(const Request&)> on_admit = [](const Request&) {
    return Admission{.body_bytes_max = 1 << 20, .owner = "test"};
  };
  std::function<void(Exchange&)> on_serve;
  Admission admit(const Request& request) override { return on_admit(request); }
  void serve(Exchange& exchange) override { on_serve(exchange); }
  Answer refuse(unsigned status, const Error& error) override { return problem_answer(status, error); }
};

// A blocking connection.
class RawClient {
 public:
  explicit RawClient(const std::filesystem::path& socket) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0) << std::strerror(errno);
  }
  explicit RawClient(int fd) : fd_(fd) {}
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  // Returns whether all was sent.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_sending() { ::shutdown(fd_, SHUT_WR); }
  // Everything until the server closes.
  std::string read_all() {
    std::string got;
    while (read_some(got)) {
    }
    return got;
  }
  // Everything until the text has come; what came after it too.
  std::string read_until(std::string_view text) {
    std::string got;
    while (got.find(text) == std::string::npos && read_some(got)) {
    }
    return got;
  }
  [[nodiscard]] int fd() const { return fd_; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  bool read_some(std::string& got) {
    char buffer[16 * 1024];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n > 0) got.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }
  int fd_;
};

class ServerTest : public ::testing::Test {
 protected:
  void TearDown() override { server_.reset(); }

  void start(std::shared_ptr<Handler> handler, ServerTimes times = {}, ServerLimits limits = {}) {
    ServerOptions options;
    auto listener = listen_unix(folder_.path(), "s");
    ASSERT_TRUE(listener) << listener.error().detail;
    options.listeners.push_back(*std::move(listener));
    start(std::move(handler), std::move(options), times, limits);
  }
  void start(std::shared_ptr<Handler> handler, ServerOptions options, ServerTimes times, ServerLimits limits) {
    options.handler = std::move(handler);
    options.start_thread = [](std::string_view, std::function<void()> body) { return std::jthread(std::move(body)); };
    options.submit = [this](std::function<void()> work, std::string_view) { return workers_->submit(std::move(work)); };
    options.times = times;
    options.limits = limits;
    auto server = Server::start(std::move(options));
    ASSERT_TRUE(server) << server.error().detail;
    server_ = *std::move(server);
  }
  // Starts with a handler that serves by this function.
  void serve(std::function<void(Exchange&)> serve, ServerTimes times = {}, ServerLimits limits = {}) {
    auto handler = std::make_shared<TestHandler>();
    handler->on_serve = std::move(serve);
    start(std::move(handler), times, limits);
  }
  [[nodiscard]] std::filesystem::path socket() const { return folder_.path() / "s"; }
  // The answer to one request on its own connection.
  std::string say(std::string_view text) {
    RawClient client(socket());
    client.send(text);
    return client.read_all();
  }

  disk::ScratchFolder folder_;
  std::unique_ptr<Workers> workers_ = std::make_unique<Workers>();
  std::unique_ptr<Server> server_;
};

}  // namespace icn::http::testing
