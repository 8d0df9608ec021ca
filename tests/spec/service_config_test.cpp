// The specification's "Service Configuration System" and "Health Monitoring": the services that each environment
// accepts, and the messages of the refusals.
#include <gtest/gtest.h>

#include "backends/registry.hpp"
#include "config/did_resolvers.hpp"
#include "contract/support.hpp"
#include "embed/builder.hpp"
#include "identity/key_file.hpp"
#include "identity/resolver_chain.hpp"
#include "support/embedding.hpp"
#include "testing/scripted_executor.hpp"
#include "testing/services.hpp"
#include "wasm/executor.hpp"

namespace icn::embed {
namespace {

using embedding::Context;
using embedding::real_signer;

class AllowAll : public ports::PolicyEnforcer {
 public:
  Result<void> may_submit(const model::Job&) const override { return {}; }
  const ports::Descriptor& descriptor() const override {
    static constexpr ports::Descriptor says{"policy_enforcer", "allow_all", ports::Grade::development, "allows all"};
    return says;
  }
};

// The services that a production node on one disk needs.
struct ServiceConfigs : ::testing::Test {
  ServiceConfigs() {
    services.dag_store = *backends::dag_store::open("sqlite:" + (folder.path() / "blocks.db").string());
    services.state_store = *backends::state_store::open("sqlite:" + (folder.path() / "state.db").string());
    services.mesh_network = *backends::mesh_network::open("standalone");
    services.executor = *wasm::make_executor({});
    services.did_resolver = resolver;
  }
  Error production_refusal(const runtime::NodeServices& with) const {
    const auto config = ServiceConfig::production(signer->did(), signer, with.did_resolver, with);
    return config ? Error{} : config.error();
  }

  contract::Folder folder;
  std::shared_ptr<ports::Signer> signer = real_signer(1);
  std::shared_ptr<ports::DidResolver> resolver =
      *config::open_resolvers("key,peer,web", std::make_shared<testing::FixedClock>());
  runtime::NodeServices services;
};

// spec: "Type-Safe Service Selection"
TEST_F(ServiceConfigs, ValidateRefusesAStubMeshNetworkInProduction) {
  ServiceConfig config = ServiceConfig::production(signer->did(), signer, resolver, services).value();
  EXPECT_TRUE(config.validate());
  config.services.mesh_network = std::make_shared<testing::StubMeshNetworkService>();
  const Result<void> refused = config.validate();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::production_error);
  EXPECT_EQ(refused.error().detail, "Stub mesh network service cannot be used in production");
  config.environment = EnvironmentType::testing;
  EXPECT_TRUE(config.validate());
}

TEST_F(ServiceConfigs, NoOtherStandInPassesEither) {
  const auto refused_word = [this](const auto& change) {
    runtime::NodeServices changed = services;
    change(changed);
    const Error error = production_refusal(changed);
    EXPECT_EQ(error.code, ErrorCode::production_error) << error.detail;
    return error.detail;
  };
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.dag_store = *backends::dag_store::open("memory"); }),
            "Development-grade dag store 'memory' cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.state_store = *backends::state_store::open("memory"); }),
            "Development-grade state store 'memory' cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) {
              s.signer = std::make_shared<testing::StubSigner>(testing::test_key(1));
            }),
            "Stub signer cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.executor = std::make_shared<testing::ScriptedExecutor>(); }),
            "Stub executor cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.clock = std::make_shared<testing::FixedClock>(); }),
            "Stub clock cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.random = std::make_shared<testing::SeededRandom>(1); }),
            "Stub random cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) {
              s.system_info = std::make_shared<testing::FixedSystemInfoProvider>(4, 8192);
            }),
            "Stub system info cannot be used in production");
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) { s.policy_enforcer = std::make_shared<AllowAll>(); }),
            "Development-grade policy enforcer 'allow_all' cannot be used in production");
  EXPECT_EQ(refused_word(
                [](runtime::NodeServices& s) { s.did_resolver = std::make_shared<testing::StubDidResolver>("web"); }),
            "Stub did resolver cannot be used in production");
  // Code generated in another way than the profile specifies signs no production receipt.
  EXPECT_EQ(refused_word([](runtime::NodeServices& s) {
              wasm::ExecutorOptions options;
              options.variant.nan = wasm::NanCanonicalisation::off;
              s.executor = *wasm::make_executor(std::move(options));
            }),
            "Stub executor cannot be used in production");
}

