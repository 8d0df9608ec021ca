#include "ipld/unixfs.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "core/check.hpp"
#include "ipld/dag_pb.hpp"
#include "ipld/detail/protobuf.hpp"

namespace icn::ipld {
namespace {

using detail::kTypeFile;
using detail::kUnixFsBlockSize;
using detail::kUnixFsData;
using detail::kUnixFsFileSize;
using detail::kUnixFsType;
using detail::take_field;

// A balanced tree with 1,024 links per node holds 2^50 leaves at this depth.
constexpr std::size_t kDepthMax = 6;

tl::unexpected<Error> bad(const Cid& cid, std::string_view what) {
  return fail(ErrorCode::invalid_format, fmt::format("file node {}: {}", cid.to_text(), what));
}

Result<std::uint8_t> take_tag(ByteView& from) {
  const std::uint8_t tag = from[0];
  from = from.subspan(1);
  return tag;
}

Result<void> parse_file(ByteView bytes, FileNode& node) {
  std::size_t sizes = 0;
  bool has_type = false;
  bool has_size = false;
  while (!bytes.empty()) {
    const std::uint8_t tag = ICN_TRY(take_tag(bytes));
    if (tag == kUnixFsType && !has_type) {
      if (ICN_TRY(take_varint(bytes)) != kTypeFile)
        return fail(ErrorCode::invalid_format, "not a file (a folder, a link or another kind)");
      has_type = true;
    } else if (tag == kUnixFsData && node.data.empty() && node.children.empty()) {
      node.data = copy_of(ICN_TRY(take_field(bytes)));
    } else if (tag == kUnixFsFileSize && !has_size) {
      node.file_size = ICN_TRY(take_varint(bytes));
      has_size = true;
    } else if (tag == kUnixFsBlockSize && sizes < node.children.size()) {
      node.children[sizes++].file_size = ICN_TRY(take_varint(bytes));
    } else {
      return fail(ErrorCode::invalid_format, "an unknown or duplicate field");
    }
  }
  if (!has_type || !has_size || sizes != node.children.size())
    return fail(ErrorCode::invalid_format, "type, size or block sizes are missing");
  std::uint64_t sum = node.data.size();
  for (const FileNode::Child& child : node.children) {
    // With at least one byte below every link, the file's size bounds the number of nodes that a reader visits.
    if (child.file_size == 0) return fail(ErrorCode::invalid_format, "a link to no bytes");
    if (child.file_size > UINT64_MAX - sum) return fail(ErrorCode::invalid_format, "sizes that do not add up");
    sum += child.file_size;
  }
  if (sum != node.file_size) return fail(ErrorCode::invalid_format, "sizes that do not add up");
  return {};
}

Result<FileNode> parse_inner(ByteView bytes) {
  const PbNode raw = ICN_TRY(parse_dag_pb(bytes));
  if (raw.links.size() > kLinksPerNode) return fail(ErrorCode::invalid_format, "more than 1024 links");
  FileNode node;
  for (const PbLink& link : raw.links) {
    // Hash, empty name and size: the only form that importers write for files.
    if (!link.name || !link.name->empty()) return fail(ErrorCode::invalid_format, "a link with a name: not a file");
    if (!link.total_size) return fail(ErrorCode::invalid_format, "a link without size");
    node.children.push_back({link.cid, 0});
  }
  if (!raw.data) return fail(ErrorCode::invalid_format, "no UnixFS data");
  ICN_TRY(parse_file(*raw.data, node));
  return node;
}

struct Reading {
  std::uint64_t left;
  std::uint64_t reads_left;  // known once the root, which states the file's size, is read
  const std::function<Result<Block>(const Cid&)>& fetch;
  const std::function<Result<void>(ByteView)>& sink;
};

Result<void> read_node(const Cid& cid, std::optional<std::uint64_t> expected, std::size_t depth, Reading& reading) {
  if (depth > kDepthMax) return bad(cid, "the tree is deeper than any file needs");
  if (reading.reads_left == 0) {
    return refuse(ErrorCode::limit_exceeded, std::string(kFileReadsRule),
                  "the file has more blocks than its size allows, at " + cid.to_text(), cid.to_text());
  }
  const Block block = ICN_TRY(reading.fetch(cid));
  const FileNode node = ICN_TRY(parse_file_node(block));
  reading.reads_left = depth == 0 ? file_reads_max(node.file_size) : reading.reads_left - 1;
  if (expected && node.file_size != *expected) return bad(cid, "its size differs from the size in its parent");
  if (node.file_size > reading.left) {
    return fail(ErrorCode::limit_exceeded, fmt::format("the file {} has {} bytes, at most {} are allowed",
                                                       cid.to_text(), node.file_size, reading.left));
  }
  if (!node.data.empty()) {
    ICN_TRY(reading.sink(node.data));
    reading.left -= node.data.size();
  }
  for (const FileNode::Child& child : node.children) ICN_TRY(read_node(child.cid, child.file_size, depth + 1, reading));
  return {};
}

}  // namespace

FileBuilder::FileBuilder(Sink sink, FileLayout layout) : sink_(std::move(sink)), layout_(layout) {
  ICN_CHECK(layout.leaf_bytes > 0 && layout.links_per_node >= 2 && layout.links_per_node <= kLinksPerNode);
}

Result<void> FileBuilder::write(ByteView bytes) {
  while (!bytes.empty()) {
    const std::size_t room = layout_.leaf_bytes - leaf_.size();
    const ByteView piece = bytes.first(std::min(room, bytes.size()));
    append(leaf_, piece);
    bytes = bytes.subspan(piece.size());
    // A full leaf waits for more bytes, so that a file of exactly one leaf stays one raw block.
    if (leaf_.size() == layout_.leaf_bytes && !bytes.empty()) ICN_TRY(add_leaf(std::exchange(leaf_, {})));
  }
  return {};
}

Result<void> FileBuilder::add_leaf(Bytes leaf) {
  const std::uint64_t size = leaf.size();
  Block block = Block::of(Codec::raw, std::move(leaf));
  const Link link{block.cid, size, size};
  ICN_TRY(sink_(std::move(block)));
  return add_link(0, link);
}

Result<void> FileBuilder::add_link(std::size_t level, Link link) {
  if (levels_.size() == level) levels_.emplace_back();
  if (levels_[level].size() == layout_.links_per_node) {
    const Link node = ICN_TRY(make_node(std::exchange(levels_[level], {})));
    ICN_TRY(add_link(level + 1, node));
  }
  levels_[level].push_back(link);
  return {};
}

Result<FileBuilder::Link> FileBuilder::make_node(const std::vector<Link>& links) {
  Bytes node;
  Bytes sizes;
  Link sum{{}, 0, 0};
  for (const Link& link : links) {
    detail::append_link(node, {}, link.cid, link.total_size);
    sizes.push_back(kUnixFsBlockSize);
    append_varint(sizes, link.file_size);
    sum.file_size += link.file_size;
    sum.total_size += link.total_size;
  }
  Bytes file{kUnixFsType, kTypeFile, kUnixFsFileSize};
  append_varint(file, sum.file_size);
  append(file, sizes);
  detail::append_data(node, file);
  sum.total_size += node.size();
  Block block = Block::of(Codec::dag_pb, std::move(node));
  sum.cid = block.cid;
  ICN_TRY(sink_(std::move(block)));
  return sum;
}

Result<Cid> FileBuilder::finish() {
  if (levels_.empty()) {
    Block block = Block::of(Codec::raw, std::exchange(leaf_, {}));
    const Cid cid = block.cid;
    total_size_ = block.bytes.size();
    ICN_TRY(sink_(std::move(block)));
    return cid;
  }
  ICN_TRY(add_leaf(std::exchange(leaf_, {})));
  // Each level but the top becomes a node of the next; adding a node may create a new top.
  for (std::size_t level = 0; level + 1 < levels_.size() || levels_[level].size() > 1; ++level) {
    const Link node = ICN_TRY(make_node(std::exchange(levels_[level], {})));
    ICN_TRY(add_link(level + 1, node));
  }
  total_size_ = levels_.back().front().total_size;
  return levels_.back().front().cid;
}

Result<Cid> file_cid(ByteView bytes) {
  FileBuilder builder([](Block) -> Result<void> { return {}; });
  ICN_TRY(builder.write(bytes));
  return builder.finish();
}

Result<FileNode> parse_file_node(const Block& block) {
  FileNode node;
  if (block.cid.codec() == Codec::raw) {
    node.data = block.bytes;
    node.file_size = block.bytes.size();
    return node;
  }
  if (block.cid.codec() != Codec::dag_pb) return bad(block.cid, "neither a raw block nor dag-pb");
  auto parsed = parse_inner(block.bytes);
  if (!parsed) return bad(block.cid, parsed.error().detail);
  return parsed;
}

Result<void> read_file(const Cid& root, std::uint64_t bytes_max, const std::function<Result<Block>(const Cid&)>& fetch,
                       const std::function<Result<void>(ByteView)>& sink) {
  Reading reading{bytes_max, 1, fetch, sink};
  return read_node(root, std::nullopt, 0, reading);
}

}  // namespace icn::ipld
