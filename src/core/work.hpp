// Counts steps of work done for a payer: bytes looked at, entries visited, bytes taken from memory.
//
// What a caller pays for must be linear in what it gave, and tests compare these counts instead of times. One thread.
#pragma once
#include <cstdint>

namespace icn {

class Work {
 public:
  void add(std::uint64_t steps) { steps_ += steps; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  std::uint64_t steps_ = 0;
};

}  // namespace icn
