// Goal: any bytes are refused, or their blocks are valid and a CARv1 is rewritten byte for byte. The second half of the
// input damages a valid archive, since no fuzzer finds a SHA-256.
#include <algorithm>
#include <cstdint>

#include "core/check.hpp"
#include "ipld/car.hpp"
#include "ipld/links.hpp"

namespace {

using namespace icn;

constexpr std::size_t kBlockMax = 4096;

struct Archive {
  ipld::CarVersion version;
  std::vector<ipld::Cid> roots;
  std::vector<ipld::Block> blocks;
};

Result<Archive> read(const Bytes& bytes) {
  const auto source = [&](std::uint64_t offset, std::span<std::uint8_t> into) -> Result<std::size_t> {
    if (offset >= bytes.size()) return std::size_t{0};
    const std::size_t count = std::min(into.size(), bytes.size() - static_cast<std::size_t>(offset));
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  };
  ipld::CarReader reader = ICN_TRY(ipld::CarReader::open(source, kBlockMax));
  Archive archive{reader.version(), reader.roots(), {}};
  while (auto block = ICN_TRY(reader.next())) {
    ICN_CHECK(block->holds() && block->bytes.size() <= kBlockMax && ipld::links_of(*block).has_value());
    archive.blocks.push_back(*std::move(block));
  }
  return archive;
}

Bytes write(const Archive& archive) {
  Bytes bytes;
  ipld::CarExtent extent;
  for (const ipld::Block& block : archive.blocks) extent.add(block.bytes.size());
  auto writer = ipld::CarWriter::open(
      [&](ByteView piece) -> Result<void> {
        append(bytes, piece);
        return {};
      },
      archive.version, archive.roots, extent);
  ICN_CHECK(writer.has_value());
  for (const ipld::Block& block : archive.blocks) ICN_CHECK(writer->add(block).has_value());
  ICN_CHECK(writer->finish().has_value());
  return bytes;
}

void check(const Bytes& bytes) {
  const auto archive = read(bytes);
  if (!archive) {
    ICN_CHECK(archive.error().detail.starts_with("archive: byte "));
    return;
  }
  if (archive->version == ipld::CarVersion::v1) ICN_CHECK(write(*archive) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  check(copy_of(input));
  if (size < 8) return 0;
  // One raw block of the input's first half, one that links to it, then edits of three bytes: two for the offset, one
  // for the value.
  const ByteView first = input.first(std::min(size / 2, kBlockMax));
  Archive good{data[0] % 2 == 0 ? ipld::CarVersion::v1 : ipld::CarVersion::v2, {}, {}};
  good.blocks.push_back(ipld::Block::of(ipld::Codec::raw, copy_of(first)));
  Bytes link{0xd8, 0x2a, 0x58, ipld::Cid::kByteLength + 1, 0x00};
  append(link, good.blocks[0].cid.to_bytes());
  good.blocks.push_back(ipld::Block::of(ipld::Codec::dag_cbor, link));
  good.roots.push_back(good.blocks[1].cid);
  Bytes bytes = write(good);
  ICN_CHECK(read(bytes).has_value());
  for (ByteView edits = input.subspan(size / 2); edits.size() >= 3; edits = edits.subspan(3))
    bytes[(edits[0] * 256U + edits[1]) % bytes.size()] = edits[2];
  check(bytes);
  return 0;
}
