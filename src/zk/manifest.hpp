// The verifying keys of the statements, signed: proofs name the manifest by its CID.
//
// Keys come from a ceremony, or are development keys, whose secrets are public: with those, false proofs can be made.
// A manifest of development keys says so in what is signed, and readers accept it only where they are asked to.
// Immutable values; thread safe.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/order.hpp"
#include "model/signature.hpp"
#include "zk/engine.hpp"

namespace icn::zk {

struct ManifestKey {
  Statement statement = Statement::age_over;
  Bytes verifying;
  ipld::Digest proving{};  // SHA-256 of the proving key
  friend bool operator==(const ManifestKey&, const ManifestKey&) = default;
};

enum class Origin : std::uint8_t { ceremony, development };

struct Manifest {
  Origin origin = Origin::ceremony;
  std::string ceremony;  // where its transcript is, for people
  model::Did signer;
  model::UnixMs time;
  std::vector<ManifestKey> keys;  // at most one for each statement, in their order
  model::Signature signature{};

  // What the signer signs.
  [[nodiscard]] ipld::Block body() const;
  // The body with its signature; proofs name its CID.
  [[nodiscard]] ipld::Block to_block() const;
  // Errors: invalid_format, unsupported_version, invalid_signature.
  [[nodiscard]] static Result<Manifest> from_bytes(ByteView bytes);
  friend bool operator==(const Manifest&, const Manifest&) = default;
};
inline constexpr std::size_t kManifestBytesMax = 64 * 1024;

// The manifest of the development keys. Its verifying keys are part of the program.
[[nodiscard]] const Manifest& development_manifest();
[[nodiscard]] const ipld::Cid& development_cid();
// A development proving key: made when it is asked for first, then kept.
[[nodiscard]] const Bytes& development_proving_key(Statement statement);
// The public seed of a statement's development keys.
[[nodiscard]] Seed development_seed(Statement statement);
// The key pair that signs the development manifest; its seed is public.
[[nodiscard]] model::KeyPair development_signer();

// Verifying keys of a manifest, prepared once.
class KeyRing {
 public:
  // With the keys of all statements, or of one. Errors: invalid_format.
  [[nodiscard]] static Result<KeyRing> of(Manifest manifest, std::optional<Statement> only = std::nullopt);
  [[nodiscard]] const Manifest& manifest() const { return manifest_; }
  [[nodiscard]] const ipld::Cid& cid() const { return cid_; }
  // Null: the manifest has no key for the statement.
  [[nodiscard]] const VerifyingKey* find(Statement statement) const;

 private:
  explicit KeyRing(Manifest manifest) : manifest_(std::move(manifest)), cid_(manifest_.to_block().cid) {}
  Manifest manifest_;
  ipld::Cid cid_;
  std::array<std::shared_ptr<const VerifyingKey>, kStatements> keys_;
};

// What a verifier accepts.
enum class Accept : std::uint8_t { ceremony_keys, development_keys_too };
// Errors: permission_denied with the rule zk_development_keys.
[[nodiscard]] Result<void> check_origin(const Manifest& manifest, Accept accept);

}  // namespace icn::zk
