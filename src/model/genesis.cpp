#include "model/genesis.hpp"

#include "model/detail/members.hpp"

namespace icn::model {
namespace {

using ipld::CborMap;
using ipld::CborWriter;

// 2: the members are a separate list, and the admission rule is named.
constexpr std::uint64_t kGenesisVersion = 2;
constexpr std::array<std::string_view, 1> kAdmissionNames{"clerk"};
constexpr std::size_t kNameBytesMax = 256;
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
    if (i > 0 && !detail::key_before(previous, *name)) return map.bad("parameters", "keys out of order or duplicate");
    previous = *name;
    auto value = map.reader().text();
    if (!value) return map.bad("parameters", previous + ": " + value.error().detail);
    if (name->size() > kParameterBytesMax || value->size() > kParameterBytesMax)
      return map.bad("parameters", "more than 4096 bytes");
    parameters.emplace(previous, *value);
  }
  return parameters;
}

Result<Admission> read_admission(CborMap& map) {
  const std::string name = ICN_TRY(map.text("admission", kNameBytesMax));
  const auto at = std::find(kAdmissionNames.begin(), kAdmissionNames.end(), name);
  if (at == kAdmissionNames.end()) return map.bad("admission", "an unknown rule");
  return static_cast<Admission>(at - kAdmissionNames.begin());
}

Result<Genesis> read_genesis(CborMap& map) {
  Genesis genesis;
  const std::uint64_t version = ICN_TRY(detail::read_version(map, "genesis", kGenesisVersion));
  genesis.name = ICN_TRY(map.text("name", kNameBytesMax));
  genesis.clerk = ICN_TRY(detail::read_did(map, "clerk"));
  genesis.grant = Mana{ICN_TRY(map.unsigned_integer("grant"))};
  genesis.nonce = ICN_TRY(map.bytes("nonce", 32));
  if (version == 1) {
    genesis.members = ICN_TRY(detail::read_members(map, "genesis: field 'members'", kMembersMax));
  } else {
    genesis.members = ICN_TRY(map.link("members"));
    genesis.admission = ICN_TRY(read_admission(map));
  }
  genesis.endowment = Mana{ICN_TRY(map.unsigned_integer("endowment"))};
  genesis.parameters = ICN_TRY(read_parameters(map));
  return genesis;
}

}  // namespace

ipld::Block Genesis::to_block() const {
  const auto* inline_members = std::get_if<std::vector<Member>>(&members);
  CborWriter writer(512);
  writer.map(inline_members != nullptr ? 8 : 9);
  writer.key("v").unsigned_integer(inline_members != nullptr ? 1 : kGenesisVersion);
  writer.key("name").text(name);
  writer.key("clerk").text(clerk.to_text());
  writer.key("grant").unsigned_integer(grant.umana);
  writer.key("nonce").bytes(nonce);
  writer.key("members");
  if (inline_members != nullptr) {
    detail::write_members(writer, *inline_members);
  } else {
    writer.link(std::get<ipld::Cid>(members));
    writer.key("admission").text(kAdmissionNames[static_cast<std::size_t>(admission)]);
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

Result<std::vector<Member>> members_of(const Genesis& genesis, const BlockReader& get) {
  if (const auto* inline_members = std::get_if<std::vector<Member>>(&genesis.members)) return *inline_members;
  return read_members(std::get<ipld::Cid>(genesis.members), get);
}

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
