// Goal: the dashboard is served under / with headers that let a browser run nothing else, and sent once.
#include "http/dashboard.hpp"

#include <gtest/gtest.h>

#include "http/encoding.hpp"

namespace icn::http {
namespace {

const Page& page_of(const std::vector<Page>& pages, std::string_view path) {
  static const Page kNone{};
  for (const Page& page : pages)
    if (page.path == path) return page;
  return kNone;
}

std::string header(const Answer& answer, std::string_view name) {
  const std::string* value = find_header(answer.headers, name);
  return value == nullptr ? "" : *value;
}

TEST(Dashboard, ThePageNamesOnlyWhatIsServed) {
  const auto pages = dashboard_pages();
  const Page& page = page_of(pages, "/");
  ASSERT_TRUE(page.answer);
  const std::string html = page.answer().body;
  std::size_t named = 0;
  for (const Page& other : pages) {
    if (other.path == "/") continue;
    EXPECT_NE(html.find("\"" + std::string(other.path) + "\""), std::string::npos) << other.path;
    ++named;
  }
  EXPECT_EQ(named, 3U) << "a script, a style sheet, an icon";
  EXPECT_EQ(html.find("<style"), std::string::npos);
  EXPECT_EQ(html.find("style="), std::string::npos);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
}

TEST(Dashboard, EveryAssetIsOpenAndRestricted) {
  for (const Page& page : dashboard_pages()) {
    const Answer answer = page.answer();
    EXPECT_EQ(page.role, api::Role::open) << page.path;
    EXPECT_EQ(answer.status, 200U);
    EXPECT_TRUE(header(answer, "content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
    EXPECT_EQ(header(answer, "content-security-policy").find("unsafe"), std::string::npos);
    EXPECT_EQ(header(answer, "x-content-type-options"), "nosniff");
    EXPECT_EQ(header(answer, "cache-control").find("immutable") == std::string::npos, page.path == "/") << page.path;
    EXPECT_EQ(header(answer, "etag").size(), 34U);
  }
}

TEST(Dashboard, IsSmall) {
  std::size_t total = 0;
  for (const Asset& asset : dashboard_assets()) total += gzip(asset.bytes).size();
  EXPECT_LT(total, 150U * 1024);
}

}  // namespace
}  // namespace icn::http
