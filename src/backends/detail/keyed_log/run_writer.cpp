#include "backends/detail/keyed_log/run.hpp"

namespace icn::backends::detail::keyed_log {
namespace {

constexpr std::uint64_t kFilterBitsPerKey = 10;
constexpr std::size_t kLineBytes = 64;
constexpr int kProbes = 6;

}  // namespace

KeyFilter::KeyFilter(std::uint64_t keys) {
  const std::uint64_t lines = keys * kFilterBitsPerKey / (kLineBytes * 8) + 1;
  bits_.resize(lines * kLineBytes);
}

KeyFilter::Probe KeyFilter::probe_of(ByteView key) const {
  const std::uint64_t hash = checksum(key, 0);
  const std::size_t lines = bits_.size() / kLineBytes;
  return {static_cast<std::size_t>((hash >> 32) * lines >> 32), hash * 0x9e3779b97f4a7c15ULL};
}

void KeyFilter::set(const Probe& probe) {
  std::uint64_t bits = probe.bits;
  for (int i = 0; i < kProbes; ++i, bits >>= 9) {
    bits_[probe.line * kLineBytes + (bits & 511) / 8] |= static_cast<std::uint8_t>(1U << (bits & 7));
  }
}

void KeyFilter::add(ByteView key) {
  Probe& slot = waiting_[added_ % kWaiting];
  if (added_++ >= kWaiting) set(slot);
  slot = probe_of(key);
  __builtin_prefetch(bits_.data() + slot.line * kLineBytes, 1);
}

void KeyFilter::settle() {
  for (std::size_t i = 0; i < std::min(added_, kWaiting); ++i) set(waiting_[i]);
  added_ = 0;
}

bool KeyFilter::may_contain(ByteView key) const {
  if (bits_.empty()) return true;
  auto [line, bits] = probe_of(key);
  for (int i = 0; i < kProbes; ++i, bits >>= 9) {
    if ((bits_[line * kLineBytes + (bits & 511) / 8] >> (bits & 7) & 1) == 0) return false;
  }
  return true;
}

Result<RunWriter> RunWriter::create(const OwnedFolder& folder, const RunHeader& header, Filter filter,
                                    std::uint64_t keys_at_most) {
  RunWriter writer(ICN_TRY(File::open(folder.file(Run::name_of(header.number)), File::Mode::create)), header);
  writer.filtered_ = filter == Filter::bloom;
  if (writer.filtered_) writer.filter_ = KeyFilter(keys_at_most);
  writer.buffer_.resize(kWriteBytesMax + run_format::kBlockBytesMax);
  writer.buffer(run_format::encode_header(header));
  return writer;
}

void RunWriter::buffer(ByteView bytes) {
  if (buffer_.size() < buffered_ + bytes.size()) buffer_.resize(buffered_ + bytes.size());
  std::copy(bytes.begin(), bytes.end(), buffer_.data() + buffered_);
  buffered_ += bytes.size();
}

Result<void> RunWriter::add(ByteView key, const Indexed& indexed) {
  if (!block_open_) {
    FieldWriter(index_).u16(static_cast<std::uint16_t>(key.size())).bytes(key).u64(offset());
    block_open_ = true;
    block_start_ = buffered_;
    previous_.key_bytes = 0;
    previous_.location = {};
  }
  std::uint8_t* at = buffer_.data() + buffered_;
  buffered_ += static_cast<std::size_t>(run_format::put_entry(at, key, indexed, previous_) - at);
  if (filtered_) filter_.add(key);
  ++entries_;
  if (buffered_ - block_start_ < run_format::kBlockBytes) return {};
  end_block();
  return write_full_pieces();
}

void RunWriter::end_block() {
  if (!block_open_) return;
  const std::uint64_t seed = run_format::seed_at(header_, written_ + block_start_);
  std::array<std::uint8_t, run_format::kCheckBytes> check;
  put_be64(check.data(), checksum({buffer_.data() + block_start_, buffered_ - block_start_}, seed));
  buffer(check);
  block_open_ = false;
}

Result<void> RunWriter::write_full_pieces() {
  if (buffered_ < kWriteBytesMax) return {};
  ICN_TRY(file_.write_at(written_, ByteView(buffer_).first(buffered_)));
  file_.start_writing(written_, buffered_);
  written_ += buffered_;
  buffered_ = 0;
  return {};
}

Result<void> RunWriter::finish(std::uint32_t level) {
  end_block();
  filter_.settle();
  const ByteView last_key = previous_.key_view();
  FieldWriter(index_).u16(static_cast<std::uint16_t>(last_key.size())).bytes(last_key).u64(offset());
  const std::uint64_t index_at = offset();
  Bytes footer;
  FieldWriter writer(footer);
  writer.u64(index_at).u64(index_.size()).u64(filter_.bits().size()).u64(entries_).u32(level).u32(0);
  writer.u64(checksum(index_, run_format::seed_at(header_, index_at)));
  writer.u64(checksum(filter_.bits(), run_format::seed_at(header_, index_at + index_.size())));
  writer.u64(checksum(footer, run_format::seed_at(header_, UINT64_MAX)));
  buffer(index_);
  buffer(filter_.bits());
  buffer(footer);
  ICN_TRY(file_.write_at(written_, ByteView(buffer_).first(buffered_)));
  return file_.sync();
}

}  // namespace icn::backends::detail::keyed_log
