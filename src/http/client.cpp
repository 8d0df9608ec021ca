#include "http/client.hpp"

#include <arpa/inet.h>

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "http/detail/wire.hpp"
#include "http/frames.hpp"
#include "http/problem.hpp"
#include "http/server.hpp"
#include "model/job.hpp"
#include "runtime/run.hpp"

namespace icn::http {
namespace {

namespace beast_http = boost::beast::http;
using api::Json;
using api::Operation;
using detail::Wire;

std::string encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view plain = "-._~";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        plain.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
  }
  return out;
}

std::string value_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The request of a row on its way: target and body.
struct Outgoing {
  std::string target;
  std::string body;
};

Outgoing outgoing(const Operation& row, Json request) {
  Outgoing out;
  std::string_view path = row.path;
  while (!path.empty()) {
    const std::size_t open = std::min(path.find('{'), path.size());
    out.target += path.substr(0, open);
    if (open == path.size()) break;
    const std::size_t close = path.find('}');
    const std::string name(path.substr(open + 1, close - open - 1));
    out.target += encode(value_text(request[name]));
    request.erase(name);
    path.remove_prefix(close + 1);
  }
  if (row.streams != api::Streams::in && (row.method == "POST" || row.method == "PUT")) {
    out.body = request.dump(-1, ' ', false, Json::error_handler_t::replace);
    return out;
  }
  char separator = '?';
  const auto add = [&](const std::string& name, const Json& value) {
    out.target += std::exchange(separator, '&') + encode(name) + "=" + encode(value_text(value));
  };
  for (const auto& [name, value] : request.items()) {
    if (value.is_null()) continue;
    if (!value.is_array()) {
      add(name, value);
      continue;
    }
    for (const Json& item : value) add(name, item);
  }
  return out;
}

// The answer of a node as its bytes arrive.
class Incoming {
 public:
  Incoming(Wire& wire, std::function<void()> each) : wire_(wire), each_(std::move(each)) {
    parser_.header_limit(64 * 1024);
    parser_.body_limit(boost::none);
    parser_.eager(true);
  }

  // Reads the head. Errors: infrastructure.
  Result<unsigned> status() {
    while (!parser_.is_header_done()) ICN_TRY(step(nullptr, 0));
    if (parser_.get().result_int() == 100) return fail(malformed("an interim answer"));
    return parser_.get().result_int();
  }
  std::string content_type() {
    const auto type = parser_.get()[beast_http::field::content_type];
    return {type.data(), type.size()};
  }
  Result<std::size_t> read(std::uint8_t* to, std::size_t size) {
    while (!parser_.is_done()) {
      const std::size_t got = ICN_TRY(step(to, size));
      if (got > 0) return got;
    }
    return std::size_t{0};
  }

 private:
  static Error malformed(const std::string& what) {
    return {ErrorCode::infrastructure, "the answer of the node cannot be read: " + what, "answer"};
  }

  // Feeds what has arrived to the parser, or waits for more.
  Result<std::size_t> step(std::uint8_t* to, std::size_t size) {
    boost::system::error_code code;
    if (used_ == raw_.size()) {
      raw_.resize(64 * 1024);
      const std::size_t received = ICN_TRY(wire_.receive(raw_.data(), raw_.size(), each_));
      raw_.resize(received);
      used_ = 0;
      if (received == 0) {
        // The parser takes an end only after a beginning.
        if (!parser_.got_some()) return fail(malformed("it ended early"));
        parser_.put_eof(code);
        if (code || !parser_.is_done()) return fail(malformed("it ended early"));
        return std::size_t{0};
      }
    }
    auto& body = parser_.get().body();
    body.data = to;
    body.size = size;
    const std::size_t took = parser_.put(boost::asio::buffer(raw_.data() + used_, raw_.size() - used_), code);
    used_ += took;
    if (code && code != beast_http::error::need_more && code != beast_http::error::need_buffer)
      return fail(malformed(code.message()));
    if (took == 0 && !parser_.is_done() && body.size == size) ICN_TRY(more());
    return size - body.size;
  }

  // The parser needs bytes that follow these.
  Result<void> more() {
    raw_.erase(0, used_);
    used_ = 0;
    const std::size_t before = raw_.size();
    if (before > 128 * 1024) return fail(malformed("a part is too long"));
    raw_.resize(before + 64 * 1024);
    const std::size_t received = ICN_TRY(wire_.receive(raw_.data() + before, raw_.size() - before, each_));
    raw_.resize(before + received);
    if (received == 0) return fail(malformed("it ended early"));
    return {};
  }

