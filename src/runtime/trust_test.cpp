// Goal: a job with a trust scope runs only where its submitter trusts the executor, now and when the run starts; the
// node keeps statements like the rest of its state; an operator chooses for whom it works.
#include "runtime/trust.hpp"

#include "runtime/testing/home_fixture.hpp"

namespace icn::runtime {
namespace {

using model::TrustLevel;

struct Trust : HomeFixture {
  const model::TrustContext medical = *model::TrustContext::from_scope("medical");
  std::shared_ptr<ports::Signer> other = signer_of(3);

  void found_with_two(const model::Did& operator_did) {
    Founding founding;
    founding.member = member->did();
    founding.others = {{other->did(), signer_of(1)->did()}};
    founding.operator_did = operator_did;
    node = NodeState::found(services, settings, founding).value();
  }
  Result<void> enter(const model::TrustStatement& statement, ports::Signer& by) {
    const ipld::Cid body = model::body_of(statement).cid;
    return enter_trust(*node, {statement, by.sign(model::tag_of(model::kind_of(statement)), body).value()});
  }
  Result<void> trusts(const model::Did& trustee, TrustLevel level, const model::TrustContext& context,
                      std::optional<model::UnixMs> until = std::nullopt) {
    return enter(prepare_trust_grant(*node, member->did(), trustee, context, level, until), *member);
  }
  JobDraft medical_draft() const {
    JobDraft from = draft("output x\n");
    from.trust_scope = "medical";
    return from;
  }
};

TEST_F(Trust, AJobRunsWhereItsSubmitterTrustsTheNode) {
  found();
  const auto refused = submit_job(*node, request(medical_draft()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "no_trust_path");
  EXPECT_EQ(refused.error().subject, node->node_did().to_text());
  ASSERT_TRUE(trusts(node->node_did(), TrustLevel::basic, medical));
  EXPECT_EQ(run(medical_draft()).record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(simulate_job(*node, medical_draft()).has_value(), true);
  expect_all_settled();
}

TEST_F(Trust, ASimulationIsRefusedAsTheJobWouldBe) {
  found();
  const auto simulated = simulate_job(*node, medical_draft());
  ASSERT_FALSE(simulated);
  EXPECT_EQ(simulated.error().rule, "no_trust_path");
}

// Trust is checked again before each run.
TEST_F(Trust, AnAcceptedJobWhoseSubmitterTookItsTrustBackEndsWithoutCharge) {
  found();
  ASSERT_TRUE(trusts(node->node_did(), TrustLevel::full, medical));
  const SubmitAnswer accepted = submit(medical_draft());
  EXPECT_LT(of_member(), grant);
  ASSERT_TRUE(enter(prepare_trust_revocation(*node, member->did(), node->node_did(), medical), *member));
  const JobReport report = execute_job(*node, accepted.id).value();
  EXPECT_EQ(report.record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(report.record.failure_rule, "no_trust_path");
  EXPECT_FALSE(report.record.receipt.has_value());
  EXPECT_EQ(report.record.charged.umana, 0U);
  EXPECT_EQ(of_member(), grant);
  EXPECT_TRUE(report.record.message.starts_with(trust::kDenied)) << report.record.message;
  expect_all_settled();
}

TEST_F(Trust, TrustThatEndsWhileTheJobWaitsCountsNoMore) {
  found();
  ASSERT_TRUE(trusts(node->node_did(), TrustLevel::full, medical, model::UnixMs{clock->now_ms + 1'000}));
  const SubmitAnswer accepted = submit(medical_draft());
  clock->now_ms += 1'000;
  EXPECT_EQ(execute_job(*node, accepted.id).value().record.phase, jobs::JobPhase::failed);
  EXPECT_EQ(of_member(), grant);
}

TEST_F(Trust, StatementsAreKeptWithTheRestOfTheState) {
  found();
  const ipld::Digest empty = state_hash(*node).value();
  reopen();  // a folder that holds none
  EXPECT_EQ(node->trust().size(), 0U);
  ASSERT_TRUE(trusts(node->node_did(), TrustLevel::partial, medical));
  ASSERT_TRUE(trusts(other->did(), TrustLevel::full, medical));
  const ipld::Digest before = state_hash(*node).value();
  EXPECT_NE(before, empty);
  const ipld::Digest engine = node->trust().state_hash();
  reopen();
  EXPECT_EQ(state_hash(*node).value(), before);
  EXPECT_EQ(node->trust().state_hash(), engine);
  EXPECT_EQ(list_trust(*node, {}, 10, {}).value().statements.size(), 2U);
  EXPECT_EQ(trust::verify_statements(node->state_store(), {}).value(), 2U);
}

TEST_F(Trust, AForgedOrReplayedStatementChangesNothing) {
  found_with_two(member->did());
  const auto statement = prepare_trust_grant(*node, other->did(), node->node_did(), medical, TrustLevel::full, {});
  const ipld::Digest before = state_hash(*node).value();
  EXPECT_EQ(enter(statement, *member).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(state_hash(*node).value(), before);
  ASSERT_TRUE(enter(statement, *other));
  const ipld::Digest after = state_hash(*node).value();
  EXPECT_EQ(enter(statement, *other).error().rule, "statement_replayed");
  EXPECT_EQ(state_hash(*node).value(), after);
}

// The other member operates the node and works only for those whom it trusts.
TEST_F(Trust, AnOperatorChoosesForWhomItWorks) {
  settings.submitter_trust_min = TrustLevel::partial;
  found_with_two(other->did());
  const auto refused = submit_job(*node, request(draft("output x\n")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "submitter_trust");
  EXPECT_EQ(refused.error().code, ErrorCode::permission_denied);
  const auto context = *model::TrustContext::from_scope(kSubmitterContext);
  const auto state = [&](TrustLevel level) {
    return enter(prepare_trust_grant(*node, other->did(), member->did(), context, level, {}), *other);
  };
  ASSERT_TRUE(state(TrustLevel::basic));
  EXPECT_EQ(submit_job(*node, request(draft("output x\n"))).error().rule, "submitter_trust");
  ASSERT_TRUE(state(TrustLevel::partial));
  EXPECT_EQ(run(draft("output x\n")).record.phase, jobs::JobPhase::completed);
}

TEST_F(Trust, AnOperatorWorksForItselfWithoutAStatement) {
  settings.submitter_trust_min = TrustLevel::full;
  found(member->did());
  EXPECT_EQ(run(draft("output x\n")).record.phase, jobs::JobPhase::completed);
}

}  // namespace
}  // namespace icn::runtime
