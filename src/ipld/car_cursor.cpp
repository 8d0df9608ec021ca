#include "ipld/detail/car_cursor.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "ipld/multibase.hpp"

namespace icn::ipld::detail {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;
constexpr std::size_t kVarintBytesMax = 9;

}  // namespace

std::uint64_t read_little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

CarCursor::CarCursor(CarSource source, std::uint64_t begin, std::uint64_t end)
    : source_(std::move(source)), offset_(begin), end_(end), buffer_(kBufferBytes) {}

// Reads only up to `end`, so that later bytes are never taken for part of this.
Result<std::size_t> CarCursor::fetch(std::uint64_t offset, std::span<std::uint8_t> into) {
  const std::size_t room = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end_ - offset));
  if (room == 0) return std::size_t{0};
  const std::size_t got = ICN_TRY(source_(offset, into.first(room)));
  ICN_CHECK(got <= room);
  return got;
}

void CarCursor::consume(std::size_t count) {
  first_ += count;
  offset_ += count;
}

Result<ByteView> CarCursor::peek(std::size_t count) {
  ICN_CHECK(count <= kPeekMax);
  if (last_ - first_ < count) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(first_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(last_), buffer_.begin());
    last_ -= first_;
    first_ = 0;
    while (last_ < count) {
      const std::size_t got = ICN_TRY(fetch(offset_ + last_, std::span(buffer_).subspan(last_)));
      if (got == 0) break;
      last_ += got;
    }
  }
  return ByteView(buffer_).subspan(first_, std::min(count, last_ - first_));
}

Result<bool> CarCursor::at_end() {
  if (!ICN_TRY(peek(1)).empty()) return false;
  if (end_ != kWhole && offset_ != end_) {
    return bad(fmt::format("the archive ends here, and its header announces data up to byte {}", end_));
  }
  return true;
}

Result<void> CarCursor::read(std::span<std::uint8_t> into, std::string_view what) {
  const std::uint64_t begin = offset_;
  const std::size_t buffered = std::min(into.size(), last_ - first_);
  std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(first_), buffered, into.begin());
  consume(buffered);
  into = into.subspan(buffered);
  while (!into.empty()) {
    const std::size_t got = ICN_TRY(fetch(offset_, into));
    if (got == 0) {
      return bad_at(begin, fmt::format("{} that ends early: the archive has {} bytes", what, offset_));
    }
    offset_ += got;
    into = into.subspan(got);
  }
  return {};
}

Result<std::uint64_t> CarCursor::varint(std::string_view what) {
  const ByteView bytes = ICN_TRY(peek(kVarintBytesMax));
  ByteView rest = bytes;
  const auto value = take_varint(rest);
  if (!value) return bad(fmt::format("{}: {}", what, value.error().detail));
  consume(bytes.size() - rest.size());
  return *value;
}

Result<std::uint64_t> CarCursor::little_endian(std::size_t bytes, std::string_view what) {
  std::array<std::uint8_t, 8> number;
  ICN_CHECK(bytes <= number.size());
  ICN_TRY(read(std::span(number).first(bytes), what));
  return read_little_endian(ByteView(number).first(bytes));
}

Result<void> CarCursor::skip_zeros(std::uint64_t offset) {
  while (offset_ < offset) {
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(kPeekMax, offset - offset_));
    const ByteView bytes = ICN_TRY(peek(count));
    if (bytes.empty())
      return bad(fmt::format("the archive ends here, and its header announces more at byte {}", offset));
    const auto found = std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
    consume(static_cast<std::size_t>(found - bytes.begin()));
    if (found != bytes.end()) return bad("padding that is not zero");
  }
  return {};
}

}  // namespace icn::ipld::detail
