// The executor threads: one per core unless a number is given, named wasm-0 …, joined by the destructor.
#pragma once
#include <thread>
#include <vector>

#include "wasm/scheduler.hpp"

namespace icn::node {

class ExecutorThreads {
 public:
  // `runs_max` bounds the runs of all threads together.
  ExecutorThreads(std::size_t threads, std::size_t runs_max);
  ~ExecutorThreads();
  [[nodiscard]] wasm::SliceScheduler& scheduler() { return scheduler_; }

 private:
  wasm::SliceScheduler scheduler_;
  std::vector<std::jthread> threads_;
};

}  // namespace icn::node
