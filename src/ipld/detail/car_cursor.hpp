// Reads an archive sequentially through a buffer of 64 KiB; errors name the byte.
#pragma once
#include <deque>
#include <string>

#include "ipld/car.hpp"

namespace icn::ipld::detail {

// The fixed part of a CARv2: its pragma, then the header of 40 bytes.
inline constexpr std::array<std::uint8_t, 11> kCarV2Pragma{0x0a, 0xa1, 0x67, 'v', 'e', 'r', 's', 'i', 'o', 'n', 0x02};
inline constexpr std::size_t kCarV2HeaderBytes = 40;
// The first bit of the header's bitfield: the index has an entry for every section.
inline constexpr std::uint8_t kCarFullyIndexed = 0x80;
inline constexpr std::uint64_t kMultihashIndexSorted = 0x0401;
inline constexpr std::uint64_t kIndexSorted = 0x0400;
inline constexpr std::uint64_t kSha256Code = 0x12;
// An index entry: digest and offset.
inline constexpr std::size_t kIndexEntryBytes = 40;

class CarCursor {
 public:
  // From `begin` to `end`, or to the end of the archive if `end` is kWhole.
  static constexpr std::uint64_t kWhole = UINT64_MAX;
  CarCursor(CarSource source, std::uint64_t begin, std::uint64_t end = kWhole);

  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // Bytes up to `end`; unlimited for a whole archive.
  [[nodiscard]] std::uint64_t left() const { return end_ - offset_; }
  // Errors: invalid_format if the archive ends before `end`.
  [[nodiscard]] Result<bool> at_end();
  // The next `count` bytes without consuming them (at most kPeekMax); fewer only at the end.
  static constexpr std::size_t kPeekMax = 1024;
  [[nodiscard]] Result<ByteView> peek(std::size_t count);
  // Reads the next bytes; `what` names them in the error if they end early.
  [[nodiscard]] Result<void> read(std::span<std::uint8_t> into, std::string_view what);
  [[nodiscard]] Result<std::uint64_t> varint(std::string_view what);
  [[nodiscard]] Result<std::uint64_t> little_endian(std::size_t bytes, std::string_view what);
  // Moves to `offset`; every skipped byte must be zero.
  [[nodiscard]] Result<void> skip_zeros(std::uint64_t offset);

  [[nodiscard]] tl::unexpected<Error> bad(std::string_view what) const { return bad_at(offset_, what); }

  // An error about the element that begins at `offset`.
  [[nodiscard]] static tl::unexpected<Error> bad_at(std::uint64_t offset, std::string_view what) {
    return fail(ErrorCode::invalid_format, place(offset) + std::string(what));
  }
  [[nodiscard]] static std::string place(std::uint64_t offset) {
    return "archive: byte " + std::to_string(offset) + ": ";
  }

 private:
  [[nodiscard]] Result<std::size_t> fetch(std::uint64_t offset, std::span<std::uint8_t> into);
  void consume(std::size_t count);

  CarSource source_;
  std::uint64_t offset_;
  std::uint64_t end_;
  Bytes buffer_;
  std::size_t first_ = 0;  // the buffered bytes: [first_, last_)
  std::size_t last_ = 0;
};

[[nodiscard]] std::uint64_t read_little_endian(ByteView bytes);

// The data of a CARv2, and the offset of each section in it, ascending.
struct CarData {
  const CarSource& source;
  std::uint64_t offset;
  const std::deque<std::uint64_t>& sections;
};

// Checks the index from the cursor to the end of the archive: its form, its order, and that each entry names a section
// of the data. Returns the number of entries.
[[nodiscard]] Result<std::uint64_t> check_car_index(CarCursor& index, const CarData& data);

}  // namespace icn::ipld::detail
