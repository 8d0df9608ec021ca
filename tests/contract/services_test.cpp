// Goal: signers, meshes and machines behave as their ports specify, and the error for an unknown backend lists the
// known ones.
#include <gtest/gtest.h>

#include "support.hpp"

namespace icn::contract {
namespace {

model::Seed seed_of(std::uint8_t value) {
  model::Seed seed;
  seed.fill(value);
  return seed;
}

TEST(SignerContract, SignaturesHoldForTheirTagBodyAndSignerOnly) {
  ASSERT_FALSE(backends::signer::all().empty());
  for (const auto* backend : backends::signer::all()) {
    SCOPED_TRACE(backend->descriptor.name);
    // A key in a token is not made from a seed: src/backends/signer/pkcs11/pkcs11_test.cpp runs with a token.
    if (backend->descriptor.place == ports::Place::server) {
      EXPECT_EQ(backend->open(model::KeyPair::from_seed(seed_of(1))).error().code, ErrorCode::invalid_argument);
      continue;
    }
    const std::unique_ptr<ports::Signer> signer = backend->open(model::KeyPair::from_seed(seed_of(1))).value();
    EXPECT_EQ(signer->did(), model::KeyPair::from_seed(seed_of(1)).did());
    EXPECT_EQ(signer->descriptor().name, backend->descriptor.name);
    const ipld::Cid body = raw_block("body").cid;
    const model::Signature signature = signer->sign(model::SignatureTag::job, body).value();
    EXPECT_TRUE(model::verify(model::SignatureTag::job, body, signer->did(), signature));
    EXPECT_EQ(model::verify(model::SignatureTag::order, body, signer->did(), signature).error().code,
              ErrorCode::invalid_signature);
    EXPECT_FALSE(model::verify(model::SignatureTag::job, raw_block("other").cid, signer->did(), signature));
    EXPECT_FALSE(model::verify(model::SignatureTag::job, body, model::KeyPair::from_seed(seed_of(2)).did(), signature));
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
      model::Signature damaged = signature;
      damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1U << bit % 8);
      EXPECT_FALSE(model::verify(model::SignatureTag::job, body, signer->did(), damaged)) << "bit " << bit;
    }
  }
}

TEST(DidResolverContract, ResolvesTheMethodOfItsNameOnly) {
  ASSERT_EQ(backends::did_resolver::all().size(), 3U);
  for (const auto* backend : backends::did_resolver::all()) {
    SCOPED_TRACE(backend->descriptor.name);
    EXPECT_EQ(backend->descriptor.grade, ports::Grade::production);
    const auto resolver = backends::did_resolver::open(backend->descriptor.name);
    ASSERT_TRUE(resolver) << resolver.error().detail;
    EXPECT_EQ((*resolver)->descriptor().name, backend->descriptor.name);
    EXPECT_TRUE((*resolver)->resolves(backend->descriptor.name));
    EXPECT_FALSE((*resolver)->resolves("ion"));
    EXPECT_FALSE((*resolver)->resolves(""));
    const auto foreign = (*resolver)->resolve(model::DidUrl::parse("did:ion:x").value());
    EXPECT_EQ(foreign.error().code, ErrorCode::unsupported);
    const auto malformed =
        (*resolver)->resolve(model::DidUrl::parse("did:" + std::string(backend->descriptor.name) + ":..").value());
    EXPECT_EQ(malformed.error().code, ErrorCode::invalid_argument) << malformed.error().detail;
    EXPECT_FALSE(backends::did_resolver::open(std::string(backend->descriptor.name) + ":no setting"));
  }
}

TEST(MeshNetworkContract, StandaloneIsAProductionMeshOfOne) {
  const auto mesh = backends::mesh_network::open("standalone");
  ASSERT_TRUE(mesh) << mesh.error().detail;
  EXPECT_EQ((*mesh)->descriptor().grade, ports::Grade::production);
  EXPECT_TRUE((*mesh)->connected_peers().empty());
  EXPECT_FALSE((*mesh)->reaches_others());
  EXPECT_TRUE((*mesh)->announce_proposal(view_of("p")));
  EXPECT_TRUE((*mesh)->announce_vote(view_of("v")));
}

TEST(SystemContract, TellsARealMachine) {
  const auto system = backends::system::open();
  ASSERT_TRUE(system) << system.error().detail;
  EXPECT_GT(system->clock->now().value, 1'600'000'000'000U) << "milliseconds since 1970";
  const std::uint64_t before = system->clock->monotonic_ns();
  EXPECT_GE(system->clock->monotonic_ns(), before);
  const ports::SystemInfo info = system->info->system_info();
  EXPECT_GE(info.cpu_cores, 1U);
  EXPECT_GT(info.memory_mb, 0U);
  EXPECT_LE(info.memory_available_mb, info.memory_mb);
  std::array<std::uint8_t, 32> one{};
  std::array<std::uint8_t, 32> two{};
  system->random->fill(one);
  system->random->fill(two);
  EXPECT_NE(one, two);
}

TEST(Registry, AnswersAnUnknownBackendWithTheBuiltInOnes) {
  const auto opened = backends::state_store::open("etcd:somewhere");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_argument);
  EXPECT_NE(opened.error().detail.find("'etcd'"), std::string::npos);
  for (const auto* backend : backends::state_store::all()) {
    EXPECT_NE(opened.error().detail.find(backend->descriptor.name), std::string::npos);
  }
  EXPECT_FALSE(backends::dag_store::open(""));
  EXPECT_FALSE(backends::mesh_network::open("libp2p"));
}

TEST(Registry, HasEveryBackendWhereTheTestsRun) {
  for (const backends::Absent& missing : backends::absent())
    ADD_FAILURE() << missing.descriptor.port << " " << missing.descriptor.name << " is not tested: " << missing.reason;
}

TEST(Registry, AStoreOfFilesWithoutAPlaceIsRefused) {
  for (const std::string name : {"file", "rocksdb", "sled", "sqlite"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(backends::state_store::open(name).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(backends::dag_store::open(name + ":").error().code, ErrorCode::invalid_argument);
  }
}

TEST(Registry, FileMemoryAndSledAreForDevelopmentAndTheOthersForProduction) {
  const auto check = [](const ports::Descriptor& descriptor) {
    const bool is_for_development =
        descriptor.name == "file" || descriptor.name == "memory" || descriptor.name == "sled";
    EXPECT_EQ(descriptor.grade, is_for_development ? ports::Grade::development : ports::Grade::production)
        << descriptor.port << " " << descriptor.name;
  };
  for (const auto* backend : backends::state_store::all()) check(backend->descriptor);
  for (const auto* backend : backends::dag_store::all()) check(backend->descriptor);
}

}  // namespace
}  // namespace icn::contract
