#include "http/detail/link.hpp"

#include <boost/asio/ssl/stream.hpp>

namespace icn::http::detail {
namespace {

class PlainLink : public Link {
 public:
  explicit PlainLink(Socket socket) : socket_(std::move(socket)) {}
  void handshake(std::function<void(ErrorCodeOf)> done) override { done({}); }
  void read_some(asio::mutable_buffer into, Done done) override { socket_.async_read_some(into, std::move(done)); }
  void write_some(asio::const_buffer from, Done done) override { socket_.async_write_some(from, std::move(done)); }
  void end_sending(std::function<void()> done) override {
    ErrorCodeOf ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    done();
  }
  void close() override {
    ErrorCodeOf ignored;
    socket_.close(ignored);
  }

 private:
  Socket socket_;
};

class TlsLink : public Link {
 public:
  TlsLink(Socket socket, asio::ssl::context& tls) : stream_(std::move(socket), tls) {}
  void handshake(std::function<void(ErrorCodeOf)> done) override {
    stream_.async_handshake(asio::ssl::stream_base::server, std::move(done));
  }
  void read_some(asio::mutable_buffer into, Done done) override { stream_.async_read_some(into, std::move(done)); }
  void write_some(asio::const_buffer from, Done done) override { stream_.async_write_some(from, std::move(done)); }
  void end_sending(std::function<void()> done) override {
    stream_.async_shutdown([done = std::move(done)](ErrorCodeOf) { done(); });
  }
  void close() override {
    ErrorCodeOf ignored;
    stream_.lowest_layer().close(ignored);
  }

 private:
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

std::unique_ptr<Link> plain_link(Socket socket) { return std::make_unique<PlainLink>(std::move(socket)); }
std::unique_ptr<Link> tls_link(Socket socket, asio::ssl::context& tls) {
  return std::make_unique<TlsLink>(std::move(socket), tls);
}

}  // namespace icn::http::detail
