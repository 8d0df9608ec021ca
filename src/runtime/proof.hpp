// Proofs that a member keeps and shows elsewhere: an account is among all accounts of a home, whose totals balance.
#pragma once
#include <vector>

#include "economy/merkle_sum.hpp"
#include "model/key_history.hpp"
#include "model/mana_root.hpp"
#include "model/scope.hpp"

namespace icn::runtime {

class NodeState;

// All accounts of a home at a moment, sorted, and their root.
struct ManaBooks {
  std::vector<economy::AccountTotals> accounts;
  model::ManaRoot root;
};
// As they are now, durable. Holds up changes only while the accounts are copied. Errors: storage, corrupted.
[[nodiscard]] Result<ManaBooks> books_now(const NodeState& node);

struct ManaProof {
  economy::InclusionProof inclusion;
  model::ManaRoot root;
  model::Signature signature{};  // by the home, over the root
  model::KeyHistory keys;        // of the home, in the root's scope, when it made the proof
};
// The rotations in the log that lead from the DID's own key on, up to the first key that a vote set. Errors: storage,
// corrupted.
[[nodiscard]] Result<model::KeyHistory> key_history(const NodeState& node, const model::Did& did);

enum class ProvenUnder : std::uint8_t {
  new_root,      // of now, signed for this proof
  anchored_root  // of the epoch that ended last, the same for every member (runtime/mana_epoch.hpp)
};
// Proves what the journal says of an account. Thread safe. Under an anchored root it replays the journal up to there,
// unless nothing changed since, and the home signs that root again if its key was replaced since. Errors: not_found (no
// transfer had named the account; with the rule no_anchored_root: there is none yet), storage, corrupted, missing_data,
// those of the signer.
[[nodiscard]] Result<ManaProof> prove_mana(const NodeState& node, const model::Did& did,
                                           ProvenUnder under = ProvenUnder::new_root);

// Checks a proof: the account leads to the root, the root's totals are equal, and the home signed it, with the key to
// which the proof's history leads; with the keys in force if `scope` is given, a node's scope and the proof's. The
// caller must know the home. Errors: invalid_format (rule proof_path), invalid_signature, unbalanced, conflict (rule
// proof_root: it leads to another root), those of KeyHistory::verify().
[[nodiscard]] Result<void> verify_mana_proof(const ManaProof& proof, const model::Scope* scope = nullptr);

}  // namespace icn::runtime
