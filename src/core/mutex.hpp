// Mutex, Lock and condition variable with clang's capability attributes: `-Wthread-safety` rejects unguarded access.
#pragma once
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define ICN_TSA(attribute) __attribute__((attribute))
#else
#define ICN_TSA(attribute)
#endif
#define ICN_GUARDED_BY(mutex) ICN_TSA(guarded_by(mutex))
#define ICN_REQUIRES(mutex) ICN_TSA(requires_capability(mutex))
#define ICN_EXCLUDES(mutex) ICN_TSA(locks_excluded(mutex))

namespace icn {

class ICN_TSA(capability("mutex")) Mutex {
 public:
  void lock() ICN_TSA(acquire_capability())
  { mutex_.lock(); }
  void unlock() ICN_TSA(release_capability())
  { mutex_.unlock(); }
  bool try_lock() ICN_TSA(try_acquire_capability(true))
  { return mutex_.try_lock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class ICN_TSA(scoped_lockable) Lock {
 public:
  explicit Lock(Mutex& mutex) ICN_TSA(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  ~Lock() ICN_TSA(release_capability())
  { mutex_.unlock(); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  friend class Condition;
  Mutex& mutex_;
};

// Waits release the lock's mutex and take it again; the caller rechecks its predicate.
class Condition {
 public:
  void wait(Lock& lock) {
    std::unique_lock<std::mutex> held(lock.mutex_.mutex_, std::adopt_lock);
    condition_.wait(held);
    held.release();
  }
  template <class Rep, class Period>
  void wait_for(Lock& lock, std::chrono::duration<Rep, Period> at_most) {
    std::unique_lock<std::mutex> held(lock.mutex_.mutex_, std::adopt_lock);
    condition_.wait_for(held, at_most);
    held.release();
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace icn
