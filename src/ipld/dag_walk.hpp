// The order in which everything below some roots is read: depth first, each block once, a block before its links. It is
// the order of first encounter, in which IPFS tools write archives.
//
// Knows only CIDs: the owner reads the blocks and passes their links. Takes about 60 bytes per block encountered,
// however the blocks are linked. Used by one thread at a time.
#pragma once
#include <span>

#include "ipld/cid_index.hpp"

namespace icn::ipld {

class DagWalk {
 public:
  explicit DagWalk(std::span<const Cid> roots) { found(roots); }

  // The next block to read; nullopt once all were read.
  [[nodiscard]] std::optional<Cid> next();
  // The links of the block last returned by next(), in order. Repeated links and blocks already read have no effect.
  void found(std::span<const Cid> links);
  // Whether next() has returned this block.
  [[nodiscard]] bool was_read(const Cid& cid) const;

 private:
  using Number = CidIndex::Number;
  static constexpr Number kNone = UINT32_MAX;
  enum class State : std::uint8_t { waiting, read };
  // The waiting blocks form a stack, as a linked list: a block encountered again moves to the top, as depth-first order
  // requires.
  struct Entry {
    Number above = kNone;
    Number below = kNone;
    State state = State::waiting;
  };
  void take_out(Number number);

  CidIndex met_;
  std::deque<Entry> entries_;  // by number
  Number top_ = kNone;
};

}  // namespace icn::ipld
