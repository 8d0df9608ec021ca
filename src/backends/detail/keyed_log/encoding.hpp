// Numbers as the log's files hold them: fixed widths in big-endian, and short ones as unsigned LEB128.
#pragma once
#include <bit>
#include <cstdint>
#include <cstring>

#include "core/bytes.hpp"

namespace icn::backends::detail::keyed_log {

static_assert(std::endian::native == std::endian::little, "the swaps below are for little-endian machines");

inline void put_be16(std::uint8_t* at, std::uint16_t value) {
  value = __builtin_bswap16(value);
  std::memcpy(at, &value, sizeof value);
}
inline void put_be32(std::uint8_t* at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}
inline void put_be64(std::uint8_t* at, std::uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}
[[nodiscard]] inline std::uint16_t get_be16(const std::uint8_t* at) {
  std::uint16_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap16(value);
}
[[nodiscard]] inline std::uint32_t get_be32(const std::uint8_t* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap32(value);
}
[[nodiscard]] inline std::uint64_t get_be64(const std::uint8_t* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return __builtin_bswap64(value);
}

// Appends fixed-width fields to bytes.
class FieldWriter {
 public:
  explicit FieldWriter(Bytes& to) : to_(to) {}
  FieldWriter& u16(std::uint16_t value) {
    put_be16(grow(2), value);
    return *this;
  }
  FieldWriter& u32(std::uint32_t value) {
    put_be32(grow(4), value);
    return *this;
  }
  FieldWriter& u64(std::uint64_t value) {
    put_be64(grow(8), value);
    return *this;
  }
  FieldWriter& bytes(ByteView value) {
    if (!value.empty()) std::memcpy(grow(value.size()), value.data(), value.size());
    return *this;
  }

 private:
  std::uint8_t* grow(std::size_t count) {
    to_.resize(to_.size() + count);
    return to_.data() + to_.size() - count;
  }
  Bytes& to_;
};

// Takes fixed-width fields off bytes; past the end every field is 0 and ok() is false.
class FieldReader {
 public:
  explicit FieldReader(ByteView from) : from_(from) {}
  [[nodiscard]] std::uint16_t u16() {
    const std::uint8_t* at = take(2);
    return at == nullptr ? std::uint16_t{0} : get_be16(at);
  }
  [[nodiscard]] std::uint32_t u32() {
    const std::uint8_t* at = take(4);
    return at == nullptr ? 0 : get_be32(at);
  }
  [[nodiscard]] std::uint64_t u64() {
    const std::uint8_t* at = take(8);
    return at == nullptr ? 0 : get_be64(at);
  }
  [[nodiscard]] ByteView bytes(std::size_t count) {
    const std::uint8_t* at = take(count);
    return at == nullptr ? ByteView() : ByteView(at, count);
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t left() const { return from_.size(); }

 private:
  const std::uint8_t* take(std::size_t count) {
    if (!ok_ || from_.size() < count) {
      ok_ = false;
      return nullptr;
    }
    const std::uint8_t* at = from_.data();
    from_ = from_.subspan(count);
    return at;
  }
  ByteView from_;
  bool ok_ = true;
};

inline constexpr std::size_t kVarintBytesMax = 5;

// Writes at most kVarintBytesMax bytes and returns their end.
[[nodiscard]] inline std::uint8_t* put_varint(std::uint8_t* at, std::uint32_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<std::uint8_t>(value | 0x80);
    value >>= 7;
  }
  *at++ = static_cast<std::uint8_t>(value);
  return at;
}

// Differences that are small either way as small numbers; they wrap around.
[[nodiscard]] constexpr std::uint32_t zigzag(std::uint32_t to, std::uint32_t from) {
  const std::uint32_t difference = to - from;
  return difference << 1 ^ (difference >> 31 == 0 ? 0 : 0xffffffff);
}
[[nodiscard]] constexpr std::uint32_t from_zigzag(std::uint32_t number, std::uint32_t from) {
  return from + (number >> 1 ^ ((number & 1) == 0 ? 0 : 0xffffffff));
}

// Advances `at`; null when the bytes end within the number or it has more than 32 bits.
[[nodiscard]] inline const std::uint8_t* take_varint(const std::uint8_t* at, const std::uint8_t* end,
                                                     std::uint32_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 35 && at < end; shift += 7) {
    const std::uint8_t byte = *at++;
    if (shift == 28 && byte > 0x0f) return nullptr;
    value |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return at;
  }
  return nullptr;
}

}  // namespace icn::backends::detail::keyed_log
