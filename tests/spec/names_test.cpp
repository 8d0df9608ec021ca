// The specification's names that are thin wrappers here: they behave like the functions that they wrap.
#include <gtest/gtest.h>

#include "abi/host_call.hpp"
#include "embed/names.hpp"
#include "support/embedding.hpp"
#include "testing/fake_dag_store.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

struct Names : ::testing::Test {
  std::shared_ptr<Signer> member = testing::test_signer_of(testing::test_did(0));
  std::shared_ptr<RuntimeContext> ctx = *RuntimeContext::new_testing(member->did(), 1000);
  Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(7));
};

// spec: "RuntimeContext - Central State Manager": its fields.
TEST_F(Names, TheFieldsOfTheContextAreAccessors) {
  EXPECT_EQ(ctx->current_identity(), member->did());
  EXPECT_EQ(ctx->mana_ledger().balance(model::AccountKey::of(member->did())).available().whole_floor(), 1000U);
  EXPECT_EQ(type_of(ctx->mesh_network_service()), MeshNetworkServiceType::Stub);
  EXPECT_EQ(ctx->signer().did(), member->did());
  EXPECT_TRUE(ctx->dag_store().has(module).value());
  EXPECT_EQ(ctx->reputation_store().score(member->did()).points_floor(), 0U);
  EXPECT_GT(ctx->time_provider().now().value, 0U);
  EXPECT_EQ(ctx->policy_enforcer(), nullptr);
  EXPECT_TRUE(ctx->job_states().empty());
  const JobId id = ctx->handle_submit_job(module, embedding::job_of(ctx, module, 10).to_block().bytes, 10).value();
  ASSERT_EQ(ctx->job_states().count(id), 1U);
  EXPECT_EQ(ctx->job_states().at(id).kind, JobState::Kind::pending);
  ASSERT_TRUE(ctx->execute_job(id));
  EXPECT_TRUE(ctx->job_states().empty()) << "a job that ended is not open";
}

// spec: "Complete Job Pipeline", generate_job_id.
TEST_F(Names, TheIdOfAJobIsKnownBeforeItIsSubmitted) {
  const JobSpec spec = embedding::job_of(ctx, module, 100);
  const JobId id = generate_job_id(module, spec.to_block().bytes, member->did()).value();
  EXPECT_EQ(ctx->handle_submit_job(module, spec.to_block().bytes, 100).value(), id);
  EXPECT_NE(generate_job_id(module, spec.to_block().bytes, testing::test_did(1)).value(), id);
  EXPECT_EQ(generate_job_id(module, view_of("not a body"), member->did()).error().code, ErrorCode::invalid_format);
}

// spec: "WasmExecutor with Security Limits", as "Job Execution with Trust Validation" uses it.
TEST_F(Names, AnExecutorRunsWhatItsLimitsAllow) {
  JobSpec spec = embedding::job_of(ctx, module, 10);
  ASSERT_TRUE(ctx->handle_submit_job(module, spec.to_block().bytes, 10));
  const ActualMeshJob job{spec, {}};
  WasmSecurityLimits tight;
  tight.max_fuel = 1'000;
  const Result<IdentityExecutionReceipt> refused = WasmExecutor(ctx, tight).execute_job(job);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "max_fuel");
  EXPECT_EQ(ctx->job_states().size(), 1U) << "a refused job is unchanged";
  const IdentityExecutionReceipt receipt = WasmExecutor(ctx, WasmSecurityLimits{}).execute_job(job).value();
  EXPECT_EQ(embedding::output_of(ctx, receipt), embedding::output_of_value(7));
}

// spec: "Resource Limiting": the rule is the sandbox's own (WasmExecution.GrowthBeyondTheLimitIsDeniedAndCounted).
TEST(ResourceLimiter, GrowsUpToTheLimitAndTheMemorysMaximum) {
  const ICNResourceLimiter limiter = ICNResourceLimiter::of({});
  constexpr std::size_t page = 65'536;
  EXPECT_EQ(limiter.timeout, std::chrono::seconds(30));
  EXPECT_TRUE(limiter.memory_growing(page, 160 * page, std::nullopt));
  EXPECT_FALSE(limiter.memory_growing(page, 160 * page + 1, std::nullopt));
  EXPECT_FALSE(limiter.memory_growing(page, 161 * page, std::nullopt));
  EXPECT_TRUE(limiter.memory_growing(page, 2 * page, 2 * page));
  EXPECT_FALSE(limiter.memory_growing(page, 3 * page, 2 * page));
}

// spec: "Memory Management"
TEST(GuestMemory, StringsAreReadAndWrittenWithinBounds) {
  Bytes memory(16, 0);
  ASSERT_TRUE(write_string(memory, 11, "hello"));
  EXPECT_EQ(read_string(memory, 11, 5).value(), "hello");
  EXPECT_EQ(read_string(memory, 16, 0).value(), "");
  for (const auto& [ptr, len] :
       {std::pair<std::uint32_t, std::uint32_t>{12, 5}, {17, 0}, {UINT32_MAX, 2}, {1, UINT32_MAX}}) {
    EXPECT_EQ(read_string(memory, ptr, len).error().code, ErrorCode::guest_fault) << ptr << " + " << len;
  }
  const Bytes before = memory;
  EXPECT_EQ(write_string(memory, 12, "hello").error().code, ErrorCode::guest_fault);
  EXPECT_EQ(memory, before);
  memory[0] = 0xff;
  EXPECT_EQ(read_string(memory, 0, 1).error().code, ErrorCode::invalid_format);
}

// spec: "Host ABI - WASM Interface": the constants are the numbers of the rows.
TEST(HostAbiNumbers, AreThoseOfTheTable) {
  const auto number = [](std::string_view name) -> std::uint32_t {
    for (const abi::HostFn& fn : abi::host_table()) {
      if (fn.module == "icn" && fn.name == name) return fn.index;
    }
    return 0;
  };
  EXPECT_EQ(number("host_account_get_mana"), ABI_HOST_ACCOUNT_GET_MANA);
  EXPECT_EQ(number("host_account_spend_mana"), ABI_HOST_ACCOUNT_SPEND_MANA);
  EXPECT_EQ(number("host_account_credit_mana"), ABI_HOST_ACCOUNT_CREDIT_MANA);
  EXPECT_EQ(number("host_submit_mesh_job"), ABI_HOST_SUBMIT_MESH_JOB);
  EXPECT_EQ(number("host_get_pending_mesh_jobs"), ABI_HOST_GET_PENDING_MESH_JOBS);
  EXPECT_EQ(number("host_anchor_receipt"), ABI_HOST_ANCHOR_RECEIPT);
  EXPECT_EQ(number("host_get_reputation"), ABI_HOST_GET_REPUTATION);
}

// spec: "DAG Storage Services", StubDagStore.
TEST(StubServices, TheStubDagStoreKeepsBlocksInMemory) {
  testing::StubDagStore store;
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("x"));
  ASSERT_TRUE(store.put({&block, 1}));
  EXPECT_EQ(store.get(block.cid).value().bytes, block.bytes);
  EXPECT_EQ(store.descriptor().grade, ports::Grade::test);
}

}  // namespace
}  // namespace icn::embed
