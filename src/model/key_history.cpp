#include "model/key_history.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

tl::unexpected<Error> bad_link(const KeyHistory& history, std::size_t number, std::string_view what) {
  return refuse(ErrorCode::invalid_signature, "key_history",
                fmt::format("The history of the keys of {} does not hold: rotation {} {}.", history.did.to_text(),
                            number + 1, what),
                history.did.to_text());
}

Result<KeyHistory::Link> read_link(CborMap& map) {
  KeyHistory::Link link;
  link.key = ICN_TRY(detail::read_did(map, "key"));
  link.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
  link.since = ICN_TRY(map.unsigned_integer("since"));
  link.consent = ICN_TRY(detail::read_fixed<64>(map, "consent"));
  return link;
}

}  // namespace

Result<SigningKeys> KeyHistory::verify() const {
  if (links.size() > kLinksMax) {
    return refuse(ErrorCode::limit_exceeded, "key_history",
                  fmt::format("The history of the keys of {} has {} rotations, and at most {} are made.", did.to_text(),
                              links.size(), kLinksMax),
                  did.to_text());
  }
  SigningKeys::Changes changes;
  const Did* present = &did;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Link& link = links[i];
    // Each begins where the one before was admitted; the first replaces the DID's own key.
    if (i == 0 ? link.since != 0 : link.since <= links[i - 1].since) return bad_link(*this, i, "is out of order");
    if (link.since == UINT64_MAX) return bad_link(*this, i, "is at a position that no log has");
    const bool is_used = link.key == did || std::any_of(changes.begin(), changes.end(),
                                                        [&link](const auto& change) { return change.key == link.key; });
    if (is_used) return bad_link(*this, i, "returns to an earlier key");
    const Rotation made = rotation(link);
    if (!model::verify(SignatureTag::rotation, made.to_block().cid, *present, link.signature))
      return bad_link(*this, i, "is not signed by the key before it");
    if (!verify_consent(made)) return bad_link(*this, i, "lacks the consent of its new key");
    // Where the newest was admitted is not known here, only that it was later.
    changes.push_back({i + 1 < links.size() ? links[i + 1].since : link.since + 1, link.key});
    present = &link.key;
  }
  if (changes.empty()) return SigningKeys{};
  return SigningKeys(std::map<Did, SigningKeys::Changes>{{did, std::move(changes)}});
}

ipld::Block KeyHistory::to_block() const {
  CborWriter writer(160 + 256 * links.size());
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("did").text(did.to_text());
  writer.key("keys").array(links.size());
  for (const Link& link : links) {
    writer.map(4);
    writer.key("key").text(link.key.to_text());
    writer.key("sig").bytes(link.signature);
    writer.key("since").unsigned_integer(link.since);
    writer.key("consent").bytes(link.consent);
  }
  writer.key("scope").link(scope);
  return detail::block_of(writer);
}

Result<KeyHistory> KeyHistory::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "key history", [](CborMap& map) -> Result<KeyHistory> {
    KeyHistory history;
    ICN_TRY(detail::read_version(map, "key history"));
    history.did = ICN_TRY(detail::read_did(map, "did"));
    const std::size_t count = ICN_TRY(map.array("keys", kLinksMax));
    for (std::size_t i = 0; i < count; ++i) {
      auto link = detail::read_map(map.reader(), "key", read_link);
      if (!link) return map.bad("keys", link.error().detail);
      history.links.push_back(*link);
    }
    history.scope = ICN_TRY(map.link("scope"));
    return history;
  });
}

}  // namespace icn::model
