// What a holder keeps to prove something later: the value, what hides it, and the issuer's attestation. A secret file.
//
// Values; pure and thread safe. Nothing here draws random bytes: salts and seeds come from the caller.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zk/proof.hpp"

namespace icn::zk {

// The place of a leaf in the issuer's set.
struct Place {
  std::uint64_t index = 0;
  std::array<Element, kTreeDepth> siblings{};
  friend bool operator==(const Place&, const Place&) = default;
};

struct Witness {
  static constexpr std::uint64_t kVersion = 1;
  Statement statement = Statement::age_over;
  model::Did issuer;
  model::Did holder;
  Secret secret;
  Bounds bounds;  // what to prove, unless the prover is asked for others
  std::optional<ValueAttestation> value;
  std::optional<RootAttestation> root;
  std::optional<Place> place;
  Gap gap;  // of the shape in_gap

  [[nodiscard]] std::string to_json() const;
  // Errors: invalid_format naming the field; limit_exceeded, unsupported_version, not_found (statement).
  [[nodiscard]] static Result<Witness> from_json(std::string_view text);
};
inline constexpr std::size_t kWitnessJsonBytesMax = 16 * 1024;

// What the issuer attests. The set has, for membership, the commitments of the other members, and for
// credential_not_revoked the leaves follow from `revoked`.
struct Issue {
  Statement statement = Statement::age_over;
  model::Did issuer;
  model::Did holder;
  Secret secret;
  Bounds bounds;
  std::vector<Element> others;
  std::vector<std::uint64_t> revoked;
  model::UnixMs time;
};
// A witness whose attestations are not signed yet: the issuer signs their bodies (model::SignatureTag::zk_value and
// zk_root). Errors: limit_exceeded (zk_set), invalid_argument (serial_number, bounds), conflict (revoked).
[[nodiscard]] Result<Witness> issue(const Issue& what);

struct Proving {
  System system = System::groth16;
  ByteView challenge;
  const KeyRing* keys = nullptr;  // of groth16
  ByteView proving_key;
  Seed seed{};  // secret, used once
};
// A proof that holds. Errors: conflict with the rule false_statement; invalid_signature (the issuer's); conflict with
// the rule zk_proving_key (not the manifest's); missing_data (zk_keys); unsupported (zk_system); invalid_format (a
// witness that does not fit its attestation).
[[nodiscard]] Result<Proof> prove(const Witness& witness, const Proving& how);
// The hidden values of the witness's circuit.
[[nodiscard]] std::vector<Element> hidden_of(const Witness& witness);

}  // namespace icn::zk
