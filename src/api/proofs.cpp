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
  proof.keys = {view.scope, view.home, {}};
  for (const KeyRotation& made : view.rotations.value_or(std::vector<KeyRotation>()))
    proof.keys.links.push_back({made.key, made.since, made.consent, made.signature});
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

Result<ProofVerified> verify_mana(const Context& context, const std::string& text) {
  const ManaProof view = ICN_TRY(Shape<ManaProof>::parse(text));
  if (view.version > ManaProof::kVersion) {
    return fail(ErrorCode::unsupported_version, "the proof has version " + std::to_string(view.version) +
                                                    "; this program knows " + std::to_string(ManaProof::kVersion));
  }
  const runtime::ManaProof proof = proof_of(view);
  std::optional<model::Scope> scope;
  if (context.node != nullptr) scope = context.node->scope();
  ICN_TRY(runtime::verify_mana_proof(proof, scope && scope->id() == proof.root.scope ? &*scope : nullptr));
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

// Only the kind is read here; the reader of that kind checks everything.
bool is_zk(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return false;
  const auto kind = json.find("proof");
  return kind != json.end() && *kind == EnumNames<ProofKind>::name(ProofKind::zk);
}

// The keys that the proof names, if the request accepts them.
Result<zk::KeyRing> ring_for(const zk::Proof& proof, const ProofVerification& request) {
  const zk::Manifest manifest = request.keys.empty() && proof.keys == zk::development_cid()
                                    ? zk::development_manifest()
                                    : ICN_TRY(zk::Manifest::from_bytes(request.keys));
  ICN_TRY(zk::check_origin(manifest,
                           request.development_keys ? zk::Accept::development_keys_too : zk::Accept::ceremony_keys));
  return zk::KeyRing::of(manifest, proof.statement);
}

Result<ProofVerified> verify_zk(const std::string& text, const ProofVerification& request) {
  const zk::Proof proof = ICN_TRY(zk::Proof::from_json(text));
  if (request.challenge && ICN_TRY(zk::challenge_of(*request.challenge)) != proof.challenge) {
    return refuse(ErrorCode::conflict, "zk_challenge",
                  "The proof answers the challenge " + to_hex(proof.challenge) + ", which is another one.");
  }
  std::optional<zk::KeyRing> ring;
  if (proof.keys) {
    if (request.keys.empty() && proof.keys != zk::development_cid()) {
      return refuse(ErrorCode::missing_data, "zk_keys",
                    "The proof is under the keys " + proof.keys->to_text() + ", whose manifest is not given.",
                    proof.keys->to_text());
    }
    ring = ICN_TRY(ring_for(proof, request));
  }
  if (!ICN_TRY(zk::holds(proof, ring ? &*ring : nullptr)))
    return refuse(ErrorCode::conflict, "zk_proof", "The proof does not hold.");
  ProofVerified answer;
  answer.proof = ProofKind::zk;
  ZkVerified shown;
  shown.statement = proof.statement;
  shown.statement_version = zk::row_of(proof.statement).version;
  shown.system = proof.system;
  shown.issuer = proof.issuer;
  shown.holder = proof.holder;
  shown.bounds = bounds_text(proof.statement, proof.bounds);
  shown.challenge = proof.challenge;
  if (proof.root) shown.set_time = proof.root->time;
  if (proof.keys) shown.keys = *proof.keys;
  shown.development_keys = ring && ring->manifest().origin == zk::Origin::development;
  answer.zk = std::move(shown);
  return answer;
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
  for (const model::KeyHistory::Link& link : proof.keys.links) {
    if (!view.rotations) view.rotations.emplace();
    view.rotations->push_back({link.key, link.since, link.consent, link.signature});
  }
  view.signature = proof.signature;
  return view;
}

Result<ProofVerified> verify_proof(Context& context, const ProofVerification& request) {
  const std::string text = ICN_TRY(read_proof(context));
  return is_zk(text) ? verify_zk(text, request) : verify_mana(context, text);
}

template struct Shape<ManaProofRequest>;
template struct Shape<ManaProof>;
template struct Shape<ProofVerification>;
template struct Shape<ProofVerified>;

}  // namespace icn::api
