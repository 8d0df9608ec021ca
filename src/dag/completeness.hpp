// Which DAGs are complete: every block below a recorded root is in the store.
//
// A record is written in the batch that pins the root, after all of the DAG was checked (`dc/`), so it is valid as long
// as a pin is: a collection erases the records of roots that it does not keep before it removes any block. So a use
// case that holds a root (guard.hpp) and then finds its record need not walk it, and a block missing later was lost by
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

  // Sees only what is durable; constant time. A raw block has no links and is never recorded. Errors: storage.
  [[nodiscard]] Result<bool> recorded(const ipld::Cid& root) const;
  // The same batch pins the root recursively.
  static void record(const ipld::Cid& root, ports::Batch& batch);
  static void erase(const ipld::Cid& root, ports::Batch& batch);
  // Every recorded root for which `keeps` is false. Errors: storage, corrupted.
  [[nodiscard]] Result<std::vector<ipld::Cid>> not_kept(const std::function<bool(const ipld::Cid&)>& keeps) const;

 private:
  const ports::StateStore& store_;
};

// Bounds on a walk that checks whether a DAG is complete.
struct WalkBounds {
  std::uint64_t blocks_max = UINT64_MAX;
  std::uint64_t bytes_max = UINT64_MAX;            // of the blocks that are read; raw blocks are only looked up
  std::function<Result<void>()> before_each = {};  // called before each block; its error ends the walk
};
struct Walked {
  std::uint64_t blocks = 0;  // reachable from the root
  std::uint64_t bytes = 0;   // read
};
// Checks that everything reachable from `root` is in the store and follows its codec. Errors: missing_data, corrupted,
// invalid_format, unsupported, each naming the block; limit_exceeded with the rule `max_walk` (a bound was reached
// before the end); storage.
[[nodiscard]] Result<Walked> require_whole(const ports::DagStore& store, const ipld::Cid& root,
                                           const WalkBounds& bounds = {});

}  // namespace icn::dag
