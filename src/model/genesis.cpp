#include "model/genesis.hpp"

#include "model/detail/fields.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

constexpr std::size_t kNameBytesMax = 256;
constexpr std::size_t kMembersMax = 100'000;
constexpr std::size_t kParametersMax = 1'024;
constexpr std::size_t kParameterBytesMax = 4'096;

Result<std::map<std::string, std::string>> read_parameters(CborMap& map) {
  ICN_TRY(map.value("parameters"));
  auto count = map.reader().map();
  if (!count || *count > kParametersMax) return map.bad("parameters", "expected a map of at most 1024 entries");
  std::map<std::string, std::string> parameters;
  std::string previous;
  for (std::size_t i = 0; i < *count; ++i) {
    auto name = map.reader().text();
    if (!name) return map.bad("parameters", name.error().detail);
    if (i > 0 && !detail::key_before(previous, *name)) return map.bad("parameters", "keys out of order or double");
    previous = *name;
    auto value = map.reader().text();
    if (!value) return map.bad("parameters", previous + ": " + value.error().detail);
    if (name->size() > kParameterBytesMax || value->size() > kParameterBytesMax)
      return map.bad("parameters", "more than 4096 bytes");
    parameters.emplace(previous, *value);
  }
  return parameters;
}

Result<Member> read_member(CborMap& map) {
  Member member;
  member.did = ICN_TRY(detail::read_did(map, "did"));
  member.home = ICN_TRY(detail::read_did(map, "home"));
  return member;
}

Result<Genesis> read_genesis(CborMap& map) {
  Genesis genesis;
  ICN_TRY(detail::read_version(map, "genesis"));
  genesis.name = ICN_TRY(map.text("name", kNameBytesMax));
  genesis.clerk = ICN_TRY(detail::read_did(map, "clerk"));
  genesis.grant = Mana{ICN_TRY(map.unsigned_integer("grant"))};
  genesis.nonce = ICN_TRY(map.bytes("nonce", 32));
  const std::size_t count = ICN_TRY(map.array("members", kMembersMax));
  for (std::size_t i = 0; i < count; ++i) {
    const Member member = ICN_TRY(detail::read_map(map.reader(), "genesis: field 'members'", read_member));
    if (i > 0 && !(genesis.members.back().did < member.did)) return map.bad("members", "not sorted, or double");
    genesis.members.push_back(member);
  }
  genesis.endowment = Mana{ICN_TRY(map.unsigned_integer("endowment"))};
  genesis.parameters = ICN_TRY(read_parameters(map));
  return genesis;
}

}  // namespace

ipld::Block Genesis::to_block() const {
  CborWriter writer(512);
  writer.map(8);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("name").text(name);
  writer.key("clerk").text(clerk.to_text());
  writer.key("grant").unsigned_integer(grant.umana);
  writer.key("nonce").bytes(nonce);
  writer.key("members").array(members.size());
  for (const Member& member : members) {
    writer.map(2);
    writer.key("did").text(member.did.to_text());
    writer.key("home").text(member.home.to_text());
  }
  writer.key("endowment").unsigned_integer(endowment.umana);
  std::vector<const std::pair<const std::string, std::string>*> sorted;
  for (const auto& parameter : parameters) sorted.push_back(&parameter);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return detail::key_before(a->first, b->first); });
  writer.key("parameters").map(sorted.size());
  for (const auto* parameter : sorted) writer.key(parameter->first).text(parameter->second);
  return detail::block_of(writer);
}

Result<Genesis> Genesis::from_bytes(ByteView bytes) { return detail::read_body(bytes, "genesis", read_genesis); }

ipld::Block SignedGenesis::to_block() const {
  CborWriter writer(160);
  writer.map(3);
  writer.key("v").unsigned_integer(detail::kVersion);
  writer.key("sig").bytes(signature);
  writer.key("scope").link(scope);
  return detail::block_of(writer);
}

Result<SignedGenesis> SignedGenesis::from_bytes(ByteView bytes) {
  return detail::read_body(bytes, "signed genesis", [](CborMap& map) -> Result<SignedGenesis> {
    SignedGenesis value;
    ICN_TRY(detail::read_version(map, "signed genesis"));
    value.signature = ICN_TRY(detail::read_fixed<64>(map, "sig"));
    value.scope = ICN_TRY(map.link("scope"));
    return value;
  });
}

}  // namespace icn::model
