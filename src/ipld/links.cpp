#include "ipld/links.hpp"

#include "ipld/dag_cbor.hpp"
#include "ipld/unixfs.hpp"

namespace icn::ipld {

Result<std::vector<Cid>> links_of(const Block& block) {
  if (block.cid.codec() == Codec::dag_cbor) return links_of_dag_cbor(block.bytes);
  std::vector<Cid> links;
  if (block.cid.codec() == Codec::dag_pb) {
    for (const auto& child : ICN_TRY(parse_file_node(block)).children) links.push_back(child.cid);
  }
  return links;
}

}  // namespace icn::ipld
