#include "ipld/dag_cbor.hpp"

#include <fmt/core.h>

#include <bit>
#include <cmath>

#include "core/check.hpp"

namespace icn::ipld {
namespace {

constexpr std::uint8_t kUnsigned = 0;
constexpr std::uint8_t kNegative = 1;
constexpr std::uint8_t kBytes = 2;
constexpr std::uint8_t kText = 3;
constexpr std::uint8_t kArray = 4;
constexpr std::uint8_t kMap = 5;
constexpr std::uint8_t kTag = 6;
constexpr std::uint8_t kSimple = 7;
constexpr std::uint8_t kInfoFalse = 20;
constexpr std::uint8_t kInfoTrue = 21;
constexpr std::uint8_t kInfoNull = 22;
constexpr std::uint8_t kInfoFloat64 = 27;
constexpr std::uint64_t kTagCid = 42;

// DAG-CBOR's order of map keys: shorter first, then by bytes.
bool key_before(ByteView a, ByteView b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::memcmp(a.data(), b.data(), a.size()) < 0;
}

}  // namespace

void CborWriter::head(std::uint8_t major, std::uint64_t value) {
  const auto type = static_cast<std::uint8_t>(major << 5);
  if (value < 24) {
    out_.push_back(static_cast<std::uint8_t>(type | value));
    return;
  }
  int width = 8;
  std::uint8_t info = 27;
  if (value <= 0xff) {
    width = 1;
    info = 24;
  } else if (value <= 0xffff) {
    width = 2;
    info = 25;
  } else if (value <= 0xffff'ffff) {
    width = 4;
    info = 26;
  }
  std::uint8_t bytes[9];
  bytes[0] = static_cast<std::uint8_t>(type | info);
  for (int i = 0; i < width; ++i) bytes[1 + i] = static_cast<std::uint8_t>(value >> (8 * (width - 1 - i)));
  out_.insert(out_.end(), bytes, bytes + 1 + width);
}

CborWriter& CborWriter::unsigned_integer(std::uint64_t value) {
  head(kUnsigned, value);
  return *this;
}

CborWriter& CborWriter::integer(std::int64_t value) {
  if (value >= 0) {
    head(kUnsigned, static_cast<std::uint64_t>(value));
  } else {
    head(kNegative, ~static_cast<std::uint64_t>(value));
  }
  return *this;
}

CborWriter& CborWriter::bytes(ByteView value) {
  head(kBytes, value.size());
  append(out_, value);
  return *this;
}

CborWriter& CborWriter::text(std::string_view value) {
  head(kText, value.size());
  append(out_, value);
  return *this;
}

CborWriter& CborWriter::link(const Cid& cid) {
  // Tag 42, then a byte string: the identity multibase prefix 0x00 and the CID.
  constexpr std::uint8_t prefix[] = {0xd8, 0x2a, 0x58, Cid::kByteLength + 1, 0x00};
  append(out_, ByteView(prefix));
  append(out_, cid.to_bytes());
  return *this;
}

CborWriter& CborWriter::boolean(bool value) {
  head(kSimple, value ? kInfoTrue : kInfoFalse);
  return *this;
}

CborWriter& CborWriter::null() {
  head(kSimple, kInfoNull);
  return *this;
}

CborWriter& CborWriter::array(std::size_t count) {
  head(kArray, count);
  return *this;
}

CborWriter& CborWriter::map(std::size_t count) {
  head(kMap, count);
  return *this;
}

CborWriter& CborWriter::encoded(ByteView value) {
  append(out_, value);
  return *this;
}

tl::unexpected<Error> CborReader::bad(std::string_view what) const {
  return fail(ErrorCode::invalid_format, fmt::format("dag-cbor: {} at byte {}", what, at_));
}

Result<CborReader::Head> CborReader::head() {
  if (at_ >= all_.size()) return bad("the value ends early");
  const std::uint8_t first = all_[at_];
  Head head{static_cast<std::uint8_t>(first >> 5), static_cast<std::uint8_t>(first & 31U), 0};
  if (head.info < 24) {
    head.value = head.info;
    ++at_;
    return head;
  }
  if (head.info > 27) return bad(head.info == 31 ? "an indefinite length" : "a reserved length");
  const std::size_t width = std::size_t{1} << (head.info - 24);
  if (all_.size() - at_ - 1 < width) return bad("the value ends early");
  for (std::size_t i = 0; i < width; ++i) head.value = head.value << 8 | all_[at_ + 1 + i];
  // A float's bits are the value; everything else must use the shortest form.
  if (head.major != kSimple) {
    const std::uint64_t least = width == 1 ? 24 : width == 2 ? 0x100 : width == 4 ? 0x1'0000 : 0x1'0000'0000;
    if (head.value < least) return bad("a number longer than needed");
  }
  at_ += 1 + width;
  return head;
}

Result<CborReader::Head> CborReader::head_of(std::uint8_t major, std::string_view expected) {
  const std::size_t before = at_;
  const Head got = ICN_TRY(head());
  if (got.major != major) {
    at_ = before;
    return bad(fmt::format("expected {}", expected));
  }
  return got;
}

Result<CborKind> CborReader::peek() const {
  if (at_ >= all_.size()) return bad("the value ends early");
  const std::uint8_t first = all_[at_];
  switch (first >> 5) {
    case kUnsigned:
      return CborKind::unsigned_integer;
    case kNegative:
      return CborKind::negative_integer;
    case kBytes:
      return CborKind::bytes;
    case kText:
      return CborKind::text;
    case kArray:
      return CborKind::array;
    case kMap:
      return CborKind::map;
    case kTag:
      return CborKind::link;
    default:
      break;
  }
  switch (first & 31U) {
    case kInfoFalse:
    case kInfoTrue:
      return CborKind::boolean;
    case kInfoNull:
      return CborKind::null;
    case kInfoFloat64:
      return CborKind::floating;
    default:
      return bad("a simple value or float that dag-cbor does not have");
  }
}

Result<std::uint64_t> CborReader::unsigned_integer() {
  return ICN_TRY(head_of(kUnsigned, "an unsigned integer")).value;
}

Result<std::int64_t> CborReader::integer() {
  const std::size_t before = at_;
  const Head got = ICN_TRY(head());
  if ((got.major != kUnsigned && got.major != kNegative) || got.value > INT64_MAX) {
    at_ = before;
    return bad("expected a signed 64-bit integer");
  }
  return got.major == kUnsigned ? static_cast<std::int64_t>(got.value) : -1 - static_cast<std::int64_t>(got.value);
}

Result<ByteView> CborReader::bytes() {
  const Head got = ICN_TRY(head_of(kBytes, "bytes"));
  if (got.value > all_.size() - at_) return bad("bytes that end early");
  const ByteView value = all_.subspan(at_, got.value);
  at_ += got.value;
  return value;
}

Result<std::string_view> CborReader::text() {
  const Head got = ICN_TRY(head_of(kText, "text"));
  if (got.value > all_.size() - at_) return bad("text that ends early");
  const ByteView value = all_.subspan(at_, got.value);
  if (!is_utf8(value)) return bad("text that is not UTF-8");
  at_ += got.value;
  return text_of(value);
}

Result<Cid> CborReader::link() {
  const Head tag = ICN_TRY(head_of(kTag, "a link"));
  if (tag.value != kTagCid) return bad("a tag other than 42");
  const ByteView value = ICN_TRY(bytes());
  if (value.empty() || value[0] != 0) return bad("a link without the identity prefix");
  return Cid::from_bytes(value.subspan(1));
}

Result<bool> CborReader::boolean() {
  if (ICN_TRY(peek()) != CborKind::boolean) return bad("expected a boolean");
  return (all_[at_++] & 31U) == kInfoTrue;
}

Result<void> CborReader::null() {
  if (ICN_TRY(peek()) != CborKind::null) return bad("expected null");
  ++at_;
  return {};
}

Result<bool> CborReader::try_null() {
  if (ICN_TRY(peek()) != CborKind::null) return false;
  ++at_;
  return true;
}

Result<std::size_t> CborReader::array() {
  const Head got = ICN_TRY(head_of(kArray, "an array"));
  // Each element takes at least one byte, so a count beyond the remaining bytes is wrong.
  if (got.value > all_.size() - at_) return bad("an array that ends early");
  return static_cast<std::size_t>(got.value);
}

Result<std::size_t> CborReader::map() {
  const Head got = ICN_TRY(head_of(kMap, "a map"));
  if (got.value > (all_.size() - at_) / 2) return bad("a map that ends early");
  return static_cast<std::size_t>(got.value);
}

Result<void> CborReader::end() const {
  if (at_ != all_.size()) return bad("bytes after the value");
  return {};
}

Result<ByteView> CborReader::skip() {
  const std::size_t before = at_;
  ICN_TRY(skip_value(0));
  return all_.subspan(before, at_ - before);
}

Result<void> CborReader::skip_value(std::size_t depth) {
  const CborKind kind = ICN_TRY(peek());
  const bool nests = kind == CborKind::array || kind == CborKind::map;
  if (nests && depth == kCborDepthMax) return bad("values nested deeper than 64");
  switch (kind) {
    case CborKind::unsigned_integer:
    case CborKind::negative_integer:
      ICN_TRY(head());
      return {};
    case CborKind::bytes:
      ICN_TRY(bytes());
      return {};
    case CborKind::text:
      ICN_TRY(text());
      return {};
    case CborKind::link:
      ICN_TRY(link());
      return {};
    case CborKind::boolean:
      ICN_TRY(boolean());
      return {};
    case CborKind::null:
      return null();
    case CborKind::floating: {
      const Head got = ICN_TRY(head());
      if (!std::isfinite(std::bit_cast<double>(got.value))) return bad("a float that is not finite");
      return {};
    }
    case CborKind::array: {
      const std::size_t count = ICN_TRY(array());
      for (std::size_t i = 0; i < count; ++i) ICN_TRY(skip_value(depth + 1));
      return {};
    }
    case CborKind::map: {
      const std::size_t count = ICN_TRY(map());
      ByteView previous;
      for (std::size_t i = 0; i < count; ++i) {
        const ByteView key = view_of(ICN_TRY(text()));
        if (i > 0 && !key_before(previous, key)) return bad("map keys out of order or duplicate");
        previous = key;
        ICN_TRY(skip_value(depth + 1));
      }
      return {};
    }
  }
  return bad("an unknown value");
}

Result<CborMap> CborMap::open(CborReader& reader, std::string_view what, std::size_t fields) {
  auto count = reader.map();
  if (!count) return fail(within(what, count.error()));
  if (*count != fields) {
    return fail(ErrorCode::invalid_format, fmt::format("{}: has {} fields, expected {}", what, *count, fields));
  }
  return CborMap(reader, what, fields);
}

tl::unexpected<Error> CborMap::bad(std::string_view field, std::string_view what) const {
  return fail(ErrorCode::invalid_format, fmt::format("{}: field '{}': {}", what_, field, what));
}

Result<void> CborMap::value(std::string_view field) {
  if (left_ == 0) return bad(field, "missing");
  auto key = reader_->text();
  if (!key) return fail(within(what_, key.error()));
  if (*key != field) return bad(field, fmt::format("missing; found '{}' in its place", *key));
  --left_;
  return {};
}

namespace {
template <class T>
Result<T> named(const CborMap& map, std::string_view field, Result<T> got) {
  if (!got) return map.bad(field, got.error().detail);
  return got;
}
}  // namespace

Result<std::uint64_t> CborMap::unsigned_integer(std::string_view field) {
  ICN_TRY(value(field));
  return named(*this, field, reader_->unsigned_integer());
}

Result<std::int64_t> CborMap::integer(std::string_view field) {
  ICN_TRY(value(field));
  return named(*this, field, reader_->integer());
}

Result<Bytes> CborMap::bytes(std::string_view field, std::size_t length_max) {
  ICN_TRY(value(field));
  const ByteView got = ICN_TRY(named(*this, field, reader_->bytes()));
  if (got.size() > length_max) return bad(field, fmt::format("longer than {} bytes", length_max));
  return copy_of(got);
}

Result<std::string> CborMap::text(std::string_view field, std::size_t length_max) {
  ICN_TRY(value(field));
  const std::string_view got = ICN_TRY(named(*this, field, reader_->text()));
  if (got.size() > length_max) return bad(field, fmt::format("longer than {} bytes", length_max));
  return std::string(got);
}

Result<Cid> CborMap::link(std::string_view field) {
  ICN_TRY(value(field));
  return named(*this, field, reader_->link());
}

Result<std::optional<Cid>> CborMap::optional_link(std::string_view field) {
  ICN_TRY(value(field));
  if (ICN_TRY(named(*this, field, reader_->try_null()))) return std::optional<Cid>();
  return std::optional<Cid>(ICN_TRY(named(*this, field, reader_->link())));
}

Result<bool> CborMap::boolean(std::string_view field) {
  ICN_TRY(value(field));
  return named(*this, field, reader_->boolean());
}

Result<std::size_t> CborMap::array(std::string_view field, std::size_t count_max) {
  ICN_TRY(value(field));
  const std::size_t count = ICN_TRY(named(*this, field, reader_->array()));
  if (count > count_max) return bad(field, fmt::format("more than {} elements", count_max));
  return count;
}

Result<void> CborMap::close() const {
  if (left_ == 0) return {};
  // Looks ahead only: a caller that closes too early can continue reading.
  CborReader ahead = *reader_;
  if (const auto key = ahead.text()) return bad(*key, "unknown");
  return fail(ErrorCode::invalid_format, fmt::format("{}: {} unread fields", what_, left_));
}

Result<void> validate_dag_cbor(ByteView bytes) {
  CborReader reader(bytes);
  ICN_TRY(reader.skip());
  return reader.end();
}

}  // namespace icn::ipld
