// Periodic sweep of a node's open jobs (runtime/sweep.hpp), of what its members decide (runtime/governance.hpp) and of
// the epochs of its mana (runtime/mana_epoch.hpp): an overdue job ends, a vote closes, and a root is anchored within
// one interval of its time, without a request. One thread; thread safe.
// The node outlives it, and its key is open.
#pragma once
#include <cstdint>
#include <thread>

#include "core/mutex.hpp"
#include "runtime/node_state.hpp"

namespace icn::node {

class Sweeper {
 public:
  static constexpr std::uint64_t kIntervalMs = 30'000;
  explicit Sweeper(runtime::NodeState& node, std::uint64_t interval_ms = kIntervalMs);
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

 private:
  void sweep_until_stopped();

  runtime::NodeState& node_;
  const std::uint64_t interval_ms_;
  Mutex mutex_;
  Condition changed_;
  bool stopping_ ICN_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace icn::node
