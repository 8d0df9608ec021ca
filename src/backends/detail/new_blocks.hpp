// The blocks of a put that a store with ordered tables must write.
#pragma once
#include <algorithm>
#include <span>
#include <vector>

#include "backends/detail/cid_key.hpp"

namespace icn::backends::detail {

struct KeyedBlock {
  CidKey key;
  const ipld::Block* block;  // one of the blocks put
};

// Those of `blocks` that are not stored intact, without duplicates, sorted by key: each lookup or write of a key begins
// where the previous one ended, and most of the path is in the processor's cache. `is_here` returns Result<bool> for a
// block; its errors are returned.
template <class IsHere>
[[nodiscard]] Result<std::vector<KeyedBlock>> new_blocks(std::span<const ipld::Block> blocks, IsHere is_here) {
  std::vector<KeyedBlock> sorted;
  sorted.reserve(blocks.size());
  for (const ipld::Block& block : blocks) sorted.push_back({key_of(block.cid), &block});
  std::sort(sorted.begin(), sorted.end(), [](const KeyedBlock& a, const KeyedBlock& b) { return a.key < b.key; });
  std::vector<KeyedBlock> added;
  added.reserve(sorted.size());
  for (const KeyedBlock& each : sorted) {
    if (!added.empty() && added.back().key == each.key) continue;
    if (!ICN_TRY(is_here(*each.block))) added.push_back(each);
  }
  return added;
}

}  // namespace icn::backends::detail
