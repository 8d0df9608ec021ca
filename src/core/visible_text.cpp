#include "core/visible_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/bytes.hpp"

namespace icn {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

struct Character {
  std::uint32_t point = 0;
  std::size_t length = 0;  // 0: not a character
};

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t length = byte(0) >= 0xf0 ? 4 : byte(0) >= 0xe0 ? 3 : 2;
  if (text.size() - at < length || !is_utf8(view_of(text.substr(at, length)))) return {};
  std::uint32_t point = byte(0) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) point = point << 6 | (byte(i) & 0x3fU);
  return {point, length};
}

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};
// DEL and C1; directional marks, embeddings, overrides and isolates; separators that end a line.
constexpr std::array kUnseen{Range{0x7f, 0x9f}, Range{0x61c, 0x61c}, Range{0x200e, 0x200f}, Range{0x2028, 0x202e},
                             Range{0x2066, 0x2069}};

bool is_unseen(std::uint32_t point) {
  return std::any_of(kUnseen.begin(), kUnseen.end(),
                     [point](const Range& range) { return range.first <= point && point <= range.last; });
}

void append_hex(std::string& to, std::string_view mark, std::uint32_t value, int digits) {
  to += mark;
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) to.push_back(kDigits[value >> shift & 15]);
}

}  // namespace

std::string visible_text(std::string_view text, LineEnds lines) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Character found = character_at(text, at);
    const std::string_view rest = text.substr(at);
    const std::size_t length = std::max<std::size_t>(found.length, 1);
    const bool ends_line = rest.starts_with('\n') || rest.starts_with("\r\n");
    at += length;
    if (found.length == 0) {
      append_hex(shown, "\\x", static_cast<std::uint8_t>(rest[0]), 2);
    } else if (lines == LineEnds::kept && (ends_line || found.point == '\t')) {
      shown += rest.substr(0, length);
    } else if (found.point < 0x20) {
      append_hex(shown, "\\x", found.point, 2);
    } else if (is_unseen(found.point)) {
      append_hex(shown, "\\u", found.point, 4);
    } else {
      shown += rest.substr(0, length);
    }
  }
  return shown;
}

}  // namespace icn