TEST_F(ServiceConfigs, TheIdentitysKeyMustBeTheIdentitys) {
  const auto another = ServiceConfig::production(real_signer(2)->did(), signer, resolver, services);
  ASSERT_FALSE(another);
  EXPECT_NE(another.error().detail.find(real_signer(2)->did().to_text()), std::string::npos);
  const auto stub = ServiceConfig::production(
      testing::test_did(0), std::make_shared<testing::StubSigner>(testing::test_key(0)), resolver, services);
  EXPECT_EQ(stub.error().detail, "Stub signer cannot be used in production");
}

// spec: "Production Configuration": a real DID resolver is one of its arguments.
TEST_F(ServiceConfigs, ProductionNeedsARealDidResolver) {
  const ServiceConfig config = ServiceConfig::production(signer->did(), signer, resolver, services).value();
  EXPECT_EQ(config.services.did_resolver, resolver);
  const auto without = ServiceConfig::production(signer->did(), signer, nullptr, services);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().detail, "The production environment requires a DID resolver.");
  // One stub among real ones makes the chain a stub.
  const std::vector<std::shared_ptr<ports::DidResolver>> mixed{resolver,
                                                               std::make_shared<testing::StubDidResolver>("ion")};
  const auto chain = std::make_shared<identity::ResolverChain>(mixed, std::make_shared<testing::FixedClock>());
  EXPECT_EQ(ServiceConfig::production(signer->did(), signer, chain, services).error().detail,
            "Stub did resolver cannot be used in production");
  const auto document = resolver->resolve(model::DidUrl::parse(signer->did().to_text()).value());
  ASSERT_TRUE(document) << document.error().detail;
  EXPECT_EQ((*document)->document.methods()[0].key.key, signer->did().key());
}

// spec: "Mesh Network Services"
TEST_F(ServiceConfigs, MeshNetworkServicesSayWhichTheyAre) {
  const testing::StubMeshNetworkService stub;
  EXPECT_EQ(stub.descriptor().grade, ports::Grade::test);
  EXPECT_EQ(services.mesh_network->descriptor().grade, ports::Grade::production);
  static_assert(!ProductionReady<testing::StubMeshNetworkService>);
  static_assert(ProductionReady<ProductionService<ports::MeshNetworkService>>);
  const auto unfit =
      ProductionService<ports::MeshNetworkService>::check(std::make_shared<testing::StubMeshNetworkService>());
  EXPECT_EQ(unfit.error().detail, "PRODUCTION ERROR: Stub mesh network service detected");
  EXPECT_EQ(ProductionService<ports::MeshNetworkService>::check(nullptr).error().code, ErrorCode::production_error);
}

// spec: "Cryptographic Signers", Ed25519Signer
TEST_F(ServiceConfigs, TheProductionSignerSignsWithEd25519) {
  EXPECT_EQ(signer->descriptor().name, "ed25519");
  EXPECT_EQ(signer->descriptor().grade, ports::Grade::production);
  const ipld::Cid body = ipld::Cid::of(ipld::Codec::dag_cbor, view_of("body"));
  const model::Signature signature = signer->sign(model::SignatureTag::receipt, body).value();
  EXPECT_TRUE(model::verify(model::SignatureTag::receipt, body, signer->did(), signature));
  EXPECT_FALSE(model::verify(model::SignatureTag::receipt, body, real_signer(2)->did(), signature));
  static_assert(!ProductionReady<testing::StubSigner>);
}

