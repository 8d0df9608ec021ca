// Proofs: files that a member keeps and anyone checks without a node (docs/OPERATIONS.md). As thread safe as runtime/.
#pragma once
#include <array>

#include "api/zk.hpp"
#include "ipld/cid.hpp"
#include "model/key_history.hpp"
#include "model/order.hpp"

namespace icn::api {

// What a proof shows. Append-only: files name it.
enum class ProofKind : std::uint8_t { mana, zk };

template <>
struct EnumNames<ProofKind> {
  static constexpr auto values = first_values<ProofKind, 2>();
  static_assert(values.back() == ProofKind::zk);
  static std::string_view name(ProofKind kind) { return kind == ProofKind::mana ? "mana" : "zk"; }
};

struct ManaProofRequest {
  std::optional<model::Did> did;
  bool anchored = false;

  static constexpr auto fields() {
    using T = ManaProofRequest;
    return std::tuple{
        Field<&T::did>{"did", "owner of the account; default: the caller"},
        Field<&T::anchored>{
            "anchored", "under the root that the home anchored last, not a new one", {.missing = Missing::allowed}},
    };
  }
};

struct ProofNode {
  ipld::Digest hash{};
  std::array<std::uint8_t, 16> debits{};
  std::array<std::uint8_t, 16> credits{};

  static constexpr auto fields() {
    using T = ProofNode;
    return std::tuple{
        Field<&T::hash>{"hash", "of the accounts below it"},
        Field<&T::debits>{"debits", "sum of their debits in µmana, as a number of 128 bits"},
        Field<&T::credits>{"credits", "sum of their credits"},
    };
  }
};

// Scope and DID are those of the proof.
struct KeyRotation {
  model::Did key;
  std::uint64_t since = 0;
  model::Signature consent{};
  model::Signature signature{};

  static constexpr auto fields() {
    using T = KeyRotation;
    return std::tuple{
        Field<&T::key>{"key", "the key that signs from then on"},
        Field<&T::since>{"since", "position from which on the key before it signed"},
        Field<&T::consent>{"consent", "of the key, to sign for the home"},
        Field<&T::signature>{"signature", "of the key before it, over the rotation's CID"},
    };
  }
};

struct ManaProof {
  static constexpr std::string_view kName = "mana_proof";
  static constexpr std::string_view kText =
      "A proof that an account is among all accounts of a home, whose totals balance; a file of it is checked "
      "anywhere.";
  static constexpr std::uint64_t kVersion = 1;
  ProofKind proof = ProofKind::mana;
  std::uint64_t version = kVersion;
  model::Did did;
  model::Mana debits;
  model::Mana credits;
  std::uint64_t index = 0;
  std::vector<ProofNode> path;
  std::uint64_t accounts = 0;
  ProofNode root;
  ipld::Cid scope;
  model::Did home;
  std::uint64_t sequence = 0;
  model::UnixMs time;
  Nullable<ipld::Cid> previous;
  std::optional<std::vector<KeyRotation>> rotations;
  model::Signature signature{};

  static constexpr auto fields() {
    using T = ManaProof;
    return std::tuple{
        Field<&T::proof>{"proof", "what the file proves"},
        Field<&T::version>{"version", "of its format", {.min = 1}},
        Field<&T::did>{"did", "owner of the account"},
        Field<&T::debits>{"debits_umana", "everything that left the account"},
        Field<&T::credits>{"credits_umana", "everything that reached it"},
        Field<&T::index>{"index", "the account's place among all"},
        Field<&T::path>{"path", "what the root needs besides the account, from the account upwards", {.max = 64}},
        Field<&T::accounts>{"accounts", "number of all accounts", {.min = 1}},
        Field<&T::root>{"root", "over all accounts"},
        Field<&T::scope>{"scope", "the cooperative"},
        Field<&T::home>{"home", "the node that signed the root"},
        Field<&T::sequence>{"sequence", "of the newest record in its journal"},
        Field<&T::time>{"time", "when it signed"},
        Field<&T::previous>{"previous", "the signed root that the home anchored last before this one"},
        Field<&T::rotations>{"rotations",
                             "of the home's key, oldest first, if it was replaced: they lead to the one that signed",
                             {.min = 1, .max = model::KeyHistory::kLinksMax}},
        Field<&T::signature>{"signature", "of the home, over the root's CID"},
    };
  }
};

struct ProofVerification {
  std::optional<std::string> challenge;
  Bytes keys;
  bool development_keys = false;

