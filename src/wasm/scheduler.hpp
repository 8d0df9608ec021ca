// Shares executor threads fairly: each thread owns the runs assigned to it and polls them in turn, slice by slice.
//
// Passive: it starts no threads. node/executor_threads.hpp starts them, and each calls run() with its number. A run
// never moves to another thread. submit() assigns a run to the thread with the fewest and refuses it (busy) above the
// bound. Thread safe.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/mutex.hpp"
#include "ports/executor.hpp"

namespace icn::wasm {

// A unit that advances by slices: an Execution, or a use case's wrapper around one.
struct SlicedRun {
  std::function<ports::RunState()> poll;  // at most one slice
  std::function<void()> finished;         // called once, on the same thread, after poll() reports the end
};

class SliceScheduler {
 public:
  SliceScheduler(std::size_t threads, std::size_t runs_max);
  // Errors: busy (the bound is reached), invalid_state (shut down).
  [[nodiscard]] Result<void> submit(SlicedRun run);
  // Serves thread `number` until shut_down(); drops the remaining runs unfinished.
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
