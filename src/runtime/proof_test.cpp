// Goal: a proof of an account holds without its node, and any change of it is refused by a rule.
#include "runtime/proof.hpp"

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

struct Proofs : HomeFixture {
  Proofs() {
    found();
    run(draft("fuel 1000000\noutput x\n"));
    posted = node->ledger().balance(model::AccountKey::of(member->did())).posted;
    proof = prove_mana(*node, member->did()).value();
    home = node->node_did();
    node.reset();
  }
  // The error of a proof after `change`, as its name and rule.
  std::string after(const std::function<void(ManaProof&)>& change) const {
    ManaProof changed = proof;
    change(changed);
    const Result<void> verified = verify_mana_proof(changed);
    return verified ? "verified" : std::string(error_row(verified.error().code).name) + " " + verified.error().rule;
  }
  ManaProof proof;
  model::Mana posted;
  model::Did home;
};

TEST_F(Proofs, HoldWithoutTheNode) {
  EXPECT_EQ(after([](ManaProof&) {}), "verified");
  EXPECT_EQ(proof.inclusion.account, model::AccountKey::of(member->did()));
  EXPECT_EQ(proof.inclusion.credits - proof.inclusion.debits, posted.umana);
  EXPECT_EQ(proof.root.home, home);
  EXPECT_EQ(proof.root.time.value, StandingClock::kBegin);
  EXPECT_GT(proof.root.sequence, 1U);
  EXPECT_EQ(proof.root.debits, proof.root.credits);
}

TEST_F(Proofs, NothingOfThemCanBeChanged) {
  EXPECT_EQ(after([](auto& p) { ++p.inclusion.credits; }), "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { --p.inclusion.debits; }), "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { p.inclusion.account = model::AccountKey::of(signer_of(7)->did()); }),
            "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { p.inclusion.path.pop_back(); }), "invalid_format proof_path");
  EXPECT_EQ(after([](auto& p) { p.inclusion.path.emplace_back(); }), "invalid_format proof_path");
  EXPECT_EQ(after([](auto& p) { ++p.root.accounts; }), "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { p.root.tree[0] ^= 1; }), "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { p.root.credits[15] ^= 1; }), "conflict proof_root");
  EXPECT_EQ(after([](auto& p) { ++p.root.sequence; }), "invalid_signature ");
  EXPECT_EQ(after([](auto& p) { ++p.root.time.value; }), "invalid_signature ");
  EXPECT_EQ(after([](auto& p) { p.root.home = signer_of(7)->did(); }), "conflict key_history");
  EXPECT_EQ(after([](auto& p) { p.root.scope = ipld::Cid::of(ipld::Codec::raw, bytes_of("another")); }),
            "conflict key_history");
  EXPECT_EQ(after([](auto& p) { p.signature[3] ^= 1; }), "invalid_signature ");
}

// A home that signs whatever it likes still cannot show totals that differ, or a member below zero.
TEST_F(Proofs, OneSignedOverBooksThatDoNotBalanceIsRefused) {
  const auto signed_over = [&](std::vector<economy::AccountTotals> accounts) {
    std::sort(accounts.begin(), accounts.end(), [](const auto& a, const auto& b) { return a.account < b.account; });
    ManaProof forged = proof;
    forged.inclusion = economy::prove_inclusion(accounts, accounts.size() - 1);
    const economy::TreeRoot tree = economy::tree_root(accounts);
    forged.root.tree = tree.node.hash;
    forged.root.accounts = tree.accounts;
    forged.root.debits = economy::wide_bytes(tree.node.debits);
    forged.root.credits = economy::wide_bytes(tree.node.credits);
    forged.signature = services.signer->sign(model::SignatureTag::mana_root, forged.root.to_block().cid).value();
    return verify_mana_proof(forged);
  };
  const model::AccountKey issuance = model::AccountKey::of(model::SystemAccount::issuance);
  const model::AccountKey account = model::AccountKey::of(member->did());
  EXPECT_TRUE(signed_over({{issuance, 7, 0, 0, 0}, {account, 0, 7, 0, 0}}));
  EXPECT_EQ(signed_over({{issuance, 7, 0, 0, 0}, {account, 0, 8, 0, 0}}).error().code, ErrorCode::unbalanced);
  EXPECT_EQ(signed_over({{issuance, 0, 7, 0, 0}, {account, 7, 0, 0, 0}}).error().code, ErrorCode::unbalanced);
}

TEST_F(HomeFixture, AnAccountThatNothingNamedHasNoProof) {
  found();
  EXPECT_EQ(prove_mana(*node, signer_of(8)->did()).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace icn::runtime