  static constexpr auto fields() {
    using T = ProofVerification;
    return std::tuple{
        Field<&T::challenge>{"challenge",
                             "of a zk proof: what the verifier chose; with another one it is refused",
                             {.min = 2 * zk::kChallengeBytesMin, .max = 2 * zk::kChallengeBytesMax, .form = Form::hex}},
        Field<&T::keys>{"keys",
                        "the manifest of keys that a zk proof is checked with",
                        {.max = zk::kManifestBytesMax, .missing = Missing::allowed}},
        Field<&T::development_keys>{"development_keys",
                                    "accept the development keys, with which false proofs can be made",
                                    {.missing = Missing::allowed}},
    };
  }
};

struct ZkVerified {
  zk::Statement statement = zk::Statement::age_over;
  std::uint64_t statement_version = 0;
  zk::System system = zk::System::groth16;
  model::Did issuer;
  model::Did holder;
  std::map<std::string, std::string> bounds;
  Bytes challenge;
  Nullable<model::UnixMs> set_time;
  Nullable<ipld::Cid> keys;
  bool development_keys = false;

  static constexpr auto fields() {
    using T = ZkVerified;
    return std::tuple{
        Field<&T::statement>{"statement", "what holds"},
        Field<&T::statement_version>{"statement_version", "of its circuit", {.min = 1}},
        Field<&T::system>{"system", "the proof system"},
        Field<&T::issuer>{"issuer", "who has attested the value; compare it with those whom you believe"},
        Field<&T::holder>{"holder", "whom it is about"},
        Field<&T::bounds>{"bounds", "of the value, by name; compare them with those that you need", {.max = 2}},
        Field<&T::challenge>{"challenge", "what the proof answers"},
        Field<&T::set_time>{"set_time", "when the issuer signed the set"},
        Field<&T::keys>{"keys", "the manifest of keys"},
        Field<&T::development_keys>{"development_keys", "whether the keys are those, so that it could be false"},
    };
  }
};

// The fields between `verified` and `previous` are those of a mana proof; a zk proof has none of them.
struct ProofVerified {
  static constexpr std::string_view kName = "proof_verified";
  static constexpr std::string_view kText = "What a proof shows. One that does not hold is an error instead.";
  ProofKind proof = ProofKind::mana;
  bool verified = true;
  std::optional<model::Did> did;
  std::optional<model::Mana> balance;
  std::optional<std::uint64_t> accounts;
  std::optional<ipld::Cid> scope;
  std::optional<model::Did> home;
  std::optional<std::uint64_t> sequence;
  std::optional<model::UnixMs> time;
  std::optional<ipld::Cid> root;
  Nullable<ipld::Cid> previous;
  std::optional<ZkVerified> zk;

  static constexpr auto fields() {
    using T = ProofVerified;
    return std::tuple{
        Field<&T::proof>{"proof", "what it proves"},
        Field<&T::verified>{"verified", "always true", {.min = 1}},
        Field<&T::did>{"did", "owner of the account"},
        Field<&T::balance>{"balance_umana", "credits minus debits, what is reserved included"},
        Field<&T::accounts>{"accounts", "number of all accounts, whose totals balance"},
        Field<&T::scope>{"scope", "the cooperative"},
        Field<&T::home>{"home", "the node that signed it; compare it with the one that you know"},
        Field<&T::sequence>{"sequence", "of the newest record in its journal"},
        Field<&T::time>{"time", "when it was signed"},
        Field<&T::root>{"root", "what the home signed; the same in all proofs under it"},
        Field<&T::previous>{"previous", "the signed root that the home anchored last before this one"},
        Field<&T::zk>{"zk", "what a zk proof shows"},
    };
  }
};

// Errors: not_found (no transfer has named the account, or nothing is anchored yet), storage, those of the node's
// signer.
[[nodiscard]] Result<ManaProof> prove_mana(Context& context, const ManaProofRequest& request);
// Reads the proof from Context::in and needs no node. Errors: invalid_format, invalid_argument (a field),
// invalid_signature, unbalanced, conflict (proof_root), unsupported_version, limit_exceeded; of a zk proof those of
// zk::Proof::from_json and zk::holds, and conflict (zk_proof: it does not hold; zk_challenge: it answers another one),
// permission_denied (zk_development_keys).
[[nodiscard]] Result<ProofVerified> verify_proof(Context& context, const ProofVerification& request);

}  // namespace icn::api
