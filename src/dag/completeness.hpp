// Which DAGs are complete: below a recorded root every block is in the store.
//
// A record is written in the batch that pins the root, after all of it was seen (`dc/`), so it holds as long as a pin
// does: a collection erases the records of roots that it does not keep before it removes any block. So a use case that
// holds a root (guard.hpp) and then finds its record need not walk it, and a block that is missing later was lost by
// this node. Thread safe; the caller holds the writer lock of runtime/committer.hpp when it changes records.
#pragma once
#include <functional>
#include <vector>

#include "ipld/cid.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::dag {

class Completeness {
 public:
  // The store outlives this.
  explicit Completeness(const ports::StateStore& store) : store_(store) {}

  // Of what is durable; in constant time. A raw block links to nothing and is never recorded. Errors: storage.
  [[nodiscard]] Result<bool> recorded(const ipld::Cid& root) const;
  // The root is pinned recursively by the same batch.
  static void record(const ipld::Cid& root, ports::Batch& batch);
  static void erase(const ipld::Cid& root, ports::Batch& batch);
  // Every recorded root for which `keeps` is false. Errors: storage, corrupted.
  [[nodiscard]] Result<std::vector<ipld::Cid>> not_kept(const std::function<bool(const ipld::Cid&)>& keeps) const;

 private:
  const ports::StateStore& store_;
};

// How much may be looked at to find out whether a DAG is complete.
struct WalkBounds {
  std::uint64_t blocks_max = UINT64_MAX;
  std::uint64_t bytes_max = UINT64_MAX;            // of the blocks that are read; raw blocks are only looked for
  std::function<Result<void>()> before_each = {};  // block that is looked at; its error ends the walk
};
struct Walked {
  std::uint64_t blocks = 0;  // that can be reached from the root
  std::uint64_t bytes = 0;   // read
};
// Looks at everything that can be reached from `root`: all of it is here and follows its codecs. Errors: missing_data,
// corrupted, invalid_format, unsupported, each naming the block; limit_exceeded with the rule `max_walk` (a bound was
// reached before the end was); storage.
[[nodiscard]] Result<Walked> require_whole(const ports::DagStore& store, const ipld::Cid& root,
                                           const WalkBounds& bounds = {});

}  // namespace icn::dag
