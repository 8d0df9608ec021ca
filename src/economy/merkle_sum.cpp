#include "economy/merkle_sum.hpp"

#include <algorithm>
#include <functional>

#include "core/check.hpp"
#include "economy/detail/journal.hpp"

namespace icn::economy {
namespace {

constexpr std::string_view kLeafTag = "ICN-MANA-LEAF-v1";
constexpr std::string_view kNodeTag = "ICN-MANA-NODE-v1";

TreeNode leaf_of(const model::AccountKey& account, std::uint64_t debits, std::uint64_t credits) {
  Bytes bytes;
  append(bytes, kLeafTag);
  bytes.push_back(0);
  detail::encode_account(bytes, account);
  append_be64(bytes, debits);
  append_be64(bytes, credits);
  return {ipld::sha256(bytes), debits, credits};
}

TreeNode parent_of(const TreeNode& left, const TreeNode& right) {
  Bytes bytes;
  append(bytes, kNodeTag);
  bytes.push_back(0);
  for (const TreeNode* child : {&left, &right}) {
    append(bytes, child->hash);
    append(bytes, wide_bytes(child->debits));
    append(bytes, wide_bytes(child->credits));
  }
  return {ipld::sha256(bytes), left.debits + right.debits, left.credits + right.credits};
}

// The level above; a last node without a partner moves up.
std::vector<TreeNode> level_above(const std::vector<TreeNode>& level) {
  std::vector<TreeNode> above;
  above.reserve((level.size() + 1) / 2);
  for (std::size_t i = 0; i + 1 < level.size(); i += 2) above.push_back(parent_of(level[i], level[i + 1]));
  if (level.size() % 2 == 1) above.push_back(level.back());
  return above;
}

// Visits each level from the leaves up to, and without, the root; returns the root.
TreeNode climb(std::span<const AccountTotals> accounts,
               const std::function<void(const std::vector<TreeNode>&)>& visit) {
  if (accounts.empty()) return {};
  std::vector<TreeNode> level;
  level.reserve(accounts.size());
  for (const AccountTotals& account : accounts)
    level.push_back(leaf_of(account.account, account.debits, account.credits));
  while (level.size() > 1) {
    visit(level);
    level = level_above(level);
  }
  return level.front();
}

tl::unexpected<Error> bad_path(std::string_view what) {
  return refuse(ErrorCode::invalid_format, "proof_path", "the proof " + std::string(what));
}

bool overflows(const TreeNode& a, const TreeNode& b) {
  return a.debits + b.debits < a.debits || a.credits + b.credits < a.credits;
}

}  // namespace

WideBytes wide_bytes(WideSum sum) {
  WideBytes bytes{};
  for (std::size_t i = bytes.size(); i-- > 0; sum >>= 8) bytes[i] = static_cast<std::uint8_t>(sum);
  return bytes;
}

WideSum wide_of(const WideBytes& bytes) {
  WideSum sum = 0;
  for (const std::uint8_t byte : bytes) sum = sum << 8 | byte;
  return sum;
}

TreeRoot tree_root(std::span<const AccountTotals> accounts) {
  return {climb(accounts, [](const std::vector<TreeNode>&) {}), accounts.size()};
}

InclusionProof prove_inclusion(std::span<const AccountTotals> accounts, std::size_t index) {
  ICN_CHECK(index < accounts.size());
  const AccountTotals& own = accounts[index];
  InclusionProof proof{own.account, own.debits, own.credits, index, accounts.size(), {}};
  std::size_t at = index;
  static_cast<void>(climb(accounts, [&](const std::vector<TreeNode>& level) {
    const std::size_t partner = at ^ 1;
    if (partner < level.size()) proof.path.push_back(level[partner]);
    at /= 2;
  }));
  return proof;
}

Result<TreeRoot> root_of(const InclusionProof& proof) {
  if (proof.index >= proof.accounts) return bad_path("names a place beyond its accounts");
  TreeNode node = leaf_of(proof.account, proof.debits, proof.credits);
  std::uint64_t at = proof.index;
  std::size_t used = 0;
  for (std::uint64_t width = proof.accounts; width > 1; width = width / 2 + width % 2, at /= 2) {
    if ((at ^ 1) >= width) continue;
    if (used == proof.path.size()) return bad_path("has too few hashes for its place");
    const TreeNode& partner = proof.path[used++];
    if (overflows(node, partner)) return bad_path("has sums above 128 bits");
    node = at % 2 == 0 ? parent_of(node, partner) : parent_of(partner, node);
  }
  if (used != proof.path.size()) return bad_path("has more hashes than its place needs");
  return TreeRoot{node, proof.accounts};
}

}  // namespace icn::economy
