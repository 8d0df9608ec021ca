// A few threads that take pieces of work in the order of their arrival, and a bound on how many wait.
//
// Thread safe. Work that was taken is done, also while the pool ends.
#pragma once
#include <deque>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

#include "core/mutex.hpp"
#include "core/result.hpp"

namespace icn::node {

class WorkPool {
 public:
  // Threads named "NAME-0", ….
  WorkPool(std::string_view name, std::size_t threads, std::size_t waiting_max);
  ~WorkPool() { finish(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;
  // Errors: busy (as many wait as may), invalid_state (it has ended).
  [[nodiscard]] Result<void> submit(std::function<void()> work);
  // Does what waits and ends the threads; not from one of them.
  void finish();

 private:
  void serve();

  const std::size_t waiting_max_;
  Mutex mutex_;
  Condition changed_;
  std::deque<std::function<void()>> waiting_ ICN_GUARDED_BY(mutex_);
  bool ended_ ICN_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace icn::node
