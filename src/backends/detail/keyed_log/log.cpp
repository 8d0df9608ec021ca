#include "backends/detail/keyed_log/log.hpp"

#include <algorithm>

#include "backends/detail/keyed_log/checksum.hpp"
#include "backends/detail/keyed_log/encoding.hpp"
#include "core/check.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

// A small append into zeros that are there already changes no size and no extents: its sync is a third cheaper.
constexpr std::uint64_t kReserveBytes = std::uint64_t{1} << 20;
constexpr std::uint64_t kSmallGroupBytes = std::uint64_t{128} << 10;
// Larger values are written from where they are instead of being copied first.
constexpr std::size_t kCopiedValueBytes = std::size_t{32} << 10;

}  // namespace

Log::Log(const OwnedFolder& folder, std::shared_ptr<Segment> active, std::uint32_t end)
    : folder_(folder), active_(std::move(active)), end_(end), durable_(end), reserved_(end) {}

std::uint64_t Log::bytes_of(std::span<const Write> writes) {
  std::uint64_t bytes = 0;
  for (const Write& write : writes) bytes += entry_bytes(write.key.size(), write.value ? write.value->size() : 0);
  return bytes;
}

std::uint8_t* Log::stage(std::size_t count) {
  if (staged_.size() < staged_bytes_ + count) staged_.resize(std::max(staged_bytes_ + count, staged_.size() * 2));
  std::uint8_t* at = staged_.data() + staged_bytes_;
  staged_bytes_ += count;
  return at;
}

Result<void> Log::write_staged() {
  ICN_TRY(active_->file().write_at(written_, ByteView(staged_).first(staged_bytes_)));
  written_ += staged_bytes_;
  staged_bytes_ = 0;
  return {};
}

Result<void> Log::stage_entry(const Write& write, Bytes& checks) {
  const std::size_t value_bytes = write.value ? write.value->size() : 0;
  const bool copied = value_bytes <= kCopiedValueBytes;
  const std::size_t head_bytes = kEntryHeadBytes + write.key.size();
  if (staged_bytes_ + head_bytes + (copied ? value_bytes : 0) > kWriteBytesMax) ICN_TRY(write_staged());
  std::uint8_t* at = stage(head_bytes + (copied ? value_bytes : 0));
  encode_entry_head(at, write.key, write.value, active_->header().salt);
  checks.insert(checks.end(), at, at + kGroupCheckBytes);
  if (value_bytes == 0) return {};
  if (copied) {
    std::memcpy(at + head_bytes, write.value->data(), value_bytes);
    return {};
  }
  ICN_TRY(write_staged());
  ICN_TRY(active_->file().write_at(written_, *write.value));
  written_ += value_bytes;
  return {};
}

Result<void> Log::append(std::span<const Write> writes, std::uint64_t bytes, const Sequences& sequences,
                         std::vector<Location>& locations) {
  ICN_CHECK(end_ + group_bytes(bytes) <= UINT32_MAX);
  const std::uint64_t group_end = end_ + group_bytes(bytes);
  if (group_bytes(bytes) <= kSmallGroupBytes && group_end > reserved_) {
    active_->file().reserve(reserved_, reserved_ + kReserveBytes);
    reserved_ += kReserveBytes;
  }
  const std::uint64_t seed = group_seed(active_->header().salt, end());
  written_ = end_;
  staged_bytes_ = 0;
  encode_group_head(stage(kGroupHeadBytes),
                    {static_cast<std::uint32_t>(writes.size()), bytes, sequences.before, sequences.after, durable_},
                    seed);
  checks_.assign(staged_.begin() + (kGroupHeadBytes - kGroupCheckBytes), staged_.begin() + kGroupHeadBytes);
  std::uint64_t offset = end_ + kGroupHeadBytes;
  for (const Write& write : writes) {
    ICN_TRY(stage_entry(write, checks_));
    const std::uint64_t length = entry_bytes(write.key.size(), write.value ? write.value->size() : 0);
    locations.push_back({active_->number(), static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(length)});
    offset += length;
  }
  const std::size_t padding = group_bytes(bytes) - kGroupHeadBytes - bytes - kGroupCheckBytes;
  std::uint8_t* tail = stage(kGroupCheckBytes + padding);
  put_be64(tail, checksum(checks_, seed));
  std::fill_n(tail + kGroupCheckBytes, padding, std::uint8_t{0});
  ICN_TRY(write_staged());
  end_ = group_end;
  reserved_ = std::max(reserved_, end_);
  return {};
}

Result<void> Log::sync() {
  if (durable_ == end_) return {};
  ICN_TRY(active_->file().sync());
  durable_ = end_;
  return {};
}

Result<void> Log::trim() {
  if (reserved_ == end_) return {};
  ICN_TRY(active_->file().resize(end_));
  reserved_ = end_;
  return {};
}

Result<void> Log::roll() {
  ICN_TRY(sync());
  ICN_TRY(trim());
  SegmentHeader header = active_->header();
  ++header.number;
  header.previous_end = static_cast<std::uint32_t>(end_);
  active_ = ICN_TRY(Segment::create(folder_, header));
  end_ = durable_ = reserved_ = kSegmentHeaderBytes;
  return {};
}

}  // namespace icn::backends::detail::keyed_log
