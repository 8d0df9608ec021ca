// The specification's "Core Architecture" and "Environment Types": the parts of a context, and the requirements of each
// environment.
#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "contract/support.hpp"
#include "embed/builder.hpp"
#include "runtime/mana.hpp"
#include "runtime/state_hash.hpp"
#include "support/embedding.hpp"
#include "testing/services.hpp"
#include "wasm/executor.hpp"

namespace icn::embed {
namespace {

using embedding::Context;
using embedding::real_signer;

// The persistent services of a production node, kept in one folder.
struct Persistent {
  contract::Folder folder;
  std::shared_ptr<ports::Signer> signer = real_signer(1);

  std::shared_ptr<ports::StateStore> state_store() const {
    return *backends::state_store::open("sqlite:" + (folder.path() / "state.db").string());
  }
  std::shared_ptr<ports::DagStore> dag_store() const {
    return *backends::dag_store::open("sqlite:" + (folder.path() / "blocks.db").string());
  }
  static std::shared_ptr<ports::MeshNetworkService> network() { return *backends::mesh_network::open("standalone"); }
};

// A service chosen at run time is checked before a production builder accepts it.
template <class Port>
ProductionService<Port> checked(std::shared_ptr<Port> service) {
  return ProductionService<Port>::check(std::move(service)).value();
}

// spec: "RuntimeContext - Central State Manager"
TEST(Environments, RuntimeContextCoordinatesAllServices) {
  const Context ctx = *RuntimeContext::new_testing(testing::test_did(0), 1000);
  runtime::NodeState& node = ctx->node();
  EXPECT_EQ(ctx->current_identity(), testing::test_did(0));
  EXPECT_EQ(node.ledger().balance(model::AccountKey::of(testing::test_did(0))).available().whole_floor(), 1000U);
  EXPECT_EQ(node.jobs().open_count(), 0U);
  EXPECT_EQ(node.services().mesh_network->descriptor().port, "mesh_network");
  EXPECT_EQ(node.services().signer->did(), node.node_did());
  EXPECT_EQ(node.reputation().score(testing::test_did(0)).micro_points, 0U);

  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(1));
  const model::JobId id =
      ctx->handle_submit_job(module, embedding::job_of(ctx, module, 10).to_block().bytes, 10).value();
  EXPECT_EQ(node.jobs().find(id).value()->state().kind, jobs::JobState::Kind::pending);
  EXPECT_EQ(node.dag_store().get(id.cid)->cid, id.cid) << "the job's body is a block";
  EXPECT_EQ(node.ledger().balance(model::AccountKey::of(testing::test_did(0))).reserved.whole_floor(), 10U);
}

// spec: "Production Environment"
TEST(Environments, ProductionTakesProductionServicesAndKeepsEverything) {
  const Persistent disk;
  const auto build = [&disk] {
    RuntimeContextBuilder<EnvironmentType::production> builder;
    return builder.with_identity(disk.signer->did())
        .with_network_service(checked(disk.network()))
        .with_signer(checked(disk.signer))
        .with_dag_store(checked(disk.dag_store()))
        .with_mana_ledger(checked(disk.state_store()))
        .with_executor(checked(*wasm::make_executor({})))
        .build();
  };
  Context ctx = build().value();
  EXPECT_TRUE(ctx->validate_production_services());
  const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(7));
  const model::JobId id =
      ctx->handle_submit_job(module, embedding::job_of(ctx, module, 10).to_block().bytes, 10).value();
  const model::SignedReceipt receipt = ctx->execute_job(id).value();
  EXPECT_EQ(embedding::output_of(ctx, receipt), embedding::output_of_value(7));
  // The member runs this node itself, so it earns what it pays.
  EXPECT_EQ(ctx->get_mana(disk.signer->did()), 1000U);
  const ipld::Digest state = runtime::state_hash(ctx->node()).value();
  ctx.reset();
  ctx = build().value();
  EXPECT_EQ(runtime::state_hash(ctx->node()).value(), state);
  EXPECT_EQ(ctx->get_job_status(id)->state.kind, jobs::JobState::Kind::completed);
  EXPECT_TRUE(runtime::audit_mana(ctx->node()));
}

