// A bounded queue of work for a few threads, in order of arrival or in turns by owner (core/fair_queue.hpp).
//
// A thread starts when work arrives that no idle one takes, so a short process starts few. Thread safe. Accepted work
// is always done, even while the pool ends.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/fair_queue.hpp"
#include "core/mutex.hpp"
#include "core/result.hpp"

namespace icn::node {

class WorkPool {
 public:
  // by_owner: one thread is reserved for a second owner, so a single owner gets all but one. For work that may take
  // long.
  enum class Turns : std::uint8_t { by_arrival, by_owner };
  // At most `threads` of them, named "NAME-0", ….
  WorkPool(std::string_view name, std::size_t threads, std::size_t waiting_max, Turns turns = Turns::by_arrival);
  ~WorkPool() { finish(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;
  // Errors: busy (the queue is full), invalid_state (the pool has ended).
  [[nodiscard]] Result<void> submit(std::function<void()> work, std::string_view owner = {});
  // Does the queued work and ends the threads; must not be called from one of them.
  void finish();

 private:
  // Compared by identity.
  using Work = std::shared_ptr<std::function<void()>>;
  void serve();

  const std::string name_;
  const std::size_t threads_max_;
  Mutex mutex_;
  Condition changed_;
  FairQueue<Work> waiting_ ICN_GUARDED_BY(mutex_);
  std::size_t idle_ ICN_GUARDED_BY(mutex_) = 0;  // threads that wait for work
  bool ended_ ICN_GUARDED_BY(mutex_) = false;
  std::vector<std::jthread> threads_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::node
