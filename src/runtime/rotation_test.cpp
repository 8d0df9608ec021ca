// Goal: after a rotation only the new key acts for a member, and what was recorded before it remains valid: jobs that
// were accepted run, receipts verify, statements of trust count.
#include "runtime/governance.hpp"
#include "runtime/receipts.hpp"
#include "runtime/testing/home_fixture.hpp"
#include "runtime/trust.hpp"

namespace icn::runtime {
namespace {

struct Rotations : HomeFixture {
  std::shared_ptr<ports::Signer> fresh = signer_of(7);

  Result<std::uint64_t> rotate(ports::Signer& present, ports::Signer& next) {
    const model::KeyConsent consented = key_consent(*node, member->did(), next.did());
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

}  // namespace
}  // namespace icn::runtime
