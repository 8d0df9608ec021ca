#include "http/detail/request_reader.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

namespace icn::http::detail {
namespace {

namespace beast_http = boost::beast::http;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

std::size_t count_of(const Headers& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [name](const Header& header) { return header.name == name; }));
}

}  // namespace

struct RequestReader::Parser {
  beast_http::request_parser<beast_http::buffer_body> parser;
};

RequestReader::RequestReader(const ServerLimits& limits) : limits_(limits) {}
RequestReader::~RequestReader() = default;

RequestReader::Head RequestReader::refuse_head(unsigned status, std::string rule, std::string detail) {
  bad_status_ = status;
  error_ = {status == 431 ? ErrorCode::limit_exceeded : ErrorCode::invalid_format, std::move(detail), std::move(rule)};
  return Head::bad;
}

// Looks for the end of the head and refuses at once what no head may hold.
RequestReader::Head RequestReader::scan_head() {
  while (scanned_ == 0 && raw_.starts_with("\r\n")) raw_.erase(0, 2);  // an empty line before a request
  for (; scanned_ < raw_.size(); ++scanned_) {
    const char c = raw_[scanned_];
    if (c != '\r') {
      if (is_control(c)) return refuse_head(400, "head", "the head of the request has a control character");
      continue;
    }
    if (scanned_ + 1 == raw_.size()) break;
    if (raw_[scanned_ + 1] != '\n') return refuse_head(400, "head", "a line of the head has no whole line end");
    // The line after this one decides.
    if (scanned_ + 2 == raw_.size()) break;
    const char next = raw_[scanned_ + 2];
    if (next == ' ' || next == '\t') return refuse_head(400, "head", "a line of the head is folded");
    if (next == '\r') {
      if (scanned_ + 3 == raw_.size()) break;
      if (raw_[scanned_ + 3] != '\n') return refuse_head(400, "head", "a line of the head has no whole line end");
      scanned_ += 4;
      return Head::ready;
    }
    if (++fields_ > limits_.head_fields_max)
      return refuse_head(431, "max_header_fields",
                         "the request has more than " + std::to_string(limits_.head_fields_max) + " header fields");
    ++scanned_;
  }
  if (raw_.size() > limits_.head_bytes_max)
    return refuse_head(431, "max_header_bytes",
                       "the head of the request is larger than " + std::to_string(limits_.head_bytes_max) + " bytes");
  return Head::more;
}

// Whether the request has exactly one statement of where its body ends.
bool RequestReader::is_framed_once() {
  const Headers& headers = request_.headers;
  const std::size_t lengths = count_of(headers, "content-length");
  const std::size_t codings = count_of(headers, "transfer-encoding");
  if (lengths + codings > 1) {
    static_cast<void>(refuse_head(400, "framing", "the request states the length of its body twice"));
    return false;
  }
  if (lengths == 1) {
    const std::string& length = *find_header(headers, "content-length");
    if (!length.empty() && length.find_first_not_of("0123456789") == std::string::npos) return true;
    static_cast<void>(refuse_head(400, "framing", "the length of the body is not a number"));
    return false;
  }
  if (codings == 0) return true;
  if (is_http_1_0_ || lower(*find_header(headers, "transfer-encoding")) != "chunked") {
    static_cast<void>(refuse_head(is_http_1_0_ ? 400 : 501, "framing", "the only transfer coding taken is chunked"));
    return false;
  }
  return true;
}

RequestReader::Head RequestReader::take_head() {
  parser_ = std::make_unique<Parser>();
  auto& parser = parser_->parser;
  parser.eager(true);
  parser.header_limit(static_cast<std::uint32_t>(limits_.head_bytes_max + 4));
  parser.body_limit(boost::none);
  boost::system::error_code code;
  const std::size_t used = parser.put(boost::asio::buffer(raw_.data(), scanned_), code);
  if (code && code != beast_http::error::need_more)
    return refuse_head(code == beast_http::error::bad_version ? 505 : 400, "head",
                       "the head of the request is malformed: " + code.message());
  if (!parser.is_header_done() || used != scanned_)
    return refuse_head(400, "head", "the head of the request is malformed");
  const auto& message = parser.get();
  raw_.erase(0, used);
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  request_.headers.clear();
  for (const auto& field : message.base())
    request_.headers.push_back(
        {lower(std::string_view(field.name_string().data(), field.name_string().size())), std::string(field.value())});
  is_http_1_0_ = message.version() == 10;
  if (!is_http_1_0_ && message.version() != 11)
    return refuse_head(505, "version", "the version of HTTP is not supported");
  if (!is_framed_once()) return Head::bad;
  const std::size_t hosts = count_of(request_.headers, "host");
  if (hosts > 1 || (hosts == 0 && !is_http_1_0_)) return refuse_head(400, "host", "the request needs one Host field");
  if (!request_.target.starts_with('/'))
    return refuse_head(400, "target", "the target of the request must begin with a slash");
  request_.body_bytes.reset();
  if (!parser.chunked()) request_.body_bytes = parser.content_length() ? *parser.content_length() : 0;
  keeps_alive_ = message.keep_alive();
  const std::string* expect = find_header(request_.headers, "expect");
  expects_continue_ = expect != nullptr && lower(*expect) == "100-continue";
  body_bytes_ = 0;
  return Head::ready;
}

RequestReader::Head RequestReader::read_head() {
  const Head scanned = scan_head();
  return scanned == Head::ready ? take_head() : scanned;
}

RequestReader::Body RequestReader::read_body(std::string& to, std::size_t room) {
  auto& parser = parser_->parser;
  for (;;) {
    if (parser.is_done()) return Body::done;
    if (room == 0) return Body::full;
    if (raw_.empty()) return Body::more;
    const std::size_t before = to.size();
    const std::size_t piece = std::min<std::size_t>(room, raw_.size());
    to.resize(before + piece);
    auto& body = parser.get().body();
    body.data = to.data() + before;
    body.size = piece;
    boost::system::error_code code;
    const std::size_t used = parser.put(boost::asio::buffer(raw_.data(), raw_.size()), code);
    const std::size_t got = piece - body.size;
    to.resize(before + got);
    raw_.erase(0, used);
    room -= got;
    body_bytes_ += got;
    if (code && code != beast_http::error::need_more && code != beast_http::error::need_buffer) {
      static_cast<void>(refuse_head(400, "body", "the body of the request is malformed: " + code.message()));
      return Body::bad;
    }
    if (used == 0 && got == 0) {
      if (raw_.size() <= limits_.head_bytes_max) return Body::more;
      static_cast<void>(refuse_head(431, "max_header_bytes", "a chunk of the body has too long a head"));
      return Body::bad;
    }
  }
}

void RequestReader::next() {
  parser_.reset();
  request_ = {};
  if (raw_.empty()) std::string().swap(raw_);
  scanned_ = 0;
  fields_ = 0;
}

}  // namespace icn::http::detail
