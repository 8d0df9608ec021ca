#include "node/executor_threads.hpp"

#include "node/threads.hpp"

namespace icn::node {

ExecutorThreads::ExecutorThreads(std::size_t threads, std::size_t runs_max) : scheduler_(threads, runs_max) {
  for (std::size_t number = 0; number < threads; ++number) {
    threads_.push_back(start_thread("wasm-" + std::to_string(number), [this, number] { scheduler_.run(number); }));
  }
}

ExecutorThreads::~ExecutorThreads() { scheduler_.shut_down(); }

}  // namespace icn::node
