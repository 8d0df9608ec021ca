// The bytes of a segment log. Every field is 8 bytes, big-endian.
//
// segment: "ICNSEGM\n" ‖ kind ‖ salt ‖ number ‖ bytes of the segment before ‖ check ‖ records
// mark:    "ICNMARK\n" ‖ kind ‖ salt ‖ first segment ‖ last segment ‖ its proven end ‖ check
// record:  head ‖ table ‖ values ‖ check over the head's check and the values
// head:    "ICNREC:\n" ‖ table bytes ‖ value bytes ‖ sequence ‖ durable end ‖ check over head and table
// table:   for each entry: key bytes ‖ value bytes (all ones: erased) ‖ key
// `kind` is a version u32 and a kind u32. A check is 64 bits of SHA-256; that of a record is seeded with the store's
// random salt and the record's place: stored bytes, or those of another store or place, are never taken for a record.
#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/bytes.hpp"

namespace icn::backends::detail {

inline constexpr std::uint32_t kLogVersion = 2;  // 1 is that of icn 0.1.0, which is recognised but not read
enum class LogKind : std::uint32_t { state = 0x49434e53, blocks = 0x49434e42 };  // "ICNS", "ICNB"

// The names in a store's folder.
inline constexpr const char* kMarkName = "mark";
inline constexpr const char* kLockName = "lock";
inline constexpr std::uint64_t kSegmentNameBase = 10'000'000'000;  // a name has the ten digits after the first
inline constexpr std::string_view kSegmentSuffix = ".segment";

// The mark, or the header of a segment: magic, kind, numbers, check.
inline constexpr std::string_view kSegmentMagic = "ICNSEGM\n";
inline constexpr std::string_view kMarkMagic = "ICNMARK\n";
inline constexpr std::size_t kHeaderBytes = 48;  // of a segment
[[nodiscard]] Bytes encode_numbers(std::string_view magic, LogKind kind, std::initializer_list<std::uint64_t> numbers);
// `path` is for the error. Errors: corrupted, unsupported_version, invalid_format (a store of another kind).
[[nodiscard]] Result<void> decode_numbers(ByteView bytes, std::string_view magic, LogKind kind, const std::string& path,
                                          std::initializer_list<std::uint64_t*> numbers);

// One key of a record; without a value the key is erased.
struct LogEntry {
  ByteView key;
  std::optional<ByteView> value;
};
using RecordSeed = std::array<std::uint64_t, 3>;  // the salt, the segment's number and the record's offset in it
struct RecordHead {
  static constexpr std::string_view kMagic = "ICNREC:\n";
  static constexpr std::size_t kBytes = 48;
  static constexpr std::size_t kCheckBytes = 8;
  static constexpr std::size_t kRowBytes = 16;  // of the table, without the key
  static constexpr std::uint64_t kErased = UINT64_MAX;

  std::uint64_t table_bytes = 0;
  std::uint64_t value_bytes = 0;
  std::uint64_t sequence = 0;
  std::uint64_t durable = 0;  // everything before this offset was durable before the record was written
  std::uint64_t check = 0;

  [[nodiscard]] std::uint64_t values_at() const { return kBytes + table_bytes; }
  [[nodiscard]] std::uint64_t record_bytes() const { return values_at() + value_bytes + kCheckBytes; }
  // Empty if these bytes do not begin like a head, or the record is longer than `bytes_left`.
  [[nodiscard]] static std::optional<RecordHead> decode(ByteView bytes, std::uint64_t bytes_left);
};
[[nodiscard]] std::uint64_t head_check(const RecordSeed& seed, ByteView head_and_table);
[[nodiscard]] std::uint64_t values_check(std::uint64_t head_check, ByteView values);
// A whole record; `head` has the sequence and the durable end, the rest follows from the entries.
[[nodiscard]] Bytes encode_record(RecordHead head, std::span<const LogEntry> entries, const RecordSeed& seed);

}  // namespace icn::backends::detail
