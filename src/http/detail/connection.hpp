// One connection: reads requests, hands each to a worker, sends the answers in order.
//
// Everything but the Exchange runs on the thread of the connection's context, so only what both sides use is locked.
#pragma once
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <map>
#include <vector>

#include "core/mutex.hpp"
#include "http/detail/link.hpp"
#include "http/detail/request_reader.hpp"
#include "http/server.hpp"

namespace icn::http::detail {

// What all connections of a server share.
struct Shared {
  std::shared_ptr<Handler> handler;
  std::function<Result<void>(std::function<void()> work, std::string_view owner)> submit;
  std::function<Result<void>(std::function<void()> work, std::string_view owner)> submit_lasting;
  ServerTimes times;
  ServerLimits limits;
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> refused_busy{0};
  std::atomic<std::uint64_t> dropped{0};
  Mutex mutex;
  Condition changed;
  std::size_t serving ICN_GUARDED_BY(mutex) = 0;  // requests with a worker, or waiting for one
  std::size_t open ICN_GUARDED_BY(mutex) = 0;     // connections
  std::map<std::string, std::size_t, std::less<>> open_of ICN_GUARDED_BY(mutex);  // by address
};

// A deadline that moves; calls back once when it passes.
class Deadline {
 public:
  explicit Deadline(asio::io_context& context) : timer_(context) {}
  void set(std::uint64_t ms, std::function<void()> passed);
  void clear();

 private:
  asio::steady_timer timer_;
  std::uint64_t round_ = 0;
};

class Connection : public Exchange, public std::enable_shared_from_this<Connection> {
 public:
  // `closed` is called once, on the context's thread.
  Connection(std::shared_ptr<Shared> shared, asio::io_context& context, std::unique_ptr<Link> link, Peer peer,
             std::function<void(Connection&)> closed);
  void start();
  // Closes the connection now if it is idle, else after the request in flight.
  void drain();
  void close();

  // The side of the worker.
  [[nodiscard]] const Request& request() const override { return reader_.request(); }
  [[nodiscard]] Result<std::size_t> read(std::uint8_t* to, std::size_t size) override;
  [[nodiscard]] Result<void> begin(unsigned status, Headers headers, std::optional<std::uint64_t> bytes) override;
  [[nodiscard]] bool has_begun() const override;
  [[nodiscard]] Result<void> write(ByteView bytes) override;
  [[nodiscard]] bool is_gone() const override;
  void abort() override;

 private:
  enum class Phase : std::uint8_t { greeting, head, serving, ending, closed };
  static constexpr std::size_t kInboxMax = 64 * 1024;
  static constexpr std::size_t kOutboxMax = 128 * 1024;
  static constexpr std::size_t kKeptBytes = 4 * 1024;  // of each buffer while the connection is idle

  void await_request();
  void read_more();
  void received(std::size_t bytes);
  void take_head();
  void admit();
  void feed_body();
  void body_ended(bool whole);
  void submit();
  static void serve(std::shared_ptr<Connection> self);
  void served();
  void answer_here(Answer answer);
  void refuse_here(unsigned status, const Error& error);
  void body_late();
  void send();
  void send_piece();
  void sent(std::size_t bytes);
  void answered();
  void linger();
  void drop();
  void post_send() ICN_REQUIRES(mutex_);
  [[nodiscard]] std::string head_of(unsigned status, const Headers& headers, std::optional<std::uint64_t> bytes)
      ICN_REQUIRES(mutex_);
  [[nodiscard]] Error gone_error() const;

  const std::shared_ptr<Shared> shared_;
  asio::io_context& context_;
  std::unique_ptr<Link> link_;
  const Peer peer_;
  std::function<void(Connection&)> on_closed_;

  // Of the context's thread.
  RequestReader reader_;
  Phase phase_ = Phase::greeting;
  bool is_reading_ = false;
  bool has_ended_ = false;  // the client sends nothing more
  bool is_submitted_ = false;
  bool is_late_ = false;  // the head's deadline is set
  bool closes_ = false;   // after this answer
  std::string owner_;
  bool is_lasting_ = false;
  std::uint64_t body_bytes_max_ = 0;
  std::uint64_t body_marked_ = 0;  // bytes at the last extension of the deadline
  std::vector<char> piece_;        // small while the connection is idle
  std::string sending_;
  std::size_t sent_ = 0;
  std::uint64_t sent_since_ = 0;
  bool is_sending_ = false;
  Deadline in_deadline_;
  Deadline out_deadline_;

  // Of both sides.
  mutable Mutex mutex_;
  Condition changed_;
  std::string inbox_ ICN_GUARDED_BY(mutex_);
  bool in_done_ ICN_GUARDED_BY(mutex_) = false;
  std::optional<Error> in_error_ ICN_GUARDED_BY(mutex_);
  std::string outbox_ ICN_GUARDED_BY(mutex_);
  bool has_begun_ ICN_GUARDED_BY(mutex_) = false;
  bool is_chunked_ ICN_GUARDED_BY(mutex_) = false;
  bool drops_body_ ICN_GUARDED_BY(mutex_) = false;  // a HEAD request, or a status without one
  std::optional<std::uint64_t> out_left_ ICN_GUARDED_BY(mutex_);
  bool out_done_ ICN_GUARDED_BY(mutex_) = false;
  bool is_posted_ ICN_GUARDED_BY(mutex_) = false;
  bool is_broken_ ICN_GUARDED_BY(mutex_) = false;
  bool is_gone_ ICN_GUARDED_BY(mutex_) = false;
  bool is_aborted_ ICN_GUARDED_BY(mutex_) = false;
  bool keeps_alive_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn::http::detail
