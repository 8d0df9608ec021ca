// A few threads that take pieces of work in the order of their arrival, or in turns by owner (core/fair_queue.hpp), and
// a bound on how many wait.
//
// Thread safe. Work that was taken is done, also while the pool ends.
#pragma once
#include <functional>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "core/fair_queue.hpp"
#include "core/mutex.hpp"
#include "core/result.hpp"

namespace icn::node {

class WorkPool {
 public:
  // by_owner: one owner has all threads but one, which is for another owner. For work that may take long.
  enum class Turns : std::uint8_t { by_arrival, by_owner };
  // Threads named "NAME-0", ….
  WorkPool(std::string_view name, std::size_t threads, std::size_t waiting_max, Turns turns = Turns::by_arrival);
  ~WorkPool() { finish(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;
  // Errors: busy (as many wait as may), invalid_state (it has ended).
  [[nodiscard]] Result<void> submit(std::function<void()> work, std::string_view owner = {});
  // Does what waits and ends the threads; not from one of them.
  void finish();

 private:
  // Compared by identity.
  using Work = std::shared_ptr<std::function<void()>>;
  void serve();

  Mutex mutex_;
  Condition changed_;
  FairQueue<Work> waiting_ ICN_GUARDED_BY(mutex_);
  bool ended_ ICN_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_;
};

}  // namespace icn::node
