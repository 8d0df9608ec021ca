#include "backends/detail/keyed_log/manifest.hpp"

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/encoding.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::string_view kMagic = "ICNSET\r\n";
constexpr std::size_t kCheckBytes = 8;

std::string_view word_of(Kind kind) { return kind == Kind::state ? "a state store" : "a block store"; }

}  // namespace

Bytes Manifest::encode() const {
  Bytes bytes;
  FieldWriter writer(bytes);
  writer.bytes(view_of(kMagic)).u32(kVersion).u32(static_cast<std::uint32_t>(kind)).u64(salt).u32(next_run);
  writer.u32(indexed.segment).u32(indexed.offset).u64(indexed_sequence).u32(proven.segment).u32(proven.offset);
  writer.u32(static_cast<std::uint32_t>(runs.size())).u32(static_cast<std::uint32_t>(segments.size()));
  for (const std::uint32_t run : runs) writer.u32(run);
  for (const SegmentRow& row : segments) writer.u32(row.number).u32(row.end).u64(row.dead_bytes);
  writer.u64(checksum(bytes, 0));
  return bytes;
}

Result<Manifest> Manifest::decode(ByteView bytes, Kind kind, const std::string& path) {
  FieldReader reader(bytes);
  const auto bad = [&](std::string_view what) {
    return fail(ErrorCode::corrupted,
                path + " is damaged (" + std::string(what) + "); nothing was changed. Restore the store from a backup");
  };
  if (text_of(reader.bytes(kMagic.size())) != kMagic) return bad("it does not begin as a manifest does, at offset 0");
  const std::uint32_t version = reader.u32();
  if (version > kVersion) {
    return fail(ErrorCode::unsupported_version, path + " is of version " + std::to_string(version) +
                                                    "; this program reads version " + std::to_string(kVersion) +
                                                    ". Nothing was changed; open it with the release that wrote it");
  }
  if (bytes.size() < kCheckBytes ||
      get_be64(bytes.data() + bytes.size() - kCheckBytes) != checksum(bytes.first(bytes.size() - kCheckBytes), 0)) {
    return bad("its checksum differs, from offset 0 on");
  }
  Manifest manifest;
  manifest.kind = static_cast<Kind>(reader.u32());
  if (manifest.kind != kind) {
    return fail(ErrorCode::invalid_format,
                path + " is that of " + std::string(word_of(manifest.kind)) + ", not of " + std::string(word_of(kind)));
  }
  manifest.salt = reader.u64();
  manifest.next_run = reader.u32();
  manifest.indexed.segment = reader.u32();
  manifest.indexed.offset = reader.u32();
  manifest.indexed_sequence = reader.u64();
  manifest.proven.segment = reader.u32();
  manifest.proven.offset = reader.u32();
  const std::uint32_t runs = reader.u32();
  const std::uint32_t segments = reader.u32();
  for (std::uint32_t i = 0; i < runs && reader.ok(); ++i) manifest.runs.push_back(reader.u32());
  for (std::uint32_t i = 0; i < segments && reader.ok(); ++i) {
    SegmentRow row;
    row.number = reader.u32();
    row.end = reader.u32();
    row.dead_bytes = reader.u64();
    manifest.segments.push_back(row);
  }
  if (!reader.ok() || reader.left() != kCheckBytes || manifest.segments.empty()) return bad("its lists do not add up");
  return manifest;
}

}  // namespace icn::backends::detail::keyed_log
