// Bytes and views of bytes, and the few helpers that every format needs.
#pragma once
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace icn {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

[[nodiscard]] inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }
[[nodiscard]] inline Bytes copy_of(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
inline void append(Bytes& to, ByteView from) { to.insert(to.end(), from.begin(), from.end()); }
inline void append(Bytes& to, std::string_view from) { append(to, view_of(from)); }

// Big-endian, so that keys sort as their numbers do.
inline void append_be64(Bytes& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}
[[nodiscard]] inline std::uint64_t read_be64(const std::uint8_t* at) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | at[i];
  return value;
}

[[nodiscard]] std::string to_hex(ByteView bytes);
// Lower or upper case; errors: invalid_format.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);
// Whether `text` is well-formed UTF-8 (no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(ByteView text);
// The text as well-formed UTF-8 of at most `bytes_max` bytes: cut between characters, with U+FFFD for invalid bytes.
// For text from outside (a module's names, an engine's message) that is stored as text.
[[nodiscard]] std::string clipped_utf8(std::string_view text, std::size_t bytes_max);
// Equality in time that depends only on the length: for MACs and secrets.
[[nodiscard]] bool equal_secret(ByteView a, ByteView b);

}  // namespace icn
