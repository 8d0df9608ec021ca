// In-memory LRU cache of compiled modules, bounded by bytes; running jobs keep evicted modules alive. Thread safe.
#pragma once
#include <list>
#include <map>
#include <memory>

#include "core/mutex.hpp"
#include "ipld/cid.hpp"

namespace icn::wasm::detail {

template <class Module>
class ModuleShelf {
 public:
  explicit ModuleShelf(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  std::shared_ptr<const Module> find(const ipld::Cid& cid) {
    Lock lock(mutex_);
    const auto found = by_cid_.find(cid);
    if (found == by_cid_.end()) return nullptr;
    order_.splice(order_.begin(), order_, found->second.place);
    return found->second.module;
  }

  // `bytes`: memory used by the module. A module larger than the shelf is not kept.
  void keep(const ipld::Cid& cid, std::shared_ptr<const Module> module, std::uint64_t bytes) {
    Lock lock(mutex_);
    if (by_cid_.contains(cid) || bytes > bytes_max_) return;
    order_.push_front(cid);
    by_cid_.emplace(cid, Kept{std::move(module), bytes, order_.begin()});
    bytes_ += bytes;
    while (bytes_ > bytes_max_) {
      const auto last = by_cid_.find(order_.back());
      bytes_ -= last->second.bytes;
      by_cid_.erase(last);
      order_.pop_back();
    }
  }

  [[nodiscard]] std::uint64_t bytes() const {
    Lock lock(mutex_);
    return bytes_;
  }

 private:
  struct Kept {
    std::shared_ptr<const Module> module;
    std::uint64_t bytes;
    std::list<ipld::Cid>::iterator place;
  };
  mutable Mutex mutex_;
  const std::uint64_t bytes_max_;
  std::uint64_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
  std::list<ipld::Cid> order_ ICN_GUARDED_BY(mutex_);  // latest first
  std::map<ipld::Cid, Kept> by_cid_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::wasm::detail