TEST(Environments, ProductionNamesWhatIsMissing) {
  const Persistent disk;
  const auto refusal = [](const auto& builder) { return builder.build().error().detail; };
  RuntimeContextBuilder<EnvironmentType::production> builder;
  EXPECT_NE(refusal(builder).find("identity"), std::string::npos);
  builder.with_identity(disk.signer->did());
  EXPECT_NE(refusal(builder).find("a signer"), std::string::npos);
  builder.with_signer(checked(disk.signer));
  EXPECT_NE(refusal(builder).find("a mesh network service"), std::string::npos);
  builder.with_network_service(checked(disk.network()));
  EXPECT_NE(refusal(builder).find("a DAG store"), std::string::npos);
  builder.with_dag_store(checked(disk.dag_store()));
  EXPECT_NE(refusal(builder).find("a mana ledger"), std::string::npos);
  builder.with_mana_ledger(checked(disk.state_store()));
  EXPECT_NE(refusal(builder).find("an executor"), std::string::npos);
  builder.with_executor(checked(*wasm::make_executor({})));
  EXPECT_TRUE(builder.build());
}

TEST(Environments, ProductionRefusesAnotherStateStoreForReputation) {
  const Persistent disk;
  const Persistent other;
  RuntimeContextBuilder<EnvironmentType::production> builder;
  const auto built = builder.with_identity(disk.signer->did())
                         .with_network_service(checked(disk.network()))
                         .with_signer(checked(disk.signer))
                         .with_dag_store(checked(disk.dag_store()))
                         .with_mana_ledger(checked(disk.state_store()))
                         .with_reputation_store(checked(other.state_store()))
                         .with_executor(checked(*wasm::make_executor({})))
                         .build();
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::production_error);
}

// spec: "Development Environment"
TEST(Environments, DevelopmentFillsInNetworkAndDagStore) {
  const Persistent disk;
  RuntimeContextBuilder<EnvironmentType::development> builder;
  const Context ctx = builder.with_identity(disk.signer->did())
                          .with_signer(disk.signer)
                          .with_mana_ledger(disk.state_store())
                          .build()
                          .value();
  const runtime::NodeServices& services = ctx->node().services();
  EXPECT_EQ(services.mesh_network->descriptor().name, "standalone");
  EXPECT_EQ(services.dag_store->descriptor().name, "memory");
  EXPECT_EQ(services.state_store->descriptor().name, "sqlite");
  EXPECT_EQ(ctx->get_mana(disk.signer->did()), 1000U);
  EXPECT_EQ(ctx->validate_production_services().error().code, ErrorCode::production_error);
}

TEST(Environments, DevelopmentTellsThatAMemoryDagStoreForgotTheBlocksOfAPersistentLedger) {
  const Persistent disk;
  const auto build = [&disk] {
    RuntimeContextBuilder<EnvironmentType::development> builder;
    return builder.with_identity(disk.signer->did())
        .with_signer(disk.signer)
        .with_mana_ledger(disk.state_store())
        .build();
  };
  ASSERT_TRUE(build());
  const auto again = build();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::missing_data);
  EXPECT_NE(again.error().detail.find("DAG store"), std::string::npos) << again.error().detail;
}

TEST(Environments, DevelopmentRequiresARealSigner) {
  const Persistent disk;
  RuntimeContextBuilder<EnvironmentType::development> builder;
  builder.with_identity(testing::test_did(0)).with_mana_ledger(disk.state_store());
  EXPECT_NE(builder.build().error().detail.find("a signer"), std::string::npos);
  builder.with_signer(std::make_shared<testing::StubSigner>(testing::test_key(0)));
  EXPECT_NE(builder.build().error().detail.find("Stub signer cannot be used in development"), std::string::npos);
  builder.with_identity(disk.signer->did()).with_signer(disk.signer);
  EXPECT_TRUE(builder.build());
}

// spec: "Testing Environment"
TEST(Environments, TestingIsInMemoryAndDeterministic) {
  const auto receipt_of_a_job = [] {
    RuntimeContextBuilder<EnvironmentType::testing> builder;
    const Context ctx = builder.with_identity(testing::test_did(3)).with_initial_mana(1000).build().value();
    EXPECT_EQ(ctx->get_mana(testing::test_did(3)), 1000U);
    EXPECT_EQ(ctx->node().services().dag_store->descriptor().name, "memory");
    EXPECT_EQ(ctx->node().services().state_store->descriptor().name, "memory");
    EXPECT_EQ(ctx->node().services().mesh_network->descriptor().grade, ports::Grade::test);
    const ipld::Cid module = embedding::stored_module(ctx, embedding::wat_of_constant(5));
    const model::JobId id = ctx->submit_job_json(embedding::job_json(module, 10)).value();
    return ctx->execute_job(id).value().to_block().cid;
  };
  EXPECT_EQ(receipt_of_a_job(), receipt_of_a_job());
}

TEST(Environments, TestingRequiresAnIdentity) {
  RuntimeContextBuilder<EnvironmentType::testing> builder;
  EXPECT_EQ(builder.build().error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::embed
