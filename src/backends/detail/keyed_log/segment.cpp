#include "backends/detail/keyed_log/segment.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include <unistd.h>

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/encoding.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::string_view kPrefix = "log-";
constexpr std::size_t kDigits = 10;
constexpr std::size_t kMovedValueBytes = std::size_t{8} << 10;
constexpr std::size_t kReadAhead = std::size_t{1} << 20;

}  // namespace

std::string Segment::name_of(std::uint32_t number) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%010u", number);
  return std::string(kPrefix) + digits.data();
}

std::optional<std::uint32_t> Segment::number_of(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits || !name.starts_with(kPrefix)) return std::nullopt;
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return number;
}

// Under its final name a segment always has its header.
Result<std::shared_ptr<Segment>> Segment::create(const OwnedFolder& folder, const SegmentHeader& header) {
  ICN_TRY(folder.replace(name_of(header.number), encode_segment_header(header)));
  return std::make_shared<Segment>(ICN_TRY(File::open(folder.file(name_of(header.number)), File::Mode::existing)),
                                   header);
}

Result<std::shared_ptr<Segment>> Segment::open(const OwnedFolder& folder, std::uint32_t number, Kind kind,
                                               std::uint64_t salt) {
  File file = ICN_TRY(File::open(folder.file(name_of(number)), File::Mode::existing));
  std::array<std::uint8_t, kSegmentHeaderBytes> bytes{};
  ICN_TRY(file.read_at(0, bytes));
  const SegmentHeader header = ICN_TRY(decode_segment_header(bytes, file.path()));
  if (header.kind != kind || header.salt != salt || header.number != number) {
    return fail(ErrorCode::corrupted,
                file.path() + " belongs to another store or place; restore the store from a backup");
  }
  return std::make_shared<Segment>(std::move(file), header);
}

Segment::~Segment() {
  if (given_up_) static_cast<void>(::unlink(file_.path().c_str()));
}

tl::unexpected<Error> Segment::damage(std::uint64_t offset, std::string_view what) const {
  return fail(ErrorCode::corrupted, file_.path() + " is damaged at offset " + std::to_string(offset) + " (" +
                                        std::string(what) + "); restore the store from a backup");
}

Result<bool> Segment::compare_key(const Location& location, ByteView key, ByteView head_and_key) const {
  const std::optional<EntryHead> head = decode_entry_head(head_and_key.data());
  if (!head || head->erased || head->length() != location.length) {
    return damage(location.offset, "no such entry stands there as the index says");
  }
  if (head->key_bytes == key.size() && text_of(head_and_key.subspan(kEntryHeadBytes)) == text_of(key)) return true;
  Bytes whole(location.length);
  ICN_TRY(file_.read_at(location.offset, whole));
  const std::size_t head_bytes = kEntryHeadBytes + head->key_bytes;
  if (!entry_holds(ByteView(whole).first(head_bytes), ByteView(whole).subspan(head_bytes), header_.salt)) {
    return damage(location.offset, "the checksum of its entry differs");
  }
  return false;
}

// Reading into two places costs more than moving a small value within one.
Result<std::optional<Bytes>> Segment::read_value(const Location& location, ByteView key, Verify verify) const {
  const std::size_t head_bytes = kEntryHeadBytes + key.size();
  if (location.length < head_bytes) return std::optional<Bytes>();
  const bool is_small = location.length <= kMovedValueBytes;
  std::array<std::uint8_t, kEntryHeadBytes + kKeyBytesMax> head;
  Bytes value(is_small ? location.length : location.length - head_bytes);
  if (is_small) {
    ICN_TRY(file_.read_at(location.offset, value));
  } else {
    ICN_TRY(file_.read_at(location.offset, std::span(head).first(head_bytes), value));
  }
  const ByteView head_and_key = (is_small ? ByteView(value) : ByteView(head)).first(head_bytes);
  if (!ICN_TRY(compare_key(location, key, head_and_key))) return std::optional<Bytes>();
  if (verify == Verify::check &&
      !entry_holds(head_and_key, is_small ? ByteView(value).subspan(head_bytes) : ByteView(value), header_.salt)) {
    return damage(location.offset, "the checksum of its entry differs");
  }
  if (is_small) value.erase(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(head_bytes));
  return std::optional(std::move(value));
}

Result<bool> Segment::has_key(const Location& location, ByteView key) const {
  std::array<std::uint8_t, kEntryHeadBytes + kKeyBytesMax> head;
  const std::size_t head_bytes = kEntryHeadBytes + key.size();
  if (location.length < head_bytes) return false;
  ICN_TRY(file_.read_at(location.offset, std::span(head).first(head_bytes)));
  return compare_key(location, key, ByteView(head).first(head_bytes));
}

