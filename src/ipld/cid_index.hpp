// A set of CIDs that numbers them in order of insertion, at about 50 bytes each: the blocks that a walk over a large
// DAG has seen.
//
// Grows only. Used by one thread at a time.
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "ipld/cid.hpp"

namespace icn::ipld {

class CidIndex {
 public:
  using Number = std::uint32_t;
  struct Inserted {
    Number number;
    bool is_new;
  };

  // The CID's number, and whether it is new. Numbers are 0, 1, 2, … At most 2^31 CIDs (checked).
  Inserted insert(const Cid& cid);
  [[nodiscard]] std::optional<Number> find(const Cid& cid) const;
  [[nodiscard]] const Cid& operator[](Number number) const { return cids_[number]; }
  [[nodiscard]] std::size_t size() const { return cids_.size(); }

 private:
  [[nodiscard]] std::size_t slot_of(const Cid& cid) const;
  void grow();

  // A deque does not move its elements when it grows; the table holds numbers + 1, and 0 in free slots.
  std::deque<Cid> cids_;
  std::vector<Number> table_;
};

}  // namespace icn::ipld
