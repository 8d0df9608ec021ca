// Jobs and receipts as a node's user sees them: listing, status, limits of the text, anchoring.
#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "contract/support.hpp"
#include "embed/native_host.hpp"
#include "model/dag_block.hpp"
#include "model/job_json.hpp"
#include "runtime/describe.hpp"
#include "runtime/mana.hpp"
#include "runtime/receipts.hpp"
#include "runtime/run.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

struct JobCases : ::testing::Test {
  model::JobId submit(std::uint64_t cost, std::string_view more = "") {
    return host_submit_mesh_job(*ctx, embedding::job_json(module, cost, more)).value();
  }
  // A plausible receipt of `id`, signed by `signer`.
  model::SignedReceipt receipt_for(const model::JobId& id, ports::Signer& signer, std::uint64_t fuel = 5) {
    model::Receipt body;
    body.job = id;
    if (const auto status = ctx->get_job_status(id)) body.order = status->record.order;
    body.fuel = fuel;
    body.memory_pages = 1;
    body.output = ipld::Cid();
    const ipld::Block block = body.to_block();
    EXPECT_TRUE(ctx->node().dag_store().put(std::span(&block, 1)));
    model::SignedReceipt receipt;
    receipt.receipt = block.cid;
    receipt.executor = signer.did();
    receipt.signature = signer.sign(model::SignatureTag::receipt, block.cid).value();
    return receipt;
  }
  ErrorCode anchoring(const model::SignedReceipt& receipt) {
    const auto anchored = host_anchor_receipt(*ctx, receipt);
    return anchored ? ErrorCode{} : anchored.error().code;
  }

  Context ctx = *RuntimeContext::new_testing(testing::test_did(0), 1000);
  ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  ports::Signer& node_signer = *ctx->node().services().signer;
};

TEST_F(JobCases, ListingShowsThePendingJobsInTheirOrderAndTakesNothing) {
  EXPECT_TRUE(host_get_pending_mesh_jobs(*ctx)->empty());
  submit(10);
  submit(5);
  for (int i = 0; i < 3; ++i) {
    const std::vector<ActualMeshJob> jobs = host_get_pending_mesh_jobs(*ctx).value();
    ASSERT_EQ(jobs.size(), 2U);
    EXPECT_EQ(jobs[0].job.cost_mana, 10U);
    EXPECT_EQ(jobs[1].job.cost_mana, 5U);
    // Listed jobs are signed by their submitter.
    EXPECT_TRUE(model::verify(model::SignatureTag::job, jobs[0].id().cid, testing::test_did(0), jobs[0].signature));
  }
}

TEST_F(JobCases, ListingWorksWhileAJobRuns) {
  const ipld::Cid endless =
      embedding::stored_module(ctx, R"((module (func (export "run") (result i64) (loop $l (br $l)) (i64.const 0))))");
  const model::JobId running =
      host_submit_mesh_job(*ctx, embedding::job_json(endless, 10, ",\"limits\":{\"max_fuel\":5000000}")).value();
  submit(5);
  std::size_t slices = 0;
  runtime::RunHooks hooks;
  hooks.on_slice = [&](std::uint64_t, std::uint64_t) {
    ++slices;
    EXPECT_EQ(host_get_pending_mesh_jobs(*ctx)->size(), 1U) << "the waiting one";
    EXPECT_EQ(ctx->get_job_status(running)->state.kind, jobs::JobState::Kind::assigned);
  };
  EXPECT_EQ(runtime::outcome_text(runtime::execute_job(ctx->node(), running, hooks)->record), "out_of_fuel");
  EXPECT_GE(slices, 5U);
}

TEST_F(JobCases, TheStatusTellsCostSubmitterAndItsOwnId) {
  const model::JobId id = submit(50);
  const JobStatus status = host_get_job_status(*ctx, id.to_text()).value();
  EXPECT_EQ(status.id, id);
  EXPECT_EQ(status.record.id, id);
  EXPECT_EQ(status.record.cost, *model::Mana::from_whole(50));
  EXPECT_EQ(status.record.submitter, testing::test_did(0));
  EXPECT_EQ(host_get_job_status(*ctx, "").error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(host_get_job_status(*ctx, "no id").error().code, ErrorCode::invalid_argument);
  const ipld::Cid unknown = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("unknown"));
  EXPECT_EQ(host_get_job_status(*ctx, unknown.to_text()).error().code, ErrorCode::not_found);
}

TEST_F(JobCases, AJobsTextIsAtMostAMebibyte) {
  const auto refusal = [this](const std::string& json) {
    const auto id = host_submit_mesh_job(*ctx, json);
    EXPECT_EQ(ctx->get_mana(testing::test_did(0)), 1000U);
    return id ? Error{} : id.error();
  };
  EXPECT_EQ(refusal("").code, ErrorCode::invalid_argument);
  const std::string job = embedding::job_json(module, 10);
  const std::string longest =
      job.substr(0, job.size() - 1) + std::string(model::kJobJsonBytesMax - job.size(), ' ') + "}";
  ASSERT_EQ(longest.size(), model::kJobJsonBytesMax);
  EXPECT_EQ(refusal(longest + " ").rule, "job_json_bytes");
  EXPECT_TRUE(host_submit_mesh_job(*ctx, longest)) << "exactly the bound is not too long";
}

