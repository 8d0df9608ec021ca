#include "http/encoding.hpp"

#include <zlib.h>

#include "core/check.hpp"

namespace icn::http {

bool accepts_gzip(const Headers& headers) {
  const std::string* accept = find_header(headers, "accept-encoding");
  if (accept == nullptr) return false;
  const std::size_t at = accept->find("gzip");
  if (at == std::string::npos) return false;
  // "gzip;q=0" refuses it.
  const std::string_view rest = std::string_view(*accept).substr(at + 4, accept->find(',', at) - at - 4);
  const std::size_t weight = rest.find("q=");
  return weight == std::string_view::npos || rest.find_first_of("123456789", weight) != std::string_view::npos;
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzip = 15 + 16;
  ICN_CHECK(deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  ICN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void compress(const Headers& request, Answer& answer) {
  constexpr std::size_t kWorthIt = 1'024;
  constexpr std::size_t kMost = 256 << 20;
  if (answer.body.size() < kWorthIt || answer.body.size() > kMost) return;
  answer.headers.push_back({"vary", "accept-encoding"});
  if (!accepts_gzip(request)) return;
  answer.body = gzip(answer.body);
  answer.headers.push_back({"content-encoding", "gzip"});
}

}  // namespace icn::http
