// Goal: each DID is resolved by the resolver of its method; documents and failures are remembered as long as permitted
// and within bounds.
#include "identity/resolver_chain.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "model/did_methods.hpp"
#include "testing/services.hpp"

namespace icn::identity {
namespace {

model::DidUrl did_of(std::string_view text) { return model::DidUrl::parse(text).value(); }

struct Chains : ::testing::Test {
  Chains()
      : web(std::make_shared<testing::StubDidResolver>("web")), key(std::make_shared<testing::StubDidResolver>("key")) {
    web->answer("did:web:a.example", R"({"id":"did:web:a.example"})", 60'000);
    web->answer("did:web:b.example", R"({"id":"did:web:b.example"})", 60'000);
    key->answer("did:key:z6Mk", R"({"id":"did:key:z6Mk"})", std::nullopt);
  }
  ResolverChain chain(ResolverCacheBounds bounds = {}) { return ResolverChain({key, web}, clock, bounds); }

  std::shared_ptr<testing::FixedClock> clock = std::make_shared<testing::FixedClock>();
  std::shared_ptr<testing::StubDidResolver> web;
  std::shared_ptr<testing::StubDidResolver> key;
};

TEST_F(Chains, AskTheResolverOfTheMethod) {
  ResolverChain resolvers = chain();
  EXPECT_EQ(resolvers.resolve(did_of("did:web:a.example")).value()->document.id(), "did:web:a.example");
  EXPECT_EQ(resolvers.resolve(did_of("did:key:z6Mk#z6Mk")).value()->document.id(), "did:key:z6Mk");
  EXPECT_EQ(web->asked(), 1U);
  EXPECT_EQ(key->asked(), 1U);
  EXPECT_TRUE(resolvers.resolves("web"));
  EXPECT_FALSE(resolvers.resolves("ion"));
  const auto unknown = resolvers.resolve(did_of("did:ion:x"));
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported);
  EXPECT_EQ(unknown.error().rule, "did_method");
}

TEST_F(Chains, RememberDocumentsAsLongAsTheyAreFresh) {
  ResolverChain resolvers = chain();
  const auto first = resolvers.resolve(did_of("did:web:a.example")).value();
  web->answer("did:web:a.example", R"({"id":"did:web:a.example","changed":true})", 60'000);
  clock->advance_ms(59'999);
  EXPECT_EQ(resolvers.resolve(did_of("did:web:a.example/path?query#key-1")).value(), first);
  EXPECT_EQ(web->asked(), 1U);
  clock->advance_ms(1);
  EXPECT_NE(resolvers.resolve(did_of("did:web:a.example")).value()->document.json(), first->document.json());
  EXPECT_EQ(web->asked(), 2U);
  static_cast<void>(resolvers.resolve(did_of("did:key:z6Mk")));
  clock->advance_ms(1'000'000'000);
  static_cast<void>(resolvers.resolve(did_of("did:key:z6Mk")));
  EXPECT_EQ(key->asked(), 1U) << "it follows from the DID and never changes";
}

TEST_F(Chains, RememberFailuresForAShortTime) {
  ResolverChain resolvers = chain();
  EXPECT_EQ(resolvers.resolve(did_of("did:web:gone.example")).error().code, ErrorCode::not_found);
  web->answer("did:web:gone.example", R"({"id":"did:web:gone.example"})", 60'000);
  clock->advance_ms(29'999);
  EXPECT_EQ(resolvers.resolve(did_of("did:web:gone.example")).error().code, ErrorCode::not_found);
  EXPECT_EQ(web->asked(), 1U);
  clock->advance_ms(1);
  EXPECT_TRUE(resolvers.resolve(did_of("did:web:gone.example")));
  web->answer("did:web:now.example", R"({"id":"did:web:now.example"})", 0);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(resolvers.resolve(did_of("did:web:now.example")));
  EXPECT_EQ(web->asked(), 4U) << "a document that must not be kept is asked for each time";
}

TEST_F(Chains, AreBoundedByNumberAndByBytes) {
  ResolverChain few = chain({.entries_max = 2});
  static_cast<void>(few.resolve(did_of("did:web:a.example")));
  static_cast<void>(few.resolve(did_of("did:web:b.example")));
  static_cast<void>(few.resolve(did_of("did:web:a.example")));  // now b is the least recently used
  static_cast<void>(few.resolve(did_of("did:key:z6Mk")));
  EXPECT_EQ(web->asked(), 2U);
  static_cast<void>(few.resolve(did_of("did:web:a.example")));
  EXPECT_EQ(web->asked(), 2U);
  static_cast<void>(few.resolve(did_of("did:web:b.example")));
  EXPECT_EQ(web->asked(), 3U);

  ResolverChain small = chain({.bytes_max = 1'000});
  static_cast<void>(small.resolve(did_of("did:web:a.example")));
  static_cast<void>(small.resolve(did_of("did:web:b.example")));
  static_cast<void>(small.resolve(did_of("did:web:a.example")));
  EXPECT_EQ(web->asked(), 6U) << "a second document does not fit";
  // Millions of other DIDs leave no trace beyond the bound.
  ResolverChain busy = chain({.entries_max = 8});
  for (int i = 0; i < 1'000; ++i) static_cast<void>(busy.resolve(did_of("did:web:x" + std::to_string(i) + ".example")));
  EXPECT_EQ(busy.resolve(did_of("did:web:x999.example")).error().code, ErrorCode::not_found);
}

TEST_F(Chains, MakeOneRequestForManyCallers) {
  ResolverChain resolvers = chain();
  web->hold();
  std::vector<std::thread> callers;
  std::atomic<int> answers = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      if (resolvers.resolve(did_of("did:web:a.example"))) ++answers;
    });
  }
  web->wait_until_asked(1);
  // Another DID does not wait for the one that is held.
  EXPECT_TRUE(resolvers.resolve(did_of("did:key:z6Mk")));
  web->release();
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answers, 8);
  EXPECT_EQ(web->asked(), 1U);
}

TEST_F(Chains, HaveTheLowestGradeOfTheirMembers) {
  EXPECT_EQ(chain().descriptor().grade, ports::Grade::test);
  EXPECT_EQ(chain().descriptor().port, "did_resolver");
  EXPECT_EQ(ResolverChain({}, clock).descriptor().grade, ports::Grade::test);
}

}  // namespace
}  // namespace icn::identity
