// Goal: the server carries requests and answers whole, and no client can hold or break it.
#include "http/server.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <atomic>

#include "http/testing/server_fixture.hpp"

namespace icn::http {
namespace {

using testing::RawClient;
using testing::ServerTest;
using testing::TestHandler;
using testing::Workers;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
constexpr std::string_view kLast = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

// Answers with the method, the target and the body.
void echo(Exchange& exchange) {
  std::string body = exchange.request().method + " " + exchange.request().target + "\n";
  std::uint8_t piece[1'000];
  for (;;) {
    const auto got = exchange.read(piece, sizeof piece);
    if (!got) {
      static_cast<void>(exchange.answer(problem_answer(got.error())).has_value());
      return;
    }
    if (*got == 0) break;
    body.append(reinterpret_cast<const char*>(piece), *got);
  }
  static_cast<void>(exchange.answer({200, {{"content-type", "text/plain"}}, std::move(body)}).has_value());
}

// Waits for something that other threads do.
class Signal {
 public:
  void raise() {
    Lock lock(mutex_);
    raised_ = true;
    changed_.notify_all();
  }
  void wait() {
    Lock lock(mutex_);
    while (!raised_) changed_.wait(lock);
  }

 private:
  Mutex mutex_;
  Condition changed_;
  bool raised_ ICN_GUARDED_BY(mutex_) = false;
};

using HttpServer = ServerTest;

TEST_F(HttpServer, AnswersARequest) {
  serve(&echo);
  EXPECT_EQ(say(kLast),
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 6\r\nconnection: close\r\n\r\nGET /\n");
}

TEST_F(HttpServer, KeepsAConnectionForFurtherRequests) {
  serve(&echo);
  RawClient client(socket());
  for (int i = 0; i < 3; ++i) {
    client.send("POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    EXPECT_TRUE(client.read_until("abc").ends_with("\r\n\r\nPOST /" + std::to_string(i) + "\nabc"));
  }
  client.send(std::string(kGet) + std::string(kGet) + std::string(kLast));
  const std::string all = client.read_all();
  std::size_t answers = 0;
  for (std::size_t at = all.find("HTTP/1.1 200"); at != std::string::npos; at = all.find("HTTP/1.1 200", at + 1))
    ++answers;
  EXPECT_EQ(answers, 3U) << "pipelined requests are answered in order";
}

TEST_F(HttpServer, KnowsTheUserOfAUnixSocket) {
  serve([](Exchange& exchange) {
    const auto user = exchange.request().peer.user;
    static_cast<void>(exchange.answer({200, {}, user ? std::to_string(*user) : "none"}).has_value());
  });
  EXPECT_TRUE(say(kLast).ends_with("\r\n\r\n" + std::to_string(::geteuid())));
}

TEST_F(HttpServer, ContinuesARequestThatWaitsForIt) {
  serve(&echo);
  RawClient client(socket());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("abc");
  EXPECT_TRUE(client.read_all().ends_with("\r\n\r\nPOST /\nabc"));
}

TEST_F(HttpServer, StreamsLongBodiesBothWaysInBoundedPieces) {
  constexpr std::uint64_t kBytes = 256ULL << 20;
  std::atomic<std::uint64_t> received{0};
  auto handler = std::make_shared<TestHandler>();
  handler->on_admit = [](const Request&) { return Admission{.body_bytes_max = kBytes}; };
  handler->on_serve = [&](Exchange& exchange) {
    std::vector<std::uint8_t> piece(100'000);
    std::uint64_t all = 0;
    for (;;) {
      const auto got = exchange.read(piece.data(), piece.size());
      ASSERT_TRUE(got) << got.error().detail;
      // What is held for the worker is bounded, whatever the client sends.
      ASSERT_LE(*got, 64U * 1024);
      if (*got == 0) break;
      all += *got;
    }
    received = all;
    ASSERT_TRUE(exchange.begin(200, {}, std::nullopt));
    for (std::uint64_t sent = 0; sent < all; sent += piece.size())
      ASSERT_TRUE(exchange.write(ByteView(piece).first(std::min<std::uint64_t>(piece.size(), all - sent))));
  };
  start(std::move(handler));
  RawClient client(socket());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " + std::to_string(kBytes) +
              "\r\n\r\n");
  const std::string piece(1 << 20, 'x');
  for (std::uint64_t sent = 0; sent < kBytes; sent += piece.size()) ASSERT_TRUE(client.send(piece));
  std::uint64_t got = 0;
  std::string tail;
  std::vector<char> buffer(1 << 20);
  for (ssize_t n = 0; (n = ::recv(client.fd(), buffer.data(), buffer.size(), 0)) > 0;) {
    got += static_cast<std::uint64_t>(n);
    tail.append(buffer.data(), static_cast<std::size_t>(n));
    if (tail.size() > 16) tail.erase(0, tail.size() - 16);
  }
  EXPECT_EQ(received.load(), kBytes);
  EXPECT_GT(got, kBytes);
  EXPECT_TRUE(tail.ends_with("\r\n0\r\n\r\n"));
}

TEST_F(HttpServer, AnAnswerThatIsNotWholeIsCut) {
  serve([](Exchange& exchange) {
    ASSERT_TRUE(exchange.begin(200, {}, std::nullopt));
    ASSERT_TRUE(exchange.write(view_of("part")));
    exchange.abort();
  });
  const std::string got = say(kGet);
  EXPECT_EQ(got.find("0\r\n\r\n"), std::string::npos) << got;
}

TEST_F(HttpServer, AHandlerThatDoesNotAnswerIsAnError) {
  serve([](Exchange&) {});
  EXPECT_TRUE(say(kLast).starts_with("HTTP/1.1 500 "));
}

TEST_F(HttpServer, HeadGetsNoBody) {
  serve(&echo);
  EXPECT_TRUE(say("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .ends_with("content-length: 7\r\nconnection: close\r\n\r\n"));
}

TEST_F(HttpServer, RefusesABodyAboveItsBound) {
  auto handler = std::make_shared<TestHandler>();
  handler->on_admit = [](const Request&) { return Admission{.body_bytes_max = 10}; };
  handler->on_serve = &echo;
  start(std::move(handler));
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_TRUE(say(head + "Content-Length: 11\r\n\r\n").starts_with("HTTP/1.1 413 ")) << "before it is sent";
  EXPECT_TRUE(say(head + "Transfer-Encoding: chunked\r\n\r\nb\r\nabcdefghijk\r\n").starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(say(head + "Content-Length: 10\r\nConnection: close\r\n\r\nabcdefghij").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServer, AClientThatSendsOnReadsItsRefusal) {
  auto handler = std::make_shared<TestHandler>();
  handler->on_admit = [](const Request&) { return Admission{.body_bytes_max = 10}; };
  start(std::move(handler));
  RawClient client(socket());
  // More than the buffers of the socket hold: it is read and thrown away.
  std::jthread sender([&] {
    client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n");
    client.send(std::string(4'000'000, 'x'));
  });
  EXPECT_TRUE(client.read_until("max_body_bytes").starts_with("HTTP/1.1 413 "));
  sender.join();
}

TEST_F(HttpServer, AnswersMalformedRequestsAndCloses) {
  serve(&echo);
  EXPECT_TRUE(say("GET / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 400 "));
  EXPECT_TRUE(say("nonsense\r\n\r\n").starts_with("HTTP/1.1 400 "));
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100'000; ++i) many += "a:b\r\n";
  EXPECT_TRUE(say(many + "\r\n").starts_with("HTTP/1.1 431 "));
  RawClient silent(socket());
  silent.end_sending();
  EXPECT_EQ(silent.read_all(), "") << "a client that says nothing and leaves";
}

TEST_F(HttpServer, ATruncatedRequestReachesNoHandler) {
  std::atomic<int> served{0};
  serve([&](Exchange& exchange) {
    ++served;
    echo(exchange);
  });
  for (const std::string_view text : {"GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
                                      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}) {
    RawClient client(socket());
    client.send(text);
    client.end_sending();
    EXPECT_EQ(client.read_all(), "") << text;
  }
  EXPECT_EQ(served.load(), 0);
}

TEST_F(HttpServer, AFullQueueRefusesBeforeAnythingHappens) {
  workers_ = std::make_unique<Workers>(1, 0);
  std::atomic<int> served{0};
  serve([&](Exchange&) { ++served; });
  const std::string refused = say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_NE(refused.find("retry-after: 1\r\n"), std::string::npos) << refused;
  EXPECT_EQ(served.load(), 0);
  EXPECT_EQ(server_->counts().requests_refused_busy, 1U);
}

TEST_F(HttpServer, DropsAClientThatDoesNotFinishItsHead) {
  serve(&echo, {.head_ms = 1});
  RawClient client(socket());
  client.send("GET / HT");
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 408 "));
}

TEST_F(HttpServer, DropsAClientThatSaysNothing) {
  serve(&echo, {.idle_ms = 1});
  RawClient client(socket());
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(HttpServer, DropsAClientThatDoesNotFinishItsBody) {
  std::atomic<int> served{0};
  serve([&](Exchange&) { ++served; }, {.stalled_ms = 1});
  EXPECT_TRUE(say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(served.load(), 0) << "a short body is whole before a worker takes the request";
}

TEST_F(HttpServer, ALongBodyThatStallsEndsItsWorker) {
  Signal ended;
  std::optional<Error> error;
  auto handler = std::make_shared<TestHandler>();
  handler->on_admit = [](const Request&) { return Admission{.body_bytes_max = 1 << 30}; };
  handler->on_serve = [&](Exchange& exchange) {
    std::vector<std::uint8_t> piece(100'000);
    for (;;) {
      const auto got = exchange.read(piece.data(), piece.size());
      if (got && *got > 0) continue;
      if (!got) error = got.error();
      break;
    }
    ended.raise();
  };
  start(std::move(handler), {.stalled_ms = 1});
  RawClient client(socket());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(100'000, 'x'));
  ended.wait();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->rule, "body_time");
}

TEST_F(HttpServer, ALongBodyThatStallsAfterItsWorkerCaughtUpEndsItToo) {
  Signal ended;
  std::optional<Error> error;
  auto handler = std::make_shared<TestHandler>();
  handler->on_admit = [](const Request&) { return Admission{.body_bytes_max = 1 << 30}; };
  handler->on_serve = [&](Exchange& exchange) {
    // The buffer was full when the worker was asked; it is emptied, and nothing follows.
    std::vector<std::uint8_t> piece(100'000);
    for (;;) {
      const auto got = exchange.read(piece.data(), piece.size());
      if (got && *got > 0) continue;
      if (!got) error = got.error();
      break;
    }
    ended.raise();
  };
  start(std::move(handler), {.stalled_ms = 200});
  RawClient client(socket());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(64 * 1024, 'x'));
  ended.wait();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->rule, "body_time");
}

TEST_F(HttpServer, AReaderThatStopsReadingIsDropped) {
  Signal ended;
  std::optional<Error> error;
  serve(
      [&](Exchange& exchange) {
        const auto written = exchange.answer({200, {}, std::string(64 << 20, 'x')});
        if (!written) error = written.error();
        ended.raise();
      },
      {.stalled_ms = 1});
  RawClient client(socket());
  client.send(kGet);
  ended.wait();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->rule, "client_gone");
}

TEST_F(HttpServer, AShortAnswerHoldsNoWorkerWhateverItsReaderDoes) {
  workers_ = std::make_unique<Workers>(1);
  serve([](Exchange& exchange) { static_cast<void>(exchange.answer({200, {}, std::string(100'000, 'x')})); });
  // Readers that never read; the only worker serves the next client.
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 8; ++i) {
    silent.push_back(std::make_unique<RawClient>(socket()));
    silent.back()->send(kGet);
  }
  EXPECT_TRUE(say(kLast).starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServer, AClientThatLeavesIsNoticed) {
  Signal begun;
  Signal noticed;
  serve([&](Exchange& exchange) {
    begun.raise();
    while (!exchange.is_gone()) std::this_thread::yield();
    noticed.raise();
  });
  {
    RawClient client(socket());
    client.send(kGet);
    begun.wait();
  }
  noticed.wait();
}

TEST_F(HttpServer, BoundsItsConnections) {
  serve(&echo, {}, {.connections_max = 2});
  RawClient first(socket());
  RawClient second(socket());
  first.send(kGet);
  second.send(kGet);
  EXPECT_FALSE(first.read_until("GET /").empty());
  EXPECT_FALSE(second.read_until("GET /").empty());
  EXPECT_TRUE(say("").starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(server_->counts().connections_refused, 1U);
  first.close();
  // The place is free as soon as the server has noticed.
  std::string answer;
  while (!answer.starts_with("HTTP/1.1 200 ")) answer = say(kLast);
}

TEST_F(HttpServer, WithoutADescriptorForItAClientIsRefused) {
  serve(&echo);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  // No number below the limit is free.
  const int highest = ::fcntl(0, F_DUPFD_CLOEXEC, 0);
  const rlimit none{static_cast<rlim_t>(highest), before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  RawClient client(fd);
  const std::string refused = client.read_all();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ::close(highest);
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
  EXPECT_TRUE(say(kLast).starts_with("HTTP/1.1 200 ")) << "the next one is served";
}

TEST_F(HttpServer, DrainingFinishesWhatIsInFlight) {
  Signal begun;
  Signal released;
  serve([&](Exchange& exchange) {
    begun.raise();
    released.wait();
    echo(exchange);
  });
  RawClient idle(socket());
  RawClient busy(socket());
  busy.send(kGet);
  begun.wait();
  EXPECT_FALSE(server_->drain(1)) << "a request is in flight";
  EXPECT_EQ(idle.read_all(), "") << "an idle connection is closed";
  released.raise();
  const std::string answer = busy.read_all();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  EXPECT_NE(answer.find("connection: close"), std::string::npos);
  busy.close();
  EXPECT_TRUE(server_->drain(60'000));
}

TEST_F(HttpServer, TheEndDoesNotWaitForClients) {
  Signal begun;
  serve([&](Exchange& exchange) {
    begun.raise();
    // Waits for a body that never comes, then for a reader that never reads.
    std::uint8_t byte = 0;
    while (exchange.read(&byte, 1)) {
    }
    EXPECT_FALSE(exchange.answer({200, {}, std::string(64 << 20, 'x')}));
  });
  RawClient client(socket());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(70'000, 'x'));
  begun.wait();
  server_.reset();
  EXPECT_FALSE(std::filesystem::exists(socket()));
}

TEST_F(HttpServer, ServesManyIdleConnections) {
  serve(&echo);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 400; ++i) clients.push_back(std::make_unique<RawClient>(socket()));
  EXPECT_TRUE(say(kLast).starts_with("HTTP/1.1 200 "));
  for (const auto& client : clients) {
    client->send(kLast);
    EXPECT_TRUE(client->read_all().starts_with("HTTP/1.1 200 "));
  }
}

}  // namespace
}  // namespace icn::http
