#include "model/hand_over.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

void write_body(CborWriter& writer, const HandOver& body) {
  writer.map(5);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("clerk").text(body.clerk.to_text());
  writer.key("scope").link(body.scope);
  writer.key("position").unsigned_integer(body.position);
  writer.key("previous").link(body.previous);
}

Result<HandOver> read_body(CborMap& map) {
  HandOver body;
  ICN_TRY(detail::read_version(map, "hand-over"));
  body.clerk = ICN_TRY(detail::read_did(map, "clerk"));
  body.scope = ICN_TRY(map.link("scope"));
  body.position = ICN_TRY(map.unsigned_integer("position"));
  body.previous = ICN_TRY(map.link("previous"));
  return body;
}

Result<SignedHandOver::Signer> read_signer(CborMap& map) {
  SignedHandOver::Signer signer;
  signer.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
  signer.member = ICN_TRY(detail::read_did(map, "member"));
  return signer;
}

}  // namespace

ipld::Block HandOver::to_block() const {
  CborWriter writer(256);
  write_body(writer, *this);
  return detail::block_of(writer);
}

Result<HandOver> HandOver::from_bytes(ByteView bytes) { return detail::read_body(bytes, "hand-over", read_body); }

ipld::Block SignedHandOver::to_block() const {
  CborWriter writer(256 + 160 * signers.size());
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("body");
  write_body(writer, body);
  writer.key("signers").array(signers.size());
  for (const Signer& signer : signers) {
    writer.map(2);
    writer.key("sig").bytes(signer.signature);
    writer.key("member").text(signer.member.to_text());
  }
  return detail::block_of(writer);
}

Result<SignedHandOver> SignedHandOver::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed hand-over", [](CborMap& map) -> Result<SignedHandOver> {
    SignedHandOver value;
    ICN_TRY(detail::read_version(map, "signed hand-over"));
    ICN_TRY(map.value("body"));
    auto read = detail::read_map(map.reader(), "hand-over", read_body);
    if (!read) return map.bad("body", read.error().detail);
    value.body = *read;
    const std::size_t count = ICN_TRY(map.array("signers", kHandOverSignersMax));
    if (count == 0) return map.bad("signers", "empty");
    for (std::size_t i = 0; i < count; ++i) {
      auto signer = detail::read_map(map.reader(), "signer", read_signer);
      if (!signer) return map.bad("signers", signer.error().detail);
      if (i > 0 && !(value.signers.back().member < signer->member))
        return map.bad("signers", "not sorted or not unique");
      value.signers.push_back(*signer);
    }
    return value;
  });
}

Result<void> SignedHandOver::verify_signatures(const SigningKeys& keys) const {
  const ipld::Cid cid = body.to_block().cid;
  for (const Signer& signer : signers)
    ICN_TRY(keys.verify(SignatureTag::hand_over, cid, signer.member, signer.signature));
  return {};
}

}  // namespace icn::model
