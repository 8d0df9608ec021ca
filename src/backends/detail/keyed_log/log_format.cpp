#include "backends/detail/keyed_log/log_format.hpp"

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/encoding.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::string_view kSegmentMagic = "ICNLOG\r\n";
constexpr std::string_view kGroupMagic = "ICNG";
constexpr std::uint32_t kErased = 0xffffffff;
constexpr std::size_t kCheckBytes = 8;

}  // namespace

Bytes encode_segment_header(const SegmentHeader& header) {
  Bytes bytes;
  FieldWriter writer(bytes);
  writer.bytes(view_of(kSegmentMagic)).u32(kVersion).u32(static_cast<std::uint32_t>(header.kind));
  writer.u32(header.number).u32(header.previous_end).u64(header.salt);
  bytes.resize(kSegmentHeaderBytes - kCheckBytes);
  writer.u64(checksum(bytes, 0));
  return bytes;
}

Result<SegmentHeader> decode_segment_header(ByteView bytes, const std::string& path) {
  FieldReader reader(bytes);
  if (text_of(reader.bytes(kSegmentMagic.size())) != kSegmentMagic) {
    return fail(ErrorCode::corrupted, path + " does not begin as a log segment does; restore the store from a backup");
  }
  const std::uint32_t version = reader.u32();
  if (version > kVersion) {
    return fail(ErrorCode::unsupported_version, path + " is of version " + std::to_string(version) +
                                                    "; this program reads version " + std::to_string(kVersion) +
                                                    ". Nothing was changed; open it with the release that wrote it");
  }
  SegmentHeader header;
  header.kind = static_cast<Kind>(reader.u32());
  header.number = reader.u32();
  header.previous_end = reader.u32();
  header.salt = reader.u64();
  if (bytes.size() != kSegmentHeaderBytes || version != kVersion ||
      get_be64(bytes.data() + kSegmentHeaderBytes - kCheckBytes) !=
          checksum(bytes.first(kSegmentHeaderBytes - kCheckBytes), 0)) {
    return fail(ErrorCode::corrupted, path + ": the header is damaged; restore the store from a backup");
  }
  return header;
}

std::uint64_t group_seed(std::uint64_t salt, const Position& position) {
  std::uint8_t place[8];
  put_be32(place, position.segment);
  put_be32(place + 4, position.offset);
  return checksum(place, salt);
}

void encode_group_head(std::uint8_t* to, const GroupHead& head, std::uint64_t seed) {
  std::memcpy(to, kGroupMagic.data(), kGroupMagic.size());
  put_be32(to + 4, head.entries);
  put_be64(to + 8, head.entry_bytes);
  put_be64(to + 16, head.sequence_before);
  put_be64(to + 24, head.sequence_after);
  put_be64(to + 32, head.durable_before);
  put_be64(to + 40, checksum({to, kGroupHeadBytes - kCheckBytes}, seed));
}

std::optional<GroupHead> decode_group_head(const std::uint8_t* bytes, std::uint64_t seed) {
  if (std::memcmp(bytes, kGroupMagic.data(), kGroupMagic.size()) != 0 ||
      get_be64(bytes + 40) != checksum({bytes, kGroupHeadBytes - kCheckBytes}, seed)) {
    return std::nullopt;
  }
  GroupHead head;
  head.entries = get_be32(bytes + 4);
  head.entry_bytes = get_be64(bytes + 8);
  head.sequence_before = get_be64(bytes + 16);
  head.sequence_after = get_be64(bytes + 24);
  head.durable_before = get_be64(bytes + 32);
  return head;
}

// The value is hashed first and seeds the hash of the rest: it need not stand beside it in memory.
std::uint64_t encode_entry_head(std::uint8_t* to, ByteView key, std::optional<ByteView> value, std::uint64_t salt) {
  put_be16(to + 8, static_cast<std::uint16_t>(key.size()));
  put_be32(to + 10, value ? static_cast<std::uint32_t>(value->size()) : kErased);
  std::memcpy(to + kEntryHeadBytes, key.data(), key.size());
  const std::uint64_t seed = checksum(value ? *value : ByteView(), salt);
  const std::uint64_t check = checksum({to + kCheckBytes, kEntryHeadBytes - kCheckBytes + key.size()}, seed);
  put_be64(to, check);
  return check;
}

std::optional<EntryHead> decode_entry_head(const std::uint8_t* bytes) {
  EntryHead head;
  head.check = get_be64(bytes);
  head.key_bytes = get_be16(bytes + 8);
  const std::uint32_t value = get_be32(bytes + 10);
  head.erased = value == kErased;
  head.value_bytes = head.erased ? 0 : value;
  if (head.key_bytes == 0 || head.key_bytes > kKeyBytesMax || head.value_bytes > kValueBytesMax) return std::nullopt;
  return head;
}

bool entry_holds(ByteView head_and_key, ByteView value, std::uint64_t salt) {
  return get_be64(head_and_key.data()) == checksum(head_and_key.subspan(kCheckBytes), checksum(value, salt));
}

}  // namespace icn::backends::detail::keyed_log
