#include "model/fork_proof.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

void write_side(CborWriter& writer, const ForkProof::Side& side) {
  writer.array(2).bytes(side.envelope.to_block().bytes).bytes(side.entry.to_block().bytes);
}

Result<ForkProof::Side> read_side(CborMap& map, std::string_view field) {
  if (ICN_TRY(map.array(field, 2)) != 2) return map.bad(field, "expected a signed entry and an entry");
  auto envelope = map.reader().bytes();
  if (!envelope) return map.bad(field, envelope.error().detail);
  auto entry = map.reader().bytes();
  if (!entry) return map.bad(field, entry.error().detail);
  auto signed_entry = SignedEntry::from_bytes(*envelope);
  if (!signed_entry) return map.bad(field, signed_entry.error().detail);
  auto body = ScopeEntry::from_bytes(*entry);
  if (!body) return map.bad(field, body.error().detail);
  return ForkProof::Side{*signed_entry, *std::move(body)};
}

bool differ_at_one_position(const ForkProof::Side& a, const ForkProof::Side& b) {
  return a.envelope.clerk == b.envelope.clerk && a.entry.scope == b.entry.scope &&
         a.entry.position == b.entry.position && a.envelope.entry != b.envelope.entry;
}

bool is_whole(const ForkProof::Side& side) { return side.envelope.entry == side.entry.to_block().cid; }

}  // namespace

std::optional<ForkProof> ForkProof::of(const Side& a, const Side& b) {
  if (!is_whole(a) || !is_whole(b) || !differ_at_one_position(a, b)) return std::nullopt;
  return a.envelope.entry < b.envelope.entry ? ForkProof{a, b} : ForkProof{b, a};
}

ipld::Block ForkProof::to_block() const {
  CborWriter writer(1536);
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("first");
  write_side(writer, first);
  writer.key("second");
  write_side(writer, second);
  return detail::block_of(writer);
}

Result<ForkProof> ForkProof::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "fork proof", [](CborMap& map) -> Result<ForkProof> {
    ICN_TRY(detail::read_version(map, "fork proof"));
    ForkProof proof;
    proof.first = ICN_TRY(read_side(map, "first"));
    proof.second = ICN_TRY(read_side(map, "second"));
    if (!is_whole(proof.first)) return map.bad("first", "the signed entry is of another entry");
    if (!is_whole(proof.second)) return map.bad("second", "the signed entry is of another entry");
    if (!differ_at_one_position(proof.first, proof.second) || proof.second.envelope.entry < proof.first.envelope.entry)
      return map.bad("second", "not another entry of the clerk for the position, or in the wrong order");
    return proof;
  });
}

Result<void> ForkProof::verify(const SigningKeys& keys) const {
  if (!is_whole(first) || !is_whole(second) || !differ_at_one_position(first, second)) {
    return refuse(ErrorCode::conflict, "fork_proof",
                  "The two entries are not different ones of one clerk for one position of one scope.");
  }
  for (const Side* side : {&first, &second}) {
    // The key of that position: a clerk does not escape its fork by a rotation.
    const Did& key = keys.key_at(side->envelope.clerk, side->entry.position - 1);
    ICN_TRY(model::verify(SignatureTag::scope_entry, side->envelope.entry, key, side->envelope.signature));
  }
  return {};
}

}  // namespace icn::model
