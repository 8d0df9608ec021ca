#include "model/mana_root.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {

using ipld::CborMap;
using ipld::CborWriter;

ipld::Block ManaRoot::to_block() const {
  CborWriter writer(384);
  writer.map(10);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("home").text(home.to_text());
  writer.key("time").unsigned_integer(time.value);
  writer.key("tree").bytes(tree);
  writer.key("scope").link(scope);
  writer.key("debits").bytes(debits);
  writer.key("credits").bytes(credits);
  writer.key("accounts").unsigned_integer(accounts);
  writer.key("previous");
  if (previous) {
    writer.link(*previous);
  } else {
    writer.null();
  }
  writer.key("sequence").unsigned_integer(sequence);
  return detail::block_of(writer);
}

Result<ManaRoot> ManaRoot::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "mana root", [](CborMap& map) -> Result<ManaRoot> {
    ManaRoot root;
    ICN_TRY(detail::read_version(map, "mana root"));
    root.home = ICN_TRY(detail::read_did(map, "home"));
    root.time.value = ICN_TRY(map.unsigned_integer("time"));
    root.tree = ICN_TRY(detail::read_fixed<32>(map, "tree"));
    root.scope = ICN_TRY(map.link("scope"));
    root.debits = ICN_TRY(detail::read_fixed<16>(map, "debits"));
    root.credits = ICN_TRY(detail::read_fixed<16>(map, "credits"));
    root.accounts = ICN_TRY(map.unsigned_integer("accounts"));
    root.previous = ICN_TRY(map.optional_link("previous"));
    root.sequence = ICN_TRY(map.unsigned_integer("sequence"));
    return root;
  });
}

ipld::Block SignedManaRoot::to_block() const {
  CborWriter writer(256);
  writer.map(4);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("home").text(home.to_text());
  writer.key("root").link(root);
  return detail::block_of(writer);
}

Result<SignedManaRoot> SignedManaRoot::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed mana root", [](CborMap& map) -> Result<SignedManaRoot> {
    SignedManaRoot value;
    ICN_TRY(detail::read_version(map, "signed mana root"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.home = ICN_TRY(detail::read_did(map, "home"));
    value.root = ICN_TRY(map.link("root"));
    return value;
  });
}

}  // namespace icn::model
