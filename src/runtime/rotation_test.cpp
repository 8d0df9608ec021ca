// Goal: after a rotation only the new key acts for a member, and what was recorded before it remains valid: jobs that
// were accepted run, receipts verify, statements of trust count.
#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/proof.hpp"
#include "runtime/receipts.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/trust.hpp"

namespace icn::runtime {
namespace {

struct Rotations : HomeFixture {
  std::shared_ptr<ports::Signer> fresh = signer_of(7);

  Result<std::uint64_t> rotate(ports::Signer& present, ports::Signer& next) {
    return rotate_for(member->did(), present, next);
  }
  Result<std::uint64_t> rotate_for(const model::Did& did, ports::Signer& present, ports::Signer& next) {
    const model::KeyConsent consented = key_consent(*node, did, next.did());
    const model::Signature consent = next.sign(model::SignatureTag::key_consent, consented.to_block().cid).value();
    const PreparedStatement prepared = prepare_rotation(consented, consent);
    const ipld::Cid body = model::body_of(prepared.statement).cid;
    return admit_statement(*node, prepared, present.sign(model::SignatureTag::rotation, body).value());
  }
  SubmitRequest signed_by(ports::Signer& signer, const std::string& program) const {
    SubmitRequest made = request(draft(program));
    made.signature = signer.sign(model::SignatureTag::job, made.body.cid).value();
    return made;
  }
  Result<void> trusts(ports::Signer& signer, const std::string& context) {
    const auto statement = prepare_trust_grant(*node, member->did(), node->node_did(),
                                               *model::TrustContext::from_scope(context), model::TrustLevel::full, {});
    const ipld::Cid body = model::body_of(statement).cid;
    return enter_trust(*node, {statement, signer.sign(model::SignatureTag::trust_grant, body).value()});
  }
};

TEST_F(Rotations, OnlyTheNewKeySubmitsJobs) {
  found();
  ASSERT_TRUE(rotate(*member, *fresh));
  const model::Mana before = of_member();
  const auto stale = submit_job(*node, signed_by(*member, "output old\n"));
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().rule, "retired_key");
  const auto foreign = submit_job(*node, signed_by(*signer_of(8), "output foreign\n"));
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().rule, "signing_key");
  EXPECT_EQ(of_member(), before);
  EXPECT_TRUE(submit_job(*node, signed_by(*fresh, "output new\n")));
  EXPECT_EQ(rotate(*member, *signer_of(9)).error().rule, "retired_key");
  reopen();
  EXPECT_EQ(submit_job(*node, signed_by(*member, "output later\n")).error().rule, "retired_key");
  EXPECT_TRUE(verify_scope_log(*node));
}

TEST_F(Rotations, WhatWasAcceptedBeforeRunsAndVerifies) {
  found();
  const JobReport ended = run(draft("output before\n"));
  const SubmitAnswer waiting = submit(draft("output waits\n"));
  ASSERT_TRUE(rotate(*member, *fresh));
  const JobReport later = execute_job(*node, waiting.id).value();
  EXPECT_EQ(later.record.phase, jobs::JobPhase::completed);
  for (const JobReport* report : {&ended, &later}) {
    ASSERT_TRUE(report->record.receipt);
    const auto verified = verify_receipt(*node, *report->record.receipt);
    EXPECT_TRUE(verified) << verified.error().detail;
  }
  expect_all_settled();
}

TEST_F(Rotations, StatementsOfTrustFollowTheKeyOfTheirTime) {
  found();
  ASSERT_TRUE(trusts(*member, "medical"));
  ASSERT_TRUE(rotate(*member, *fresh));
  EXPECT_EQ(trusts(*member, "identity").error().rule, "retired_key");
  ASSERT_TRUE(trusts(*fresh, "identity"));
  const model::Scope scope = node->scope();
  EXPECT_EQ(trust::verify_statements(node->state_store(), scope.keys()).value(), 2U);
  EXPECT_EQ(trust::verify_statements(node->state_store(), {}).error().code, ErrorCode::invalid_signature);
}

// Signs for a DID with another key, as the signer of a node whose key was replaced does.
class NewKey : public ports::Signer {
 public:
  NewKey(model::Did did, std::shared_ptr<ports::Signer> key) : did_(did), key_(std::move(key)) {}
  model::Did did() const override { return did_; }
  Result<model::Signature> sign(model::SignatureTag tag, const ipld::Cid& body) override {
    return key_->sign(tag, body);
  }
  const ports::Descriptor& descriptor() const override { return key_->descriptor(); }

 private:
  model::Did did_;
  std::shared_ptr<ports::Signer> key_;
};

struct NodeRotations : Rotations {
  void rotate_node(std::uint8_t number) {
    const std::shared_ptr<ports::Signer> next = signer_of(number);
    const model::Did did = node->node_did();
    ASSERT_TRUE(rotate_for(did, *present, *next));
    present = next;
    services.signer = std::make_shared<NewKey>(did, next);
    reopen();
  }
  static std::string rule_of(const ManaProof& proof, const model::Scope* scope = nullptr) {
    const auto verified = verify_mana_proof(proof, scope);
    return verified ? "verified" : verified.error().rule;
  }
  std::shared_ptr<ports::Signer> present = services.signer;
};

TEST_F(NodeRotations, ProofsLeadReadersWithoutTheLogToTheKeyThatSigned) {
  found();
  const ManaProof before = prove_mana(*node, member->did()).value();
  for (std::uint8_t number = 21; number <= 23; ++number) rotate_node(number);
  const ManaProof proof = prove_mana(*node, member->did()).value();
  EXPECT_EQ(proof.keys.links.size(), 3U);
  EXPECT_EQ(rule_of(proof), "verified");
  const model::Scope scope = node->scope();
  EXPECT_EQ(rule_of(proof, &scope), "verified");
  EXPECT_EQ(rule_of(before), "verified") << "it holds for its time, as far as its reader knows";
  EXPECT_EQ(rule_of(before, &scope), "retired_key");

  ManaProof changed = proof;
  changed.keys.links.pop_back();
  EXPECT_EQ(rule_of(changed), "signing_key");
  changed.keys.links.clear();
  EXPECT_FALSE(verify_mana_proof(changed));
  changed = proof;
  changed.keys.links[1].signature[0] ^= 1;
  EXPECT_EQ(rule_of(changed), "key_history");
  changed = proof;
  changed.keys.did = member->did();
  EXPECT_EQ(rule_of(changed), "key_history");
  // The key that was replaced signs no proof that shows its own replacement.
  changed = proof;
  changed.signature = signer_of(21)->sign(model::SignatureTag::mana_root, proof.root.to_block().cid).value();
  EXPECT_EQ(rule_of(changed), "retired_key");
}

TEST_F(NodeRotations, AnAnchoredRootIsProvedUnderThePresentKey) {
  parameters["mana_epoch_secs"] = "3600";
  found();
  clock->now_ms += 3'600'000;
  ASSERT_TRUE(anchor_root(*node).value());
  const ManaProof before = prove_mana(*node, member->did(), ProvenUnder::anchored_root).value();
  rotate_node(21);
  const ManaProof proof = prove_mana(*node, member->did(), ProvenUnder::anchored_root).value();
  EXPECT_EQ(proof.root, before.root);
  EXPECT_NE(proof.signature, before.signature);
  const model::Scope scope = node->scope();
  EXPECT_EQ(rule_of(proof), "verified");
  EXPECT_EQ(rule_of(proof, &scope), "verified");
}

}  // namespace
}  // namespace icn::runtime
