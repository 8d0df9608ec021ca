// The order in which everything below some roots is read: depth first, each block once, a block before what it links
// to. It is the order of first meeting, the one that IPFS tools write archives in.
//
// Knows CIDs only: the owner reads the blocks and says what they link to. Takes about 60 bytes for each block met,
// however the blocks link to each other. Used by one thread at a time.
#pragma once
#include <span>

#include "ipld/cid_index.hpp"

namespace icn::ipld {

class DagWalk {
 public:
  explicit DagWalk(std::span<const Cid> roots) { found(roots); }

  // The next block to read; nullopt when all were.
  [[nodiscard]] std::optional<Cid> next();
  // What the block of the last next() links to, in its order. Repeated links and those read before change nothing.
  void found(std::span<const Cid> links);
  // Whether next() has answered this block.
  [[nodiscard]] bool was_read(const Cid& cid) const;

 private:
  using Number = CidIndex::Number;
  static constexpr Number kNone = UINT32_MAX;
  enum class State : std::uint8_t { waiting, read };
  // The waiting blocks are a stack, as a list: one that is met again moves to its top, where depth-first order needs
  // it.
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