  Wire& wire_;
  const std::function<void()> each_;
  beast_http::response_parser<beast_http::buffer_body> parser_;
  std::string raw_;
  std::size_t used_ = 0;
};

Result<void> send_chunk(Wire& wire, std::string_view bytes) {
  if (bytes.empty()) return {};
  char size[24];
  std::string chunk(size, static_cast<std::size_t>(std::snprintf(size, sizeof size, "%zx\r\n", bytes.size())));
  chunk += bytes;
  return wire.send(chunk += "\r\n");
}

// Sends what the context supplies until `read` is at its end.
template <class Read, class Wrap>
Result<void> send_all(Wire& wire, Read read, Wrap wrap) {
  Bytes piece(256 * 1024);
  for (;;) {
    const std::size_t got = ICN_TRY(read(piece.data(), piece.size()));
    if (got == 0) return {};
    ICN_TRY(send_chunk(wire, wrap(text_of(ByteView(piece).first(got)))));
  }
}

Result<void> send_stream(Wire& wire, api::Context& context) {
  const auto same = [](std::string_view bytes) { return std::string(bytes); };
  if (context.next_step) {
    while (const auto step = ICN_TRY(context.next_step())) {
      ICN_TRY(send_chunk(wire, frame_text(kind_of(step->kind), step->name)));
      if (step->kind != api::TreeStep::Kind::file) continue;
      ICN_TRY(send_all(wire, context.in, [](std::string_view bytes) { return frame_text(FrameKind::bytes, bytes); }));
    }
  } else if (context.in_at) {
    std::uint64_t offset = 0;
    ICN_TRY(send_all(
        wire,
        [&](std::uint8_t* to, std::size_t size) -> Result<std::size_t> {
          const std::size_t got = ICN_TRY(context.in_at(offset, {to, size}));
          offset += got;
          return got;
        },
        same));
  } else if (context.in) {
    ICN_TRY(send_all(wire, context.in, same));
  }
  return wire.send("0\r\n\r\n");
}

// Whether bytes of the answer are streamed, or a field of it.
enum class Takes : std::uint8_t { bytes, field };

std::string head_of(const ClientOptions& options, const Operation& row, const Outgoing& out, bool is_tree,
                    Takes takes) {
  const Remote& remote = options.remote;
  std::string head = std::string(row.method) + " " + out.target +
                     " HTTP/1.1\r\nhost: " + (remote.host.empty() ? "localhost" : remote.host) +
                     "\r\nconnection: close\r\naccept: " + std::string(kFramesType) +
                     (takes == Takes::bytes ? "" : std::string(kBytesInAnswer)) + "\r\n";
  if (!options.as.empty()) head += "icn-as: " + encode(options.as) + "\r\n";
  if (!options.key.empty()) head += "authorization: Bearer " + options.key + "\r\n";
  if (row.streams == api::Streams::in) {
    head += "transfer-encoding: chunked\r\ncontent-type: " +
            std::string(is_tree ? kFramesType : "application/octet-stream") + "\r\n";
  } else if (!out.body.empty()) {
    head += "content-type: application/json\r\ncontent-length: " + std::to_string(out.body.size()) + "\r\n";
  }
  return head + "\r\n";
}

api::RunTerms read_terms(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  const auto number = [&](const char* name) {
    return json.is_object() && json.contains(name) && json[name].is_number_unsigned() ? json[name].get<std::uint64_t>()
                                                                                      : 0;
  };
  return {number("seconds_max"), number("fuel_max"), static_cast<std::uint32_t>(number("pages_max")),
          {number("base")},      {number("page")},   {number("asking")}};
}

// Passes a frame to the context; true for the last one.
Result<bool> pass_on(api::Context& context, Frame& frame, std::string& answer) {
  const std::string& content = frame.content;
  switch (frame.kind) {
    case FrameKind::bytes:
      if (context.out) ICN_TRY(context.out(view_of(content)));
      return false;
    case FrameKind::log:
      if (context.hooks != nullptr && context.hooks->on_log) context.hooks->on_log(content);
      return false;
    case FrameKind::step:
      if (context.progress) context.progress(content);
      return false;
    case FrameKind::news:
      if (context.news) context.news(content);
      return false;
    case FrameKind::terms:
      if (context.terms) context.terms(read_terms(content));
      return false;
    case FrameKind::accepted:
      if (context.accepted) context.accepted(ICN_TRY(model::JobId::parse(content)));
      return false;
    case FrameKind::folder:
    case FrameKind::file:
    case FrameKind::end:
      if (context.on_step)
        ICN_TRY(context.on_step({frame.kind == FrameKind::folder ? api::TreeStep::Kind::folder
                                 : frame.kind == FrameKind::file ? api::TreeStep::Kind::file
                                                                 : api::TreeStep::Kind::end,
                                 content}));
      return false;
    case FrameKind::answer:
      answer += content;
      return content.size() < kFrameBytesMax;
    case FrameKind::problem:
      return fail(read_problem(content));
  }
  return false;
}

