// Goal: a request means one thing or is refused, however its bytes arrive.
#include "http/detail/request_reader.hpp"

#include <gtest/gtest.h>

namespace icn::http::detail {
namespace {

using Head = RequestReader::Head;
using Body = RequestReader::Body;

constexpr std::string_view kGet = "GET /a?b=c HTTP/1.1\r\nHost: x\r\nX-One:  1 \r\n\r\n";

// 0 for a request that is taken, else its status.
unsigned status_of(std::string_view text, ServerLimits limits = {}) {
  RequestReader reader(limits);
  reader.add(text);
  const Head head = reader.read_head();
  if (head == Head::bad) return reader.bad_status();
  if (head == Head::more) return 1;
  std::string body;
  switch (reader.read_body(body, 1 << 20)) {
    case Body::bad:
      return reader.bad_status();
    case Body::more:
      return 2;
    default:
      return 0;
  }
}

TEST(RequestReader, ReadsARequestHoweverItsBytesArrive) {
  for (std::size_t piece = 1; piece <= kGet.size(); ++piece) {
    RequestReader reader({});
    Head head = Head::more;
    for (std::size_t at = 0; at < kGet.size(); at += piece) {
      ASSERT_EQ(head, Head::more);
      reader.add(kGet.substr(at, piece));
      head = reader.read_head();
    }
    ASSERT_EQ(head, Head::ready) << piece;
    EXPECT_EQ(reader.request().method, "GET");
    EXPECT_EQ(reader.request().target, "/a?b=c");
    EXPECT_EQ(*find_header(reader.request().headers, "x-one"), "1");
    EXPECT_TRUE(reader.keeps_alive());
    std::string body;
    EXPECT_EQ(reader.read_body(body, 10), Body::done);
  }
}

TEST(RequestReader, ReadsOneRequestAfterAnother) {
  RequestReader reader({});
  reader.add("POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_EQ(reader.read_head(), Head::ready);
  std::string body;
  ASSERT_EQ(reader.read_body(body, 10), Body::done);
  EXPECT_EQ(body, "abc");
  reader.next();
  ASSERT_EQ(reader.read_head(), Head::ready);
  EXPECT_EQ(reader.request().target, "/2");
}

TEST(RequestReader, ReadsChunksWithinItsRoom) {
  const std::string text =
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    RequestReader reader({});
    std::string body;
    bool has_head = false;
    Body state = Body::more;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      reader.add(std::string_view(text).substr(at, piece));
      if (!has_head) has_head = reader.read_head() == Head::ready;
      if (!has_head) continue;
      while ((state = reader.read_body(body, 2)) == Body::full) {
      }
    }
    EXPECT_EQ(state, Body::done) << piece;
    EXPECT_EQ(body, "abcdefg") << piece;
    EXPECT_FALSE(reader.request().body_bytes.has_value());
  }
}

TEST(RequestReader, RefusesWhatReadersUnderstandDifferently) {
  const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(status_of(start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: 3, 3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: +3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: -3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: 0x3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length: 99999999999999999999\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), 501U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), 501U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "X: 1\r\n folded\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "X: 1\r\n\tfolded\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "X: 1\nContent-Length: 3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of("POST / HTTP/1.1\nHost: x\n\n"), 400U);
  EXPECT_EQ(status_of(start + "X: 1\rY: 2\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "X: a" + std::string(1, '\0') + "b\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Content-Length : 3\r\n\r\nabc"), 400U);
  EXPECT_EQ(status_of(start + ": 3\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n"), 400U);
  EXPECT_EQ(status_of(start + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"), 400U);
}

TEST(RequestReader, RefusesWhatIsNotARequest) {
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\n\r\n"), 400U) << "no Host";
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505U);
  EXPECT_EQ(status_of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505U);
  EXPECT_EQ(status_of("\x16\x03\x01\x02\r\n\r\n"), 400U) << "TLS on a plain socket";
  EXPECT_EQ(status_of("GET\r\n\r\n"), 400U);
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 0U);
  EXPECT_EQ(status_of("\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"), 0U) << "empty lines before a request are allowed";
}

TEST(RequestReader, BoundsTheHead) {
  std::string many = "GET / HTTP/1.1\r\nHost: x\r\n";
  for (int i = 0; i < 100'000; ++i) many += "a:b\r\n";
  EXPECT_EQ(status_of(many), 431U);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(40'000, 'a')), 431U);
  EXPECT_EQ(status_of("GET /" + std::string(40'000, 'a')), 431U);
  EXPECT_EQ(status_of(std::string(kGet), {.head_bytes_max = kGet.size()}), 0U);
}

TEST(RequestReader, BoundsTheHeadOfAChunk) {
  RequestReader reader({});
  reader.add("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  ASSERT_EQ(reader.read_head(), Head::ready);
  std::string body;
  Body state = Body::more;
  reader.add("3;");
  for (int i = 0; i < 100 && state == Body::more; ++i) {
    reader.add(std::string(1'000, 'x'));
    state = reader.read_body(body, 10);
  }
  EXPECT_EQ(state, Body::bad);
}

}  // namespace
}  // namespace icn::http::detail
