// Goal: any bytes are refused, or are a node whose views lie in the bytes; and the sizes of a file node add up.
#include <cstdint>

#include "core/check.hpp"
#include "ipld/dag_pb.hpp"
#include "ipld/unixfs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icn;
  const ByteView bytes(data, size);
  const auto within = [&](const void* begin, std::size_t length) {
    const auto* at = static_cast<const std::uint8_t*>(begin);
    return length == 0 || (at >= data && at + length <= data + size);
  };
  const auto node = ipld::parse_dag_pb(bytes);
  if (node) {
    for (const ipld::PbLink& link : node->links) ICN_CHECK(!link.name || within(link.name->data(), link.name->size()));
    ICN_CHECK(!node->data || within(node->data->data(), node->data->size()));
  }
  const auto file = ipld::parse_file_node(ipld::Block::of(ipld::Codec::dag_pb, copy_of(bytes)));
  if (!file) return 0;
  ICN_CHECK(node.has_value() && node->links.size() == file->children.size());
  std::uint64_t sum = file->data.size();
  for (const ipld::FileNode::Child& child : file->children) sum += child.file_size;
  ICN_CHECK(sum == file->file_size);
  return 0;
}