Result<std::string> receive_answer(Incoming& incoming, api::Context& context) {
  const unsigned status = ICN_TRY(incoming.status());
  const auto read = [&](std::uint8_t* to, std::size_t size) { return incoming.read(to, size); };
  std::string answer;
  if (status != 200 || incoming.content_type() != kFramesType) {
    char piece[16 * 1024];
    while (answer.size() < (4U << 20)) {
      const std::size_t got = ICN_TRY(read(reinterpret_cast<std::uint8_t*>(piece), sizeof piece));
      if (got == 0) break;
      answer.append(piece, got);
    }
    return fail(read_problem(answer));
  }
  FrameReader frames(read);
  while (auto frame = ICN_TRY(frames.next()))
    if (ICN_TRY(pass_on(context, *frame, answer))) return answer;
  return answer;
}

}  // namespace

Result<std::string> call_remote(const ClientOptions& options, const Operation& row, const std::string& request,
                                api::Context& context) {
  Json asked = Json::parse(request, nullptr, false);
  if (asked.is_discarded() || !asked.is_object())
    return fail(ErrorCode::invalid_argument, "the request of " + std::string(row.name) + " is not an object");
  const Outgoing out = outgoing(row, std::move(asked));
  const std::unique_ptr<Wire> wire = ICN_TRY(detail::connect(options));
  Result<void> sent = wire->send(
      head_of(options, row, out, context.next_step != nullptr, context.out ? Takes::bytes : Takes::field) + out.body);
  if (sent && row.streams == api::Streams::in) sent = send_stream(*wire, context);
  // Only a loss of the connection leaves an answer to read: why the node did not take it all.
  if (!sent && sent.error().rule != "connection_lost") return fail(sent.error());
  bool has_stopped = false;
  Incoming incoming(*wire, [&] {
    if (has_stopped || !context.stop_asked || !context.stop_asked()) return;
    has_stopped = true;
    wire->end_sending();
  });
  return receive_answer(incoming, context);
}

Result<Remote> Remote::parse(std::string_view url) {
  const auto bad = [&] {
    return refuse(ErrorCode::invalid_argument, "node_url",
                  "'" + std::string(url) +
                      "' is not the address of a node: unix:/path, http://127.0.0.1:port or "
                      "https://host:port",
                  std::string(url));
  };
  Remote remote;
  if (url.starts_with("unix:/")) {
    remote.path = std::string(url.substr(5));
    return remote;
  }
  std::string_view rest = url;
  if (rest.starts_with("http://")) {
    remote.kind = Kind::tcp;
    rest.remove_prefix(7);
  } else if (rest.starts_with("https://")) {
    remote.kind = Kind::tls;
    rest.remove_prefix(8);
  } else {
    return bad();
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  remote.port = remote.kind == Kind::tls ? 443 : 80;
  const std::size_t bracket = rest.find(']');
  const std::size_t colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = rest.substr(0, colon);
  if (colon != std::string_view::npos) {
    const std::string_view port = rest.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), remote.port);
    if (port.empty() || error != std::errc{} || end != port.data() + port.size() || remote.port == 0) return bad();
  }
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of("/?#@[] ") != std::string_view::npos) return bad();
  remote.host = host;
  in_addr v4{};
  in6_addr v6{};
  const bool is_loopback = (::inet_pton(AF_INET, remote.host.c_str(), &v4) == 1 && ntohl(v4.s_addr) >> 24 == 127) ||
                           (::inet_pton(AF_INET6, remote.host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6)) ||
                           remote.host == "localhost";
  if (remote.kind == Kind::tcp && !is_loopback) {
    return refuse(ErrorCode::invalid_argument, std::string(kOnlyLoopback),
                  "without TLS only a node on this machine is asked, and " + remote.host + " is elsewhere",
                  std::string(url));
  }
  return remote;
}

std::string Remote::to_text() const {
  if (kind == Kind::unix_socket) return "unix:" + path.string();
  const bool is_v6 = host.find(':') != std::string::npos;
  return std::string(kind == Kind::tls ? "https://" : "http://") + (is_v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

}  // namespace icn::http
