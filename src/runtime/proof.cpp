#include "runtime/proof.hpp"

#include <algorithm>

#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime {

namespace {

void set_tree(const std::vector<economy::AccountTotals>& accounts, model::ManaRoot& root) {
  const economy::TreeRoot tree = economy::tree_root(accounts);
  root.tree = tree.node.hash;
  root.accounts = tree.accounts;
  root.debits = economy::wide_bytes(tree.node.debits);
  root.credits = economy::wide_bytes(tree.node.credits);
}

Result<economy::InclusionProof> inclusion_of(const std::vector<economy::AccountTotals>& accounts,
                                             const model::Did& did) {
  const model::AccountKey account = model::AccountKey::of(did);
  const auto at = std::lower_bound(accounts.begin(), accounts.end(), account,
                                   [](const auto& totals, const auto& key) { return totals.account < key; });
  if (at == accounts.end() || at->account != account) {
    return fail(ErrorCode::not_found,
                "No transfer of this node had named " + did.to_text() + ", so there is nothing to prove.");
  }
  return economy::prove_inclusion(accounts, static_cast<std::size_t>(at - accounts.begin()));
}

Result<ManaProof> prove_anchored(const NodeState& node, const model::Did& did) {
  const std::optional<AnchoredRoot> anchored = ICN_TRY(newest_root(node));
  if (!anchored) {
    return refuse(ErrorCode::not_found, "no_anchored_root",
                  "This node has not anchored a root of its accounts: no epoch of mana has ended yet.");
  }
  ManaBooks books = ICN_TRY(books_now(node));
  if (books.root.sequence != anchored->root.sequence)
    books.accounts = ICN_TRY(economy::accounts_at(node.state_store(), anchored->root.sequence));
  ManaProof proof{ICN_TRY(inclusion_of(books.accounts, did)), anchored->root, anchored->signature, {}};
  // Its readers know the present key only.
  const ipld::Cid body = proof.root.to_block().cid;
  if (!node.scope().keys().verify(model::SignatureTag::mana_root, body, proof.root.home, proof.signature))
    proof.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::mana_root, body));
  return proof;
}

Result<ManaProof> prove_now(const NodeState& node, const model::Did& did) {
  const ManaBooks books = ICN_TRY(books_now(node));
  ManaProof proof{ICN_TRY(inclusion_of(books.accounts, did)), books.root, {}, {}};
  proof.signature = ICN_TRY(node.services().signer->sign(model::SignatureTag::mana_root, proof.root.to_block().cid));
  return proof;
}

}  // namespace

Result<ManaBooks> books_now(const NodeState& node) {
  ManaBooks books;
  // Idle only until the accounts are copied, so that they are those of the sequence, and durable.
  ICN_TRY(node.books().when_idle([&]() -> Result<void> {
    books.accounts = node.ledger().accounts();
    books.root.sequence = node.ledger().sequence();
    return {};
  }));
  books.root.scope = node.scope().id();
  books.root.home = node.node_did();
  books.root.time = node.now();
  books.root.previous = ICN_TRY(newest_root_cid(node));
  set_tree(books.accounts, books.root);
  return books;
}

Result<ManaProof> prove_mana(const NodeState& node, const model::Did& did, ProvenUnder under) {
  ManaProof proof = ICN_TRY(under == ProvenUnder::anchored_root ? prove_anchored(node, did) : prove_now(node, did));
  proof.keys = ICN_TRY(key_history(node, proof.root.home));
  return proof;
}

Result<model::KeyHistory> key_history(const NodeState& node, const model::Did& did) {
  const model::Scope scope = node.scope();
  model::KeyHistory history{scope.id(), did, {}};
  const model::SigningKeys::Changes* const changes = scope.keys().changes(did);
  if (changes == nullptr) return history;
  for (const model::SigningKeys::Change& change : *changes) {
    const std::vector<model::LogRecord> records = ICN_TRY(read_scope_log(node, change.since, 1));
    if (records.empty() || !records[0].admitted) break;
    const auto* rotation = std::get_if<model::Rotation>(&records[0].admitted->statement);
    if (rotation == nullptr) break;
    history.links.push_back(
        {rotation->key, rotation->since, rotation->consent, records[0].admitted->envelope.signature});
  }
  return history;
}

Result<void> verify_mana_proof(const ManaProof& proof, const model::Scope* scope) {
  const economy::TreeRoot reached = ICN_TRY(economy::root_of(proof.inclusion));
  const model::ManaRoot& root = proof.root;
  if (reached.node.hash != root.tree || reached.accounts != root.accounts ||
      economy::wide_bytes(reached.node.debits) != root.debits ||
      economy::wide_bytes(reached.node.credits) != root.credits) {
    return refuse(ErrorCode::conflict, "proof_root",
                  "The account of the proof does not lead to the root that it shows.");
  }
  if (root.debits != root.credits) {
    return fail(ErrorCode::unbalanced, "The root that the proof shows has debits and credits that differ.");
  }
  if (proof.inclusion.account.kind == model::AccountKey::Kind::did &&
      proof.inclusion.debits > proof.inclusion.credits) {
    return fail(ErrorCode::unbalanced, "The account of the proof has spent more than it received.");
  }
  if (proof.keys.did != root.home || proof.keys.scope != root.scope) {
    return refuse(ErrorCode::conflict, "key_history",
                  "The history of keys in the proof is not that of the home which signed it.", root.home.to_text());
  }
  const model::SigningKeys keys = scope != nullptr ? scope->keys() : ICN_TRY(proof.keys.verify());
  return keys.verify(model::SignatureTag::mana_root, root.to_block().cid, root.home, proof.signature);
}

}  // namespace icn::runtime
