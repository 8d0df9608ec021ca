#include "backends/detail/on_demand.hpp"

#include <gtest/gtest.h>

#include <set>

#include "backends/registry.hpp"
#include "ports/factories.hpp"

namespace icn::backends::detail {
namespace {

TEST(OnDemand, AModuleThatIsNotThereIsRefusedWithItsPath) {
  const auto opened = OnDemandOpening<ports::state_store_factory>::open("nowhere", "icn_state_store_nowhere", "x");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unsupported);
  EXPECT_NE(opened.error().detail.find("'nowhere' cannot be loaded"), std::string::npos) << opened.error().detail;
  EXPECT_NE(opened.error().detail.find("lib/icn/nowhere.so"), std::string::npos) << opened.error().detail;
}

TEST(OnDemand, AModuleOfAnotherBuildIsRefused) {
  std::set<std::string> modules{"postgres", "rocksdb"};
  for (const Absent& missing : absent()) modules.erase(std::string(missing.descriptor.name));
  for (const std::string& name : modules) {
    const auto loaded = load_from_module(name, "icn_state_store_" + name);
    ASSERT_TRUE(loaded) << loaded.error().detail;
    const auto other = load_from_module(name, "icn_state_store_renamed");
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, ErrorCode::unsupported);
    EXPECT_NE(other.error().detail.find("icn_state_store_renamed"), std::string::npos) << other.error().detail;
  }
}

}  // namespace
}  // namespace icn::backends::detail
