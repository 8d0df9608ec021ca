// Goal: a build without a backend's library reports the backend as absent and never opens another one instead.
#include <gtest/gtest.h>

#include <algorithm>

#include "backends/registry.hpp"

namespace icn::contract {
namespace {

std::vector<std::string> names_absent(std::string_view port) {
  std::vector<std::string> names;
  for (const backends::Absent& missing : backends::absent()) {
    if (missing.descriptor.port == port) names.emplace_back(missing.descriptor.name);
  }
  return names;
}

TEST(AbsentBackends, AreListedWithGradeAndReasonAndNotAmongThoseThatOpen) {
  const std::vector<std::string> expected{"postgres", "rocksdb", "sled", "sqlite"};
  EXPECT_EQ(names_absent("dag_store"), expected);
  EXPECT_EQ(names_absent("state_store"), expected);
  EXPECT_EQ(names_absent("did_resolver"), std::vector<std::string>{"web"});
  EXPECT_EQ(names_absent("signer"), std::vector<std::string>{"pkcs11"});
  for (const backends::Absent& missing : backends::absent()) {
    const std::string_view name = missing.descriptor.name;
    EXPECT_EQ(missing.descriptor.grade, name == "sled" ? ports::Grade::development : ports::Grade::production);
    const std::string_view library = name == "web" ? "curl" : name == "pkcs11" ? "p11kit" : name;
    EXPECT_EQ(missing.reason, "it was built with ICN_WITHOUT=" + std::string(library));
  }
  ASSERT_EQ(backends::state_store::all().size(), 2U);
  EXPECT_EQ(backends::state_store::all().front()->descriptor.name, "file");
  EXPECT_EQ(backends::state_store::all().back()->descriptor.name, "memory");
}

TEST(AbsentBackends, OpeningOneSaysWhyItIsAbsentAndWhatThereIs) {
  const auto opened = backends::state_store::open("sqlite:state.db");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported);
  EXPECT_EQ(opened.error().detail,
            "state_store 'sqlite' is absent from this build: it was built with ICN_WITHOUT=sqlite. "
            "Built in are: file, memory");
  EXPECT_EQ(backends::dag_store::open("sqlite:dag.db").error().code, ErrorCode::unsupported);
}

TEST(AbsentBackends, ResolversThatNeedNoLibraryAreStillThere) {
  EXPECT_TRUE(backends::did_resolver::open("key"));
  EXPECT_TRUE(backends::did_resolver::open("peer"));
  EXPECT_EQ(backends::did_resolver::open("web").error().code, ErrorCode::unsupported);
}

TEST(AbsentBackends, ANameOfNoBackendIsStillUnknown) {
  EXPECT_EQ(backends::state_store::open("sqlight:state.db").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::contract
