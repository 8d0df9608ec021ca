// Goal: every bound of a statement of trust is exact, contexts are read as the specification names them, and a record
// verifies for its author, kind and body only.
#include "model/trust.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "testing/bounds.hpp"
#include "testing/golden.hpp"
#include "testing/mutate.hpp"

namespace icn::model {
namespace {

namespace golden = testing::golden;
using testing::expect_good;
using testing::expect_refused;

TEST(TrustContexts, AreAnyLineOfTextAndKeepItAsItIs) {
  for (const std::string_view name : kTrustContexts) EXPECT_EQ(TrustContext::from_scope(name)->to_text(), name);
  EXPECT_EQ(TrustContext().to_text(), "general");
  EXPECT_EQ(TrustContext::from_scope("Gemüse, Obst")->to_text(), "Gemüse, Obst");
  EXPECT_NE(*TrustContext::from_scope("Medical"), *TrustContext::from_scope("medical"));
  EXPECT_TRUE(TrustContext::from_scope(std::string(kTrustContextBytesMax, 'x')));
  for (const std::string& bad : {std::string(), std::string(kTrustContextBytesMax + 1, 'x'), std::string("two\nlines"),
                                 std::string("a\0b", 3), std::string("\xff"), std::string("del\x7f")}) {
    const auto context = TrustContext::from_scope(bad);
    ASSERT_FALSE(context) << bad;
    EXPECT_EQ(context.error().rule, "trust_context");
  }
}

TEST(TrustLevels, AreOrderedAndFoundByName) {
  EXPECT_LT(TrustLevel::none, TrustLevel::basic);
  EXPECT_LT(TrustLevel::basic, TrustLevel::partial);
  EXPECT_LT(TrustLevel::partial, TrustLevel::full);
  for (std::size_t i = 0; i < kTrustLevels; ++i) {
    const auto level = static_cast<TrustLevel>(i);
    EXPECT_EQ(find_trust_level(trust_level_name(level)), level);
  }
  EXPECT_FALSE(find_trust_level("total"));
  EXPECT_FALSE(find_trust_level("Full"));
}

TEST(TrustBounds, CountersCountFromOne) {
  const auto check = [](auto value, const std::string& what) {
    value.counter = UINT64_MAX;
    expect_good(value);
    value.counter = 0;
    expect_refused(value, what + ": field 'counter'");
  };
  check(golden::trust_grant(golden::scope()), "trust grant");
  check(golden::trust_revocation(golden::scope()), "trust revocation");
  check(golden::trust_challenge(golden::scope()), "trust challenge");
  check(golden::trust_rule(golden::scope()), "trust rule");
  check(golden::trust_bridge(golden::scope()), "trust bridge");
}

TEST(TrustBounds, LevelsTimesTextsDepthsAndShares) {
  TrustGrant grant = golden::trust_grant(golden::scope());
  for (std::size_t i = 0; i < kTrustLevels; ++i) {
    grant.level = static_cast<TrustLevel>(i);
    expect_good(grant);
  }
  grant.until = std::nullopt;
  expect_good(grant);
  grant.until = UnixMs{UINT64_MAX};
  expect_good(grant);
  TrustChallenge challenge = golden::trust_challenge(golden::scope());
  challenge.reason.assign(kTrustReasonBytesMax, 'x');
  expect_good(challenge);
  challenge.reason += 'x';
  expect_refused(challenge, "trust challenge: field 'reason'");
  challenge.reason = "two\nlines";
  expect_refused(challenge, "trust challenge: field 'reason'");
  TrustRule rule = golden::trust_rule(golden::scope());
  TrustBridge bridge = golden::trust_bridge(golden::scope());
  for (const std::uint64_t depth : {std::uint64_t{1}, kTrustDepthMax}) {
    rule.depth_max = bridge.depth_max = depth;
    expect_good(rule);
    expect_good(bridge);
  }
  for (const std::uint64_t depth : {std::uint64_t{0}, kTrustDepthMax + 1}) {
    rule.depth_max = bridge.depth_max = depth;
    expect_refused(rule, "trust rule: field 'depth_max'");
    expect_refused(bridge, "trust bridge: field 'depth_max'");
  }
  bridge.depth_max = 1;
  bridge.decay_ppm = 1'000'000;
  expect_good(bridge);
  bridge.decay_ppm = 1'000'001;
  expect_refused(bridge, "trust bridge: field 'decay_ppm'");
}

TEST(TrustRecords, HoldForTheirAuthorKindAndBodyOnly) {
  const TrustRecord record = golden::trust_record(golden::scope());
  EXPECT_TRUE(verify(record, {}));
  TrustRecord changed = record;
  std::get<TrustGrant>(changed.statement).level = TrustLevel::full;
  EXPECT_FALSE(verify(changed, {}));
  changed = record;
  std::get<TrustGrant>(changed.statement).truster = golden::author_key().did();
  EXPECT_FALSE(verify(changed, {}));
  // The signature of one kind is none of another, even over the same bytes.
  changed = record;
  const ipld::Cid body = body_of(record.statement).cid;
  changed.signature = golden::member_key().sign(SignatureTag::trust_revocation, body);
  EXPECT_FALSE(verify(changed, {}));
  testing::for_each_bit_flip(record.to_block().bytes, [&](const Bytes& damaged, const std::string& what) {
    const auto read = TrustRecord::from_bytes(damaged);
    if (read) {
      EXPECT_FALSE(verify(*read, {})) << what;
    }
  });
}

TEST(TrustRecords, RefuseTheBodyOfAnotherKind) {
  const auto record = [](std::string_view kind) {
    ipld::CborWriter writer;
    writer.map(4);
    writer.key("v").unsigned_integer(1);
    writer.key("sig").bytes(Bytes(64));
    writer.key("body").bytes(golden::trust_grant(golden::scope()).to_block().bytes);
    writer.key("kind").text(kind);
    return TrustRecord::from_bytes(writer.take());
  };
  EXPECT_TRUE(record("grant"));
  for (const std::string_view other : {"revocation", "challenge", "rule", "bridge"}) {
    const auto read = record(other);
    ASSERT_FALSE(read) << other;
    EXPECT_NE(read.error().detail.find("trust record: field 'body'"), std::string::npos) << read.error().detail;
  }
}

}  // namespace
}  // namespace icn::model
