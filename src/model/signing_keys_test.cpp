// Goal: which key signs for a DID follows from the position alone, and what an earlier key signed counts only where it
// was recorded.
#include "model/signing_keys.hpp"

#include <gtest/gtest.h>

#include "model/signed_message.hpp"
#include "testing/golden.hpp"

namespace icn::model {
namespace {

KeyPair pair_of(std::uint8_t number) {
  Seed seed{};
  seed.fill(number);
  return KeyPair::from_seed(seed);
}

TEST(SigningKeys, ThePositionDecides) {
  const KeyPair first = pair_of(1);
  const KeyPair second = pair_of(2);
  const KeyPair third = pair_of(3);
  const Did did = first.did();
  SigningKeys keys;
  EXPECT_EQ(keys.key_of(did), did);
  EXPECT_EQ(keys.since(did), 0U);
  const SigningKeys before = keys;
  keys.replace(did, second.did(), 5);
  keys.replace(did, third.did(), 9);
  EXPECT_EQ(keys.key_at(did, 4), did);
  EXPECT_EQ(keys.key_at(did, 5), second.did());
  EXPECT_EQ(keys.key_at(did, 8), second.did());
  EXPECT_EQ(keys.key_at(did, 9), third.did());
  EXPECT_EQ(keys.key_of(did), third.did());
  EXPECT_EQ(keys.since(did), 9U);
  EXPECT_EQ(before.key_of(did), did);  // a copy is a moment of its own
  EXPECT_TRUE(keys.is_used(did) && keys.is_used(second.did()) && keys.is_used(third.did()));
  EXPECT_FALSE(keys.is_used(pair_of(4).did()));
  EXPECT_EQ(keys.key_of(second.did()), second.did());
}

TEST(SigningKeys, AnEarlierKeyCountsWhereItIsRecorded) {
  const KeyPair first = pair_of(1);
  const KeyPair second = pair_of(2);
  const ipld::Cid body = testing::golden::raw("a body");
  SigningKeys keys;
  const auto sign = [&](const KeyPair& key) { return key.sign(SignatureTag::job, body); };
  EXPECT_TRUE(keys.verify(SignatureTag::job, body, first.did(), sign(first)));
  EXPECT_EQ(keys.verify(SignatureTag::job, body, first.did(), sign(second)).error().rule, "");
  keys.replace(first.did(), second.did(), 1);
  EXPECT_TRUE(keys.verify(SignatureTag::job, body, first.did(), sign(second)));
  EXPECT_EQ(keys.verify(SignatureTag::job, body, first.did(), sign(first)).error().rule, "retired_key");
  EXPECT_EQ(keys.verify(SignatureTag::job, body, first.did(), sign(pair_of(3))).error().rule, "signing_key");
  EXPECT_EQ(keys.verify(SignatureTag::vote, body, first.did(), sign(second)).error().code,
            ErrorCode::invalid_signature);
  EXPECT_TRUE(keys.verify_recorded(SignatureTag::job, body, first.did(), sign(first)));
  EXPECT_TRUE(keys.verify_recorded(SignatureTag::job, body, first.did(), sign(second)));
  EXPECT_FALSE(keys.verify_recorded(SignatureTag::job, body, first.did(), sign(pair_of(3))));
  EXPECT_FALSE(keys.verify_recorded(SignatureTag::vote, body, first.did(), sign(first)));
}

// Messages of other protocols never are one of ours.
TEST(ForeignMessages, AreNoMessagesOfOurs) {
  const KeyPair key = pair_of(1);
  const auto jws = ForeignMessage::of_jws("eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ");
  ASSERT_TRUE(jws);
  EXPECT_TRUE(verify(*jws, key.did(), sign(key, *jws)));
  EXPECT_FALSE(verify(*jws, pair_of(2).did(), sign(key, *jws)));
  const std::string own(text_of(signed_message(SignatureTag::job, testing::golden::raw("a job"))));
  EXPECT_FALSE(ForeignMessage::of_jws(own));
  for (const std::string_view wrong : {"", "eyJ", "eyJ.a.b", "ICN-JOB-v1.abc", "eyJ.a b", "eyJ=.abc"})
    EXPECT_FALSE(ForeignMessage::of_jws(wrong)) << wrong;
}

}  // namespace
}  // namespace icn::model
