// The example archive of tests/golden/: a dag-cbor root, a folder and the two files in it. npm @ipld/car 5.4.7 wrote
// archive_v1.car; go-car 2.17.0 converted it to archive_v2.car.
#pragma once
#include <fstream>
#include <sstream>
#include <vector>

#include "core/check.hpp"
#include "ipld/car.hpp"
#include "ipld/dag_cbor.hpp"
#include "ipld/multibase.hpp"

namespace icn::testing {

[[nodiscard]] inline Bytes golden_file(const std::string& name) {
  std::ostringstream text;
  text << std::ifstream("tests/golden/" + name, std::ios::binary).rdbuf();
  return bytes_of(text.str());
}

// In the archive's order: root, folder, "a", "b".
[[nodiscard]] inline std::vector<ipld::Block> archive_blocks() {
  using ipld::Block;
  using ipld::Codec;
  const Block a = Block::of(Codec::raw, bytes_of("a"));
  const Block b = Block::of(Codec::raw, bytes_of("b"));
  Bytes folder;
  for (const auto& [name, file] : {std::pair("a", &a), std::pair("bb", &b)}) {
    Bytes link{0x0a, ipld::Cid::kByteLength};
    append(link, file->cid.to_bytes());
    link.insert(link.end(), {0x12, static_cast<std::uint8_t>(std::string_view(name).size())});
    append(link, std::string_view(name));
    link.insert(link.end(), {0x18, 0x01});
    folder.push_back(0x12);
    ipld::append_varint(folder, link.size());
    append(folder, link);
  }
  folder.insert(folder.end(), {0x0a, 0x02, 0x08, 0x01});
  const Block node = Block::of(Codec::dag_pb, folder);
  ipld::CborWriter root;
  root.map(3).key("name").text("example").key("files").link(node.cid).key("first").link(a.cid);
  return {Block::of(Codec::dag_cbor, root.take()), node, a, b};
}

// Reads from memory, at most `piece` bytes per call. `bytes` outlives the source.
[[nodiscard]] inline ipld::CarSource source_of(const Bytes& bytes, std::size_t piece = SIZE_MAX) {
  return [&bytes, piece](std::uint64_t offset, std::span<std::uint8_t> into) -> Result<std::size_t> {
    if (offset >= bytes.size()) return std::size_t{0};
    const std::size_t count = std::min({piece, into.size(), bytes.size() - static_cast<std::size_t>(offset)});
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), count, into.begin());
    return count;
  };
}

// The bytes of an archive with these roots and blocks.
[[nodiscard]] inline Bytes written_archive(ipld::CarVersion version, const std::vector<ipld::Cid>& roots,
                                           const std::vector<ipld::Block>& blocks) {
  Bytes bytes;
  ipld::CarExtent extent;
  for (const ipld::Block& block : blocks) extent.add(block.bytes.size());
  const auto sink = [&bytes](ByteView piece) -> Result<void> {
    append(bytes, piece);
    return {};
  };
  auto writer = ipld::CarWriter::open(sink, version, roots, extent).value();
  for (const ipld::Block& block : blocks) ICN_CHECK(writer.add(block).has_value());
  ICN_CHECK(writer.finish().has_value());
  return bytes;
}

}  // namespace icn::testing
