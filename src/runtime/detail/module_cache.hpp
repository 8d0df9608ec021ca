// Modules in memory, by CID: a module that many jobs use is read from the DAG store once, instead of waiting behind
// flushes.
//
// Content-addressed, so an entry is never stale. Bounded in bytes; evicts the oldest first. Thread safe.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>

#include "core/mutex.hpp"
#include "ipld/cid.hpp"

namespace icn::runtime::detail {

class ModuleCache {
 public:
  static constexpr std::size_t kBytesMax = 32 * 1024 * 1024;

  [[nodiscard]] std::shared_ptr<const Bytes> find(const ipld::Cid& cid) const {
    Lock lock(mutex_);
    const auto at = modules_.find(cid);
    return at == modules_.end() ? nullptr : at->second;
  }
  // A module larger than the cache is not kept.
  void keep(const ipld::Cid& cid, std::shared_ptr<const Bytes> bytes) {
    Lock lock(mutex_);
    if (bytes->size() > kBytesMax || modules_.contains(cid)) return;
    while (bytes_ + bytes->size() > kBytesMax) {
      const auto oldest = modules_.find(order_.front());
      bytes_ -= oldest->second->size();
      modules_.erase(oldest);
      order_.pop_front();
    }
    bytes_ += bytes->size();
    order_.push_back(cid);
    modules_.emplace(cid, std::move(bytes));
  }
  // Evicts the modules for which `kept` is false; for callers that delete blocks. A module found here afterwards is in
  // the store for as long as its keeper holds it.
  void forget_unless(const std::function<bool(const ipld::Cid&)>& kept) {
    Lock lock(mutex_);
    std::erase_if(order_, [&](const ipld::Cid& cid) ICN_REQUIRES(mutex_) {
      if (kept(cid)) return false;
      const auto at = modules_.find(cid);
      bytes_ -= at->second->size();
      modules_.erase(at);
      return true;
    });
  }

 private:
  mutable Mutex mutex_;
  std::unordered_map<ipld::Cid, std::shared_ptr<const Bytes>> modules_ ICN_GUARDED_BY(mutex_);
  std::deque<ipld::Cid> order_ ICN_GUARDED_BY(mutex_);
  std::size_t bytes_ ICN_GUARDED_BY(mutex_) = 0;
};

}  // namespace icn::runtime::detail
