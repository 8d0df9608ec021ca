// A Merkle-sum tree over the accounts of a ledger, and the proof that one account is among them. Pure functions.
//
// A leaf holds an account with its debits and credits, a node the hashes and the sums of its two children, so the root
// fixes every account and both totals: an account that is left out, invented or changed changes the root, and a total
// cannot be shown that is not the sum of the leaves. At each level the nodes pair from the left; a last one without a
// partner moves up unchanged, so no leaf counts twice. Sums have 128 bits: those of 64 bits over fewer than 2^64
// accounts fit.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "economy/ledger.hpp"

namespace icn::economy {

__extension__ using WideSum = unsigned __int128;
using WideBytes = std::array<std::uint8_t, 16>;  // big-endian
[[nodiscard]] WideBytes wide_bytes(WideSum sum);
[[nodiscard]] WideSum wide_of(const WideBytes& bytes);

struct TreeNode {
  ipld::Digest hash{};
  WideSum debits = 0;
  WideSum credits = 0;
  friend bool operator==(const TreeNode&, const TreeNode&) = default;
};
struct TreeRoot {
  TreeNode node;               // all zero for no accounts
  std::uint64_t accounts = 0;  // leaves
  friend bool operator==(const TreeRoot&, const TreeRoot&) = default;
};

// An account at its place, and what the root needs besides: the partner of each node on the way up, where there is one.
struct InclusionProof {
  model::AccountKey account;
  std::uint64_t debits = 0;
  std::uint64_t credits = 0;
  std::uint64_t index = 0;
  std::uint64_t accounts = 0;
  std::vector<TreeNode> path;  // from the leaf upwards
};

// Over accounts in the order of their keys (Ledger::accounts()).
[[nodiscard]] TreeRoot tree_root(std::span<const AccountTotals> accounts);
// Of accounts[index].
[[nodiscard]] InclusionProof prove_inclusion(std::span<const AccountTotals> accounts, std::size_t index);
// The root that a proof leads to, which its reader compares with a signed one. Errors: invalid_format with the rule
// proof_path (more or fewer partners than its place needs, a place beyond the accounts, sums above 128 bits).
[[nodiscard]] Result<TreeRoot> root_of(const InclusionProof& proof);

}  // namespace icn::economy
