#include "model/rotation.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {

using ipld::CborMap;
using ipld::CborWriter;

ipld::Block KeyConsent::to_block() const {
  CborWriter writer(256);
  writer.map(5);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("did").text(did.to_text());
  writer.key("key").text(key.to_text());
  writer.key("scope").link(scope);
  writer.key("since").unsigned_integer(since);
  return detail::block_of(writer);
}

ipld::Block Rotation::to_block() const {
  CborWriter writer(320);
  writer.map(6);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("did").text(did.to_text());
  writer.key("key").text(key.to_text());
  writer.key("scope").link(scope);
  writer.key("since").unsigned_integer(since);
  writer.key("consent").bytes(consent);
  return detail::block_of(writer);
}

Result<Rotation> Rotation::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "rotation", [](CborMap& map) -> Result<Rotation> {
    Rotation rotation;
    ICN_TRY(detail::read_version(map, "rotation"));
    rotation.did = ICN_TRY(detail::read_did(map, "did"));
    rotation.key = ICN_TRY(detail::read_did(map, "key"));
    rotation.scope = ICN_TRY(map.link("scope"));
    rotation.since = ICN_TRY(map.unsigned_integer("since"));
    rotation.consent = ICN_TRY(detail::read_fixed<64>(map, "consent"));
    return rotation;
  });
}

Result<void> verify_consent(const Rotation& rotation) {
  const ipld::Cid body = rotation.to_consent().to_block().cid;
  if (verify(SignatureTag::key_consent, body, rotation.key, rotation.consent)) return {};
  return refuse(ErrorCode::invalid_signature, "key_consent",
                "The new key " + rotation.key.to_text() + " does not consent to sign for " + rotation.did.to_text() +
                    "; nothing was changed.",
                rotation.key.to_text());
}

}  // namespace icn::model
