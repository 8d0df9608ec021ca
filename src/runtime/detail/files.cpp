#include "runtime/detail/files.hpp"

#include <unordered_set>

namespace icn::runtime::detail {

Result<Bytes> load_file(const BlockSource& source, const ipld::Cid& root, std::uint64_t bytes_max,
                        std::string_view rule) {
  Bytes bytes;
  // Almost every module and input is one raw block, without a tree to walk.
  if (root.codec() == ipld::Codec::raw) {
    bytes = ICN_TRY(source.get(root)).bytes;
  } else {
    const auto sink = [&](ByteView piece) -> Result<void> {
      append(bytes, piece);
      return {};
    };
    Result<void> read = ipld::read_file(
        root, bytes_max, [&](const ipld::Cid& cid) { return source.get(cid); }, sink);
    if (!read && read.error().rule == ipld::kFileReadsRule) {
      return refuse(ErrorCode::limit_exceeded, std::string(ipld::kFileReadsRule),
                    "The file " + root.to_text() +
                        " is split into more blocks than a file of its size is allowed. Nothing was charged.",
                    root.to_text());
    }
    if (!read && read.error().code == ErrorCode::limit_exceeded) {
      return refuse(ErrorCode::limit_exceeded, std::string(rule),
                    "The file " + root.to_text() + " is larger than " + std::string(rule) + " allows (" +
                        std::to_string(bytes_max) + " bytes). Nothing was charged.");
    }
    if (!read) return fail(std::move(read).error());
  }
  if (bytes.size() > bytes_max) {
    return refuse(ErrorCode::limit_exceeded, std::string(rule),
                  "The file " + root.to_text() + " has " + std::to_string(bytes.size()) + " bytes; " +
                      std::string(rule) + " allows " + std::to_string(bytes_max) + ". Nothing was charged.");
  }
  return bytes;
}

Result<std::shared_ptr<const Bytes>> load_module(const NodeState& node, const BlockSource& source,
                                                 const ipld::Cid& module, std::uint64_t bytes_max) {
  std::shared_ptr<const Bytes> known = node.blocks().modules().find(module);
  if (known && known->size() <= bytes_max) return known;
  known = std::make_shared<const Bytes>(ICN_TRY(load_file(source, module, bytes_max, "max_module_bytes")));
  return known;
}

Result<std::vector<ipld::Cid>> blocks_of_file(const BlockSource& source, const ipld::Cid& root) {
  std::vector<ipld::Cid> all{root};
  std::unordered_set<ipld::Cid> met{root};
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (all[at].codec() == ipld::Codec::raw) continue;
    const ipld::Cid cid = all[at];
    const ipld::Block block = ICN_TRY(source.get(cid));
    const ipld::FileNode node = ICN_TRY(ipld::parse_file_node(block));
    for (const ipld::FileNode::Child& child : node.children) {
      if (met.insert(child.cid).second) all.push_back(child.cid);
    }
  }
  return all;
}

}  // namespace icn::runtime::detail
