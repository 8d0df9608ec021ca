// Goal: a proof of inclusion leads to the root of its accounts and no other: forged sums, swapped, missing and extra
// hashes and other places are refused or lead elsewhere, for every small number of accounts.
#include "economy/merkle_sum.hpp"

#include <gtest/gtest.h>

#include <random>

#include "testing/transfers.hpp"

namespace icn::economy {
namespace {

std::vector<AccountTotals> accounts_of(std::size_t count) {
  std::mt19937_64 random(count);
  std::vector<AccountTotals> accounts;
  for (std::size_t i = 0; i < count; ++i)
    accounts.push_back({testing::account_named("m" + std::to_string(i)), random(), random(), 0, 0});
  std::sort(accounts.begin(), accounts.end(), [](const auto& a, const auto& b) { return a.account < b.account; });
  return accounts;
}

TEST(MerkleSum, EveryAccountOfEveryNumberOfThemIsProven) {
  for (std::size_t count = 1; count <= 70; ++count) {
    const std::vector<AccountTotals> accounts = accounts_of(count);
    const TreeRoot root = tree_root(accounts);
    WideSum debits = 0, credits = 0;
    for (const AccountTotals& account : accounts) debits += account.debits, credits += account.credits;
    EXPECT_TRUE(root.node.debits == debits && root.node.credits == credits);
    EXPECT_EQ(root.accounts, count);
    for (std::size_t index = 0; index < count; ++index) {
      const auto reached = root_of(prove_inclusion(accounts, index));
      ASSERT_TRUE(reached) << reached.error().detail;
      EXPECT_TRUE(*reached == root) << index << " of " << count;
    }
  }
}

TEST(MerkleSum, NoAccountsHaveAnEmptyRoot) {
  EXPECT_TRUE(tree_root({}) == TreeRoot{});
  EXPECT_EQ(root_of(InclusionProof{}).error().rule, "proof_path");
}

TEST(MerkleSum, ProofsAreLogarithmic) {
  EXPECT_EQ(prove_inclusion(accounts_of(1), 0).path.size(), 0U);
  EXPECT_EQ(prove_inclusion(accounts_of(1'024), 1'023).path.size(), 10U);
  EXPECT_EQ(prove_inclusion(accounts_of(1'025), 0).path.size(), 11U);
  EXPECT_EQ(prove_inclusion(accounts_of(1'025), 1'024).path.size(), 1U) << "a last node moves up alone";
}

// Whether a changed proof is refused or leads to another root.
bool is_caught(const InclusionProof& forged, const TreeRoot& root) {
  const auto reached = root_of(forged);
  return !reached || *reached != root;
}

TEST(MerkleSum, AnyForgeryIsCaught) {
  for (const std::size_t count : {2U, 3U, 5U, 8U, 13U, 64U}) {
    const std::vector<AccountTotals> accounts = accounts_of(count);
    const TreeRoot root = tree_root(accounts);
    for (std::size_t index = 0; index < count; ++index) {
      const InclusionProof proof = prove_inclusion(accounts, index);
      const auto caught = [&](const std::function<void(InclusionProof&)>& forge) {
        InclusionProof forged = proof;
        forge(forged);
        return is_caught(forged, root);
      };
      EXPECT_TRUE(caught([](auto& p) { ++p.credits; }));
      EXPECT_TRUE(caught([](auto& p) { --p.debits; }));
      EXPECT_TRUE(caught([](auto& p) { std::swap(p.debits, p.credits); }));
      EXPECT_TRUE(caught([](auto& p) { p.account = testing::account_named("mallory"); }));
      EXPECT_TRUE(caught([](auto& p) { p.index ^= 1; }));
      EXPECT_TRUE(caught([](auto& p) { p.path.pop_back(); }));
      EXPECT_TRUE(caught([](auto& p) { p.path.push_back({}); }));
      EXPECT_TRUE(caught([](auto& p) { p.path.insert(p.path.begin(), p.path.front()); }));
      for (std::size_t at = 0; at < proof.path.size(); ++at) {
        // A node that hides what it owes: with the account's own sums raised as much, the totals stay.
        EXPECT_TRUE(caught([&](auto& p) { --p.path[at].debits, ++p.debits; }));
        EXPECT_TRUE(caught([&](auto& p) { ++p.path[at].credits; }));
        EXPECT_TRUE(caught([&](auto& p) { p.path[at].hash[31] ^= 1; }));
        const std::size_t before = at > 0 ? at - 1 : at;
        if (before == at) continue;
        EXPECT_TRUE(caught([&](auto& p) { std::swap(p.path[at], p.path[before]); }));
      }
      for (const std::uint64_t other : {std::uint64_t{0}, count - 1, count + 1, 2 * count, UINT64_MAX})
        EXPECT_TRUE(caught([&](auto& p) { p.accounts = other; }));
    }
  }
}

TEST(MerkleSum, LeavesAreNoNodesAndNodesNoLeaves) {
  // Two leaves and their parent, offered as a tree of one.
  const std::vector<AccountTotals> two = accounts_of(2);
  const TreeRoot root = tree_root(two);
  InclusionProof leaf = prove_inclusion(two, 0);
  leaf.path.clear();
  leaf.accounts = 1;
  EXPECT_TRUE(is_caught(leaf, root));
}

TEST(MerkleSum, SumsAbove64BitsAreExactAndAbove128Refused) {
  std::vector<AccountTotals> accounts = accounts_of(3);
  for (AccountTotals& account : accounts) account.debits = account.credits = UINT64_MAX;
  const TreeRoot root = tree_root(accounts);
  EXPECT_EQ(to_hex(wide_bytes(root.node.debits)), "0000000000000002fffffffffffffffd");
  EXPECT_TRUE(wide_of(wide_bytes(root.node.credits)) == root.node.credits);
  InclusionProof proof = prove_inclusion(accounts, 0);
  proof.path[1].debits = ~WideSum{0};
  EXPECT_EQ(root_of(proof).error().rule, "proof_path");
}

TEST(MerkleSum, HasTheDocumentedBytes) {
  const std::vector<AccountTotals> accounts{{testing::account_named("ISSUANCE"), 1'000, 0, 0, 0},
                                            {testing::account_named("TREASURY"), 0, 700, 0, 0},
                                            {testing::account_named("alice"), 0, 300, 0, 0}};
  EXPECT_EQ(to_hex(tree_root(accounts).node.hash), "e0098991e7f198eeb04fabda8a41f057d1c2acb5af64899413feb8d8600851c7");
}

}  // namespace
}  // namespace icn::economy
