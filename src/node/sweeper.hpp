// Periodic sweep of a node's open jobs (runtime/sweep.hpp), of what its members decide (runtime/governance.hpp) and of
// the epochs of its mana (runtime/mana_epoch.hpp): an overdue job ends, a vote closes, and a root is anchored within
// one interval of its time, without a request. One thread; thread safe.
// The node outlives it, and its key is open.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>

#include "core/mutex.hpp"
#include "runtime/node_state.hpp"

namespace icn::node {

struct SweepTerms {
  std::uint64_t interval_ms = 30'000;
  bool governs = true;  // takes due steps of the scope's log
};

class Sweeper {
 public:
  // Calls `after_sweep`, if there is one, after each sweep.
  explicit Sweeper(runtime::NodeState& node, SweepTerms terms = {}, std::function<void()> after_sweep = {});
  ~Sweeper();
  Sweeper(const Sweeper&) = delete;
  Sweeper& operator=(const Sweeper&) = delete;

  // From the next sweep on; a shorter interval counts at once.
  void set(SweepTerms terms);
  // How long the present sweep has lasted; zero between sweeps. A sweep that does not end shows a node that is stuck.
  [[nodiscard]] std::chrono::milliseconds busy_for() const;

 private:
  void sweep_until_stopped();
  void sweep(const SweepTerms& terms);

  runtime::NodeState& node_;
  const std::function<void()> after_sweep_;
  std::atomic<std::int64_t> busy_since_ms_{0};  // of the steady clock; 0 between sweeps
  Mutex mutex_;
  SweepTerms terms_ ICN_GUARDED_BY(mutex_);
  Condition changed_;
  bool stopping_ ICN_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace icn::node
