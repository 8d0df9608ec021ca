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
  for (const backends::Absent& missing : backends::absent()) {
    const bool is_sled = missing.descriptor.name == "sled";
    EXPECT_EQ(missing.descriptor.grade, is_sled ? ports::Grade::development : ports::Grade::production);
    EXPECT_EQ(missing.reason, "it was built with ICN_WITHOUT=" + std::string(missing.descriptor.name));
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

TEST(AbsentBackends, ANameOfNoBackendIsStillUnknown) {
  EXPECT_EQ(backends::state_store::open("sqlight:state.db").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::contract
