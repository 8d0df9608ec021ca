// Goal: the owner answers requests on the folder's socket, and no client can hang or break the owner.
#include "node/owner_socket.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "node/log_hub.hpp"
#include "node/threads.hpp"

namespace icn::node {
namespace {

class OwnerSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "owner-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    folder_ = root_ / std::string(120, 'd');
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Result<std::string> ask(const OwnerRequest& request) {
    std::string got;
    ICN_TRY(ask_owner(folder_, request, [&](std::string_view piece) { got.append(piece); }));
    return got;
  }

  // Opens a raw connection.
  int dial() {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int opened = ::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(opened) + "/icn.sock";
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ::close(opened);
    return fd;
  }

  static std::string read_all(int fd) {
    std::string got;
    char buffer[256];
    for (ssize_t n = 0; (n = ::recv(fd, buffer, sizeof buffer, 0)) > 0;)
      got.append(buffer, static_cast<std::size_t>(n));
    ::close(fd);
    return got;
  }

  // Returns the answer to a client that sends these bytes.
  std::string say(const std::string& line) {
    const int fd = dial();
    EXPECT_EQ(::send(fd, line.data(), line.size(), MSG_NOSIGNAL), static_cast<ssize_t>(line.size()));
    return read_all(fd);
  }

  std::filesystem::path root_;
  std::filesystem::path folder_;
};

TEST_F(OwnerSocket, CarriesTheRequestAndThePayload) {
  auto server = OwnerServer::start(folder_, [](const OwnerRequest& request, OwnerReply& reply) -> Result<void> {
    return reply.write(request.verb + "|" + request.job + "|" + request.option + "\nsecond line\n");
  });
  ASSERT_TRUE(server) << server.error().detail;
  const auto answer = ask({"logs", "bafy", "follow"});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(*answer, "logs|bafy|follow\nsecond line\n");
  EXPECT_EQ(*ask({"describe", "x", ""}), "describe|x|\nsecond line\n");
}

TEST_F(OwnerSocket, CarriesWordsWithAnyCharacterInThem) {
  auto server = OwnerServer::start(folder_, [](const OwnerRequest& request, OwnerReply& reply) -> Result<void> {
    return reply.write(request.job + "|" + request.option);
  });
  ASSERT_TRUE(server);
  std::string all;
  for (int c = 0; c < 256; ++c) all.push_back(static_cast<char>(c));
  const auto answer = ask({"backup", "/a path/%41\n" + all, " "});
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(*answer, "/a path/%41\n" + all + "| ");
}

TEST_F(OwnerSocket, CarriesTheErrorOfTheHandler) {
  auto server = OwnerServer::start(folder_, [](const OwnerRequest&, OwnerReply&) -> Result<void> {
    return refuse(ErrorCode::not_found, "job_id", "no job: of that id\n", "a b%");
  });
  ASSERT_TRUE(server);
  const auto answer = ask({"cancel", "x", ""});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error(), (Error{ErrorCode::not_found, "no job: of that id\n", "job_id", "a b%"}));
}

