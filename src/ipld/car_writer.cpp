#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "ipld/car.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/detail/car_cursor.hpp"
#include "ipld/multibase.hpp"

namespace icn::ipld {
namespace {

constexpr std::size_t kIndexPieceBytes = 64 * 1024;

void append_little_endian(Bytes& to, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Bytes header_of(std::span<const Cid> roots) {
  CborWriter header;
  header.map(2).key("roots").array(roots.size());
  for (const Cid& root : roots) header.link(root);
  header.key("version").unsigned_integer(1);
  const Bytes map = header.take();
  Bytes bytes;
  append_varint(bytes, map.size());
  append(bytes, map);
  return bytes;
}

// Pragma and header; the data follow immediately, then the index.
Bytes v2_prefix(std::uint64_t data_bytes) {
  Bytes bytes(detail::kCarV2Pragma.begin(), detail::kCarV2Pragma.end());
  const std::uint64_t data_offset = bytes.size() + detail::kCarV2HeaderBytes;
  bytes.resize(bytes.size() + 16);  // no characteristics
  append_little_endian(bytes, data_offset, 8);
  append_little_endian(bytes, data_bytes, 8);
  append_little_endian(bytes, data_offset + data_bytes, 8);
  return bytes;
}

Bytes section_head(const Cid* cid, std::uint64_t block_bytes) {
  Bytes head;
  append_varint(head, Cid::kByteLength + block_bytes);
  if (cid != nullptr) append(head, cid->to_bytes());
  return head;
}

}  // namespace

void CarExtent::add(std::uint64_t block_bytes) {
  ++blocks;
  section_bytes += section_head(nullptr, block_bytes).size() + Cid::kByteLength + block_bytes;
}

CarWriter::CarWriter(CarSink sink, CarVersion version, const CarExtent& extent)
    : sink_(std::move(sink)), version_(version), promised_(extent) {}

Result<CarWriter> CarWriter::open(CarSink sink, CarVersion version, std::span<const Cid> roots,
                                  const CarExtent& extent) {
  const Bytes header = header_of(roots);
  if (header.size() > kCarHeaderBytesMax) {
    return refuse(ErrorCode::limit_exceeded, "max_car_header_bytes",
                  fmt::format("{} roots do not fit into an archive's header of {} bytes; nothing was written",
                              roots.size(), kCarHeaderBytesMax));
  }
  CarWriter writer(std::move(sink), version, extent);
  writer.header_bytes_ = header.size();
  if (version == CarVersion::v2) {
    writer.index_.reserve(static_cast<std::size_t>(extent.blocks));
    ICN_TRY(writer.sink_(v2_prefix(header.size() + extent.section_bytes)));
  }
  ICN_TRY(writer.sink_(header));
  return writer;
}

Result<void> CarWriter::add(const Block& block) {
  if (version_ == CarVersion::v2) index_.push_back({block.cid.digest(), header_bytes_ + written_.section_bytes});
  written_.add(block.bytes.size());
  ICN_TRY(sink_(section_head(&block.cid, block.bytes.size())));
  return sink_(block.bytes);
}

Result<void> CarWriter::finish() {
  ICN_CHECK(written_.blocks == promised_.blocks && written_.section_bytes == promised_.section_bytes);
  return version_ == CarVersion::v2 ? write_index() : Result<void>();
}

// MultihashIndexSorted with one hash function and one width.
Result<void> CarWriter::write_index() {
  std::sort(index_.begin(), index_.end(), [](const Entry& a, const Entry& b) {
    return a.digest != b.digest ? a.digest < b.digest : a.offset < b.offset;
  });
  Bytes piece;
  append_varint(piece, detail::kMultihashIndexSorted);
  append_little_endian(piece, 1, 4);
  append_little_endian(piece, detail::kSha256Code, 8);
  append_little_endian(piece, 1, 4);
  append_little_endian(piece, detail::kIndexEntryBytes, 4);
  append_little_endian(piece, index_.size() * detail::kIndexEntryBytes, 8);
  for (const Entry& entry : index_) {
    append(piece, entry.digest);
    append_little_endian(piece, entry.offset, 8);
    if (piece.size() < kIndexPieceBytes) continue;
    ICN_TRY(sink_(piece));
    piece.clear();
  }
  return sink_(piece);
}

}  // namespace icn::ipld
