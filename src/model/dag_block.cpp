#include "model/dag_block.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kLinksMax = 4'096;
constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kDataBytesMax = 1024 * 1024;

Result<DagLink> read_link(CborMap& map) {
  DagLink link;
  link.cid = ICN_TRY(map.link("cid"));
  link.name = ICN_TRY(map.text("name", kNameBytesMax));
  link.size = ICN_TRY(map.unsigned_integer("size"));
  return link;
}

}  // namespace

ipld::Block DagPayload::to_block() const {
  CborWriter writer(256 + data.size() + 96 * links.size());
  writer.map(6);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("ts").unsigned_integer(time.value);
  writer.key("data").bytes(data);
  writer.key("links").array(links.size());
  for (const DagLink& link : links) {
    writer.map(3);
    writer.key("cid").link(link.cid);
    writer.key("name").text(link.name);
    writer.key("size").unsigned_integer(link.size);
  }
  writer.key("scope");
  if (scope) {
    writer.link(*scope);
  } else {
    writer.null();
  }
  writer.key("author").text(author.to_text());
  return detail::block_of(writer);
}

Result<DagPayload> DagPayload::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "dag block", [](CborMap& map) -> Result<DagPayload> {
    DagPayload payload;
    ICN_TRY(detail::read_version(map, "dag block"));
    payload.time = UnixMs{ICN_TRY(map.unsigned_integer("ts"))};
    payload.data = ICN_TRY(map.bytes("data", kDataBytesMax));
    const std::size_t count = ICN_TRY(map.array("links", kLinksMax));
    for (std::size_t i = 0; i < count; ++i) {
      payload.links.push_back(ICN_TRY(detail::read_map(map.reader(), "dag block: field 'links'", read_link)));
    }
    payload.scope = ICN_TRY(map.optional_link("scope"));
    payload.author = ICN_TRY(detail::read_did(map, "author"));
    return payload;
  });
}

ipld::Block DagEnvelope::to_block() const {
  CborWriter writer(160);
  writer.map(2);
  writer.key("sig").bytes(signature);
  writer.key("payload").link(payload);
  return detail::block_of(writer);
}

Result<DagEnvelope> DagEnvelope::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "dag envelope", [](CborMap& map) -> Result<DagEnvelope> {
    DagEnvelope envelope;
    envelope.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    envelope.payload = ICN_TRY(map.link("payload"));
    return envelope;
  });
}

}  // namespace icn::model
