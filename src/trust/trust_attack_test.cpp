// Goal: what an attacker states, replays or piles up changes no decision about others and costs a bounded amount.
#include <gtest/gtest.h>

#include <set>

#include "testing/mutate.hpp"
#include "trust/detail/book.hpp"
#include "trust/refusals.hpp"
#include "trust/testing/village.hpp"

namespace icn::trust {
namespace {

using model::TrustLevel;
using testing::context_named;
using testing::Village;

std::vector<std::string> names_of(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.push_back("m" + std::to_string(i));
  return names;
}

// Statements of many at once, without their signatures.
void pour(Village& village, const std::string& from, const std::vector<std::string>& to, TrustLevel level) {
  for (const std::string& name : to) {
    if (name == from) continue;
    ports::Batch batch;
    const model::TrustGrant body{
        village.scope().id(), context_named("medical"), village.did(from), village.did(name), level,
        std::nullopt,         village.next(from)};
    ASSERT_TRUE(village.engine().apply({body, {}}, village.world(), Signatures::verified, batch));
  }
}

TEST(TrustAttacks, StatementsAboutOneNodeByEveryoneCostItsUserNothing) {
  // 100,000 statements about one node, and one path to it.
  const std::vector<std::string> names = names_of(1'000);
  Village village(names);
  std::vector<std::string> targets{"node"};
  for (std::size_t i = 0; i < 99; ++i) targets.push_back(names[i]);
  for (std::size_t i = 100; i < names.size(); ++i) pour(village, names[i], targets, TrustLevel::full);
  ASSERT_GT(village.engine().size(), 89'000U);
  ASSERT_TRUE(village.grant("m0", "m500", TrustLevel::full));
  const TrustValidationResult result = village.decide("m0", "node");
  EXPECT_EQ(result, TrustValidationResult::allowed);
  EXPECT_EQ(result.path.size(), 3U);
  EXPECT_LE(result.looked_at, 200U);
}

TEST(TrustAttacks, AThicketAroundTheCreatorEndsTheSearch) {
  // Everyone trusts all others basically: the second layer would be 90,000 statements.
  const std::vector<std::string> names = names_of(300);
  Village village(names, {{"trust_depth_max", "8"}, {"trust_decay_ppm", "1000000"}, {"trust_level_min", "3"}});
  for (const std::string& name : names) pour(village, name, names, TrustLevel::basic);
  ASSERT_GT(village.engine().size(), 89'000U);
  ASSERT_TRUE(village.grant("m299", "node", TrustLevel::basic));
  const TrustValidationResult result = village.decide("m0", "node");
  EXPECT_EQ(result, TrustValidationResult::denied);
  EXPECT_EQ(result.rule, rules::kSearch);
  EXPECT_LE(result.looked_at, TrustEngine::kSearchMax);
  // Trust that is near is still found.
  ASSERT_TRUE(village.grant("m0", "m1", TrustLevel::full));
  ASSERT_TRUE(village.grant("m1", "node", TrustLevel::full));
  EXPECT_EQ(village.decide("m0", "node"), TrustValidationResult::allowed);
}

TEST(TrustAttacks, AnAuthorHoldsABoundedNumberOfStatements) {
  Village village({"alice", "bob"});
  pour(village, "alice", names_of(TrustEngine::kStatementsPerAuthorMax), TrustLevel::full);
  EXPECT_EQ(village.engine().size(), TrustEngine::kStatementsPerAuthorMax);
  const auto more = village.grant("alice", "one more", TrustLevel::full);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().rule, rules::kStatements);
  EXPECT_EQ(more.error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(village.grant("bob", "alice", TrustLevel::full)) << "of another author";
  EXPECT_TRUE(village.grant("alice", "m7", TrustLevel::basic)) << "a replacement is none more";
  EXPECT_TRUE(village.revoke("alice", "m7"));
  EXPECT_TRUE(village.grant("alice", "one more", TrustLevel::full));
}

// The book forgets the people and contexts that no statement names any more.
TEST(TrustAttacks, StatementsTakenBackLeaveNoPeopleAndContextsBehind) {
  Village village({"alice"});
  for (std::size_t i = 0; i < 20'000; ++i) {
    ports::Batch batch;
    model::TrustGrant grant{village.scope().id(), context_named("c" + std::to_string(i)),
                            village.did("alice"), village.did("bob"),
                            TrustLevel::full,     std::nullopt,
                            village.next("alice")};
    Bytes number;
    append_be64(number, i);
    grant.trustee = model::Did::of_key(ipld::sha256(number));
    ASSERT_TRUE(village.engine().apply({grant, {}}, village.world(), Signatures::verified, batch));
    const model::TrustRevocation end{grant.scope, grant.context, grant.truster, grant.trustee, grant.counter + 1};
    ASSERT_TRUE(village.engine().apply({end, {}}, village.world(), Signatures::verified, batch));
  }
  EXPECT_EQ(village.engine().size(), 0U);
  EXPECT_LT(village.engine().people(), 5'000U);
}

TEST(TrustAttacks, TheCounterOfAnotherScopeIsOfNoUseHere) {
  Village village({"alice", "bob"});
  model::TrustGrant elsewhere{testing::scope_named("north"),
                              context_named("medical"),
                              village.did("alice"),
                              village.did("bob"),
                              TrustLevel::full,
                              std::nullopt,
                              9};
  EXPECT_EQ(village.apply(village.sign(elsewhere, "alice")).error().rule, rules::kOtherScope);
  EXPECT_EQ(village.next("alice"), 1U);
  // The signature is over the scope: the statement cannot be carried over.
  model::TrustRecord carried = village.sign(elsewhere, "alice");
  std::get<model::TrustGrant>(carried.statement).scope = village.scope().id();
  EXPECT_EQ(village.apply(carried).error().code, ErrorCode::invalid_signature);
}

TEST(TrustAttacks, ADamagedRowIsNamedAndNothingIsGuessed) {
  Village village({"alice", "bob"});
  ASSERT_TRUE(village.grant("alice", "bob", TrustLevel::full));
  const auto pairs = village.store().pairs;
  for (const auto& [key, value] : pairs) {
    const bool is_counter = value.size() == 8;
    ::icn::testing::for_each_truncation(value, [&, &at = key](const Bytes& damaged, const std::string& what) {
      village.store().pairs[at] = damaged;
      const auto opened = TrustEngine::open(village.store());
      EXPECT_TRUE(!opened && opened.error().code == ErrorCode::corrupted) << what;
    });
    village.store().pairs[key] = is_counter ? Bytes(8) : value;
    EXPECT_EQ(TrustEngine::open(village.store()).has_value(), !is_counter) << "a counter was set back";
    village.store().pairs = pairs;
  }
  // A row under the key of another.
  Bytes moved = pairs.rbegin()->first;
  moved.back() ^= 1;
  village.store().pairs[moved] = pairs.rbegin()->second;
  EXPECT_FALSE(TrustEngine::open(village.store()));
  village.store().pairs = pairs;
  // A signature that does not hold is found by verification.
  EXPECT_EQ(verify_statements(village.store(), {}).value(), 1U);
  for (auto& [key, value] : village.store().pairs) {
    auto record = model::TrustRecord::from_bytes(value);
    if (!record) continue;
    record->signature[0] ^= 1;
    value = record->to_block().bytes;
  }
  EXPECT_TRUE(TrustEngine::open(village.store()));
  EXPECT_EQ(verify_statements(village.store(), {}).error().code, ErrorCode::invalid_signature);
}

TEST(TrustAttacks, TimeThatGoesBackRevivesOnlyWhatWasInForceThen) {
  Village village({"alice", "bob"});
  const model::UnixMs start = village.now;
  ASSERT_TRUE(village.grant("alice", "bob", TrustLevel::full, "medical", model::UnixMs{start.value + 10}));
  village.now.value += 10;
  EXPECT_EQ(village.decide("alice", "bob"), TrustValidationResult::denied);
  ASSERT_TRUE(village.revoke("alice", "bob"));
  village.now = start;
  EXPECT_EQ(village.decide("alice", "bob"), TrustValidationResult::denied);
}

// Statements of different authors in any order, each author's in its own: the same state and the same paths.
TEST(TrustAttacks, TheOrderOfArrivalDecidesNothing) {
  const std::vector<std::string> names = names_of(12);
  Village first(names);
  Village second(names);
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 1; j < 5; ++j) pairs.emplace_back(names[i], names[(i * j + j) % names.size()]);
  }
  const auto state = [](Village& village, const std::string& from, const std::string& to) {
    if (from != to) {
      ASSERT_TRUE(village.grant(from, to, TrustLevel::full));
    }
  };
  for (const auto& [from, to] : pairs) state(first, from, to);
  for (std::size_t i = names.size(); i-- > 0;) {
    for (const auto& [from, to] : pairs) {
      if (from == names[i]) state(second, from, to);
    }
  }
  EXPECT_EQ(first.engine().state_hash(), second.engine().state_hash());
  for (const std::string& from : names) {
    for (const std::string& to : names) EXPECT_EQ(first.decide(from, to).path, second.decide(from, to).path);
  }
}

// A list is read page by page from the store: no page holds, copies or sorts all statements.
TEST(TrustLists, ArePagedByACursor) {
  Village village({"alice", "bob", "carol", "dora"});
  const std::vector<std::string> names{"alice", "bob", "carol", "dora"};
  std::size_t count = 0;
  for (const std::string& from : names) {
    for (const std::string& to : names) {
      if (from == to) continue;
      ASSERT_TRUE(village.grant(from, to, TrustLevel::full)) << from << to;
      ++count;
    }
  }
  std::set<std::pair<model::Did, model::Did>> seen;
  std::optional<Bytes> after;
  std::size_t pages = 0;
  do {
    const auto page = read_statements(village.store(), after, 5);
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_LE(page->statements.size(), 5U);
    for (const model::TrustStatement& statement : page->statements) {
      const auto& grant = std::get<model::TrustGrant>(statement);
      EXPECT_TRUE(seen.emplace(grant.truster, grant.trustee).second) << "a statement is in two pages";
    }
    after = page->next;
    ++pages;
  } while (after);
  EXPECT_EQ(seen.size(), count);
  EXPECT_EQ(pages, 3U);
  const auto by_bob = read_statements(village.store(), {}, 10, [&](const model::TrustStatement& statement) {
    return model::author_of(statement) == village.did("bob");
  });
  ASSERT_TRUE(by_bob);
  EXPECT_EQ(by_bob->statements.size(), 3U);
  EXPECT_FALSE(by_bob->next);
  EXPECT_EQ(read_statements(village.store(), bytes_of("lj/"), 5).error().rule, rules::kCursor);
  model::TrustRevocation revocation{village.scope().id(), context_named("medical"), village.did("bob"),
                                    village.did("alice"), 1};
  EXPECT_EQ(find_grant(village.store(), revocation).value()->trustee, village.did("alice"));
  revocation.context = context_named("identity");
  EXPECT_FALSE(find_grant(village.store(), revocation).value());
}

}  // namespace
}  // namespace icn::trust
