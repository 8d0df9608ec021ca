// The specification's "Job Lifecycle Management": submission with reputation pricing, execution with trust validation.
#include <gtest/gtest.h>

#include "economy/pricing.hpp"
#include "embed/names.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;
using model::Mana;

struct JobLifecycle : ::testing::Test {
  std::shared_ptr<ports::Signer> member = testing::test_signer_of(testing::test_did(0));
  Context ctx = *RuntimeContext::new_testing(member->did(), 1000);
  ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(7));

  Bytes spec_bytes(Bytes nonce = {}) const {
    model::Job spec = embedding::job_of(ctx, module, 0);
    spec.nonce = std::move(nonce);
    return spec.to_block().bytes;
  }
  Mana available() const { return runtime::view_account(ctx->node(), member->did()).balance.available(); }
};

// spec: "Complete Job Pipeline"
TEST_F(JobLifecycle, SubmissionPricesReservesAndGivesADeterministicId) {
  const model::JobId id = ctx->handle_submit_job(module, spec_bytes(), 100).value();
  // The id follows from manifest, specification and identity alone.
  EXPECT_EQ(id, model::job_id_of(embedding::job_of(ctx, module, 100).to_block()));
  EXPECT_EQ(ctx->get_mana(member->did()), 900U);
  // The same three arguments are the same job, charged once.
  EXPECT_EQ(ctx->handle_submit_job(module, spec_bytes(), 100).value(), id);
  EXPECT_EQ(ctx->get_mana(member->did()), 900U);
  EXPECT_NE(ctx->handle_submit_job(module, spec_bytes({1}), 100).value(), id);
  EXPECT_EQ(ctx->get_mana(member->did()), 800U);
  // Job and order are entries of the DAG.
  const JobStatus status = ctx->get_job_status(id).value();
  EXPECT_EQ(status.state.kind, jobs::JobState::Kind::pending);
  EXPECT_TRUE(ctx->node().dag_store().has(id.cid).value());
  EXPECT_TRUE(ctx->node().dag_store().has(status.record.order).value());
}

TEST_F(JobLifecycle, ReputationLowersThePrice) {
  // price_by_reputation: floor(cost × 100 / (100 + reputation)).
  EXPECT_EQ(economy::price_by_reputation(*Mana::from_whole(100), 100), *Mana::from_whole(50));
  embedding::give_reputation(ctx, member->did(), 100);
  ASSERT_EQ(ctx->get_reputation(member->did()), 100U);
  ASSERT_TRUE(ctx->handle_submit_job(module, spec_bytes(), 100));
  EXPECT_EQ(ctx->get_mana(member->did()), 950U);
}