Result<ByteView> Segment::value_of(ByteView entry, const Location& location, ByteView key) const {
  const std::size_t head_bytes = kEntryHeadBytes + key.size();
  if (entry.size() < head_bytes || !ICN_TRY(compare_key(location, key, entry.first(head_bytes)))) {
    return damage(location.offset, "another entry stands there than the index says");
  }
  if (!entry_holds(entry.first(head_bytes), entry.subspan(head_bytes), header_.salt)) {
    return damage(location.offset, "the checksum of its entry differs");
  }
  return entry.subspan(head_bytes);
}

Result<ByteView> SegmentReader::view(const std::shared_ptr<const Segment>& segment, std::uint64_t offset,
                                     std::size_t length, std::uint64_t end, std::size_t ahead) {
  if (segment != segment_ || offset < start_ || offset + length > start_ + buffered_) {
    const std::uint64_t room = offset < end ? end - offset : 0;
    const std::size_t want = std::max<std::size_t>(length, std::min<std::uint64_t>(ahead, room));
    segment_.reset();  // should the read fail, the buffer is nobody's
    if (buffer_.size() < want) buffer_.resize(want);
    buffered_ = ICN_TRY(segment->file().read_some(offset, std::span(buffer_).first(want), length));
    segment_ = segment;
    start_ = offset;
  }
  return ByteView(buffer_).subspan(offset - start_, length);
}

namespace {

struct Walk {
  SegmentReader& reader;
  const std::shared_ptr<const Segment>& segment;
  const std::uint64_t end;  // of the file

  [[nodiscard]] Result<ByteView> view(std::uint64_t offset, std::size_t length) {
    return reader.view(segment, offset, length, end, kReadAhead);
  }
  // Adds the entries from `offset` on to the group and their checks to `checks`. False: they are not whole.
  [[nodiscard]] Result<bool> read_entries(std::uint64_t offset, Group& group, Bytes& checks);
};

Result<bool> Walk::read_entries(std::uint64_t offset, Group& group, Bytes& checks) {
  const std::uint64_t entries_end = offset + group.head.entry_bytes;
  for (std::uint32_t i = 0; i < group.head.entries; ++i) {
    if (offset + kEntryHeadBytes > entries_end) return false;
    const std::optional<EntryHead> head = decode_entry_head(ICN_TRY(view(offset, kEntryHeadBytes)).data());
    if (!head || offset + head->length() > entries_end) return false;
    const ByteView entry = ICN_TRY(view(offset, head->length()));
    const ByteView head_and_key = entry.first(kEntryHeadBytes + head->key_bytes);
    if (!entry_holds(head_and_key, entry.subspan(head_and_key.size()), segment->header().salt)) return false;
    const Location location{segment->number(), static_cast<std::uint32_t>(offset), head->length()};
    group.entries.push_back({location, static_cast<std::uint32_t>(group.keys.size()), head->key_bytes, head->erased});
    append(group.keys, head_and_key.subspan(kEntryHeadBytes));
    append(checks, entry.first(kGroupCheckBytes));
    offset += head->length();
  }
  return offset == entries_end;
}

}  // namespace

Result<std::optional<Group>> read_group(SegmentReader& reader, const std::shared_ptr<const Segment>& segment,
                                        std::uint64_t offset, std::uint64_t end) {
  const std::optional<Group> none;
  if (offset + kGroupHeadBytes > end) return none;
  Walk walk{reader, segment, end};
  const std::uint64_t seed =
      group_seed(segment->header().salt, {segment->number(), static_cast<std::uint32_t>(offset)});
  const ByteView head_bytes = ICN_TRY(walk.view(offset, kGroupHeadBytes));
  const std::optional<GroupHead> head = decode_group_head(head_bytes.data(), seed);
  if (!head || head->entry_bytes > end || offset + group_bytes(head->entry_bytes) > end) return none;
  Group group;
  group.head = *head;
  group.end = offset + group_bytes(head->entry_bytes);
  Bytes checks = copy_of(head_bytes.last(kGroupCheckBytes));
  if (!ICN_TRY(walk.read_entries(offset + kGroupHeadBytes, group, checks))) return none;
  const std::uint64_t check_at = offset + kGroupHeadBytes + head->entry_bytes;
  if (get_be64(ICN_TRY(walk.view(check_at, kGroupCheckBytes)).data()) != checksum(checks, seed)) return none;
  return std::optional<Group>(std::move(group));
}

}  // namespace icn::backends::detail::keyed_log
