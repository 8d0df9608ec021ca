// Reads requests from the bytes of a connection: strictly, so that a proxy in front never sees other boundaries. It
// refuses what readers interpret differently (two lengths, a length and chunks, folded lines, bare line ends) rather
// than choosing a meaning. Bounded; used by one thread; never waits.
#pragma once
#include <memory>

#include "http/server.hpp"

namespace icn::http::detail {

class RequestReader {
 public:
  explicit RequestReader(const ServerLimits& limits);
  ~RequestReader();

  void add(std::string_view bytes) { raw_.append(bytes); }
  // Whether bytes were received that no request has used.
  [[nodiscard]] bool has_bytes() const { return !raw_.empty(); }

  enum class Head : std::uint8_t { more, ready, bad };
  // After `ready` the request is known, and read_body() follows.
  [[nodiscard]] Head read_head();
  enum class Body : std::uint8_t { more, full, done, bad };
  // Appends at most `room` bytes of the body.
  [[nodiscard]] Body read_body(std::string& to, std::size_t room);
  // After `done`: the next request begins.
  void next();

  // After `bad`.
  [[nodiscard]] unsigned bad_status() const { return bad_status_; }
  [[nodiscard]] const Error& error() const { return error_; }

  [[nodiscard]] Request& request() { return request_; }
  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] bool keeps_alive() const { return keeps_alive_; }
  [[nodiscard]] bool expects_continue() const { return expects_continue_; }
  [[nodiscard]] bool is_http_1_0() const { return is_http_1_0_; }
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  struct Parser;
  Head refuse_head(unsigned status, std::string rule, std::string detail);
  [[nodiscard]] Head scan_head();
  [[nodiscard]] Head take_head();
  [[nodiscard]] bool is_framed_once();

  const ServerLimits limits_;
  std::string raw_;
  std::size_t scanned_ = 0;  // of the head
  std::size_t fields_ = 0;
  std::unique_ptr<Parser> parser_;
  Request request_;
  bool keeps_alive_ = false;
  bool expects_continue_ = false;
  bool is_http_1_0_ = false;
  std::uint64_t body_bytes_ = 0;
  unsigned bad_status_ = 0;
  Error error_;
};

}  // namespace icn::http::detail
