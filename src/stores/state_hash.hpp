// The state hash: one digest over everything a node keeps, the same whatever backends keep it.
//
// SHA-256 over every (key, value) of the state store in the order of the keys, without those of model::kUnhashedKeys,
// then every CID of the DAG store in its order, then the numbers of pairs and of CIDs that were hashed
// (docs/FORMATS.md).
#pragma once
#include "ipld/cid.hpp"
#include "ports/dag_store.hpp"
#include "ports/state_store.hpp"

namespace icn::stores {

struct StateHash {
  ipld::Digest digest{};
  std::uint64_t pairs = 0;   // in the store, those left out too
  std::uint64_t blocks = 0;  // likewise
  friend bool operator==(const StateHash&, const StateHash&) = default;
};

// Hashes what it is given: all pairs, then all CIDs, each in order. Used by one thread.
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

// The caller ensures that both are of one moment. Constant memory. Errors: storage, corrupted.
[[nodiscard]] Result<StateHash> hash_state(const ports::StateReader& state, const ports::DagStore& dag);

}  // namespace icn::stores
