#include "ipld/car.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ipld/dag_cbor.hpp"
#include "ipld/detail/car_cursor.hpp"
#include "ipld/links.hpp"

namespace icn::ipld {
namespace {

using detail::CarCursor;

struct Header {
  std::uint64_t version = 0;
  std::vector<Cid> roots;
};

// {roots, version: 1}, or the pragma {version: 2}, which has no roots.
Result<Header> parse_header(ByteView bytes) {
  CborReader reader(bytes);
  CborReader ahead = reader;
  Header header;
  const bool has_roots = ICN_TRY(ahead.map()) != 1;
  CborMap map = ICN_TRY(CborMap::open(reader, "header", has_roots ? 2 : 1));
  if (has_roots) {
    const std::size_t count = ICN_TRY(map.array("roots", kCarHeaderBytesMax / Cid::kByteLength));
    for (std::size_t i = 0; i < count; ++i) {
      auto root = map.reader().link();
      if (!root) return fail(within(fmt::format("header: root {}", i), root.error()));
      header.roots.push_back(*root);
    }
  }
  header.version = ICN_TRY(map.unsigned_integer("version"));
  ICN_TRY(reader.end());
  if (header.version > 2) {
    return fail(ErrorCode::unsupported_version,
                fmt::format("header: version {}; this program reads CARv1 and CARv2", header.version));
  }
  if (header.version != (has_roots ? 1 : 2))
    return fail(ErrorCode::invalid_format, fmt::format("header: malformed for version {}", header.version));
  return header;
}

Result<Header> read_header(CarCursor& cursor) {
  const std::uint64_t begin = cursor.offset();
  const std::uint64_t length = ICN_TRY(cursor.varint("the header's length"));
  if (length == 0) return CarCursor::bad_at(begin, "an empty header");
  if (length > kCarHeaderBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "max_car_header_bytes",
        fmt::format("{}a header of {} bytes, at most {}", CarCursor::place(begin), length, kCarHeaderBytesMax));
  }
  if (length > cursor.left()) return CarCursor::bad_at(begin, "a header that passes the end of the data");
  Bytes bytes(static_cast<std::size_t>(length));
  ICN_TRY(cursor.read(bytes, "the header"));
  auto header = parse_header(bytes);
  if (!header) {
    Error error = header.error();
    error.detail = CarCursor::place(begin) + error.detail;
    return fail(std::move(error));
  }
  return header;
}

struct V2Header {
  bool fully_indexed = false;
  std::uint64_t data_offset = 0;
  std::uint64_t data_bytes = 0;
  std::uint64_t index_offset = 0;

  [[nodiscard]] std::uint64_t data_end() const { return data_offset + data_bytes; }
};

Result<V2Header> read_v2_header(CarCursor& cursor) {
  const std::uint64_t begin = cursor.offset();
  std::array<std::uint8_t, detail::kCarV2HeaderBytes> bytes;
  ICN_TRY(cursor.read(bytes, "the CARv2 header"));
  const ByteView view(bytes);
  V2Header header;
  header.fully_indexed = view[0] == detail::kCarFullyIndexed;
  const auto is_zero = [](std::uint8_t byte) { return byte == 0; };
  if ((view[0] != 0 && !header.fully_indexed) || !std::all_of(view.begin() + 1, view.begin() + 16, is_zero)) {
    return fail(ErrorCode::unsupported,
                CarCursor::place(begin) + "the CARv2 header has characteristics that this program does not know");
  }
  header.data_offset = detail::read_little_endian(view.subspan(16, 8));
  header.data_bytes = detail::read_little_endian(view.subspan(24, 8));
  header.index_offset = detail::read_little_endian(view.subspan(32, 8));
  constexpr std::uint64_t data_offset_min = detail::kCarV2Pragma.size() + detail::kCarV2HeaderBytes;
  if (header.data_offset < data_offset_min || header.data_bytes == 0 ||
      header.data_bytes >= CarCursor::kWhole - header.data_offset) {
    return CarCursor::bad_at(begin, "the CARv2 header places its data where none can be");
  }
  if (header.index_offset != 0 && header.index_offset < header.data_end())
    return CarCursor::bad_at(begin, "the CARv2 header places its index inside its data");
  if (header.index_offset == 0 && header.fully_indexed)
    return CarCursor::bad_at(begin, "the CARv2 header announces a complete index but has none");
  return header;
}

}  // namespace

struct CarReader::State {
  CarSource source;
  std::size_t block_bytes_max;
  CarCursor data;
  std::optional<V2Header> v2;
  std::vector<Cid> roots;
  std::deque<std::uint64_t> sections{};  // their offsets in the data of a CARv2, to check its index
  bool all_checked = false;

