// Fair sharing of executor threads: each thread owns the runs it was given and polls them slice by slice in turn.
//
// Passive: it has no threads. node/executor_threads.hpp starts them, each calling run() with its number. A run never
// moves to another thread. submit() gives a run to the thread with the fewest; it refuses (busy) above the bound.
// Thread safe.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/mutex.hpp"
#include "ports/executor.hpp"

namespace icn::wasm {

// Something that advances by slices: an Execution, or what a use case wraps around one.
struct SlicedRun {
  std::function<ports::RunState()> poll;  // at most one slice
  std::function<void()> finished;         // once, on the same thread, after poll() said so
};

class SliceScheduler {
 public:
  SliceScheduler(std::size_t threads, std::size_t runs_max);
  // Errors: busy (as many runs as the bound), invalid_state (shut down).
  [[nodiscard]] Result<void> submit(SlicedRun run);
  // Serves thread `number` until shut_down(); runs left then are dropped unfinished.
  void run(std::size_t number);
  void shut_down();
  [[nodiscard]] std::size_t open_runs() const;

 private:
  struct Lane {
    std::vector<SlicedRun> arriving;
    std::size_t runs = 0;  // arriving and being polled
  };
  mutable Mutex mutex_;
  Condition changed_;
  const std::size_t runs_max_;
  std::vector<Lane> lanes_ ICN_GUARDED_BY(mutex_);
  bool down_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn::wasm
