#include "node/work_pool.hpp"

#include <string>

#include "node/threads.hpp"

namespace icn::node {

WorkPool::WorkPool(std::string_view name, std::size_t threads, std::size_t waiting_max, Turns turns)
    : name_(name),
      threads_max_(threads),
      waiting_(turns == Turns::by_owner && threads > 1 ? FairQueueBounds{threads - 1, 1, waiting_max}
                                                       : FairQueueBounds{threads, 0, waiting_max}) {}

Result<void> WorkPool::submit(std::function<void()> work, std::string_view owner) {
  Lock lock(mutex_);
  if (ended_) return fail(ErrorCode::invalid_state, "the worker threads have ended");
  if (!waiting_.has_room(owner)) {
    return refuse(ErrorCode::busy, "max_waiting",
                  std::to_string(waiting_.waiting()) + " tasks are already waiting; nothing was done. Try again later");
  }
  waiting_.add(owner, std::make_shared<std::function<void()>>(std::move(work)));
  if (waiting_.waiting() > idle_ && threads_.size() < threads_max_)
    threads_.push_back(start_thread(name_ + "-" + std::to_string(threads_.size()), [this] { serve(); }));
  changed_.notify_one();
  return {};
}

void WorkPool::finish() {
  std::vector<std::jthread> threads;
  {
    Lock lock(mutex_);
    ended_ = true;
    threads.swap(threads_);
    changed_.notify_all();
  }
}

void WorkPool::serve() {
  for (;;) {
    std::optional<std::pair<std::string, Work>> taken;
    {
      Lock lock(mutex_);
      while (!(taken = waiting_.take())) {
        if (ended_ && waiting_.waiting() == 0) return;
        ++idle_;
        changed_.wait(lock);
        --idle_;
      }
    }
    (*taken->second)();
    taken->second.reset();
    Lock lock(mutex_);
    waiting_.done(taken->first);
    // More work of the same owner may have been waiting for this slot.
    changed_.notify_all();
  }
}

}  // namespace icn::node