  Result<Cid> read_cid(std::uint64_t section, std::uint64_t length);
  Result<Block> read_section();
  Result<void> check_rest();
};

CarReader::CarReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
CarReader::CarReader(CarReader&&) noexcept = default;
CarReader& CarReader::operator=(CarReader&&) noexcept = default;
CarReader::~CarReader() = default;

CarVersion CarReader::version() const { return state_->v2 ? CarVersion::v2 : CarVersion::v1; }
const std::vector<Cid>& CarReader::roots() const { return state_->roots; }

Result<CarReader> CarReader::open(CarSource source, std::size_t block_bytes_max) {
  CarCursor cursor(source, 0);
  if (ICN_TRY(cursor.at_end())) return cursor.bad("the archive is empty");
  Header header = ICN_TRY(read_header(cursor));
  std::optional<V2Header> v2;
  if (header.version == 2) {
    v2 = ICN_TRY(read_v2_header(cursor));
    ICN_TRY(cursor.skip_zeros(v2->data_offset));
    cursor = CarCursor(source, v2->data_offset, v2->data_end());
    header = ICN_TRY(read_header(cursor));
    if (header.version != 1) return CarCursor::bad_at(v2->data_offset, "the data of a CARv2 is not a CARv1");
  }
  return CarReader(std::make_unique<State>(
      State{std::move(source), block_bytes_max, std::move(cursor), v2, std::move(header.roots)}));
}

Result<std::optional<Block>> CarReader::next() {
  if (!ICN_TRY(state_->data.at_end())) {
    return std::optional<Block>(ICN_TRY(state_->read_section()));
  }
  if (!state_->all_checked) ICN_TRY(state_->check_rest());
  state_->all_checked = true;
  return std::optional<Block>();
}

Result<Cid> CarReader::State::read_cid(std::uint64_t section, std::uint64_t length) {
  const auto head = ICN_TRY(data.peek(static_cast<std::size_t>(std::min<std::uint64_t>(length, kForeignCidBytesMax))));
  const auto cid_bytes = cid_length(head);
  if (!cid_bytes) return CarCursor::bad_at(section, "a section without a CID: " + cid_bytes.error().detail);
  if (*cid_bytes > length) return CarCursor::bad_at(section, "a section that ends within its CID");
  Bytes bytes(*cid_bytes);
  ICN_TRY(data.read(bytes, "a block's CID"));
  auto cid = Cid::from_bytes(bytes);
  if (!cid) return fail(within(fmt::format("archive: byte {}: block", section), cid.error()));
  return cid;
}

Result<Block> CarReader::State::read_section() {
  const std::uint64_t begin = data.offset();
  if (v2 && v2->index_offset != 0) sections.push_back(begin - v2->data_offset);
  const std::uint64_t length = ICN_TRY(data.varint("a section's length"));
  if (length == 0) return CarCursor::bad_at(begin, "an empty section");
  if (length > data.left()) return CarCursor::bad_at(begin, "a section that passes the end of the data");
  const auto too_large = [&](const std::string& what) {
    return refuse(ErrorCode::limit_exceeded, "max_block_bytes",
                  fmt::format("{}{}, a block has at most {}", CarCursor::place(begin), what, block_bytes_max));
  };
  if (length > block_bytes_max + kForeignCidBytesMax) return too_large(fmt::format("a section of {} bytes", length));
  const Cid cid = ICN_TRY(read_cid(begin, length));
  Block block{cid, Bytes(static_cast<std::size_t>(length) - Cid::kByteLength)};
  const std::string name = "block " + cid.to_text();
  if (block.bytes.size() > block_bytes_max) return too_large(fmt::format("{} of {} bytes", name, block.bytes.size()));
  ICN_TRY(data.read(block.bytes, name));
  if (!block.holds()) return CarCursor::bad_at(begin, name + ": its bytes do not match its CID");
  const auto links = links_of(block);
  if (!links) return fail(within(CarCursor::place(begin) + name, links.error()));
  return block;
}

Result<void> CarReader::State::check_rest() {
  if (!v2) return {};
  CarCursor rest(source, v2->data_end());
  if (v2->index_offset == 0) {
    if (!ICN_TRY(rest.at_end())) return rest.bad("bytes after the data although there is no index");
    return {};
  }
  ICN_TRY(rest.skip_zeros(v2->index_offset));
  const std::uint64_t entries = ICN_TRY(check_car_index(rest, {source, v2->data_offset, sections}));
  if (v2->fully_indexed && entries != sections.size()) {
    return CarCursor::bad_at(
        v2->index_offset,
        fmt::format("an index of {} blocks that the header calls complete, over {}", entries, sections.size()));
  }
  return {};
}

}  // namespace icn::ipld
