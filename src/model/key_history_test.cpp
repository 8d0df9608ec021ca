// Goal: a history leads to the present key by rotations that hold, and any change of one is refused.
#include "model/key_history.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "testing/golden.hpp"

namespace icn::model {
namespace {

KeyPair pair_of(std::uint8_t number) {
  Seed seed{};
  seed.fill(number);
  return KeyPair::from_seed(seed);
}

// Of the key 1, which the keys 2 to `last` replaced.
KeyHistory history_to(std::uint8_t last) {
  KeyHistory history{testing::golden::raw("a scope"), pair_of(1).did(), {}};
  for (std::uint8_t number = 2; number <= last; ++number) {
    const KeyPair next = pair_of(number);
    Rotation made{history.scope, history.did, next.did(), (number - 2U) * 10U, {}};
    made.consent = next.sign(SignatureTag::key_consent, made.to_consent().to_block().cid);
    const auto before = static_cast<std::uint8_t>(number - 1);
    history.links.push_back(
        {made.key, made.since, made.consent, pair_of(before).sign(SignatureTag::rotation, made.to_block().cid)});
  }
  return history;
}

TEST(KeyHistories, LeadToThePresentKey) {
  const KeyHistory history = history_to(4);
  const SigningKeys keys = history.verify().value();
  EXPECT_EQ(keys.key_of(history.did), pair_of(4).did());
  EXPECT_EQ(keys.key_at(history.did, 9), pair_of(1).did());
  EXPECT_EQ(keys.key_at(history.did, 10), pair_of(2).did());
  EXPECT_EQ(keys.key_at(history.did, 20), pair_of(3).did());
  const ipld::Cid body = testing::golden::raw("a body");
  EXPECT_TRUE(keys.verify(SignatureTag::receipt, body, history.did, pair_of(4).sign(SignatureTag::receipt, body)));
  EXPECT_EQ(
      keys.verify(SignatureTag::receipt, body, history.did, pair_of(1).sign(SignatureTag::receipt, body)).error().rule,
      "retired_key");
  EXPECT_EQ(history_to(1).verify()->key_of(history.did), history.did);
  EXPECT_EQ(KeyHistory::from_bytes(history.to_block().bytes).value(), history);
}

TEST(KeyHistories, NothingOfThemCanBeChanged) {
  const auto refused = [](const std::function<void(KeyHistory&)>& change) {
    KeyHistory history = history_to(4);
    change(history);
    const auto keys = history.verify();
    return keys ? std::string("verified") : keys.error().rule;
  };
  EXPECT_EQ(refused([](auto&) {}), "verified");
  const std::function<void(KeyHistory&)> changes[] = {
      [](auto& h) { h.scope = testing::golden::raw("another"); },
      [](auto& h) { h.did = pair_of(9).did(); },
      [](auto& h) { h.links[0].key = pair_of(9).did(); },
      [](auto& h) { h.links[0].since = 1; },
      [](auto& h) { ++h.links[2].since; },
      [](auto& h) { h.links[1].consent[5] ^= 1; },
      [](auto& h) { h.links[2].signature[5] ^= 1; },
      [](auto& h) { h.links.erase(h.links.begin()); },
      [](auto& h) { h.links.erase(h.links.begin() + 1); },
      [](auto& h) { std::swap(h.links[0], h.links[1]); },
      [](auto& h) { h.links.push_back(h.links.back()); },
      [](auto& h) { h.links.resize(KeyHistory::kLinksMax + 1); },
  };
  for (const auto& change : changes) EXPECT_EQ(refused(change), "key_history") << &change - changes;
}

// A thief with the second key alone claims no third one, and none can return to a key that was replaced.
TEST(KeyHistories, NeedBothKeysAndNeverReturn) {
  for (const auto& [next, signer] : {std::pair<int, int>{3, 1}, {3, 3}, {1, 2}, {2, 2}}) {
    KeyHistory history = history_to(2);
    const KeyPair key = pair_of(static_cast<std::uint8_t>(next));
    Rotation made{history.scope, history.did, key.did(), 7, {}};
    made.consent = key.sign(SignatureTag::key_consent, made.to_consent().to_block().cid);
    history.links.push_back(
        {made.key, made.since, made.consent,
         pair_of(static_cast<std::uint8_t>(signer)).sign(SignatureTag::rotation, made.to_block().cid)});
    ASSERT_FALSE(history.verify()) << next << ' ' << signer;
    EXPECT_EQ(history.verify().error().rule, "key_history");
  }
}

TEST(KeyHistories, HaveABound) {
  KeyHistory history = history_to(2);
  history.links.resize(KeyHistory::kLinksMax + 1, history.links[0]);
  EXPECT_EQ(KeyHistory::from_bytes(history.to_block().bytes).error().code, ErrorCode::invalid_format);
  EXPECT_EQ(history.verify().error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace icn::model
