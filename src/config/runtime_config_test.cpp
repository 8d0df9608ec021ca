// Goal: the specification's RuntimeConfig and its sections are the table's values, typed.
#include "config/runtime_config.hpp"

#include <gtest/gtest.h>

namespace icn::config {
namespace {

// spec: "Environment Configuration"
TEST(RuntimeConfig, HasTheDefaultsOfEachEnvironment) {
  const RuntimeConfig production = RuntimeConfig::production();
  EXPECT_EQ(production.environment, EnvironmentType::production);
  EXPECT_TRUE(production.identity.encrypted_keys);
  EXPECT_EQ(production.storage.dag, "sqlite:blocks.db");
  EXPECT_EQ(production.storage.quota_bytes, 10ULL << 30);
  EXPECT_EQ(production.network.service, "standalone");
  EXPECT_TRUE(production.governance.active);
  EXPECT_EQ(production.parameters.sweep_secs, 30U);
  EXPECT_EQ(production.log.format, LogFormat::json);
  const RuntimeConfig development = RuntimeConfig::development();
  EXPECT_EQ(development.environment, EnvironmentType::development);
  EXPECT_FALSE(development.identity.encrypted_keys);
  EXPECT_EQ(development.log.format, LogFormat::text);
  const RuntimeConfig testing = RuntimeConfig::testing();
  EXPECT_EQ(testing.environment, EnvironmentType::testing);
  EXPECT_EQ(testing.parameters.grace_secs, 0U);
  EXPECT_EQ(testing.log.level, LogLevel::warning);
}

TEST(RuntimeConfig, ItsSectionsHaveTheNamesOfTheSpecification) {
  EXPECT_TRUE(IdentityConfig::with_encryption().encrypted_keys);
  EXPECT_EQ(StorageConfig::persistent().state, "sqlite:state.db");
  EXPECT_TRUE(GovernanceConfig::enabled().active);
  EXPECT_EQ(RuntimeParametersConfig::production_defaults().checkpoint_every, 10'000U);
}

TEST(RuntimeConfig, TypesEveryValue) {
  const auto read = Configuration::read({.file = ConfigFile{"icn.toml", R"(
[identity]
did_resolvers = ["key", "peer"]
[governance]
active = false
submitter_trust = "partial"
[parameters]
capabilities = ["gpu", "ssd"]
federations = ["north"]
[wasm]
threads = 2
[log]
level = "debug"
format = "text"
)"}});
  ASSERT_TRUE(read) << read.error().detail;
  const RuntimeConfig config = RuntimeConfig::of(*read);
  EXPECT_EQ(config.identity.did_resolvers, "key,peer");
  EXPECT_FALSE(config.governance.active);
  EXPECT_EQ(config.governance.submitter_trust, model::TrustLevel::partial);
  EXPECT_EQ(config.parameters.capabilities, (std::vector<std::string>{"gpu", "ssd"}));
  EXPECT_EQ(config.parameters.federations, (std::vector<std::string>{"north"}));
  EXPECT_EQ(config.wasm.threads, 2U);
  EXPECT_EQ(config.log.level, LogLevel::debug);
  EXPECT_EQ(config.log.format, LogFormat::text);
}

}  // namespace
}  // namespace icn::config
