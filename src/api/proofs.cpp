#include "api/proofs.hpp"

#include "api/detail/derive.hpp"
#include "runtime/node_state.hpp"
#include "runtime/proof.hpp"

namespace icn::api {
namespace {

constexpr std::size_t kProofBytesMax = 1024 * 1024;

ProofNode node_view(const economy::TreeNode& node) {
  return {node.hash, economy::wide_bytes(node.debits), economy::wide_bytes(node.credits)};
}

runtime::ManaProof proof_of(const ManaProof& view) {
  runtime::ManaProof proof;
  proof.inclusion = {
      model::AccountKey::of(view.did), view.debits.umana, view.credits.umana, view.index, view.accounts, {}};
  for (const ProofNode& node : view.path)
    proof.inclusion.path.push_back({node.hash, economy::wide_of(node.debits), economy::wide_of(node.credits)});
  proof.root = {view.scope,    view.home,        view.sequence,     view.time,    view.root.hash,
                view.accounts, view.root.debits, view.root.credits, view.previous};
  proof.signature = view.signature;
  return proof;
}

Result<std::string> read_proof(const Context& context) {
  std::string text;
  Bytes piece(64 * 1024);
  while (context.in) {
    const std::size_t got = ICN_TRY(context.in(piece.data(), piece.size()));
    if (got == 0) break;
    text += text_of(ByteView(piece).first(got));
    if (text.size() > kProofBytesMax) {
      return refuse(ErrorCode::limit_exceeded, "max_proof_bytes",
                    "longer than the longest proof (" + std::to_string(kProofBytesMax) + " bytes)");
    }
  }
  return text;
}

}  // namespace

Result<ManaProof> prove_mana(Context& context, const ManaProofRequest& request) {
  const runtime::NodeState& node = *ICN_TRY(node_of(context));
  if (!request.did && !context.caller) {
    return refuse(ErrorCode::invalid_argument, "missing_field",
                  "the field did is missing, and the caller has no account of its own");
  }
  const model::Did did = request.did ? *request.did : *context.caller;
  const runtime::ManaProof proof = ICN_TRY(runtime::prove_mana(
      node, did, request.anchored ? runtime::ProvenUnder::anchored_root : runtime::ProvenUnder::new_root));
  ManaProof view;
  view.did = did;
  view.debits = model::Mana{proof.inclusion.debits};
  view.credits = model::Mana{proof.inclusion.credits};
  view.index = proof.inclusion.index;
  for (const economy::TreeNode& node_of_path : proof.inclusion.path) view.path.push_back(node_view(node_of_path));
  view.accounts = proof.root.accounts;
  view.root = {proof.root.tree, proof.root.debits, proof.root.credits};
  view.scope = proof.root.scope;
  view.home = proof.root.home;
  view.sequence = proof.root.sequence;
  view.time = proof.root.time;
  view.previous = proof.root.previous;
  view.signature = proof.signature;
  return view;
}

Result<ProofVerified> verify_proof(Context& context, const ProofVerification&) {
  const ManaProof view = ICN_TRY(Shape<ManaProof>::parse(ICN_TRY(read_proof(context))));
  if (view.version > ManaProof::kVersion) {
    return fail(ErrorCode::unsupported_version, "the proof has version " + std::to_string(view.version) +
                                                    "; this program knows " + std::to_string(ManaProof::kVersion));
  }
  const runtime::ManaProof proof = proof_of(view);
  // Without a node of the scope, which knows what replaced them, each DID signs with its own key.
  const bool is_own = context.node != nullptr && context.node->scope().id() == proof.root.scope;
  ICN_TRY(runtime::verify_mana_proof(proof, is_own ? context.node->scope().keys() : model::SigningKeys{}));
  ProofVerified answer;
  answer.did = view.did;
  answer.balance = model::Mana{view.credits.umana - view.debits.umana};
  answer.accounts = view.accounts;
  answer.scope = view.scope;
  answer.home = view.home;
  answer.sequence = view.sequence;
  answer.time = view.time;
  answer.root = proof.root.to_block().cid;
  answer.previous = view.previous;
  return answer;
}

template struct Shape<ManaProofRequest>;
template struct Shape<ManaProof>;
template struct Shape<ProofVerification>;
template struct Shape<ProofVerified>;

}  // namespace icn::api
