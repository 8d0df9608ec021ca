#include "zk/proof.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ipld/sha256.hpp"
#include "zk/detail/attestation_json.hpp"

namespace icn::zk {
namespace {

using detail::Fields;
using Json = detail::Json;

constexpr std::array<std::string_view, 2> kSystemNames{"groth16", "bulletproofs"};
constexpr detail::JsonBounds kJsonBounds{kProofJsonBytesMax, 3};
constexpr std::string_view kKind = "zk";

Result<void> read_system(Fields& fields, Proof& proof) {
  const std::string system = ICN_TRY(fields.text("system"));
  const auto* at = std::find(kSystemNames.begin(), kSystemNames.end(), system);
  if (at == kSystemNames.end()) {
    return refuse(ErrorCode::unsupported, "zk_system",
                  fmt::format("This program does not know the proof system '{}'.", system.substr(0, 64)), "system");
  }
  proof.system = static_cast<System>(at - kSystemNames.begin());
  if (proof.system == System::bulletproofs && row_of(proof.statement).shape != Shape::value_in_range) {
    return refuse(ErrorCode::unsupported, "zk_system",
                  fmt::format("There are no proofs by bulletproofs of {}.", row_of(proof.statement).name), "system");
  }
  return {};
}

Result<void> read_statement(Fields& fields, Proof& proof) {
  proof.statement = ICN_TRY(find_statement(ICN_TRY(fields.text("statement"))));
  const StatementRow& row = row_of(proof.statement);
  const std::uint64_t version = ICN_TRY(fields.number("statement_version"));
  if (version == row.version) return {};
  return refuse(ErrorCode::unsupported_version, "zk_statement_version",
                fmt::format("This program does not know version {} of {}.", version, row.name));
}

}  // namespace

std::string_view system_name(System system) { return kSystemNames[static_cast<std::size_t>(system)]; }

Result<Bytes> challenge_of(std::string_view hex) {
  auto bytes = from_hex(hex);
  if (bytes && bytes->size() >= kChallengeBytesMin && bytes->size() <= kChallengeBytesMax) return *std::move(bytes);
  return refuse(ErrorCode::invalid_argument, "zk_challenge",
                "A challenge is 16 to 64 bytes, written as 32 to 128 hexadecimal digits.");
}

std::string Proof::to_json() const {
  const StatementRow& row = row_of(statement);
  Json json;
  json["proof"] = kKind;
  json["version"] = kVersion;
  json["statement"] = row.name;
  json["statement_version"] = row.version;
  json["system"] = system_name(system);
  json["issuer"] = issuer.to_text();
  json["holder"] = holder.to_text();
  json["bounds"] = detail::bounds_json(row, bounds);
  json["challenge"] = to_hex(challenge);
  detail::put_attestations(value, root, json);
  if (keys) json["keys"] = keys->to_text();
  json["bytes"] = to_hex(bytes);
  return json.dump();
}

Result<Proof> Proof::from_json(std::string_view text) {
  Fields fields = ICN_TRY(Fields::parse("The proof", text, kJsonBounds));
  if (ICN_TRY(fields.text("proof")) != kKind) return fields.bad("proof", "must be \"zk\"");
  const std::uint64_t version = ICN_TRY(fields.number("version"));
  if (version != kVersion) {
    return refuse(ErrorCode::unsupported_version, "zk_proof_version",
                  fmt::format("The proof has version {}; this program knows {}.", version, kVersion));
  }
  Proof proof;
  ICN_TRY(read_statement(fields, proof));
  const StatementRow& row = row_of(proof.statement);
  ICN_TRY(read_system(fields, proof));
  proof.issuer = ICN_TRY(fields.did("issuer"));
  proof.holder = ICN_TRY(fields.did("holder"));
  proof.bounds = ICN_TRY(fields.bounds("bounds", row));
  proof.challenge = ICN_TRY(fields.bytes("challenge", kChallengeBytesMin, kChallengeBytesMax));
  if (detail::has_value(row.shape))
    proof.value = ICN_TRY(detail::read_value(fields, proof.statement, proof.issuer, proof.holder));
  if (detail::has_root(row.shape)) proof.root = ICN_TRY(detail::read_root(fields, proof.statement, proof.issuer));
  if (proof.system == System::groth16) proof.keys = ICN_TRY(fields.cid("keys"));
  const std::size_t length = proof.system == System::groth16 ? kGroth16Bytes : kRangeProofBytes;
  proof.bytes = ICN_TRY(fields.bytes("bytes", length, length));
  ICN_TRY(fields.close());
  return proof;
}

Bytes Proof::context() const {
  const StatementRow& row = row_of(statement);
  Bytes context = bytes_of(row.name);
  context.push_back(0);
  append_be64(context, row.version);
  append(context, ByteView(holder.key()));
  append(context, ByteView(issuer.key()));
  append(context, challenge);
  return context;
}

std::vector<Element> Proof::inputs() const {
  const Shape shape = row_of(statement).shape;
  std::vector<Element> inputs;
  if (detail::has_value(shape)) inputs.push_back(value ? value->commitment : Element{});
  if (detail::has_root(shape)) inputs.push_back(root ? root->root : Element{});
  inputs.push_back(element_of(holder));
  inputs.push_back(element_of(issuer));
  if (shape == Shape::value_in_range) {
    inputs.push_back(element_of(bounds.min));
    inputs.push_back(element_of(bounds.max));
  }
  inputs.push_back(element_of("ICN-ZK-CHALLENGE-v1", context()));
  return inputs;
}

Result<bool> holds(const Proof& proof, const KeyRing* keys) {
  if (proof.value && !proof.value->verify()) return false;
  if (proof.root && !proof.root->verify()) return false;
  if (proof.system == System::bulletproofs) {
    const Bytes context = proof.context();
    Bytes all = context;
    append(all, proof.bytes);
    return proof.value && range_holds({context, proof.bounds}, proof.value->pedersen, proof.bytes, ipld::sha256(all));
  }
  const VerifyingKey* key = keys != nullptr && keys->cid() == proof.keys ? keys->find(proof.statement) : nullptr;
  if (key == nullptr) {
    return refuse(ErrorCode::missing_data, "zk_keys",
                  fmt::format("The proof is under the keys {}, which are not at hand or have none for {}.",
                              proof.keys ? proof.keys->to_text() : "", row_of(proof.statement).name));
  }
  return key->holds(proof.bytes, proof.inputs());
}

}  // namespace icn::zk
