// README.md names exactly the tests of this program.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace {

TEST(SpecIndex, NamesEveryTestAndNoOther) {
  std::ifstream file("tests/spec/README.md");
  ASSERT_TRUE(file) << "run this test in the project's folder";
  const std::string page(std::istreambuf_iterator<char>(file), {});
  std::multiset<std::string> named;
  const std::regex name("`(\\w+\\.\\w+)`");
  for (std::sregex_iterator at(page.begin(), page.end(), name); at != std::sregex_iterator(); ++at) {
    named.insert((*at)[1]);
  }
  std::multiset<std::string> present;
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      if (std::string(suite.name()) == "SpecIndex") continue;
      present.insert(std::string(suite.name()) + "." + suite.GetTestInfo(j)->name());
    }
  }
  EXPECT_GT(present.size(), 40U);
  EXPECT_EQ(named, present);
}

}  // namespace
