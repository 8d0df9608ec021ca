// The specification's "Testing Support": contexts for tests, and recording services.
#include <gtest/gtest.h>

#include "embed/builder.hpp"
#include "embed/native_host.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"

namespace icn::embed {
namespace {

using embedding::Context;

// spec: "Test Utilities", new_testing
TEST(TestingSupport, AContextWithPredefinedMana) {
  const model::Did did = model::Did::from_str(testing::test_did(4).to_text()).value();
  const Context ctx = RuntimeContext::new_testing(did, 1000).value();
  EXPECT_EQ(ctx->environment(), EnvironmentType::testing);
  EXPECT_EQ(ctx->get_mana(did), 1000U);
  EXPECT_EQ(RuntimeContext::new_testing(did, 0).value()->get_mana(did), 0U);
  EXPECT_EQ(RuntimeContext::new_testing(did, std::nullopt).value()->get_mana(did), 1000U) << "the opening grant";
}

// An identity without a key here can hold mana; it cannot sign, and trying costs nothing.
TEST(TestingSupport, AnIdentityWithoutAKeyHoldsManaAndCannotSign) {
  const model::Did stranger = embedding::real_signer(200)->did();
  const Context ctx = RuntimeContext::new_testing(stranger, 50).value();
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  EXPECT_EQ(host_submit_mesh_job(*ctx, embedding::job_json(module, 10)).error().code, ErrorCode::invalid_signature);
  EXPECT_EQ(ctx->get_mana(stranger), 50U);
}

// spec: "Test Utilities", new_with_system_info
TEST(TestingSupport, AContextWithItsOwnSystemInformation) {
  const model::Did did = testing::test_did(0);
  const auto system_info = std::make_shared<testing::FixedSystemInfoProvider>(4, 8192);
  const Context ctx = RuntimeContext::new_with_system_info(did, system_info, 500).value();
  EXPECT_EQ(ctx->get_mana(did), 500U);
  EXPECT_EQ(ctx->system_info().cpu_cores, 4U);
  EXPECT_EQ(ctx->system_info().memory_mb, 8192U);
  // The description decides: the same job fits one machine and not another.
  const auto needing = [](const Context& on, std::uint32_t cores, std::uint32_t memory_mb) {
    const ipld::Cid module = embedding::stored_module(on, embedding::wat_of_constant(1));
    const auto answer = host_submit_mesh_job(
        *on, embedding::job_json(module, 10,
                                 ",\"required_resources\":{\"cpu_cores\":" + std::to_string(cores) +
                                     ",\"memory_mb\":" + std::to_string(memory_mb) + "}"));
    return answer ? "accepted" : answer.error().rule;
  };
  EXPECT_EQ(needing(ctx, 4, 8192), "accepted");
  EXPECT_EQ(needing(ctx, 5, 8192), "cpu_cores");
  EXPECT_EQ(needing(ctx, 4, 8193), "memory_mb");
  const auto small = std::make_shared<testing::FixedSystemInfoProvider>(1, 512);
  const Context on_small = RuntimeContext::new_with_system_info(did, small, 500).value();
  EXPECT_EQ(needing(on_small, 2, 0), "cpu_cores");
  EXPECT_EQ(needing(on_small, 1, 512), "accepted");
}

// spec: "Test Utilities", a host function
TEST(TestingSupport, AHostFunctionIsCalledOnATestContext) {
  const Context ctx = *RuntimeContext::new_testing(testing::test_did(0), 1000);
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  const Result<model::JobId> result = host_submit_mesh_job(*ctx, embedding::job_json(module, 10));
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_EQ(host_get_job_status(*ctx, result->to_text())->id, *result);
}

// spec: "Mock Services"
TEST(TestingSupport, TheStubMeshNetworkRecordsWhatItIsToldToAnnounce) {
  RuntimeContextBuilder<EnvironmentType::testing> builder;
  const auto network = std::make_shared<testing::StubMeshNetworkService>();
  const Context ctx =
      builder.with_identity(testing::test_did(0)).with_network_service(network).with_initial_mana(1000).build().value();
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  EXPECT_TRUE(network->announced_jobs().empty());
  const model::JobId id = host_submit_mesh_job(*ctx, embedding::job_json(module, 10)).value();
  ASSERT_EQ(network->announced_jobs().size(), 1U);
  EXPECT_EQ(network->announced_jobs()[0].id, id);
  EXPECT_EQ(network->announced_jobs()[0].job.cost_mana, 10U);
  EXPECT_TRUE(network->completions().empty());
  const model::SignedReceipt receipt = ctx->execute_job(id).value();
  ASSERT_EQ(network->completions().size(), 1U);
  EXPECT_EQ(network->completions()[0].to_block().cid, receipt.to_block().cid);
  ASSERT_TRUE(network->announce_proposal(view_of("first")));
  ASSERT_TRUE(network->announce_proposal(view_of("second")));
  ASSERT_TRUE(network->announce_vote(view_of("yes")));
  EXPECT_EQ(network->proposals(), (std::vector<Bytes>{bytes_of("first"), bytes_of("second")}));
  EXPECT_EQ(network->votes(), std::vector<Bytes>{bytes_of("yes")});
}

// A job that was refused is not announced.
TEST(TestingSupport, TheStubMeshNetworkHearsNothingOfARefusedJob) {
  RuntimeContextBuilder<EnvironmentType::testing> builder;
  const auto network = std::make_shared<testing::StubMeshNetworkService>();
  const Context ctx = builder.with_identity(testing::test_did(0)).with_network_service(network).build().value();
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  EXPECT_FALSE(host_submit_mesh_job(*ctx, embedding::job_json(module, 1001)));
  EXPECT_TRUE(network->announced_jobs().empty());
}

}  // namespace
}  // namespace icn::embed
