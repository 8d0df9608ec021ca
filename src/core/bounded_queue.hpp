// A queue with a capacity and a policy for when it is full. Thread safe; closing wakes everybody.
#pragma once
#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "core/check.hpp"
#include "core/mutex.hpp"
#include "core/result.hpp"

namespace icn {

enum class WhenFull : std::uint8_t { refuse, wait, drop_oldest };

template <class T>
class BoundedQueue {
 public:
  BoundedQueue(std::size_t capacity, WhenFull policy) : capacity_(capacity), policy_(policy) {
    ICN_CHECK(capacity > 0);
  }

  // Errors: busy (full, policy refuse), invalid_state (closed).
  Result<void> push(T item) {
    Lock lock(mutex_);
    while (!closed_ && items_.size() >= capacity_) {
      if (policy_ == WhenFull::refuse) return fail(ErrorCode::busy, "the queue is full");
      if (policy_ == WhenFull::drop_oldest) {
        items_.pop_front();
      } else {
        changed_.wait(lock);
      }
    }
    if (closed_) return fail(ErrorCode::invalid_state, "the queue is closed");
    items_.push_back(std::move(item));
    changed_.notify_all();
    return {};
  }

  // Waits for an item; nothing once the queue is closed and empty.
  std::optional<T> pop() {
    Lock lock(mutex_);
    while (items_.empty() && !closed_) changed_.wait(lock);
    return take(lock);
  }

  // An item, if one is there now.
  std::optional<T> try_pop() {
    Lock lock(mutex_);
    return take(lock);
  }

  void close() {
    Lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    Lock lock(mutex_);
    return items_.size();
  }

 private:
  std::optional<T> take(Lock&) ICN_REQUIRES(mutex_) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    changed_.notify_all();
    return item;
  }

  mutable Mutex mutex_;
  Condition changed_;
  const std::size_t capacity_;
  const WhenFull policy_;
  std::deque<T> items_ ICN_GUARDED_BY(mutex_);
  bool closed_ ICN_GUARDED_BY(mutex_) = false;
};

}  // namespace icn
