// The bytes of an index file: what RunWriter and Run agree on.
#pragma once
#include <algorithm>
#include <array>

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/encoding.hpp"
#include "backends/detail/keyed_log/memtable.hpp"

namespace icn::backends::detail::keyed_log {

struct RunHeader {
  Kind kind{};
  std::uint64_t salt = 0;
  std::uint32_t number = 0;
};

}  // namespace icn::backends::detail::keyed_log

namespace icn::backends::detail::keyed_log::run_format {

inline constexpr std::string_view kMagic = "ICNIDX\r\n";
inline constexpr std::size_t kHeaderBytes = 40;
inline constexpr std::size_t kFooterBytes = 64;
inline constexpr std::size_t kCheckBytes = 8;
inline constexpr std::size_t kBlockBytes = 2'048;  // a block ends with the entry that reaches this
inline constexpr std::size_t kEntryBytesMax = kKeyBytesMax + 5 * kVarintBytesMax;
inline constexpr std::size_t kBlockBytesMax = kBlockBytes + kEntryBytesMax + kCheckBytes;

[[nodiscard]] inline Bytes encode_header(const RunHeader& header) {
  Bytes bytes;
  FieldWriter writer(bytes);
  writer.bytes(view_of(kMagic)).u32(kVersion).u32(static_cast<std::uint32_t>(header.kind));
  writer.u64(header.salt).u32(header.number).u32(0).u64(checksum(bytes, header.salt));
  return bytes;
}

// The seed of the check over what stands at `offset` of the run.
[[nodiscard]] inline std::uint64_t seed_at(const RunHeader& header, std::uint64_t offset) {
  return header.salt ^ (static_cast<std::uint64_t>(header.number) << 40) ^ offset;
}

// What an entry of a block is told against: the entry before it, nothing at a block's begin.
struct Previous {
  std::array<std::uint8_t, kKeyBytesMax> key;
  std::size_t key_bytes = 0;
  Location location;
  [[nodiscard]] ByteView key_view() const { return ByteView(key).first(key_bytes); }
  [[nodiscard]] std::uint32_t location_end() const { return location.offset + location.length; }
};

// Entries: shared key bytes ‖ own key bytes ‖ own part of the key ‖ length (0: erased) ‖ segment ‖ offset, the last two
// as differences, the offset's to where the entry before ends: neighbours in the log take one byte each.
// At most kEntryBytesMax bytes; returns their end and makes the entry the previous one.
[[nodiscard]] inline std::uint8_t* put_entry(std::uint8_t* at, ByteView key, const Indexed& indexed,
                                             Previous& previous) {
  const std::size_t most = std::min(previous.key_bytes, key.size());
  std::size_t shared = 0;
  while (shared < most && previous.key[shared] == key[shared]) ++shared;
  const std::size_t own = key.size() - shared;
  at = put_varint(at, static_cast<std::uint32_t>(shared));
  at = put_varint(at, static_cast<std::uint32_t>(own));
  std::memcpy(at, key.data() + shared, own);
  std::memcpy(previous.key.data() + shared, key.data() + shared, own);
  previous.key_bytes = key.size();
  at += own;
  if (indexed.erased) return put_varint(at, 0);
  at = put_varint(at, indexed.location.length);
  at = put_varint(at, zigzag(indexed.location.segment, previous.location.segment));
  at = put_varint(at, zigzag(indexed.location.offset, previous.location_end()));
  previous.location = indexed.location;
  return at;
}

// Takes the entry at `at` of a block and makes it the previous one. Null when none stands there.
[[nodiscard]] inline const std::uint8_t* take_entry(const std::uint8_t* at, const std::uint8_t* end, Previous& previous,
                                                    bool& erased) {
  std::uint32_t shared = 0;
  std::uint32_t own = 0;
  std::uint32_t length = 0;
  at = take_varint(at, end, shared);
  if (at == nullptr) return nullptr;
  at = take_varint(at, end, own);
  if (at == nullptr || shared > previous.key_bytes || own > kKeyBytesMax - shared ||
      own > static_cast<std::size_t>(end - at)) {
    return nullptr;
  }
  std::memcpy(previous.key.data() + shared, at, own);
  previous.key_bytes = shared + own;
  at = take_varint(at + own, end, length);
  erased = length == 0;
  if (at == nullptr || erased) return at;
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;
  at = take_varint(at, end, segment);
  if (at == nullptr) return nullptr;
  at = take_varint(at, end, offset);
  previous.location = {from_zigzag(segment, previous.location.segment), from_zigzag(offset, previous.location_end()),
                       length};
  return at;
}

}  // namespace icn::backends::detail::keyed_log::run_format