// spec: "Cryptographic Signers", HsmKeyStore: keys are kept encrypted under a master secret.
TEST_F(ServiceConfigs, KeysAreStoredEncrypted) {
  testing::SeededRandom random(7);
  model::Seed seed;
  random.fill(seed);
  const identity::PassphraseCost cheap{1, 8192};
  const Bytes file = identity::seal_key(seed, "master secret", cheap, random).value();
  EXPECT_EQ(identity::protection_of(file).value(), identity::KeyProtection::passphrase);
  EXPECT_EQ(to_hex(file).find(to_hex(seed)), std::string::npos) << "the seed is in the file";
  const auto opened = identity::open_key(file, []() -> Result<Secret> { return Secret::of("master secret"); });
  ASSERT_TRUE(opened) << opened.error().detail;
  EXPECT_EQ(opened->did(), model::KeyPair::from_seed(seed).did());
  const auto guessed = identity::open_key(file, []() -> Result<Secret> { return Secret::of("guess"); });
  EXPECT_EQ(guessed.error().code, ErrorCode::wrong_passphrase);
}

// spec: "DAG Storage Services": SQLite and the in-memory store; the others come with their issues, by the same port.
TEST_F(ServiceConfigs, DagStoresAreChosenByName) {
  const ipld::Block block = ipld::Block::of(ipld::Codec::raw, bytes_of("a block"));
  for (const std::string name : {"postgres", "rocksdb", "sqlite", "file", "sled", "memory"}) {
    const std::string url = name + ":" + contract::location_of(name, folder, "of-" + name);
    const auto store = backends::dag_store::open(url);
    ASSERT_TRUE(store) << store.error().detail;
    ASSERT_TRUE((*store)->put(std::span(&block, 1))) << name;
    EXPECT_EQ((*store)->get(block.cid)->bytes, block.bytes) << name;
    const bool is_for_development = name == "file" || name == "sled" || name == "memory";
    EXPECT_EQ((*store)->descriptor().grade == ports::Grade::production, !is_for_development) << name;
  }
  const auto unknown = backends::dag_store::open("tape:/dev/st0");
  EXPECT_NE(unknown.error().detail.find("sqlite"), std::string::npos) << unknown.error().detail;
}

// spec: "Production Configuration"
TEST_F(ServiceConfigs, ProductionConfigurationMakesAContext) {
  ServiceConfig config = ServiceConfig::production(signer->did(), signer, resolver, services).value();
  config.reputation_store = services.state_store;
  EXPECT_EQ(config.environment, EnvironmentType::production);
  const Context ctx = RuntimeContext::from_service_config(config).value();
  EXPECT_EQ(ctx->environment(), EnvironmentType::production);
  EXPECT_EQ(ctx->current_identity(), signer->did());
  EXPECT_TRUE(ctx->validate_production_services());
}

// spec: "Production Configuration" (postgres_dag_store, and a persistent ledger with it)
TEST_F(ServiceConfigs, ProductionTakesPostgresAndAnyPersistentLedgerOfItsGrade) {
  services.dag_store = *backends::dag_store::open("postgres:" + contract::location_of("postgres", folder, "blocks"));
  for (const std::string name : {"postgres", "rocksdb", "sqlite"}) {
    services.state_store.reset();
    services.state_store =
        *backends::state_store::open(name + ":" + contract::location_of(name, folder, "ledger-" + name));
    const ServiceConfig config = ServiceConfig::production(signer->did(), signer, resolver, services).value();
    const Context ctx = RuntimeContext::from_service_config(config).value();
    EXPECT_TRUE(ctx->validate_production_services()) << name;
  }
  for (const std::string name : {"file", "sled"}) {
    services.state_store.reset();
    services.state_store =
        *backends::state_store::open(name + ":" + contract::location_of(name, folder, "ledger-" + name));
    EXPECT_EQ(production_refusal(services).detail,
              "Development-grade state store '" + name + "' cannot be used in production");
  }
}

