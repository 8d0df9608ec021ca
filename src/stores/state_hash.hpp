// The state hash: one digest over everything a node keeps, independent of the backends.
//
// SHA-256 over every (key, value) of the state store in key order, without those of model::kUnhashedKeys, then every
// CID of the DAG store in order, then the numbers of pairs and CIDs that were hashed (docs/FORMATS.md).
#pragma once
#include <functional>

#include "ipld/cid.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

struct StateHash {
  ipld::Digest digest{};
  std::uint64_t pairs = 0;   // in the store, including those left out
  std::uint64_t blocks = 0;  // likewise
  friend bool operator==(const StateHash&, const StateHash&) = default;
};

// Hashes its input: all pairs, then all CIDs, each in order. Used by one thread.
class StateHasher {
 public:
  StateHasher();
  void add_pair(ByteView key, ByteView value);
  void add_cid(const ipld::Cid& cid);
  [[nodiscard]] StateHash finish();

 private:
  void add_part(ByteView part);
  ipld::Sha256 hash_;
  StateHash counted_;
  std::uint64_t hashed_ = 0;
};

// The caller ensures that both show the same moment, to which the blocks that `is_later` names do not belong. Constant
// memory. Errors: storage, corrupted.
[[nodiscard]] Result<StateHash> hash_state(const ports::StateReader& state, const ports::DagStore& dag,
                                           const std::function<bool(const ipld::Cid&)>& is_later = {});

}  // namespace icn::stores
