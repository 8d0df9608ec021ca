// Goal: locations that are paths are made absolute, others stay unchanged, and no password is ever shown.
#include "folder/store_url.hpp"

#include <gtest/gtest.h>

namespace icn::folder {
namespace {

TEST(StoreUrl, OnlyAPathIsMadeAbsolute) {
  EXPECT_EQ(absolute_url(StorePort::state, "sqlite:state.db", "/var/icn"), "sqlite:/var/icn/state.db");
  EXPECT_EQ(absolute_url(StorePort::dag, "sqlite:../b/./c.db", "/var/icn"), "sqlite:/var/b/c.db");
  for (const std::string url : {"sqlite:/srv/state.db", "memory", "unknown:state.db"})
    EXPECT_EQ(absolute_url(StorePort::state, url, "/var/icn"), url);
  // Built in or absent: a server's location is not a path.
  EXPECT_EQ(absolute_url(StorePort::state, "postgres:host=db dbname=icn", "/var/icn"), "postgres:host=db dbname=icn");
}

TEST(StoreUrl, AStoreInAPathSaysWhereItIs) {
  EXPECT_EQ(path_of_store(StorePort::state, "sqlite:/srv/state.db"), std::filesystem::path("/srv/state.db"));
  for (const std::string url : {"memory", "postgres://db/icn", "unknown:/srv/x"})
    EXPECT_FALSE(path_of_store(StorePort::state, url)) << url;
}

TEST(StoreUrl, PasswordsAreNotShown) {
  for (const auto& [url, shown] : std::vector<std::pair<std::string, std::string>>{
           {"sqlite:state.db", "sqlite:state.db"},
           {"postgres://ann:secret@db/icn", "postgres://ann:…@db/icn"},
           {"postgres://ann:se@cret@db/icn", "postgres://ann:…@db/icn"},
           {"postgres://ann@db:5432/icn", "postgres://ann@db:5432/icn"},
           {"postgres://db:5432/icn?user=ann@home", "postgres://db:5432/icn?user=ann@home"},
           {"postgres://db/icn?password=secret&schema=a", "postgres://db/icn?password=…&schema=a"},
           {"postgres:host=db password=secret schema=a", "postgres:host=db password=… schema=a"},
           {"postgres:password = secret host=db", "postgres:password = … host=db"},
           {"postgres:password='a secret' host=db", "postgres:password=… host=db"},
           {"postgres:password='it\\'s secret' host=db", "postgres:password=… host=db"},
           {"postgres:password='secret", "postgres:password=…"},
           {"postgres:password=", "postgres:password=…"},
           {"postgres:sslpassword=secret password=secret", "postgres:sslpassword=… password=…"},
           {"postgres:user=password host=db", "postgres:user=password host=db"}}) {
    EXPECT_EQ(shown_url(url), shown);
  }
}

TEST(StoreUrl, AServerHasNoUsualPlace) {
  EXPECT_EQ(default_url(StorePort::state, "sqlite").value(), "sqlite:state.db");
  EXPECT_EQ(default_url(StorePort::dag, "memory").value(), "memory");
  EXPECT_EQ(default_url(StorePort::dag, "nothing").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace icn::folder
