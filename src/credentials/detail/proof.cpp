#include "credentials/detail/proof.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "ipld/multibase.hpp"

namespace icn::credentials::detail {
namespace {

tl::unexpected<Error> bad_proof(std::string what) {
  return refuse(ErrorCode::invalid_format, "bad_proof", "The proof of the credential is invalid: " + std::move(what));
}

Result<model::ForeignMessage> message_of(const Json& options, const Json& document) {
  const std::string config = ICN_TRY(canonical(options));
  const std::string content = ICN_TRY(canonical(document));
  return model::ForeignMessage::of_digests(ipld::sha256(view_of(config)), ipld::sha256(view_of(content)));
}

Result<model::Signature> signature_of(const std::string& text) {
  if (!text.starts_with('z')) return bad_proof("'proofValue' is not in base58btc");
  const auto bytes = ipld::from_base58(text.substr(1));
  model::Signature signature{};
  if (!bytes || bytes->size() != signature.size()) return bad_proof("'proofValue' is not an Ed25519 signature");
  std::copy(bytes->begin(), bytes->end(), signature.begin());
  return signature;
}

// The standard: the contexts of the proof are the first ones of the document, in order.
Result<void> check_context(const Json& proof, const Json& document) {
  const auto own = proof.find("@context");
  if (own == proof.end()) return {};
  const auto of_document = document.find("@context");
  if (of_document == document.end()) return bad_proof("it has an '@context', and the document has none");
  const auto as_list = [](const Json& one) { return one.is_array() ? one : Json::array({one}); };
  const Json first = as_list(*own);
  const Json all = as_list(*of_document);
  if (first.size() <= all.size() && std::equal(first.begin(), first.end(), all.begin())) return {};
  return bad_proof("its '@context' is not that of the document");
}

Result<ProofOptions> verify_one(Json proof, const Json& document, const KeyOfMethod& key_of) {
  const auto value = text_in(proof, "proofValue");
  const auto method = text_in(proof, "verificationMethod");
  if (!value || !method) return bad_proof("'proofValue' and 'verificationMethod' must be texts");
  const model::Signature signature = ICN_TRY(signature_of(*value));
  ICN_TRY(check_context(proof, document));
  proof.erase("proofValue");
  ProofOptions options;
  options.method = *method;
  options.purpose = *text_in(proof, "proofPurpose");
  options.created = text_in(proof, "created").value_or("");
  if (!options.created.empty()) ICN_TRY(date_time_ms(options.created));
  options.challenge = text_in(proof, "challenge");
  options.domain = text_in(proof, "domain");
  const model::Did key = ICN_TRY(key_of(options.method, options.purpose));
  ICN_TRY(model::verify(ICN_TRY(message_of(proof, document)), key, signature));
  return options;
}

}  // namespace

Result<Json> with_proof(Json document, const ProofOptions& options, const SignMessage& sign) {
  if (!document.is_object() || document.contains("proof"))
    return refuse(ErrorCode::invalid_format, "bad_credential", "Only an object without a proof is signed");
  Json proof{{"type", "DataIntegrityProof"},
             {"cryptosuite", kSuite},
             {"created", options.created},
             {"verificationMethod", options.method},
             {"proofPurpose", options.purpose}};
  if (options.challenge) proof["challenge"] = *options.challenge;
  if (options.domain) proof["domain"] = *options.domain;
  if (document.contains("@context")) proof["@context"] = document["@context"];
  const model::Signature signature = ICN_TRY(sign(ICN_TRY(message_of(proof, document))));
  proof["proofValue"] = "z" + ipld::to_base58(signature);
  document["proof"] = std::move(proof);
  return document;
}

Result<ProofOptions> verify_proof(const Json& document, std::string_view purpose, const KeyOfMethod& key_of) {
  const auto found = document.is_object() ? document.find("proof") : document.end();
  if (found == document.end()) return bad_proof("there is none");
  const Json proofs = found->is_array() ? *found : Json::array({*found});
  if (proofs.size() > kProofsMax) return bad_proof(fmt::format("there are more than {}", kProofsMax));
  Json unsigned_document = document;
  unsigned_document.erase("proof");
  for (const Json& proof : proofs) {
    if (!proof.is_object()) return bad_proof("it is not an object");
    const bool is_ours = text_in(proof, "type") == "DataIntegrityProof" && text_in(proof, "cryptosuite") == kSuite &&
                         text_in(proof, "proofPurpose") == purpose;
    if (is_ours) return verify_one(proof, unsigned_document, key_of);
  }
  return refuse(ErrorCode::unsupported, "proof_suite",
                fmt::format("The credential has no proof of the suite {} for the purpose {}", kSuite, purpose));
}

std::string method_of(const model::Did& did) {
  const std::string text = did.to_text();
  return text + "#" + text.substr(text.rfind(':') + 1);
}

std::string_view did_of_method(std::string_view method) { return method.substr(0, method.find('#')); }

}  // namespace icn::credentials::detail
