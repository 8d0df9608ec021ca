// The bytes of a log: segment files of groups, a group being what one append wrote, all or none.
//
// segment: header 64 ‖ groups, each padded to 8 bytes.
// header:  magic 8 ‖ version u32 ‖ kind u32 ‖ number u32 ‖ end of the segment before u32 ‖ salt u64 ‖ zeros 24 ‖ check
// group:   head 48 ‖ entries ‖ check over the head's and all entries' checks
// head:    "ICNG" ‖ entries u32 ‖ bytes of all entries u64 ‖ sequence before u64 ‖ sequence after u64 ‖
//          durable before u64 (offset in this segment) ‖ check
// entry:   check ‖ key bytes u16 ‖ value bytes u32 (all ones: erased) ‖ key ‖ value
// Numbers are big-endian. Every check is XXH3 and depends on the store's random salt, those of a group also on where it
// stands: bytes that a caller stored, or that another store or place held, are never taken for a group.
#pragma once
#include <array>
#include <cstdint>
#include <optional>

#include "core/bytes.hpp"

namespace icn::backends::detail::keyed_log {

inline constexpr std::uint32_t kVersion = 1;  // of all files of a store

// What kind of store it is: the four letters of an application id, as SQLite's stores have them.
enum class Kind : std::uint32_t { state = 0x49434e53, blocks = 0x49434e42 };  // "ICNS", "ICNB"

// Where an entry stands in the log. `length` is that of the whole entry.
struct Location {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;
  friend bool operator==(const Location&, const Location&) = default;
};
// A place between two groups.
struct Position {
  std::uint32_t segment = 0;
  std::uint32_t offset = 0;
  friend constexpr auto operator<=>(const Position&, const Position&) = default;
};

inline constexpr std::size_t kKeyBytesMax = 256;
inline constexpr std::size_t kValueBytesMax = std::size_t{16} << 20;
inline constexpr std::size_t kEntryHeadBytes = 14;
inline constexpr std::size_t kEntryBytesMax = kEntryHeadBytes + kKeyBytesMax + kValueBytesMax;
inline constexpr std::size_t kGroupHeadBytes = 48;
inline constexpr std::size_t kGroupCheckBytes = 8;
inline constexpr std::size_t kGroupAlignment = 8;
inline constexpr std::uint32_t kSegmentHeaderBytes = 64;
inline constexpr std::uint64_t kGroupBytesMax = std::uint64_t{1} << 31;  // of a commit; what is moved may come on top

[[nodiscard]] constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + kGroupAlignment - 1) / kGroupAlignment * kGroupAlignment;
}
// What a group of entries takes in a segment.
[[nodiscard]] constexpr std::uint64_t group_bytes(std::uint64_t entry_bytes) {
  return aligned(kGroupHeadBytes + entry_bytes + kGroupCheckBytes);
}
[[nodiscard]] constexpr std::uint64_t entry_bytes(std::size_t key_bytes, std::size_t value_bytes) {
  return kEntryHeadBytes + key_bytes + value_bytes;
}

struct SegmentHeader {
  Kind kind{};
  std::uint32_t number = 0;
  std::uint32_t previous_end = 0;
  std::uint64_t salt = 0;
};
[[nodiscard]] Bytes encode_segment_header(const SegmentHeader& header);
// `path` is for the error. Errors: corrupted, unsupported_version, invalid_format (a file of something else).
[[nodiscard]] Result<SegmentHeader> decode_segment_header(ByteView bytes, const std::string& path);

struct GroupHead {
  std::uint32_t entries = 0;
  std::uint64_t entry_bytes = 0;
  std::uint64_t sequence_before = 0;
  std::uint64_t sequence_after = 0;
  std::uint64_t durable_before = 0;  // all that stands before it in this segment had been synced
};
void encode_group_head(std::uint8_t* to, const GroupHead& head, std::uint64_t seed);
// Nothing when these are no bytes of a group head, for whatever reason.
[[nodiscard]] std::optional<GroupHead> decode_group_head(const std::uint8_t* bytes, std::uint64_t seed);
// The seed of the checks of the group that stands there.
[[nodiscard]] std::uint64_t group_seed(std::uint64_t salt, const Position& position);

struct EntryHead {
  std::uint64_t check = 0;
  std::uint16_t key_bytes = 0;
  std::uint32_t value_bytes = 0;
  bool erased = false;
  [[nodiscard]] std::uint32_t length() const { return static_cast<std::uint32_t>(entry_bytes(key_bytes, value_bytes)); }
};
// Writes head and key; the value follows them. Returns the entry's check.
std::uint64_t encode_entry_head(std::uint8_t* to, ByteView key, std::optional<ByteView> value, std::uint64_t salt);
// Nothing when the lengths are beyond what an entry may have.
[[nodiscard]] std::optional<EntryHead> decode_entry_head(const std::uint8_t* bytes);
// Whether the check holds. `head_and_key` is the entry without its value.
[[nodiscard]] bool entry_holds(ByteView head_and_key, ByteView value, std::uint64_t salt);

}  // namespace icn::backends::detail::keyed_log
