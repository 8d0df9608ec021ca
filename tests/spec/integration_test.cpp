// The specification's "Integration Patterns": a module that imports host functions runs in the real sandbox, and one
// call takes a job through every service.
#include <gtest/gtest.h>

#include "economy/pricing.hpp"
#include "embed/builder.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;
using model::Mana;

class DenyAll : public ports::PolicyEnforcer {
 public:
  Result<void> may_submit(const model::Job&) const override {
    return refuse(ErrorCode::permission_denied, "nobody", "The policy of this test allows no executor.");
  }
  const ports::Descriptor& descriptor() const override {
    static constexpr ports::Descriptor says{"policy_enforcer", "deny_all", ports::Grade::test, "allows no executor"};
    return says;
  }
};

struct Integration : ::testing::Test {
  std::shared_ptr<ports::Signer> member = testing::test_signer_of(testing::test_did(0));
  std::shared_ptr<testing::StubMeshNetworkService> network = std::make_shared<testing::StubMeshNetworkService>();

  Context context(std::shared_ptr<ports::PolicyEnforcer> policy = nullptr) const {
    RuntimeContextBuilder<EnvironmentType::testing> builder;
    builder.with_identity(member->did()).with_network_service(network).with_initial_mana(1000);
    if (policy) builder.with_policy_enforcer(std::move(policy));
    return builder.build().value();
  }
};

