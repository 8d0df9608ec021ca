// Goal: a configuration names resolvers and their settings; each is opened by the first DID of its method.
#include "config/did_resolvers.hpp"

#include <gtest/gtest.h>

#include "testing/services.hpp"

namespace icn::config {
namespace {

std::shared_ptr<ports::DidResolver> opened(std::string_view list) {
  return open_resolvers(list, std::make_shared<testing::FixedClock>()).value();
}
Result<std::shared_ptr<const ports::ResolvedDid>> resolve(ports::DidResolver& resolver, std::string_view did) {
  return resolver.resolve(model::DidUrl::parse(did).value());
}

TEST(DidResolvers, AreThoseOfTheListAndOfProductionGrade) {
  const auto all = opened("key,peer,web");
  EXPECT_EQ(all->descriptor().grade, ports::Grade::production);
  for (const std::string_view method : {"key", "peer", "web"}) EXPECT_TRUE(all->resolves(method)) << method;
  EXPECT_FALSE(all->resolves("ion"));
  constexpr std::string_view kKey = "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw";
  EXPECT_EQ(resolve(*all, kKey).value()->document.id(), kKey);
  EXPECT_EQ(resolve(*all, kKey).value(), resolve(*all, kKey).value()) << "from the cache";
  const auto only_key = opened("key");
  EXPECT_EQ(resolve(*only_key, "did:peer:0z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw").error().code,
            ErrorCode::unsupported);
}

TEST(DidResolvers, OfTheWebAskNoPrivateAddressAndCheckTheirSettingsAtTheFirstQuestion) {
  const auto web = opened("web");
  const auto refused = resolve(*web, "did:web:localhost%3A1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().rule, "private_address") << refused.error().detail;
  const auto unfit = opened("key,web:allow=everything");
  EXPECT_EQ(resolve(*unfit, "did:web:localhost").error().code, ErrorCode::invalid_argument);
  EXPECT_TRUE(resolve(*unfit, "did:key:z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"));
}

TEST(DidResolvers, OfAnUnknownNameOrNamedTwiceAreRefused) {
  for (const std::string_view list : {"", ",", "key,", "ion", "key,ion", "key,key", "KEY", "key peer"})
    EXPECT_EQ(check_resolvers(list).error().code, ErrorCode::invalid_argument) << list;
  EXPECT_TRUE(check_resolvers("web:allow=127.0.0.1;seconds=5,key"));
}

}  // namespace
}  // namespace icn::config
