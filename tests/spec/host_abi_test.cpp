// The specification's "Host ABI - WASM Interface": the frozen indices, and the host functions for native callers.
#include <gtest/gtest.h>

#include "abi/host_call.hpp"
#include "embed/native_host.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

std::uint32_t index_of(std::string_view name) {
  const abi::HostFn* fn = abi::find_host_fn("icn", name);
  EXPECT_NE(fn, nullptr) << name;
  return fn == nullptr ? UINT32_MAX : fn->index;
}

// "(i32 i32)->i64"
std::string type_of(std::string_view name) {
  const abi::HostFn* fn = abi::find_host_fn("icn", name);
  if (fn == nullptr) return "absent";
  std::string text = "(";
  for (const abi::WasmType type : fn->params) text += (text.size() > 1 ? " " : "") + std::string(wasm_type_name(type));
  text += ")->";
  for (const abi::WasmType type : fn->results) text += wasm_type_name(type);
  return text;
}

struct HostAbi : ::testing::Test {
  model::Did self = testing::test_did(0);
  Context ctx = *RuntimeContext::new_testing(self, 100);
  ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
};

// spec: "Economic Functions"
TEST_F(HostAbi, EconomicFunctionsHaveTheirIndices) {
  constexpr std::uint32_t kAbiHostAccountGetMana = 10;
  constexpr std::uint32_t kAbiHostAccountSpendMana = 11;
  constexpr std::uint32_t kAbiHostAccountCreditMana = 12;
  EXPECT_EQ(index_of("host_account_get_mana"), kAbiHostAccountGetMana);
  EXPECT_EQ(index_of("host_account_spend_mana"), kAbiHostAccountSpendMana);
  EXPECT_EQ(index_of("host_account_credit_mana"), kAbiHostAccountCreditMana);
}

// spec: "Economic Functions", usage example
TEST_F(HostAbi, ManaIsReadAndSpent) {
  EXPECT_EQ(host_account_get_mana(*ctx, self.to_text()).value(), 100U);
  ASSERT_TRUE(host_account_spend_mana(*ctx, self.to_text(), 30));
  EXPECT_EQ(host_account_get_mana(*ctx, self.to_text()).value(), 70U);
  EXPECT_EQ(host_account_spend_mana(*ctx, self.to_text(), 71).error().code, ErrorCode::insufficient_mana);
  EXPECT_EQ(host_account_get_mana(*ctx, self.to_text()).value(), 70U);
  // No identity credits without a decision of the scope.
  EXPECT_EQ(host_account_credit_mana(*ctx, self.to_text(), 5).error().code, ErrorCode::permission_denied);
  EXPECT_EQ(host_account_get_mana(*ctx, self.to_text()).value(), 70U);
}

// spec: "Mesh Computing Functions"
TEST_F(HostAbi, MeshComputingFunctionsHaveTheirIndices) {
  constexpr std::uint32_t kAbiHostSubmitMeshJob = 16;
  constexpr std::uint32_t kAbiHostGetPendingMeshJobs = 22;
  constexpr std::uint32_t kAbiHostAnchorReceipt = 23;
  EXPECT_EQ(index_of("host_submit_mesh_job"), kAbiHostSubmitMeshJob);
  EXPECT_EQ(index_of("host_get_pending_mesh_jobs"), kAbiHostGetPendingMeshJobs);
  EXPECT_EQ(index_of("host_anchor_receipt"), kAbiHostAnchorReceipt);
}

// spec: "Job Submission"
TEST_F(HostAbi, AJobIsSubmittedAsJson) {
  const model::JobId id = host_submit_mesh_job(*ctx, embedding::job_json(module, 10)).value();
  EXPECT_EQ(model::JobId::parse(id.to_text()).value(), id);
  EXPECT_EQ(host_account_get_mana(*ctx, self.to_text()).value(), 90U);
  const std::vector<ActualMeshJob> pending = host_get_pending_mesh_jobs(*ctx).value();
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].id(), id);
  EXPECT_EQ(pending[0].job.cost_mana, 10U);
  EXPECT_EQ(pending[0].job.module, module);
  const model::SignedReceipt receipt = ctx->execute_job(id).value();
  EXPECT_TRUE(host_get_pending_mesh_jobs(*ctx)->empty());
  EXPECT_EQ(host_anchor_receipt(*ctx, receipt).value(), *ctx->get_job_status(id)->record.anchor);
}

// spec: "Reputation Functions"
TEST_F(HostAbi, ReputationHasItsIndexAndIsRead) {
  constexpr std::uint32_t kAbiHostGetReputation = 24;
  EXPECT_EQ(index_of("host_get_reputation"), kAbiHostGetReputation);
  EXPECT_EQ(host_get_reputation(*ctx, self).value(), 0U);
  embedding::give_reputation(ctx, self, 12);
  EXPECT_EQ(host_get_reputation(*ctx, self).value(), 12U);
}

// The three signatures that "WASM Module Integration" defines; the third comes with governance.
TEST_F(HostAbi, TheSignaturesOfTheSpecificationAreTheTablesOwn) {
  EXPECT_EQ(type_of("host_submit_mesh_job"), "(i32 i32)->i64");
  EXPECT_EQ(type_of("host_account_get_mana"), "(i32 i32)->i64");
}

}  // namespace
}  // namespace icn::embed
