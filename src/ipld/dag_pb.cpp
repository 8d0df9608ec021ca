#include "ipld/dag_pb.hpp"

#include "ipld/detail/protobuf.hpp"

namespace icn::ipld {
namespace {

using detail::kLinkHash;
using detail::kLinkName;
using detail::kLinkTotalSize;
using detail::take_field;

tl::unexpected<Error> bad(std::string_view what) { return fail(ErrorCode::invalid_format, std::string(what)); }

// Whether the next field is `tag`, which is then consumed.
bool take_tag(ByteView& from, std::uint8_t tag) {
  if (from.empty() || from[0] != tag) return false;
  from = from.subspan(1);
  return true;
}

Result<PbLink> parse_link(ByteView bytes) {
  if (!take_tag(bytes, kLinkHash)) return bad("a link without hash");
  auto cid = Cid::from_bytes(ICN_TRY(take_field(bytes)));
  if (!cid) return fail(within("a link", cid.error()));
  PbLink link{*cid, std::nullopt, std::nullopt};
  if (take_tag(bytes, kLinkName)) {
    const ByteView name = ICN_TRY(take_field(bytes));
    if (!is_utf8(name)) return bad("a link whose name is not UTF-8");
    link.name = text_of(name);
  }
  if (take_tag(bytes, kLinkTotalSize)) link.total_size = ICN_TRY(take_varint(bytes));
  if (!bytes.empty()) return bad("a link with fields other than hash, name and size in this order");
  return link;
}

Result<PbNode> parse_node(ByteView bytes) {
  PbNode node;
  while (take_tag(bytes, detail::kNodeLink)) node.links.push_back(ICN_TRY(parse_link(ICN_TRY(take_field(bytes)))));
  if (take_tag(bytes, detail::kNodeData)) node.data = ICN_TRY(take_field(bytes));
  if (!bytes.empty()) return bad("fields other than links and data in this order");
  return node;
}

}  // namespace

Result<PbNode> parse_dag_pb(ByteView bytes) {
  auto node = parse_node(bytes);
  if (!node) return fail(within("dag-pb", node.error()));
  return node;
}

}  // namespace icn::ipld