TEST_F(JobLifecycle, WhatIsNoSpecificationIsRefusedUncharged) {
  Bytes cut = spec_bytes();
  cut.pop_back();
  EXPECT_EQ(ctx->handle_submit_job(module, cut, 100).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(ctx->handle_submit_job(module, {}, 100).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(ctx->handle_submit_job(module, spec_bytes(), 1001).error().code, ErrorCode::insufficient_mana);
  EXPECT_EQ(ctx->handle_submit_job(ipld::Cid::of(ipld::Codec::raw, view_of("nowhere")), spec_bytes(), 100).error().code,
            ErrorCode::missing_data);
  EXPECT_EQ(available(), *Mana::from_whole(1000));
  EXPECT_TRUE(ctx->get_pending_mesh_jobs()->empty());
}

TEST_F(JobLifecycle, TheWholePipelineEndsCompletedAndPaid) {
  const model::JobId id = ctx->handle_submit_job(module, spec_bytes(), 100).value();
  const model::SignedReceipt receipt = ctx->execute_job(id).value();
  EXPECT_EQ(receipt.executor, ctx->node().node_did());
  EXPECT_EQ(embedding::output_of(ctx, receipt), embedding::output_of_value(7));
  const JobStatus status = ctx->get_job_status(id).value();
  EXPECT_EQ(status.state.kind, jobs::JobState::Kind::completed);
  EXPECT_EQ(status.state.executor, ctx->node().node_did());
  EXPECT_EQ(status.state.receipt, receipt.to_block().cid);
  // The unused part of the reserve was released, to the last µmana.
  EXPECT_EQ(available().umana + status.record.charged.umana, 1000 * Mana::kUnit);
  EXPECT_EQ(runtime::view_account(ctx->node(), ctx->node().node_did()).balance.available(), status.record.pay);
  EXPECT_TRUE(runtime::verify_receipt(ctx->node(), receipt.to_block().cid));
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
}

// spec: "Job Execution with Trust Validation"
TEST_F(JobLifecycle, ExecutionChecksExecutorAndCreator) {
  const model::JobId id = ctx->handle_submit_job(module, spec_bytes(), 100).value();
  const ActualMeshJob job = embedding::signed_by(*member, embedding::job_of(ctx, module, 100));
  ASSERT_EQ(job.id(), id);
  const model::Did self = ctx->node().node_did();
  const auto stranger = testing::test_did(9);
  EXPECT_EQ(ctx->execute_job(job, stranger, member->did()).error().rule, "executor");
  EXPECT_EQ(ctx->execute_job(job, self, stranger).error().rule, "creator");
  EXPECT_EQ(ctx->execute_job(job, self, stranger).error().code, ErrorCode::permission_denied);
  EXPECT_EQ(ctx->get_job_status(id)->state.kind, jobs::JobState::Kind::pending) << "a refusal changes nothing";
  const model::SignedReceipt receipt = ctx->execute_job(job, self, member->did()).value();
  EXPECT_EQ(embedding::receipt_body(ctx, receipt).job, id);
}

// spec: "Job Execution with Trust Validation": the check of the creator's trust in the executor comes before the run.
TEST_F(JobLifecycle, AJobWithATrustScopeRunsOnlyWhereItsCreatorTrustsTheExecutor) {
  model::Job spec = embedding::job_of(ctx, module, 100);
  spec.trust_scope = "medical";
  const ActualMeshJob job = embedding::signed_by(*member, spec);
  const Did executor_did = ctx->node().node_did();
  const Did creator_did = member->did();
  const TrustContext trust_context = TrustContext::from_scope(*spec.trust_scope).value();

  // Nothing is known yet, so it is denied, at the submission and before the execution.
  EXPECT_TRUE(ctx->validate_trust(creator_did, executor_did, trust_context) == TrustValidationResult::denied);
  const auto submitted = ctx->handle_submit_job(module, spec.to_block().bytes, 100);
  EXPECT_EQ(submitted.error().code, ErrorCode::permission_denied);
  EXPECT_TRUE(submitted.error().detail.starts_with("Executor not trusted for this job scope"));
  const auto executed = ctx->execute_job(job, executor_did, creator_did);
  EXPECT_EQ(executed.error().code, ErrorCode::permission_denied);
  EXPECT_TRUE(executed.error().detail.starts_with("Executor not trusted for this job scope"));
  EXPECT_EQ(available(), *Mana::from_whole(1000));

  const auto grant = runtime::prepare_trust_grant(ctx->node(), creator_did, executor_did, trust_context,
                                                  model::TrustLevel::basic, std::nullopt);
  const model::Signature signature =
      member->sign(model::tag_of(model::kind_of(grant)), model::body_of(grant).cid).value();
  ASSERT_TRUE(runtime::enter_trust(ctx->node(), {grant, signature}));
  EXPECT_TRUE(ctx->validate_trust(creator_did, executor_did, trust_context) == TrustValidationResult::allowed);
  const model::JobId id = ctx->handle_submit_job(module, spec.to_block().bytes, 100).value();
  ASSERT_EQ(job.id(), id);
  const model::SignedReceipt receipt = ctx->execute_job(job, executor_did, creator_did).value();
  EXPECT_EQ(embedding::receipt_body(ctx, receipt).job, id);
}

}  // namespace
}  // namespace icn::embed
