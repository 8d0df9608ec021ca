// DidDocument: what a DID resolves to: a W3C DID document, and its keys that this program can use.
//
// Reads the methods Multikey, Ed25519VerificationKey2020, X25519KeyAgreementKey2020, JsonWebKey and JsonWebKey2020 with
// Ed25519 and X25519 keys. Methods of other types and kinds of keys are part of the document and never among the keys.
// What is malformed refuses the whole document: nothing is guessed. Immutable values; thread safe.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/did_url.hpp"
#include "model/multikey.hpp"

namespace icn::model {

inline constexpr std::size_t kDidDocumentBytesMax = 64 * 1024;
inline constexpr std::size_t kDidDocumentDepthMax = 16;
inline constexpr std::size_t kDidDocumentEntriesMax = 64;  // of each of its lists

enum class Relationship : std::uint8_t {
  authentication,
  assertion_method,
  key_agreement,
  capability_invocation,
  capability_delegation
};
inline constexpr std::size_t kRelationships = 5;
// "assertionMethod" and so on.
[[nodiscard]] std::string_view relationship_name(Relationship relationship);

struct VerificationMethod {
  std::string id;          // absolute: the DID and "#…"
  std::string controller;  // a DID
  Multikey key;
};

class DidDocument {
 public:
  // `text` is the document of `did` in JSON. Errors: limit_exceeded, invalid_format with the rules of strict JSON
  // (not_json, duplicate_key, too_deep) and wrong_id, bad_document, bad_key, private_key, dangling_reference,
  // duplicate_id, too_many_entries.
  [[nodiscard]] static Result<DidDocument> read(std::string_view text, const DidUrl& did);

  [[nodiscard]] const std::string& id() const { return id_; }
  // The whole document as it was read, compact, including what this program does not use.
  [[nodiscard]] const std::string& json() const { return json_; }
  [[nodiscard]] const std::vector<VerificationMethod>& methods() const { return methods_; }
  // The methods that a relationship permits, in the document's order: Ed25519 keys, of key_agreement X25519 keys.
  [[nodiscard]] std::vector<const VerificationMethod*> methods(Relationship relationship) const;
  // By the absolute id of a method, or its fragment with '#'; null if there is none.
  [[nodiscard]] const VerificationMethod* find(std::string_view id) const;

 private:
  DidDocument() = default;
  friend class DocumentReader;

  std::string id_;
  std::string json_;
  std::vector<VerificationMethod> methods_;
  std::array<std::vector<std::size_t>, kRelationships> permitted_;  // indices into methods_
};

}  // namespace icn::model
