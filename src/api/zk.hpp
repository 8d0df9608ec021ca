// Zero knowledge: what can be proven, what an issuer attests, and a holder's proofs (docs/ZERO_KNOWLEDGE.md). Checking
// a proof is in proofs.hpp. As thread safe as runtime/.
#pragma once
#include <map>

#include "api/operation.hpp"
#include "ports/random.hpp"
#include "zk/witness.hpp"

namespace icn::api {

template <>
struct EnumNames<zk::Statement> {
  static constexpr auto values = first_values<zk::Statement, zk::kStatements>();
  static_assert(values.back() == zk::Statement::credential_not_revoked);
  static std::string_view name(zk::Statement statement) { return zk::row_of(statement).name; }
};
template <>
struct EnumNames<zk::System> {
  static constexpr auto values = first_values<zk::System, 2>();
  static_assert(values.back() == zk::System::bulletproofs);
  static std::string_view name(zk::System system) { return zk::system_name(system); }
};

struct ZkStatementsRequest {
  static constexpr auto fields() { return std::tuple{}; }
};

struct ZkStatementView {
  zk::Statement statement = zk::Statement::age_over;
  std::uint64_t version = 0;
  std::string text;
  std::string value;
  Nullable<std::string> min;
  Nullable<std::string> max;
  std::vector<zk::System> systems;
  std::uint64_t complexity = 0;
  std::uint64_t fee_mana = 0;
  std::uint64_t rows = 0;

  static constexpr auto fields() {
    using T = ZkStatementView;
    return std::tuple{
        Field<&T::statement>{"statement", "its name"},
        Field<&T::version>{"version", "of its circuit", {.min = 1}},
        Field<&T::text>{"text", "what a proof shows"},
        Field<&T::value>{"value", "what the issuer attests and the proof hides"},
        Field<&T::min>{"min", "name of the lower bound"},
        Field<&T::max>{"max", "name of the upper bound"},
        Field<&T::systems>{"systems", "the proof systems that there are for it", {.min = 1, .max = 2}},
        Field<&T::complexity>{"complexity", "half the fee"},
        Field<&T::fee_mana>{"fee_mana", "what a job pays for a call, in whole mana"},
        Field<&T::rows>{"rows", "of its circuit"},
    };
  }
};

struct ZkStatements {
  static constexpr std::string_view kName = "zk_statements";
  static constexpr std::string_view kText = "What can be proven without showing it.";
  std::vector<ZkStatementView> statements;
  ipld::Cid development_keys;

  static constexpr auto fields() {
    using T = ZkStatements;
    return std::tuple{
        Field<&T::statements>{"statements", "in the order of their circuits"},
        Field<&T::development_keys>{"development_keys", "the manifest of the keys that are part of the program"},
    };
  }
};

struct ZkAttestRequest {
  zk::Statement statement = zk::Statement::age_over;
  model::Did holder;
  std::string value;
  std::optional<std::string> min;
  std::optional<std::string> max;
  std::vector<std::string> set;

  static constexpr auto fields() {
    using T = ZkAttestRequest;
    return std::tuple{
        Field<&T::statement>{"statement", "what the holder wants to prove"},
        Field<&T::holder>{"holder", "whom the value is about"},
        Field<&T::value>{"value", "a whole number, or a date like 2008-11-30", {.min = 1, .max = 32}},
        Field<&T::min>{"min", "the lower bound to prove, unless the prover chooses another", {.min = 1, .max = 32}},
        Field<&T::max>{"max", "the upper bound", {.min = 1, .max = 32}},
        Field<&T::set>{"set",
                       "membership: commitments of the other members; credential_not_revoked: the serial numbers of "
                       "revoked credentials",
                       {.max = 100'000, .missing = Missing::allowed}},
    };
  }
};

// The witness is a secret of the holder's and the caller passes it on; its text is as docs/ZERO_KNOWLEDGE.md defines.
struct ZkWitness {
  static constexpr std::string_view kName = "zk_witness";
  static constexpr std::string_view kText =
      "What a holder keeps to prove something later: a value, what hides it, and the issuer's signature. A secret.";
  zk::Statement statement = zk::Statement::age_over;
  model::Did issuer;
  model::Did holder;
  zk::Element commitment{};
  JsonText witness;

  static constexpr auto fields() {
    using T = ZkWitness;
    return std::tuple{
        Field<&T::statement>{"statement", "what can be proven with it"},
        Field<&T::issuer>{"issuer", "who has signed"},
        Field<&T::holder>{"holder", "whom it is about"},
        Field<&T::commitment>{"commitment", "to the value: an element of the issuer's set"},
        Field<&T::witness>{"witness", "the content of the holder's file"},
    };
  }
};

struct ZkProof {
  static constexpr std::string_view kName = "zk_proof";
  static constexpr std::string_view kText =
      "A proof of a statement, and what it is about; a file of it is checked "
      "anywhere.";
  zk::Statement statement = zk::Statement::age_over;
  zk::System system = zk::System::groth16;
  model::Did issuer;
  model::Did holder;
  std::map<std::string, std::string> bounds;
  JsonText proof;

  static constexpr auto fields() {
    using T = ZkProof;
    return std::tuple{
        Field<&T::statement>{"statement", "what it proves"},
        Field<&T::system>{"system", "the proof system"},
        Field<&T::issuer>{"issuer", "who has attested the value"},
        Field<&T::holder>{"holder", "whom it is about"},
        Field<&T::bounds>{"bounds", "of the value, by name", {.max = 2}},
        Field<&T::proof>{"proof", "the content of the file"},
    };
  }
};

struct AttestZk : Slot<ZkAttestRequest, ZkWitness> {};

[[nodiscard]] Result<ZkStatements> list_zk_statements(Context& context, const ZkStatementsRequest& request);

// The witness of a request, without the issuer's signatures. Errors: invalid_argument naming the field; as zk::issue.
[[nodiscard]] Result<zk::Witness> draft_witness(const ZkAttestRequest& request, const model::Did& issuer,
                                                model::UnixMs now, ports::Random& random);
[[nodiscard]] ZkWitness view_of(const zk::Witness& witness);

// What a holder asks for; everything happens in this process, without a node.
struct ZkProveRequest {
  zk::Statement statement = zk::Statement::age_over;
  std::string witness;
  std::string challenge;
  std::optional<std::string> min;
  std::optional<std::string> max;
  zk::System system = zk::System::groth16;
  Bytes keys;         // a manifest; empty: the development keys
  Bytes proving_key;  // of the manifest
};
// Errors: as zk::Witness::from_json and zk::prove; invalid_argument (another statement's witness, a bound).
[[nodiscard]] Result<ZkProof> prove_zk(const ZkProveRequest& request, ports::Random& random);

[[nodiscard]] std::map<std::string, std::string> bounds_text(zk::Statement statement, const zk::Bounds& bounds);

}  // namespace icn::api
