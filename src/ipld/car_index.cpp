// The index of a CARv2: the offset of the section for each digest.
#include <fmt/core.h>

#include <algorithm>

#include "ipld/detail/car_cursor.hpp"
#include "ipld/multibase.hpp"

namespace icn::ipld::detail {
namespace {

struct Checking {
  CarCursor& index;
  const CarData& data;
  std::uint64_t entries = 0;
};

// Whether the section at `offset` of the data holds a block with this digest. The sections were already read, so a
// length and a CID are there.
Result<bool> names_section(const CarData& data, ByteView digest, std::uint64_t offset) {
  if (!std::binary_search(data.sections.begin(), data.sections.end(), offset)) return false;
  std::array<std::uint8_t, 9 + Cid::kByteLength> head;
  std::size_t filled = 0;
  while (filled < head.size()) {
    const std::size_t got = ICN_TRY(data.source(data.offset + offset + filled, std::span(head).subspan(filled)));
    if (got == 0) break;
    filled += got;
  }
  ByteView rest = ByteView(head).first(filled);
  ICN_TRY(take_varint(rest));
  const auto cid = Cid::from_bytes(rest.first(std::min(rest.size(), Cid::kByteLength)));
  return cid && std::equal(digest.begin(), digest.end(), cid->digest().begin(), cid->digest().end());
}

Result<void> check_entries(Checking& checking, std::uint64_t count) {
  std::array<std::uint8_t, kIndexEntryBytes> entry;
  Digest previous{};
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t at = checking.index.offset();
    ICN_TRY(checking.index.read(entry, "an index entry"));
    Digest digest;
    std::copy_n(entry.begin(), digest.size(), digest.begin());
    if (digest < previous) return CarCursor::bad_at(at, "an index entry out of order");
    previous = digest;
    const std::uint64_t offset = read_little_endian(ByteView(entry).subspan(digest.size()));
    if (!ICN_TRY(names_section(checking.data, digest, offset)))
      return CarCursor::bad_at(at, "an index entry that names no section of the data");
  }
  checking.entries += count;
  return {};
}

// Buckets are ordered by the width of their entries, strictly ascending. All digests here have 32 bytes, so a bucket of
// another width cannot have a valid entry.
Result<void> check_buckets(Checking& checking) {
  CarCursor& index = checking.index;
  const std::uint64_t buckets = ICN_TRY(index.little_endian(4, "the number of index buckets"));
  std::uint64_t width_before = 0;
  for (std::uint64_t i = 0; i < buckets; ++i) {
    const std::uint64_t at = index.offset();
    const std::uint64_t width = ICN_TRY(index.little_endian(4, "the width of an index bucket"));
    const std::uint64_t bytes = ICN_TRY(index.little_endian(8, "the length of an index bucket"));
    if (width <= width_before) return CarCursor::bad_at(at, "index buckets out of order");
    width_before = width;
    if (bytes != 0 && width != kIndexEntryBytes)
      return CarCursor::bad_at(at, fmt::format("index entries of {} bytes, which no block here has", width));
    if (bytes % width != 0) return CarCursor::bad_at(at, "an index bucket that holds a part of an entry");
    ICN_TRY(check_entries(checking, bytes / width));
  }
  return {};
}

Result<void> check_multihashes(Checking& checking) {
  CarCursor& index = checking.index;
  const std::uint64_t hashes = ICN_TRY(index.little_endian(4, "the number of hash functions in the index"));
  std::optional<std::uint64_t> before;
  for (std::uint64_t i = 0; i < hashes; ++i) {
    const std::uint64_t at = index.offset();
    const std::uint64_t code = ICN_TRY(index.little_endian(8, "a hash function of the index"));
    if (before && code <= *before) return CarCursor::bad_at(at, "hash functions of the index out of order");
    before = code;
    const std::uint64_t entries_before = checking.entries;
    ICN_TRY(check_buckets(checking));
    if (code != kSha256Code && checking.entries != entries_before)
      return CarCursor::bad_at(at, fmt::format("index entries by hash function {}, which no block here has", code));
  }
  return {};
}

}  // namespace

Result<std::uint64_t> check_car_index(CarCursor& index, const CarData& data) {
  Checking checking{index, data};
  const std::uint64_t at = index.offset();
  const std::uint64_t format = ICN_TRY(index.varint("the index's format"));
  if (format == kMultihashIndexSorted) {
    ICN_TRY(check_multihashes(checking));
  } else if (format == kIndexSorted) {
    ICN_TRY(check_buckets(checking));
  } else {
    return fail(ErrorCode::unsupported,
                fmt::format("{}an index of format {}; known are IndexSorted (1024) and MultihashIndexSorted (1025)",
                            CarCursor::place(at), format));
  }
  if (!ICN_TRY(index.at_end())) return index.bad("bytes after the index");
  return checking.entries;
}

}  // namespace icn::ipld::detail
