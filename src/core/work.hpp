// Counts steps of work done for a payer: bytes examined, entries visited, bytes allocated.
//
// The work that a caller pays for must be linear in its input; tests compare these counts instead of times. One thread.
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
