#include "core/bytes.hpp"

#include <algorithm>

namespace icn {

std::string to_hex(ByteView bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::invalid_format, "hexadecimal text of odd length");
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0)
      return fail(ErrorCode::invalid_format, "not a hexadecimal digit at offset " + std::to_string(i));
    bytes.push_back(static_cast<std::uint8_t>(high << 4 | low));
  }
  return bytes;
}

namespace {

// The length of the character at `at`; 0 if there is none.
std::size_t utf8_length(ByteView text, std::size_t at) {
  const std::uint8_t lead = text[at];
  if (lead < 0x80) return 1;
  std::size_t more = 0;
  std::uint32_t point = 0;
  if (lead >= 0xc2 && lead <= 0xdf) {
    more = 1;
    point = lead & 0x1fU;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    more = 2;
    point = lead & 0x0fU;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    more = 3;
    point = lead & 0x07U;
  } else {
    return 0;
  }
  if (text.size() - at <= more) return 0;
  for (std::size_t k = 1; k <= more; ++k) {
    if ((text[at + k] & 0xc0U) != 0x80U) return 0;
    point = point << 6 | (text[at + k] & 0x3fU);
  }
  if (more == 2 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return 0;
  if (more == 3 && (point < 0x10000 || point > 0x10ffff)) return 0;
  return more + 1;
}

}  // namespace

bool is_utf8(ByteView text) {
  constexpr std::uint64_t kAnyAboveAscii = 0x8080808080808080U;
  for (std::size_t at = 0; at < text.size();) {
    // Most text is ASCII: checks eight characters at a time.
    if (text.size() - at >= 8 && (read_be64(text.data() + at) & kAnyAboveAscii) == 0) {
      at += 8;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string clipped_utf8(std::string_view text, std::size_t bytes_max) {
  constexpr std::string_view replacement = "\xef\xbf\xbd";
  const ByteView bytes = view_of(text);
  if (text.size() <= bytes_max && is_utf8(bytes)) return std::string(text);
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_length(bytes, at);
    const std::string_view character = length == 0 ? replacement : text.substr(at, length);
    if (out.size() + character.size() > bytes_max) break;
    out += character;
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

bool equal_secret(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace icn
