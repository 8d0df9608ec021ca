// Zero knowledge: proofs verified and made in a run. Both are functions of the order and the call alone: the keys are
// those that the scope accepted when the job was accepted, and a proof's randomness is the run's.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "abi/detail/icn_calls.hpp"
#include "model/host_work.hpp"
#include "model/parameters.hpp"
#include "model/strict_json.hpp"
#include "zk/witness.hpp"

namespace icn::abi::calls {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kManaPerComplexity = 2;
constexpr std::size_t kRequestBytesMax = 32 * 1024;
constexpr std::size_t kRequestDepthMax = 4;

Result<void> charge_fuel(CallScope& call, std::uint64_t fuel) {
  if (call.take_fuel(fuel)) return {};
  return fail(ErrorCode::out_of_fuel, "");
}

Result<void> charge_fee(CallScope& call, zk::Statement statement) {
  return spend(call, kManaPerComplexity * zk::row_of(statement).complexity);
}

// Errors: not_declared, not_found (the parameter), permission_denied with the rule zk_keys.
Result<void> check_accepted(const CallScope& call, const ipld::Cid& keys) {
  const auto& row = model::parameter_table()[static_cast<std::size_t>(model::ParameterKey::zk_keys)];
  const std::string accepted = ICN_TRY(observed_text(call, model::ReadKind::parameter, std::string(row.name)));
  const std::string wanted = keys.to_text();
  for (std::string_view rest = accepted; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    if (rest.substr(0, end) == wanted) return {};
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return refuse(ErrorCode::permission_denied, "zk_keys", "The scope does not accept proofs under the keys " + wanted);
}

// The keys of a manifest: those of development are part of the program; others are a block that the job may read.
Result<const zk::KeyRing*> keys_of(CallScope& call, const ipld::Cid& cid, zk::Statement statement) {
  ICN_TRY(check_accepted(call, cid));
  auto& rings = call.data().zk_keys;
  const std::pair wanted(cid, statement);
  if (const auto known = rings.find(wanted); known != rings.end()) return &known->second;
  const zk::Manifest manifest = cid == zk::development_cid()
                                    ? zk::development_manifest()
                                    : ICN_TRY(zk::Manifest::from_bytes(ICN_TRY(readable_block(call, cid)).bytes));
  return &rings.emplace(wanted, ICN_TRY(zk::KeyRing::of(manifest, statement))).first->second;
}

Result<std::uint32_t> verify(CallScope& call, std::string_view json, bool of_revocation) {
  ICN_TRY(call.work(json.size()));
  const zk::Proof proof = ICN_TRY(zk::Proof::from_json(json));
  if (of_revocation && proof.statement != zk::Statement::credential_not_revoked) {
    return refuse(ErrorCode::invalid_argument, "zk_statement",
                  "The proof is of " + std::string(zk::row_of(proof.statement).name) + ", not of a revocation");
  }
  const zk::KeyRing* keys = proof.keys ? ICN_TRY(keys_of(call, *proof.keys, proof.statement)) : nullptr;
  ICN_TRY(charge_fee(call, proof.statement));
  const auto holds = zk::holds(proof, keys);
  // Points that are not canonical are a proof that does not hold.
  if (!holds && holds.error().code != ErrorCode::invalid_format) return fail(holds.error());
  return holds.has_value() && *holds ? 1U : 0U;
}

// Errors: invalid_argument with the rule zk_proving_input.
Result<ByteView> proving_key_of(CallScope& call, const Json& request, const zk::KeyRing& keys,
                                zk::Statement statement) {
  if (keys.manifest().origin == zk::Origin::development) return ByteView(zk::development_proving_key(statement));
  const auto at = request.find("proving_input");
  const std::vector<Bytes>& inputs = call.data().in.inputs;
  if (at == request.end() || !at->is_number_unsigned() || at->get<std::uint64_t>() >= inputs.size()) {
    return refuse(ErrorCode::invalid_argument, "zk_proving_input",
                  "The field 'proving_input' must be the number of the input that has the proving key");
  }
  const ByteView key = inputs[at->get<std::uint64_t>()];
  // It is hashed and copied before it is used.
  ICN_TRY(call.charge_bytes(key.size()));
  for (std::size_t done = 0; done < key.size(); done += kTextBytesMax) ICN_TRY(call.work(kTextBytesMax));
  return key;
}

struct Request {
  Json json;
  zk::Witness witness;
  Bytes challenge;
  zk::System system = zk::System::groth16;
};

Result<std::string> text_at(const Json& json, const char* field) {
  const auto at = json.find(field);
  if (at != json.end() && at->is_string()) return at->get<std::string>();
  return refuse(ErrorCode::invalid_argument, "zk_field",
                "The request's field '" + std::string(field) + "' must be a text", field);
}

Result<Request> read_request(std::string_view text) {
  Request request;
  ICN_TRY(model::check_strict_json("The request", text, kRequestBytesMax, kRequestDepthMax));
  request.json = Json::parse(text, nullptr, false);
  if (!request.json.is_object() || !request.json.contains("witness"))
    return refuse(ErrorCode::invalid_argument, "zk_field", "The request is not an object with a witness", "witness");
  request.witness = ICN_TRY(zk::Witness::from_json(request.json["witness"].dump()));
  request.challenge = ICN_TRY(zk::challenge_of(ICN_TRY(text_at(request.json, "challenge"))));
  const std::string system = ICN_TRY(text_at(request.json, "system"));
  if (system == zk::system_name(zk::System::bulletproofs)) {
    request.system = zk::System::bulletproofs;
  } else if (system != zk::system_name(zk::System::groth16)) {
    return refuse(ErrorCode::unsupported, "zk_system", "This program does not know the proof system", "system");
  }
  return request;
}

}  // namespace

Result<std::uint32_t> verify_zk_proof(CallScope& call, GuestStr proof_json) {
  return verify(call, proof_json.text, false);
}

Result<std::uint32_t> verify_zk_revocation_proof(CallScope& call, GuestStr proof_json) {
  return verify(call, proof_json.text, true);
}

Result<Register> generate_zk_proof(CallScope& call, GuestStr request_json) {
  ICN_TRY(call.work(2 * request_json.text.size()));
  const Request request = ICN_TRY(read_request(request_json.text));
  zk::Proving how;
  how.system = request.system;
  how.challenge = request.challenge;
  if (how.system == zk::System::groth16) {
    auto keys = ipld::Cid::parse(ICN_TRY(text_at(request.json, "keys")));
    if (!keys) return refuse(ErrorCode::invalid_argument, "zk_field", "keys: " + keys.error().detail, "keys");
    how.keys = ICN_TRY(keys_of(call, *keys, request.witness.statement));
    ICN_TRY(charge_fuel(call, model::fuel_of(model::HostWork::prove_zk, 0, zk::rows_of(request.witness.statement))));
    ICN_TRY(charge_fee(call, request.witness.statement));
    how.proving_key = ICN_TRY(proving_key_of(call, request.json, *how.keys, request.witness.statement));
  } else {
    ICN_TRY(charge_fee(call, request.witness.statement));
  }
  call.data().random.fill(call.data().in.job_id, how.seed);
  const zk::Proof proof = ICN_TRY(zk::prove(request.witness, how));
  return call.answer(view_of(proof.to_json()));
}

}  // namespace icn::abi::calls
