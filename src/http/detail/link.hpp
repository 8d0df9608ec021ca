// A connected socket with or without TLS, for callbacks on its context's thread.
#pragma once
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>

#include <functional>
#include <memory>

namespace icn::http::detail {

namespace asio = boost::asio;
using Socket = asio::generic::stream_protocol::socket;
using ErrorCodeOf = boost::system::error_code;

class Link {
 public:
  using Done = std::function<void(ErrorCodeOf, std::size_t)>;
  virtual ~Link() = default;
  virtual void handshake(std::function<void(ErrorCodeOf)> done) = 0;
  virtual void read_some(asio::mutable_buffer into, Done done) = 0;
  virtual void write_some(asio::const_buffer from, Done done) = 0;
  // Announces that nothing more will be sent.
  virtual void end_sending(std::function<void()> done) = 0;
  virtual void close() = 0;
};

[[nodiscard]] std::unique_ptr<Link> plain_link(Socket socket);
[[nodiscard]] std::unique_ptr<Link> tls_link(Socket socket, asio::ssl::context& tls);

}  // namespace icn::http::detail
