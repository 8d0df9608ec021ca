#include "credentials/status_list.hpp"

#include <fmt/core.h>

#include <zlib.h>

#include "core/check.hpp"
#include "model/base64url.hpp"

namespace icn::credentials {
namespace {

constexpr int kGzip = 16 + MAX_WBITS;
constexpr std::size_t kBytesMin = StatusList::kBitsMin / 8;
constexpr std::size_t kBytesMax = StatusList::kBitsMax / 8;

tl::unexpected<Error> bad(std::string_view what) {
  return refuse(ErrorCode::invalid_format, "status_list", fmt::format("The status list {}", what));
}

}  // namespace

// The first bit is the highest of the first byte.
Result<bool> StatusList::get(std::size_t index) const {
  if (index < size()) return (bytes_[index / 8] & (0x80U >> (index % 8))) != 0;
  return refuse(ErrorCode::invalid_argument, "status_index",
                fmt::format("The status list has {} entries, none of which is {}", size(), index));
}

Result<void> StatusList::set(std::size_t index, bool value) {
  if (index >= kBitsMax) {
    return refuse(ErrorCode::limit_exceeded, "status_list_full",
                  fmt::format("A status list has at most {} entries", kBitsMax));
  }
  while (index >= size()) bytes_.resize(bytes_.size() * 2);
  const auto bit = static_cast<std::uint8_t>(0x80U >> (index % 8));
  if (value) {
    bytes_[index / 8] |= bit;
  } else {
    bytes_[index / 8] &= static_cast<std::uint8_t>(~bit);
  }
  return {};
}

std::string StatusList::to_text() const {
  z_stream stream{};
  ICN_CHECK(deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes compressed(deflateBound(&stream, static_cast<uLong>(bytes_.size())));
  stream.next_in = const_cast<Bytef*>(bytes_.data());  // the library does not write to it
  stream.avail_in = static_cast<uInt>(bytes_.size());
  stream.next_out = compressed.data();
  stream.avail_out = static_cast<uInt>(compressed.size());
  ICN_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return "u" + model::to_base64url(compressed);
}

Result<StatusList> StatusList::parse(std::string_view text) {
  if (text.size() > kTextBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "status_list",
                  fmt::format("The status list has {} bytes; at most {} are read", text.size(), kTextBytesMax));
  }
  if (!text.starts_with('u')) return bad("is not in base64url with the prefix 'u'");
  Bytes compressed = ICN_TRY(model::from_base64url(text.substr(1)));
  z_stream stream{};
  if (inflateInit2(&stream, kGzip) != Z_OK) return fail(ErrorCode::infrastructure, "no memory to read a status list");
  StatusList list;
  // One byte more than is allowed: a list that fills it is too long.
  list.bytes_.assign(kBytesMax + 1, 0);
  stream.next_in = compressed.data();
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = list.bytes_.data();
  stream.avail_out = static_cast<uInt>(list.bytes_.size());
  const int ended = inflate(&stream, Z_FINISH);
  const std::size_t expanded = stream.total_out;
  const bool is_whole = ended == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (expanded > kBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "status_list",
                  fmt::format("The status list expands to more than {} entries", kBitsMax));
  }
  if (!is_whole) return bad("is not one compressed text, or is cut off");
  if (expanded < kBytesMin) return bad(fmt::format("has fewer than {} entries", kBitsMin));
  list.bytes_.resize(expanded);
  return list;
}

}  // namespace icn::credentials