// spec: "WASM Module Integration". The module submits the job JSON in its memory, and returns its submitter's mana.
std::string submitting(const std::string& job_json, const std::string& account) {
  return R"((module
    (import "icn" "host_submit_mesh_job" (func $submit (param i32 i32) (result i64)))
    (import "icn" "host_account_get_mana" (func $get_mana (param i32 i32) (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 0) ")" +
         embedding::wat_string(job_json) + R"(")
    (data (i32.const 4096) ")" +
         account + R"(")
    (func (export "run") (result i64)
      (if (i64.lt_s (call $submit (i32.const 0) (i32.const )" +
         std::to_string(job_json.size()) + R"()) (i64.const 0)) (then unreachable))
      (call $get_mana (i32.const 4096) (i32.const )" +
         std::to_string(account.size()) + "))))";
}

TEST_F(Integration, AModuleCallsTheHostFunctionsItImports) {
  const Context ctx = context();
  const ipld::Cid inner = embedding::stored_module(ctx, embedding::wat_of_constant(3));
  const std::string wat = submitting(embedding::job_json(inner, 10, ",\"entry\":\"run\""), member->did().to_text());
  model::Job outer = embedding::job_of(ctx, embedding::stored_module(ctx, wat), 5);
  outer.grants.add(model::Capability::submit);
  outer.spend_max = 10;
  const model::JobId id = ctx->handle_submit_job(outer.module, outer.to_block().bytes, 5).value();
  const model::SignedReceipt receipt = ctx->execute_job(id).value();
  const jobs::JobRecord record = ctx->get_job_status(id)->record;
  ASSERT_TRUE(record.effects_told.empty()) << record.effects_told.front();
  // 1000 when the job was accepted, 10 of which are reserved for the job it submits.
  EXPECT_EQ(embedding::output_of(ctx, receipt), embedding::output_of_value(990));
  const std::vector<model::JobId> pending = ctx->get_pending_mesh_jobs().value();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(ctx->get_job_status(pending[0])->record.parent, id);
  EXPECT_EQ(embedding::output_of(ctx, ctx->execute_job(pending[0]).value()), embedding::output_of_value(3));
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
}

// spec: "Performance Metrics"
TEST_F(Integration, JobsAndHostCallsAreCounted) {
  const Context ctx = context();
  const ipld::Cid inner = embedding::stored_module(ctx, embedding::wat_of_constant(3));
  const std::string wat = submitting(embedding::job_json(inner, 10, ",\"entry\":\"run\""), member->did().to_text());
  model::Job outer = embedding::job_of(ctx, embedding::stored_module(ctx, wat), 5);
  outer.grants.add(model::Capability::submit);
  outer.spend_max = 10;
  const Metrics& metrics = ctx->node().metrics();
  ASSERT_TRUE(ctx->execute_job(ctx->handle_submit_job(outer.module, outer.to_block().bytes, 5).value()));
  EXPECT_EQ(metrics.value(Metric::jobs_active), 1U) << "the job that the first one submitted";
  ASSERT_TRUE(ctx->execute_job(ctx->get_pending_mesh_jobs().value().at(0)));
  EXPECT_EQ(metrics.value(Metric::host_calls, "host_submit_mesh_job"), 1U);
  EXPECT_EQ(metrics.value(Metric::host_calls, "host_account_get_mana"), 1U);
  EXPECT_EQ(metrics.value(Metric::host_calls, "host_get_time"), 0U);
  EXPECT_EQ(metrics.value(Metric::jobs_submitted), 2U);
  EXPECT_EQ(metrics.value(Metric::jobs_completed), 2U);
  EXPECT_EQ(metrics.value(Metric::jobs_failed), 0U);
  EXPECT_EQ(metrics.value(Metric::jobs_active), 0U);
}

TEST_F(Integration, AnImportOfAnotherTypeIsRefusedByName) {
  const Context ctx = context();
  const ipld::Cid module = embedding::stored_module(ctx, R"((module
    (import "icn" "host_submit_mesh_job" (func $submit (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "run") (result i64) (i64.const 0))))");
  const auto refused = ctx->handle_submit_job(module, embedding::job_of(ctx, module, 10).to_block().bytes, 10);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "import_type");
  EXPECT_NE(refused.error().detail.find("host_submit_mesh_job"), std::string::npos) << refused.error().detail;
  EXPECT_EQ(ctx->get_mana(member->did()), 1000U);
}

// spec: "Service Integration", step by step
TEST_F(Integration, ProcessMeshJobCoordinatesAllServices) {
  const Context ctx = context();
  embedding::give_reputation(ctx, member->did(), 25);
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(11));
  const ActualMeshJob job = embedding::signed_by(*member, embedding::job_of(ctx, module, 10));
  const model::SignedReceipt receipt = ctx->process_mesh_job(job).value();
  const jobs::JobRecord record = ctx->get_job_status(job.id())->record;
  // 2. mana and reputation
  EXPECT_EQ(record.reserve, economy::price_by_reputation(*Mana::from_whole(10), 25));
  EXPECT_EQ(record.reserve, *Mana::from_whole(8));
  // 3. executed
  EXPECT_EQ(record.phase, jobs::JobPhase::completed);
  EXPECT_EQ(embedding::output_of(ctx, receipt), embedding::output_of_value(11));
  // 4. anchored
  const runtime::VerifiedReceipt verified = runtime::verify_receipt(ctx->node(), receipt.to_block().cid).value();
  EXPECT_EQ(verified.anchor, record.anchor);
  EXPECT_EQ(verified.receipt.job, job.id());
  // 6. broadcast
  ASSERT_EQ(network->completions().size(), 1U);
  EXPECT_EQ(network->completions()[0].receipt, receipt.receipt);
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
  // Processing it again yields the same job.
  EXPECT_EQ(ctx->process_mesh_job(job)->receipt, receipt.receipt);
  EXPECT_EQ(network->completions().size(), 1U);
}

// spec: "Service Integration", step 1: a job that governance does not allow is neither charged nor run.
TEST_F(Integration, APolicyThatDeniesStopsAJobBeforeAnythingHappens) {
  const Context ctx = context(std::make_shared<DenyAll>());
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(11));
  const ActualMeshJob job = embedding::signed_by(*member, embedding::job_of(ctx, module, 10));
  const auto denied = ctx->process_mesh_job(job);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().code, ErrorCode::permission_denied);
  EXPECT_EQ(ctx->get_mana(member->did()), 1000U);
  EXPECT_EQ(ctx->get_job_status(job.id()).error().code, ErrorCode::not_found);
  EXPECT_TRUE(network->announced_jobs().empty());
}

// spec: "Service Integration", step 1: governance validates the job by what the scope has decided.
TEST_F(Integration, GovernanceValidatesAJobBeforeItCosts) {
  const Context ctx = context();
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(11));
  const ActualMeshJob job = embedding::signed_by(*member, embedding::job_of(ctx, module, 10));
  EXPECT_TRUE(ctx->governance_module().validate_job(job.job, ctx->get_reputation(member->did())));
  ASSERT_TRUE(ctx->update_parameter("denied_modules", module.to_text()));
  EXPECT_EQ(ctx->governance_module().validate_job(job.job, 0).error().rule, "denied_modules");
  const std::uint64_t mana = ctx->get_mana(member->did());
  const auto denied = ctx->process_mesh_job(job);
  ASSERT_FALSE(denied);
  EXPECT_EQ(denied.error().rule, "denied_modules");
  EXPECT_EQ(denied.error().subject, module.to_text());
  EXPECT_EQ(ctx->get_mana(member->did()), mana) << "2. nothing spent";
  EXPECT_EQ(ctx->get_job_status(job.id()).error().code, ErrorCode::not_found) << "3. not run";
  EXPECT_TRUE(network->completions().empty()) << "6. not broadcast";
  ASSERT_TRUE(ctx->update_parameter("denied_modules", ""));
  EXPECT_TRUE(ctx->process_mesh_job(job));
}

// spec: "Service Integration", step 5: work for others earns reputation, work for one's own operator earns none.
TEST_F(Integration, ASettledJobUpdatesReputation) {
  for (const bool own : {true, false}) {
    ServiceConfig config = ServiceConfig::testing(member->did(), 1000).value();
    runtime::Founding founding;
    founding.member = member->did();
    founding.operator_did = own ? member->did() : testing::test_did(9);
    ASSERT_TRUE(runtime::NodeState::found(config.services, config.settings, founding));
    const Context ctx = RuntimeContext::from_service_config(std::move(config)).value();
    const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(11));
    ASSERT_TRUE(ctx->process_mesh_job(embedding::signed_by(*member, embedding::job_of(ctx, module, 10))));
    EXPECT_EQ(ctx->get_reputation(ctx->node().node_did()), own ? 0U : 1U);
    EXPECT_EQ(ctx->node().reputation().score(member->did()).micro_points, own ? 0U : 100'000U);
  }
}

// A job that is not signed by its submitter is refused.
TEST_F(Integration, AForgedJobIsRefused) {
  const Context ctx = context();
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(11));
  ActualMeshJob job =
      embedding::signed_by(*testing::test_signer_of(testing::test_did(1)), embedding::job_of(ctx, module, 10));
  EXPECT_EQ(ctx->process_mesh_job(job).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(ctx->get_mana(member->did()), 1000U);
}

}  // namespace
}  // namespace icn::embed
