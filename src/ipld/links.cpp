#include "ipld/links.hpp"

#include "ipld/dag_cbor.hpp"
#include "ipld/dag_pb.hpp"

namespace icn::ipld {

Result<std::vector<Cid>> links_of(const Block& block) {
  if (block.cid.codec() == Codec::dag_cbor) return links_of_dag_cbor(block.bytes);
  std::vector<Cid> links;
  if (block.cid.codec() == Codec::dag_pb) {
    const PbNode node = ICN_TRY(parse_dag_pb(block.bytes));
    for (const PbLink& link : node.links) links.push_back(link.cid);
  }
  return links;
}

}  // namespace icn::ipld