TEST_F(JobCases, AReceiptIsAnchoredWhileItsJobIsAssigned) {
  const model::JobId id = submit(10);
  const model::SignedReceipt receipt = receipt_for(id, node_signer);
  EXPECT_EQ(anchoring(receipt), ErrorCode::invalid_state) << "the job is only waiting";
  std::unique_ptr<runtime::JobRun> run = runtime::start_job(ctx->node(), id).value();
  EXPECT_EQ(anchoring(receipt_for(id, *testing::test_signer_of(testing::test_did(3)))), ErrorCode::permission_denied);
  model::SignedReceipt flipped = receipt;
  flipped.signature[20] ^= 1;
  EXPECT_EQ(anchoring(flipped), ErrorCode::invalid_signature);
  const ipld::Cid anchor = host_anchor_receipt(*ctx, receipt).value();
  EXPECT_TRUE(ctx->node().dag_store().get(anchor)->holds());
  EXPECT_EQ(host_anchor_receipt(*ctx, receipt).value(), anchor) << "the same receipt is anchored once";
  while (run->poll() == ports::RunState::running) {
  }
  EXPECT_EQ(run->finish()->record.phase, jobs::JobPhase::completed);
  run.reset();
  EXPECT_EQ(anchoring(receipt_for(id, node_signer, 6)), ErrorCode::invalid_state) << "the job has ended";
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
}

TEST_F(JobCases, AReceiptOfAJobThatIsNotOursIsNotAnchored) {
  const model::JobId unknown{ipld::Cid::of(ipld::Codec::dag_cbor, view_of("unknown"))};
  EXPECT_EQ(anchoring(receipt_for(unknown, node_signer)), ErrorCode::invalid_argument);
  // Of a job that failed.
  const ipld::Cid trapping =
      embedding::stored_module(ctx, R"((module (func (export "run") (result i64) unreachable)))");
  const model::JobId failed = host_submit_mesh_job(*ctx, embedding::job_json(trapping, 10)).value();
  ASSERT_TRUE(ctx->execute_job(failed));
  EXPECT_EQ(ctx->get_job_status(failed)->state.kind, jobs::JobState::Kind::failed);
  EXPECT_EQ(anchoring(receipt_for(failed, node_signer)), ErrorCode::invalid_state);
}

// In every DAG store: the anchor exists, its bytes match its CID, and its time is the clock's.
TEST_F(JobCases, AnAnchorIsReadableAndCarriesTheClocksMoment) {
  const contract::Folder folder;
  for (const std::string& url : {"sqlite:" + (folder.path() / "blocks.db").string(), std::string("memory")}) {
    SCOPED_TRACE(url);
    ServiceConfig config = ServiceConfig::testing(testing::test_did(0), 1000).value();
    config.services.dag_store = *backends::dag_store::open(url);
    config.services.clock = std::make_shared<testing::FixedClock>(model::UnixMs{42});
    const Context at_42 = RuntimeContext::from_service_config(std::move(config)).value();
    const ipld::Cid seven = embedding::stored_module(at_42, embedding::wat_of_constant(7));
    const model::JobId id = host_submit_mesh_job(*at_42, embedding::job_json(seven, 10)).value();
    const model::SignedReceipt receipt = at_42->execute_job(id).value();
    const runtime::VerifiedReceipt verified = runtime::verify_receipt(at_42->node(), receipt.to_block().cid).value();
    const ipld::Block envelope = at_42->node().dag_store().get(*verified.anchor).value();
    EXPECT_TRUE(envelope.holds());
    const ipld::Cid payload = model::DagEnvelope::from_bytes(envelope.bytes)->payload;
    const ipld::Block block = at_42->node().dag_store().get(payload).value();
    EXPECT_TRUE(block.holds());
    EXPECT_EQ(model::DagPayload::from_bytes(block.bytes)->time, model::UnixMs{42});
  }
}

// No field of a signed job can be changed without its signature failing.
TEST_F(JobCases, TamperingWithAnyFieldOfASignedJobIsNoticed) {
  const auto member = testing::test_signer_of(testing::test_did(0));
  const ActualMeshJob good = embedding::signed_by(*member, embedding::job_of(ctx, module, 10));
  const auto tampered = [&](const std::function<void(model::Job&)>& change) {
    ActualMeshJob bad = good;
    change(bad.job);
    return ctx->process_mesh_job(bad).error().code;
  };
  using model::Job;
  const std::function<void(Job&)> changes[] = {
      [](Job& job) { job.cost_mana = 11; },
      [](Job& job) { job.spend_max = 1; },
      [](Job& job) { job.entry = "other"; },
      [](Job& job) { job.args = {"--force"}; },
      [](Job& job) { job.module = ipld::Cid::of(ipld::Codec::raw, view_of("other")); },
      [](Job& job) { job.inputs = {ipld::Cid()}; },
      [](Job& job) { job.grants.add(model::Capability::spend); },
      [](Job& job) { job.limits.values[0] = 31; },
      [](Job& job) { job.resources.cpu_cores = 1; },
      [](Job& job) { job.durations.bidding_ms += 1; },
      [](Job& job) { job.effects = model::EffectsMode::independent; },
      [](Job& job) { job.nonce = {1}; },
      [](Job& job) { job.submitter = testing::test_did(1); },
  };
  for (std::size_t i = 0; i < std::size(changes); ++i) {
    EXPECT_EQ(tampered(changes[i]), ErrorCode::invalid_signature) << "change " << i;
  }
  EXPECT_EQ(ctx->get_mana(testing::test_did(0)), 1000U);
  EXPECT_TRUE(ctx->process_mesh_job(good));
}

}  // namespace
}  // namespace icn::embed