TEST_F(OwnerSocket, RefusesARequestOfTooManyWordsOrBytes) {
  auto server =
      OwnerServer::start(folder_, [](const OwnerRequest&, OwnerReply& reply) { return reply.write("reached"); });
  ASSERT_TRUE(server);
  EXPECT_EQ(ask({"a", std::string(kOwnerRequestBytesMax + 1'000, 'b'), ""}).error().code, ErrorCode::limit_exceeded);
  for (const std::string line : {"a b c d\n", "a %zz\n", "a %2\n"}) {
    EXPECT_TRUE(say(line).starts_with("error invalid_format ")) << line << say(line);
  }
  EXPECT_EQ(*ask({"a", "b", "c"}), "reached");
}

TEST_F(OwnerSocket, NobodyListeningIsBusyNotAHang) { EXPECT_EQ(ask({"logs", "x", ""}).error().code, ErrorCode::busy); }

TEST_F(OwnerSocket, AFollowerGetsWhatComesUntilTheJobEnds) {
  LogHub hub;
  const model::JobId job;
  hub.open(job);
  hub.write(job, "one\n");
  auto server = OwnerServer::start(folder_, [&](const OwnerRequest&, OwnerReply& reply) -> Result<void> {
    for (std::size_t offset = 0;;) {
      const LogHub::Piece piece = hub.read(job, offset, LogHub::Follow::yes);
      if (piece.ended) return {};
      ICN_TRY(reply.write(piece.text));
      offset += piece.text.size();
    }
  });
  ASSERT_TRUE(server);
  std::string got;
  std::jthread writer = start_thread("writer", [&] {
    hub.write(job, "two\n");
    hub.close(job);
  });
  ASSERT_TRUE(ask_owner(folder_, {"logs", "x", "follow"}, [&](std::string_view piece) { got.append(piece); }));
  EXPECT_EQ(got, "one\ntwo\n");
}

TEST_F(OwnerSocket, AClientTooManyReadsThatTheOwnerIsBusy) {
  Mutex mutex;
  Condition changed;
  std::size_t served = 0;
  bool released = false;
  auto server = OwnerServer::start(folder_, [&](const OwnerRequest&, OwnerReply& reply) -> Result<void> {
    {
      Lock lock(mutex);
      ++served;
      changed.notify_all();
      while (!released) changed.wait(lock);
    }
    return reply.write("served");
  });
  ASSERT_TRUE(server);
  std::vector<std::jthread> clients;
  for (std::size_t i = 0; i < kOwnerClientsMax; ++i)
    clients.push_back(start_thread("client", [&] { EXPECT_EQ(ask({"hash", "", ""}), "served"); }));
  {
    Lock lock(mutex);
    while (served < kOwnerClientsMax) changed.wait(lock);
  }
  const Result<std::string> refused = ask({"hash", "", ""});
  {
    Lock lock(mutex);
    released = true;
    changed.notify_all();
  }
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::busy);
  EXPECT_NE(refused.error().detail.find("16 clients"), std::string::npos) << refused.error().detail;
}

TEST_F(OwnerSocket, ARequestHasADeadlineHoweverManyBytesCome) {
  auto server = OwnerServer::start(
      folder_, [](const OwnerRequest&, OwnerReply& reply) { return reply.write("reached"); }, {.request_ms = 50});
  ASSERT_TRUE(server);
  const int fd = dial();
  // Sends a byte from time to time for as long as the owner accepts them.
  pollfd answered{.fd = fd, .events = POLLIN, .revents = 0};
  std::size_t sent = 0;
  while (::poll(&answered, 1, 5) == 0 && ::send(fd, "x", 1, MSG_NOSIGNAL) == 1) ++sent;
  EXPECT_LT(sent, kOwnerRequestBytesMax);
  EXPECT_TRUE(read_all(fd).starts_with("error invalid_format "));
}

TEST_F(OwnerSocket, AReaderThatStopsReadingIsDropped) {
  Mutex mutex;
  Condition changed;
  std::optional<Result<void>> written;
  auto server = OwnerServer::start(folder_,
                                   [&](const OwnerRequest&, OwnerReply& reply) -> Result<void> {
                                     Result<void> result = reply.write(std::string(64 << 20, 'x'));
                                     Lock lock(mutex);
                                     written = result;
                                     changed.notify_all();
                                     return result;
                                   },
                                   {.stalled_ms = 1});
  ASSERT_TRUE(server);
  const int fd = dial();
  ASSERT_EQ(::send(fd, "logs x\n", 7, MSG_NOSIGNAL), 7);
  {
    Lock lock(mutex);
    while (!written) changed.wait(lock);
    EXPECT_FALSE(*written);
  }
  ::close(fd);
}

TEST_F(OwnerSocket, AReaderThatStopsReadingDoesNotHoldTheOwnersEnd) {
  auto server = OwnerServer::start(
      folder_,
      [&](const OwnerRequest&, OwnerReply& reply) -> Result<void> { return reply.write(std::string(64 << 20, 'x')); },
      {.stalled_ms = 1'000'000'000, .ending_ms = 1});
  ASSERT_TRUE(server);
  const int fd = dial();
  ASSERT_EQ(::send(fd, "logs x\n", 7, MSG_NOSIGNAL), 7);
  // The handler is writing.
  char begun[3];
  ASSERT_EQ(::recv(fd, begun, sizeof begun, MSG_WAITALL), 3);
  server->reset();
  ::close(fd);
}

TEST_F(OwnerSocket, WithoutADescriptorForItAClientIsRefused) {
  auto server =
      OwnerServer::start(folder_, [](const OwnerRequest&, OwnerReply& reply) { return reply.write("reached"); });
  ASSERT_TRUE(server);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int opened = ::open(folder_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(opened) + "/icn.sock";
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // No number below the limit is free.
  const int highest = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
  const rlimit none{static_cast<rlim_t>(highest), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const std::string refused = read_all(fd);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ::close(highest);
  ::close(opened);
  EXPECT_TRUE(refused.starts_with("error busy ")) << refused;
  EXPECT_EQ(*ask({"a", "b", "c"}), "reached") << "the next one is served";
}

}  // namespace
}  // namespace icn::node
