#include "ipld/multibase.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace icn::ipld {
namespace {

constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::uint8_t kNoDigit = 0xff;
constexpr std::array<std::uint8_t, 256> kBase58Digits = [] {
  std::array<std::uint8_t, 256> digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < kBase58.size(); ++i)
    digits[static_cast<std::uint8_t>(kBase58[i])] = static_cast<std::uint8_t>(i);
  return digits;
}();

}  // namespace

std::string to_base32(ByteView bytes) {
  std::string text;
  text.reserve((bytes.size() * 8 + 4) / 5);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const std::uint8_t byte : bytes) {
    buffer = buffer << 8 | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(kBase32[buffer >> bits & 31U]);
    }
  }
  if (bits > 0) text.push_back(kBase32[buffer << (5 - bits) & 31U]);
  return text;
}

Result<Bytes> from_base32(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() * 5 / 8);
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char c : text) {
    std::uint32_t digit = 0;
    if (c >= 'a' && c <= 'z') {
      digit = static_cast<std::uint32_t>(c - 'a');
    } else if (c >= '2' && c <= '7') {
      digit = static_cast<std::uint32_t>(c - '2') + 26;
    } else {
      return fail(ErrorCode::invalid_format, "character outside the base32 alphabet");
    }
    buffer = buffer << 5 | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
    }
  }
  // A whole left-over character, or non-zero bits, would give one value two texts.
  if (bits >= 5 || (buffer & ((1U << bits) - 1)) != 0)
    return fail(ErrorCode::invalid_format, "base32 text with left-over bits");
  return bytes;
}

std::string to_base58(ByteView bytes, std::size_t bytes_max) {
  ICN_CHECK(bytes.size() <= bytes_max);
  // Digits in base 58^5, the largest power below 2^32, least significant first; consumes four bytes at a time.
  constexpr std::uint64_t kLimb = 656'356'768;
  std::vector<std::uint32_t> limbs;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t piece = (bytes.size() - at) % 4 == 0 ? 4 : (bytes.size() - at) % 4;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < piece; ++i) carry = carry << 8 | bytes[at + i];
    for (std::uint32_t& limb : limbs) {
      carry += static_cast<std::uint64_t>(limb) << (8 * piece);
      limb = static_cast<std::uint32_t>(carry % kLimb);
      carry /= kLimb;
    }
    for (; carry > 0; carry /= kLimb) limbs.push_back(static_cast<std::uint32_t>(carry % kLimb));
    at += piece;
  }
  std::string reversed;
  for (std::uint32_t limb : limbs) {
    for (int digit = 0; digit < 5; ++digit, limb /= 58) reversed.push_back(kBase58[limb % 58]);
  }
  while (!reversed.empty() && reversed.back() == kBase58[0]) reversed.pop_back();
  // Leading zero bytes are not part of the number.
  const auto zeros = std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
  reversed.append(static_cast<std::size_t>(zeros - bytes.begin()), kBase58[0]);
  return {reversed.rbegin(), reversed.rend()};
}

Result<Bytes> from_base58(std::string_view text, std::size_t characters_max) {
  if (text.size() > characters_max) {
    return fail(ErrorCode::invalid_format,
                "base58 text of more than " + std::to_string(characters_max) + " characters");
  }
  // Digits in base 2^32, least significant first; consumes five characters at a time.
  std::vector<std::uint32_t> limbs;
  limbs.reserve(text.size() * 6 / 32 + 1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t piece = std::min<std::size_t>(5, text.size() - at);
    std::uint64_t power = 1;
    std::uint64_t carry = 0;
    for (const char c : text.substr(at, piece)) {
      const std::uint8_t digit = kBase58Digits[static_cast<std::uint8_t>(c)];
      if (digit == kNoDigit) return fail(ErrorCode::invalid_format, "character outside the base58 alphabet");
      carry = carry * 58 + digit;
      power *= 58;
    }
    for (std::uint32_t& limb : limbs) {
      carry += limb * power;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry > 0) limbs.push_back(static_cast<std::uint32_t>(carry));
    at += piece;
  }
  // Every leading '1' encodes a zero byte, which is not part of the number.
  Bytes bytes(std::min(text.find_first_not_of(kBase58[0]), text.size()), 0);
  bytes.reserve(bytes.size() + 4 * limbs.size());
  bool within_number = false;
  for (auto limb = limbs.rbegin(); limb != limbs.rend(); ++limb) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      const auto byte = static_cast<std::uint8_t>(*limb >> shift);
      within_number = within_number || byte != 0;
      if (within_number) bytes.push_back(byte);
    }
  }
  return bytes;
}

void append_varint(Bytes& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.push_back(static_cast<std::uint8_t>(value | 0x80));
  to.push_back(static_cast<std::uint8_t>(value));
}

Result<std::uint64_t> take_varint(ByteView& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    if (i == bytes.size()) return fail(ErrorCode::invalid_format, "a varint without end");
    const std::uint8_t byte = bytes[i];
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << (7 * i);
    if ((byte & 0x80U) == 0) {
      if (byte == 0 && i > 0) return fail(ErrorCode::invalid_format, "a varint longer than needed");
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return fail(ErrorCode::invalid_format, "a varint of more than 9 bytes");
}

}  // namespace icn::ipld
