#include "node/work_pool.hpp"

#include <string>

#include "node/threads.hpp"

namespace icn::node {

WorkPool::WorkPool(std::string_view name, std::size_t threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
  for (std::size_t number = 0; number < threads; ++number)
    threads_.push_back(start_thread(std::string(name) + "-" + std::to_string(number), [this] { serve(); }));
}

Result<void> WorkPool::submit(std::function<void()> work) {
  Lock lock(mutex_);
  if (ended_) return fail(ErrorCode::invalid_state, "the threads for it have ended");
  if (waiting_.size() >= waiting_max_) {
    return refuse(ErrorCode::busy, "max_waiting",
                  std::to_string(waiting_.size()) + " pieces of work wait already; nothing was done. Try again later");
  }
  waiting_.push_back(std::move(work));
  changed_.notify_one();
  return {};
}

void WorkPool::finish() {
  {
    Lock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  threads_.clear();
}

void WorkPool::serve() {
  for (;;) {
    std::function<void()> work;
    {
      Lock lock(mutex_);
      while (waiting_.empty() && !ended_) changed_.wait(lock);
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace icn::node
