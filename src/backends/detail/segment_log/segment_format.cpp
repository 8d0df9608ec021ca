#include "backends/detail/segment_log/segment_format.hpp"

#include <algorithm>

#include "ipld/sha256.hpp"

namespace icn::backends::detail {
namespace {

std::uint64_t check_of(std::initializer_list<std::uint64_t> seeds, ByteView bytes) {
  Bytes seed;
  for (const std::uint64_t number : seeds) append_be64(seed, number);
  ipld::Sha256 hasher;
  hasher.update(seed);
  hasher.update(bytes);
  return read_be64(hasher.finish().data());
}

}  // namespace

Bytes encode_numbers(std::string_view magic, LogKind kind, std::initializer_list<std::uint64_t> numbers) {
  Bytes bytes = bytes_of(magic);
  append_be64(bytes, std::uint64_t{kLogVersion} << 32 | static_cast<std::uint32_t>(kind));
  for (const std::uint64_t number : numbers) append_be64(bytes, number);
  append_be64(bytes, check_of({}, bytes));
  return bytes;
}

Result<void> decode_numbers(ByteView bytes, std::string_view magic, LogKind kind, const std::string& path,
                            std::initializer_list<std::uint64_t*> numbers) {
  const std::size_t checked = magic.size() + 8 + 8 * numbers.size();
  const bool is_begun = bytes.size() >= magic.size() + 8 && text_of(bytes).starts_with(magic);
  const std::uint64_t found = is_begun ? read_be64(bytes.data() + magic.size()) : 0;
  if (is_begun && found >> 32 != kLogVersion) {
    return fail(ErrorCode::unsupported_version, path + " has version " + std::to_string(found >> 32) +
                                                    "; this program reads version " + std::to_string(kLogVersion) +
                                                    ". Nothing was changed; open it with the release that wrote it");
  }
  if (!is_begun || bytes.size() != checked + 8 ||
      read_be64(bytes.data() + checked) != check_of({}, bytes.first(checked)))
    return fail(ErrorCode::corrupted,
                path + " is damaged from offset 0 on; nothing was changed. Restore the store from a backup");
  if (static_cast<LogKind>(found) != kind)
    return fail(ErrorCode::invalid_format, path + " belongs to a store of another kind; nothing was changed");
  const std::uint8_t* at = bytes.data() + magic.size();
  for (std::uint64_t* number : numbers) *number = read_be64(at += 8);
  return {};
}

std::optional<RecordHead> RecordHead::decode(ByteView bytes, std::uint64_t bytes_left) {
  if (bytes.size() < kBytes || !text_of(bytes).starts_with(kMagic)) return std::nullopt;
  RecordHead head;
  const std::uint8_t* at = bytes.data();
  for (std::uint64_t* field : {&head.table_bytes, &head.value_bytes, &head.sequence, &head.durable, &head.check})
    *field = read_be64(at += 8);
  const std::uint64_t most = bytes_left < kBytes + kCheckBytes ? 0 : bytes_left - kBytes - kCheckBytes;
  if (head.table_bytes > most || head.value_bytes > most - head.table_bytes) return std::nullopt;
  return head;
}

std::uint64_t head_check(const RecordSeed& seed, ByteView head_and_table) {
  // The check itself is between the two and is left out.
  const std::uint64_t of_table = check_of({}, head_and_table.subspan(RecordHead::kBytes));
  return check_of({seed[0], seed[1], seed[2], of_table}, head_and_table.first(RecordHead::kBytes - 8));
}

std::uint64_t values_check(std::uint64_t head_check, ByteView values) { return check_of({head_check}, values); }

Bytes encode_record(RecordHead head, std::span<const LogEntry> entries, const RecordSeed& seed) {
  for (const LogEntry& entry : entries) {
    head.table_bytes += RecordHead::kRowBytes + entry.key.size();
    head.value_bytes += entry.value ? entry.value->size() : 0;
  }
  Bytes record = bytes_of(RecordHead::kMagic);
  record.reserve(head.record_bytes());
  for (const std::uint64_t field : {head.table_bytes, head.value_bytes, head.sequence, head.durable, head.check})
    append_be64(record, field);
  for (const LogEntry& entry : entries) {
    append_be64(record, entry.key.size());
    append_be64(record, entry.value ? entry.value->size() : RecordHead::kErased);
    append(record, entry.key);
  }
  head.check = head_check(seed, record);
  Bytes check;
  append_be64(check, head.check);
  std::copy(check.begin(), check.end(), record.begin() + (RecordHead::kBytes - 8));
  for (const LogEntry& entry : entries) append(record, entry.value.value_or(ByteView()));
  append_be64(record, values_check(head.check, ByteView(record).subspan(head.values_at())));
  return record;
}

}  // namespace icn::backends::detail
