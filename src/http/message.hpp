// What a handler sees of HTTP: the head of a request, an answer, and the exchange of their bodies. Values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace icn::http {

struct Header {
  std::string name;  // in lower case
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};
using Headers = std::vector<Header>;

// The first header of this name; null if there is none.
[[nodiscard]] const std::string* find_header(const Headers& headers, std::string_view lower_name);

// The other end of a connection.
struct Peer {
  std::optional<std::uint32_t> user = {};  // of the process at the other end of a unix socket
  std::string address = {};                // of a TCP connection, without its port
  bool is_encrypted = false;
};

struct Request {
  std::string method = {};
  std::string target = {};  // as it was sent; begins with '/'
  Headers headers = {};
  Peer peer = {};
  std::optional<std::uint64_t> body_bytes = {};  // none: the body is chunked
};

struct Answer {
  unsigned status = 200;
  Headers headers = {};
  std::string body = {};
};

// The standard phrase of a status.
[[nodiscard]] std::string_view status_phrase(unsigned status);

// The bodies of one request and its answer. Used by the one thread that serves it. Reading and writing wait for the
// client, who is dropped when it makes no progress; an error then means that the client is gone.
class Exchange {
 public:
  virtual ~Exchange() = default;
  [[nodiscard]] virtual const Request& request() const = 0;
  // Reads at most `size` bytes of the body; returns their number, 0 at the end. Errors: limit_exceeded
  // (max_body_bytes), invalid_format, cancelled (the client is gone).
  [[nodiscard]] virtual Result<std::size_t> read(std::uint8_t* to, std::size_t size) = 0;
  // Sends the head of the answer, once. `bytes` is the length of its body; none: until the end of the exchange.
  [[nodiscard]] virtual Result<void> begin(unsigned status, Headers headers, std::optional<std::uint64_t> bytes) = 0;
  [[nodiscard]] virtual bool has_begun() const = 0;
  // Errors: cancelled (the client is gone).
  [[nodiscard]] virtual Result<void> write(ByteView bytes) = 0;
  // Whether the client has closed its end or the server is closing the connection.
  [[nodiscard]] virtual bool is_gone() const = 0;
  // Ends the connection, so that the client sees that a begun answer is not whole.
  virtual void abort() = 0;

  // Sends a whole answer.
  [[nodiscard]] Result<void> answer(Answer answer);
};

// What is decided about a request before its body is read.
struct Admission {
  std::optional<Answer> answer = {};  // sent in place of serving the request
  std::uint64_t body_bytes_max = 0;
  std::string owner = {};   // whose turn it takes among the waiting requests
  bool is_lasting = false;  // served until the client leaves, so not by the workers of the other requests
};

class Handler {
 public:
  virtual ~Handler() = default;
  // Called on a thread that serves many sockets: must not wait for anything.
  [[nodiscard]] virtual Admission admit(const Request& request) = 0;
  // Called on a worker's thread, concurrently.
  virtual void serve(Exchange& exchange) = 0;
  // The answer to what is not a request that admit() could see: malformed, too large, too late, too much work.
  [[nodiscard]] virtual Answer refuse(unsigned status, const Error& error) = 0;
};

}  // namespace icn::http
