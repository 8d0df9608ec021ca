// Makes one store equal to another, and compares two: the basis of migration, backup and restore.
//
// A copy is a merge-join of two ordered scans: what is missing or differs in the target is written, what is extra there
// is removed, in bounded batches. So it can be interrupted anywhere and rerun, whatever the target holds by then, and
// costs only the remaining differences. Memory: a page of each store, at most some 2 MiB and one value. Used by one
// thread; nothing else changes either store meanwhile.
#pragma once
#include <cstdint>
#include <functional>

#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

struct CopyReport {
  std::uint64_t things = 0;  // pairs or blocks of the source
  std::uint64_t written = 0;
  std::uint64_t removed = 0;
  std::uint64_t bytes = 0;  // of `things`: keys and values, or blocks
  friend bool operator==(const CopyReport&, const CopyReport&) = default;
};
// Called after each durable piece, with the progress so far.
using CopyProgress = std::function<void(const CopyReport&)>;

// Durable when they return. Errors: storage, corrupted (an invalid pair or block of the source), each naming the item;
// the target is then partly copied.
[[nodiscard]] Result<CopyReport> copy_pairs(const ports::StateReader& from, ports::StateStore& to,
                                            const CopyProgress& progress = {});
[[nodiscard]] Result<CopyReport> copy_blocks(const ports::DagStore& from, ports::DagStore& to,
                                             const CopyProgress& progress = {});

// What a whole copy reports as `bytes`, by reading everything. Errors: storage, corrupted.
[[nodiscard]] Result<std::uint64_t> pair_bytes(const ports::StateReader& store);

// Compare everything: keys and values; CIDs, and in both stores the bytes against their hash. Return the number of
// items. Errors: conflict (naming the first difference), corrupted, storage.
[[nodiscard]] Result<std::uint64_t> expect_same_pairs(const ports::StateReader& a, const ports::StateReader& b);
[[nodiscard]] Result<std::uint64_t> expect_same_blocks(const ports::DagStore& a, const ports::DagStore& b);

// Errors: storage, corrupted.
[[nodiscard]] Result<bool> is_empty(const ports::StateReader& store);
[[nodiscard]] Result<bool> is_empty(const ports::DagStore& store);
// Removes everything durably.
[[nodiscard]] Result<void> clear(ports::StateStore& store);
[[nodiscard]] Result<void> clear(ports::DagStore& store);

}  // namespace icn::stores
