// The two text encodings of bytes in CIDs and DIDs, without their multibase prefix, and unsigned varints.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::ipld {

// RFC 4648 base32, lower case, no padding.
[[nodiscard]] std::string to_base32(ByteView bytes);
// Errors: invalid_format (a character outside the alphabet, upper case, left-over non-zero bits).
[[nodiscard]] Result<Bytes> from_base32(std::string_view text);
// Bitcoin's base58 alphabet. Quadratic, so the length is bounded: a caller that reads longer values states the bound.
inline constexpr std::size_t kBase58BytesMax = 128;
inline constexpr std::size_t kBase58TextMax = 200;
[[nodiscard]] std::string to_base58(ByteView bytes, std::size_t bytes_max = kBase58BytesMax);
[[nodiscard]] Result<Bytes> from_base58(std::string_view text, std::size_t characters_max = kBase58TextMax);

// Unsigned LEB128 as multiformats defines it: shortest form, at most 9 bytes.
void append_varint(Bytes& to, std::uint64_t value);
// Reads one varint and moves `bytes` past it. Errors: invalid_format.
[[nodiscard]] Result<std::uint64_t> take_varint(ByteView& bytes);

}  // namespace icn::ipld
