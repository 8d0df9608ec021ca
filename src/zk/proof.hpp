// A portable proof of a statement about its holder: a file that anyone checks (docs/ZERO_KNOWLEDGE.md).
//
// It is about one issuer, holder, statement and version, its bounds and one challenge of the verifier: each is bound,
// and with another one the proof does not hold. Values; pure and thread safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "zk/attestation.hpp"
#include "zk/manifest.hpp"

namespace icn::zk {

// Append-only.
enum class System : std::uint8_t { groth16, bulletproofs };
[[nodiscard]] std::string_view system_name(System system);

inline constexpr std::size_t kChallengeBytesMin = 16;
inline constexpr std::size_t kChallengeBytesMax = 64;
inline constexpr std::size_t kProofJsonBytesMax = 16 * 1024;

struct Proof {
  static constexpr std::uint64_t kVersion = 1;
  Statement statement = Statement::age_over;
  System system = System::groth16;
  model::Did issuer;
  model::Did holder;
  Bounds bounds;
  Bytes challenge;
  std::optional<ValueAttestation> value;  // of the shapes with a commitment
  std::optional<RootAttestation> root;    // of the shapes with a set
  std::optional<ipld::Cid> keys;          // of groth16: the manifest
  Bytes bytes;

  // Canonical: one text for one proof.
  [[nodiscard]] std::string to_json() const;
  // Reads the canonical text, with any blanks and any order of its fields. Errors: invalid_format naming the field;
  // limit_exceeded, unsupported_version, unsupported (a system that this program does not know), not_found (statement).
  [[nodiscard]] static Result<Proof> from_json(std::string_view text);

  // Everything that the proof is about besides its commitment and bounds.
  [[nodiscard]] Bytes context() const;
  // The public inputs of the circuit.
  [[nodiscard]] std::vector<Element> inputs() const;
  friend bool operator==(const Proof&, const Proof&) = default;
};

// Errors: invalid_argument with the rule zk_challenge (not hex of 16 to 64 bytes).
[[nodiscard]] Result<Bytes> challenge_of(std::string_view hex);

// Whether the proof holds: attestations, keys and the proof itself. `keys` is the ring that the proof names; null for a
// system without keys. Errors: invalid_format (points or numbers that are not canonical), missing_data with the rule
// zk_keys (no ring, another one, or one without a key for the statement).
[[nodiscard]] Result<bool> holds(const Proof& proof, const KeyRing* keys);

}  // namespace icn::zk
