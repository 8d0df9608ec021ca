#include "backends/detail/keyed_log/run.hpp"

#include <charconv>
#include <cstdio>

#include <unistd.h>

namespace icn::backends::detail::keyed_log {

using run_format::kBlockBytesMax;
using run_format::kCheckBytes;
using run_format::kFooterBytes;
using run_format::kHeaderBytes;
using run_format::seed_at;
using run_format::take_entry;

namespace {

constexpr std::string_view kPrefix = "index-";
constexpr std::size_t kDigits = 10;

}  // namespace

std::string Run::name_of(std::uint32_t number) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), "%010u", number);
  return std::string(kPrefix) + digits.data();
}

std::optional<std::uint32_t> Run::number_of(std::string_view name) {
  if (name.size() != kPrefix.size() + kDigits || !name.starts_with(kPrefix)) return std::nullopt;
  std::uint32_t number = 0;
  const auto parsed = std::from_chars(name.data() + kPrefix.size(), name.data() + name.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return number;
}

tl::unexpected<Error> Run::damage(std::uint64_t offset, std::string_view what) const {
  return fail(ErrorCode::corrupted, file_.path() + " is damaged at offset " + std::to_string(offset) + " (" +
                                        std::string(what) + "); restore the store from a backup");
}

Run::~Run() {
  if (given_up_) static_cast<void>(::unlink(file_.path().c_str()));
}

Result<std::shared_ptr<Run>> Run::open(const OwnedFolder& folder, const RunHeader& header) {
  File file = ICN_TRY(File::open(folder.file(name_of(header.number)), File::Mode::existing));
  auto run = std::make_shared<Run>(std::move(file), header);
  std::array<std::uint8_t, kHeaderBytes> bytes{};
  ICN_TRY(run->file_.read_at(0, bytes));
  const Bytes expected = run_format::encode_header(header);
  if (!std::equal(expected.begin(), expected.end(), bytes.begin())) {
    const std::uint32_t version = get_be32(bytes.data() + run_format::kMagic.size());
    if (text_of(bytes).starts_with(run_format::kMagic) && version > kVersion) {
      return fail(ErrorCode::unsupported_version, run->file_.path() + " is of version " + std::to_string(version) +
                                                      "; this program reads version " + std::to_string(kVersion) +
                                                      ". Nothing was changed; open it with the release that wrote it");
    }
    return run->damage(0, "its header is not that of this store's index");
  }
  ICN_TRY(run->load_index(ICN_TRY(run->file_.size())));
  return run;
}

Result<void> Run::load_index(std::uint64_t file_bytes) {
  if (file_bytes < kHeaderBytes + kFooterBytes) return damage(file_bytes, "it is cut short");
  const std::uint64_t footer_at = file_bytes - kFooterBytes;
  std::array<std::uint8_t, kFooterBytes> footer{};
  ICN_TRY(file_.read_at(footer_at, footer));
  FieldReader reader(footer);
  const std::uint64_t index_at = reader.u64();
  const std::uint64_t index_bytes = reader.u64();
  const std::uint64_t filter_bytes = reader.u64();
  entries_ = reader.u64();
  level_ = reader.u32();
  static_cast<void>(reader.u32());
  const std::uint64_t index_check = reader.u64();
  const std::uint64_t filter_check = reader.u64();
  if (reader.u64() != checksum(ByteView(footer).first(kFooterBytes - kCheckBytes), seed_at(header_, UINT64_MAX)) ||
      index_at + index_bytes + filter_bytes != footer_at) {
    return damage(footer_at, "its end is damaged or cut off");
  }
  index_.resize(index_bytes);
  Bytes filter(filter_bytes);
  ICN_TRY(file_.read_at(index_at, index_, filter));
  if (checksum(index_, seed_at(header_, index_at)) != index_check || !split_index(index_at)) {
    return damage(index_at, "the checksum of its index differs");
  }
  if (checksum(filter, seed_at(header_, index_at + index_bytes)) != filter_check) {
    return damage(index_at + index_bytes, "the checksum of its filter differs");
  }
  filter_ = KeyFilter(std::move(filter));
  return {};
}

// False when the index is not one of blocks that follow each other.
bool Run::split_index(std::uint64_t index_offset) {
  FieldReader reader(index_);
  std::uint64_t offset = 0;
  while (reader.ok() && reader.left() > 0) {
    index_entries_.push_back(static_cast<std::uint32_t>(index_.size() - reader.left()));
    static_cast<void>(reader.bytes(reader.u16()));
    const std::uint64_t next = reader.u64();
    const bool first = index_entries_.size() == 1;
    if (first ? next != kHeaderBytes : next <= offset || next - offset > kBlockBytesMax) return false;
    offset = next;
  }
  return reader.ok() && index_entries_.size() >= 2 && offset == index_offset;
}

std::size_t Run::memory_bytes() const {
  return index_.capacity() + index_entries_.capacity() * sizeof(std::uint32_t) + filter_.bits().capacity();
}

ByteView Run::index_key(std::size_t entry) const {
  const std::uint8_t* at = index_.data() + index_entries_[entry];
  return {at + 2, get_be16(at)};
}

std::uint64_t Run::index_offset(std::size_t entry) const {
  const std::uint8_t* at = index_.data() + index_entries_[entry];
  return get_be64(at + 2 + get_be16(at));
}

std::size_t Run::block_of(ByteView key) const {
  if (text_of(index_key(blocks())) < text_of(key)) return blocks();
  std::size_t low = 0;
  std::size_t high = blocks();
  while (high - low > 1) {
    const std::size_t middle = (low + high) / 2;
    (text_of(key) < text_of(index_key(middle)) ? high : low) = middle;
  }
  return low;
}

Result<void> Run::Iterator::load(std::size_t block) {
  block_ = block;
  at_ = 0;
  previous_.key_bytes = 0;
  previous_.location = {};
  const std::uint64_t offset = run_->index_offset(block);
  bytes_.resize(run_->index_offset(block + 1) - offset);
  ICN_TRY(run_->file_.read_at(offset, bytes_));
  const std::size_t content = bytes_.size() > kCheckBytes ? bytes_.size() - kCheckBytes : 0;
  if (content == 0 ||
      get_be64(bytes_.data() + content) != checksum(ByteView(bytes_).first(content), seed_at(run_->header_, offset))) {
    return run_->damage(offset, "the checksum of a block differs");
  }
  bytes_.resize(content);
  return {};
}

Result<void> Run::Iterator::next() {
  if (at_ == bytes_.size()) {
    valid_ = block_ + 1 < run_->blocks();
    if (!valid_) return {};
    ICN_TRY(load(block_ + 1));
  }
  const std::uint8_t* end = bytes_.data() + bytes_.size();
  const std::uint8_t* at = take_entry(bytes_.data() + at_, end, previous_, indexed_.erased);
  if (at == nullptr) {
    valid_ = false;
    return run_->damage(run_->index_offset(block_) + at_, "no entry stands there");
  }
  at_ = static_cast<std::size_t>(at - bytes_.data());
  indexed_.location = indexed_.erased ? Location{} : previous_.location;
  valid_ = true;
  return {};
}

Result<void> Run::Iterator::seek(ByteView key) {
  valid_ = false;
  const std::size_t block = run_->block_of(key);
  if (block == run_->blocks()) return {};
  ICN_TRY(load(block));
  do {
    ICN_TRY(next());
  } while (valid_ && text_of(this->key()) < text_of(key));
  return {};
}

Result<std::optional<Indexed>> Run::find(ByteView key) const {
  if (!filter_.may_contain(key)) return std::optional<Indexed>();
  Iterator at(*this);
  ICN_TRY(at.seek(key));
  if (!at.valid() || text_of(at.key()) != text_of(key)) return std::optional<Indexed>();
  return std::optional(at.indexed());
}

}  // namespace icn::backends::detail::keyed_log
