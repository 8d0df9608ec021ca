#include "zk/witness.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ipld/sha256.hpp"
#include "zk/detail/attestation_json.hpp"

namespace icn::zk {
namespace {

using detail::Fields;
using Json = detail::Json;

constexpr detail::JsonBounds kWitnessJsonBounds{kWitnessJsonBytesMax, 3};
constexpr std::string_view kWitnessKind = "zk_witness";

constexpr std::uint64_t kSerialMax = UINT64_MAX - 1;

Result<void> place_among(const std::vector<Element>& leaves, std::size_t index, Witness& witness) {
  const Path path = ICN_TRY(path_in(leaves, index));
  witness.place = Place{index, path.siblings};
  witness.root->root = path.root;
  return {};
}

Result<void> place_in_set(const Issue& what, Witness& witness) {
  std::vector<Element> leaves = what.others;
  leaves.push_back(commitment_of(what.statement, what.issuer, what.holder, what.secret));
  // In an order that does not show who came last.
  std::sort(leaves.begin(), leaves.end());
  const auto at =
      std::find(leaves.begin(), leaves.end(), commitment_of(what.statement, what.issuer, what.holder, what.secret));
  return place_among(leaves, static_cast<std::size_t>(at - leaves.begin()), witness);
}

Result<void> place_in_gap(const Issue& what, Witness& witness) {
  if (what.secret.value == 0 || what.secret.value > kSerialMax) {
    return refuse(ErrorCode::invalid_argument, "serial_number",
                  fmt::format("{} is not a serial number; they are from 1 to 2^64 - 2.", what.secret.value));
  }
  const std::vector<Gap> gaps = ICN_TRY(gaps_between(what.revoked));
  std::vector<Element> leaves;
  std::optional<std::size_t> at;
  for (const Gap& gap : gaps) {
    if (gap.low < what.secret.value && what.secret.value < gap.high) {
      at = leaves.size();
      witness.gap = gap;
    }
    leaves.push_back(leaf_of(gap));
  }
  if (!at) {
    return refuse(ErrorCode::conflict, "false_statement",
                  fmt::format("The credential {} is revoked, so there is no proof that it is not.", what.secret.value));
  }
  return place_among(leaves, *at, witness);
}

Result<Place> read_place(Fields& fields) {
  Place place;
  place.index = ICN_TRY(fields.number("index"));
  const Json siblings = ICN_TRY(fields.value("siblings"));
  if (!siblings.is_array() || siblings.size() != kTreeDepth)
    return fields.bad("siblings", fmt::format("must have {} entries", kTreeDepth));
  for (std::size_t i = 0; i < kTreeDepth; ++i) {
    const auto bytes = siblings[i].is_string() ? from_hex(siblings[i].get<std::string>()) : Result<Bytes>(Bytes());
    if (!bytes || bytes->size() != sizeof(Element)) return fields.bad("siblings", "must be 32 bytes each");
    std::copy(bytes->begin(), bytes->end(), place.siblings[i].begin());
  }
  return place;
}

}  // namespace

std::string Witness::to_json() const {
  const StatementRow& row = row_of(statement);
  Json json;
  json["witness"] = kWitnessKind;
  json["version"] = kVersion;
  json["statement"] = row.name;
  json["statement_version"] = row.version;
  json["issuer"] = issuer.to_text();
  json["holder"] = holder.to_text();
  json["value"] = detail::measure_json(row.unit, secret.value);
  json["salt"] = to_hex(secret.salt);
  json["bounds"] = detail::bounds_json(row, bounds);
  detail::put_attestations(value, root, json);
  if (place) {
    json["index"] = place->index;
    json["siblings"] = Json::array();
    for (const Element& sibling : place->siblings) json["siblings"].push_back(to_hex(sibling));
  }
  if (row.shape == Shape::in_gap) {
    json["low"] = gap.low;
    json["high"] = gap.high;
  }
  return json.dump(2) + "\n";
}

Result<Witness> Witness::from_json(std::string_view text) {
  Fields fields = ICN_TRY(Fields::parse("The witness", text, kWitnessJsonBounds));
  if (ICN_TRY(fields.text("witness")) != kWitnessKind) return fields.bad("witness", "must be \"zk_witness\"");
  const std::uint64_t version = ICN_TRY(fields.number("version"));
  Witness witness;
  witness.statement = ICN_TRY(find_statement(ICN_TRY(fields.text("statement"))));
  const StatementRow& row = row_of(witness.statement);
  if (version != kVersion || ICN_TRY(fields.number("statement_version")) != row.version) {
    return refuse(ErrorCode::unsupported_version, "zk_statement_version",
                  fmt::format("This program does not know this version of {}.", row.name));
  }
  witness.issuer = ICN_TRY(fields.did("issuer"));
  witness.holder = ICN_TRY(fields.did("holder"));
  witness.secret.value = ICN_TRY(fields.measure("value", row.unit));
  ICN_TRY(fields.fixed("salt", witness.secret.salt));
  witness.bounds = ICN_TRY(fields.bounds("bounds", row));
  if (detail::has_value(row.shape))
    witness.value = ICN_TRY(detail::read_value(fields, witness.statement, witness.issuer, witness.holder));
  if (detail::has_root(row.shape)) {
    witness.root = ICN_TRY(detail::read_root(fields, witness.statement, witness.issuer));
    witness.place = ICN_TRY(read_place(fields));
  }
  if (row.shape == Shape::in_gap) {
    const auto low = ICN_TRY(fields.number("low"));
    const auto high = ICN_TRY(fields.number("high"));
    witness.gap = {low, high};
  }
  ICN_TRY(fields.close());
  return witness;
}

Result<Witness> issue(const Issue& what) {
  Witness witness;
  witness.statement = what.statement;
  witness.issuer = what.issuer;
  witness.holder = what.holder;
  witness.secret = what.secret;
  witness.bounds = what.bounds;
  const Shape shape = row_of(what.statement).shape;
  if (shape != Shape::below_root) witness.value = attest(what.statement, what.issuer, what.holder, what.secret);
  if (shape != Shape::value_in_range) {
    witness.root = RootAttestation{what.statement, what.issuer, {}, what.time, {}};
    ICN_TRY(shape == Shape::below_root ? place_in_set(what, witness) : place_in_gap(what, witness));
  }
  return witness;
}

std::vector<Element> hidden_of(const Witness& witness) {
  std::vector<Element> hidden{element_of(witness.secret.value), element_of("ICN-ZK-SALT-v1", witness.secret.salt)};
  if (row_of(witness.statement).shape == Shape::in_gap) {
    hidden.push_back(element_of(witness.gap.low));
    hidden.push_back(element_of(witness.gap.high));
  }
  if (witness.place) {
    hidden.push_back(element_of(witness.place->index));
    hidden.insert(hidden.end(), witness.place->siblings.begin(), witness.place->siblings.end());
  }
  return hidden;
}

Result<Proof> prove(const Witness& witness, const Proving& how) {
  if (witness.value) ICN_TRY(witness.value->verify());
  if (witness.root) ICN_TRY(witness.root->verify());
  Proof proof;
  proof.statement = witness.statement;
  proof.system = how.system;
  proof.issuer = witness.issuer;
  proof.holder = witness.holder;
  proof.bounds = witness.bounds;
  proof.challenge = copy_of(how.challenge);
  proof.value = witness.value;
  proof.root = witness.root;
  if (how.system == System::bulletproofs) {
    if (row_of(witness.statement).shape != Shape::value_in_range) {
      return refuse(ErrorCode::unsupported, "zk_system",
                    fmt::format("There are no proofs by bulletproofs of {}.", row_of(witness.statement).name));
    }
    if (witness.value->pedersen != range_commitment(witness.secret.value, witness.secret.salt))
      return refuse(ErrorCode::conflict, "false_statement", "The value is not the one that the issuer attested.");
    const Bytes context = proof.context();
    proof.bytes = ICN_TRY(prove_range({context, proof.bounds}, witness.secret.value, witness.secret.salt, how.seed));
    return proof;
  }
  if (how.keys == nullptr || how.keys->find(witness.statement) == nullptr) {
    return refuse(ErrorCode::missing_data, "zk_keys",
                  fmt::format("The keys at hand have none for {}.", row_of(witness.statement).name));
  }
  const std::vector<ManifestKey>& keys = how.keys->manifest().keys;
  const auto key = std::find_if(keys.begin(), keys.end(),
                                [&](const ManifestKey& one) { return one.statement == witness.statement; });
  if (ipld::sha256(how.proving_key) != key->proving) {
    return refuse(ErrorCode::conflict, "zk_proving_key",
                  "The proving key is not the one that the manifest of keys names.");
  }
  proof.keys = how.keys->cid();
  proof.bytes = ICN_TRY(prove(witness.statement, how.proving_key, proof.inputs(), hidden_of(witness), how.seed));
  return proof;
}

}  // namespace icn::zk
