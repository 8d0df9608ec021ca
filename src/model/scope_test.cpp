// A scope answers in constant time who is a member, counts by status, and a copy does not change with its original.
#include "model/scope.hpp"

#include <gtest/gtest.h>

namespace icn::model {
namespace {

Did did_of(std::uint64_t number) {
  Bytes bytes;
  append_be64(bytes, number);
  return Did::of_key(ipld::sha256(bytes));
}

Scope scope_of(std::uint64_t members) {
  Genesis genesis;
  genesis.name = "Test";
  genesis.clerk = did_of(UINT64_MAX);
  std::vector<Member> list;
  for (std::uint64_t i = 0; i < members; ++i) list.push_back({did_of(i), genesis.clerk});
  return {ipld::Cid(), genesis, Parameters(), list};
}

TEST(Scopes, KnowTheirMembersAtEverySize) {
  for (const std::uint64_t size : {0U, 1U, 1'000U, 100'000U}) {
    const Scope scope = scope_of(size);
    EXPECT_EQ(scope.active_count(), size);
    EXPECT_EQ(scope.members().size(), size);
    for (std::uint64_t i = 0; i < size; ++i) ASSERT_TRUE(scope.is_member(did_of(i)));
    EXPECT_FALSE(scope.is_member(did_of(size)));
    EXPECT_EQ(scope.find(did_of(size)), nullptr);
    EXPECT_FALSE(scope.is_member(scope.clerk())) << "a clerk is not a member";
  }
}

TEST(Scopes, ACopyKeepsWhatItsOriginalChanges) {
  Scope scope = scope_of(300);
  const Scope before = scope;
  scope.set_member(did_of(7), {scope.clerk(), MemberStatus::suspended, 3});
  scope.set_member(did_of(1'000), {scope.clerk(), MemberStatus::active, 4});
  scope.advance(ipld::Cid::of(ipld::Codec::raw, view_of("entry")), {5});
  EXPECT_FALSE(scope.is_member(did_of(7)));
  EXPECT_EQ(scope.find(did_of(7))->status, MemberStatus::suspended);
  EXPECT_TRUE(scope.is_member(did_of(1'000)));
  EXPECT_EQ(scope.active_count(), 300U);
  EXPECT_EQ(scope.count(MemberStatus::suspended), 1U);
  EXPECT_EQ(scope.members().size(), 301U);
  EXPECT_EQ(scope.position(), 1U);

  EXPECT_TRUE(before.is_member(did_of(7)));
  EXPECT_FALSE(before.is_member(did_of(1'000)));
  EXPECT_EQ(before.active_count(), 300U);
  EXPECT_EQ(before.count(MemberStatus::suspended), 0U);
  EXPECT_EQ(before.position(), 0U);
  EXPECT_EQ(before.head(), before.id());
}

TEST(Scopes, ListTheirMembersByDid) {
  const std::vector<ListedMember> members = scope_of(1'000).members();
  for (std::size_t i = 1; i < members.size(); ++i) EXPECT_LT(members[i - 1].did, members[i].did);
}

}  // namespace
}  // namespace icn::model