// spec: "Development Configuration" (file_mana_ledger, sqlite_store)
TEST_F(ServiceConfigs, DevelopmentTakesAFileOrSledLedger) {
  for (const std::string name : {"file", "sled"}) {
    runtime::NodeServices given;
    given.state_store = *backends::state_store::open(name + ":" + contract::location_of(name, folder, "of-" + name));
    given.dag_store = services.dag_store;
    const ServiceConfig config = ServiceConfig::development(signer->did(), signer, given).value();
    EXPECT_EQ(config.services.state_store->descriptor().name, name);
    EXPECT_TRUE(RuntimeContext::from_service_config(config)) << name;
  }
}

// spec: "Development Configuration"
TEST_F(ServiceConfigs, DevelopmentConfigurationTakesWhatIsGiven) {
  runtime::NodeServices least;
  least.state_store = services.state_store;
  const ServiceConfig filled = ServiceConfig::development(signer->did(), signer, least).value();
  EXPECT_EQ(filled.services.mesh_network->descriptor().name, "standalone");
  EXPECT_EQ(filled.services.dag_store->descriptor().name, "memory");
  const ServiceConfig given = ServiceConfig::development(signer->did(), signer, services).value();
  EXPECT_EQ(given.services.mesh_network, services.mesh_network);
  EXPECT_EQ(given.services.dag_store, services.dag_store);
  const Context ctx = RuntimeContext::from_service_config(given).value();
  EXPECT_EQ(ctx->environment(), EnvironmentType::development);
  EXPECT_FALSE(ServiceConfig::development(signer->did(), nullptr, least)) << "a real signer is required";
  EXPECT_FALSE(ServiceConfig::development(signer->did(), signer, {})) << "a ledger is required";
  // A developer may choose a test network.
  runtime::NodeServices mixed = least;
  mixed.mesh_network = std::make_shared<testing::StubMeshNetworkService>();
  EXPECT_TRUE(ServiceConfig::development(signer->did(), signer, mixed));
}

// spec: "Testing Configuration"
TEST_F(ServiceConfigs, TestingConfigurationGrantsTheInitialMana) {
  const ServiceConfig config = ServiceConfig::testing(testing::test_did(0), 1000).value();
  EXPECT_EQ(config.environment, EnvironmentType::testing);
  const Context ctx = RuntimeContext::from_service_config(config).value();
  EXPECT_EQ(ctx->get_mana(testing::test_did(0)), 1000U);
  const auto too_much = ServiceConfig::testing(testing::test_did(0), UINT64_MAX);
  EXPECT_EQ(too_much.error().rule, "initial_mana");
}

TEST(EnvironmentNames, AreThreeAndNothingElse) {
  for (const EnvironmentType environment :
       {EnvironmentType::production, EnvironmentType::development, EnvironmentType::testing}) {
    EXPECT_EQ(parse_environment(environment_name(environment)).value(), environment);
  }
  for (const std::string_view text : {"", "Production", "prod", "staging"})
    EXPECT_FALSE(parse_environment(text)) << text;
}

// spec: "Health Monitoring"
TEST_F(ServiceConfigs, ValidateProductionServicesNamesEveryStandIn) {
  const Context testing_ctx = *RuntimeContext::new_testing(testing::test_did(0), 1000);
  const Result<void> unfit = testing_ctx->validate_production_services();
  ASSERT_FALSE(unfit);
  EXPECT_EQ(unfit.error().code, ErrorCode::production_error);
  for (const std::string_view named :
       {"PRODUCTION ERROR: Stub mesh network service detected", "PRODUCTION ERROR: Stub signer detected",
        "PRODUCTION ERROR: Stub clock detected", "PRODUCTION ERROR: Stub random detected",
        "PRODUCTION ERROR: Development-grade dag store 'memory' detected",
        "PRODUCTION ERROR: Development-grade state store 'memory' detected"}) {
    EXPECT_NE(unfit.error().detail.find(named), std::string::npos) << named << " is not in: " << unfit.error().detail;
  }
  const Context fit =
      RuntimeContext::from_service_config(ServiceConfig::production(signer->did(), signer, resolver, services).value())
          .value();
  EXPECT_TRUE(fit->validate_production_services());
}

}  // namespace
}  // namespace icn::embed
