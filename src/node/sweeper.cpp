#include "node/sweeper.hpp"

#include <chrono>

#include "core/log.hpp"
#include "node/threads.hpp"
#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/sweep.hpp"

namespace icn::node {

Sweeper::Sweeper(runtime::NodeState& node, std::uint64_t interval_ms) : node_(node), interval_ms_(interval_ms) {
  thread_ = start_thread("sweeper", [this] { sweep_until_stopped(); });
}

Sweeper::~Sweeper() {
  {
    Lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

// The first sweep comes after one interval: opening the node already swept.
void Sweeper::sweep_until_stopped() {
  while (true) {
    {
      Lock lock(mutex_);
      if (!stopping_) changed_.wait_for(lock, std::chrono::milliseconds(interval_ms_));
      if (stopping_) return;
    }
    const auto advanced = runtime::advance_governance(node_);
    if (!advanced) log(LogLevel::warning, "governance", "a due step could not be taken: " + advanced.error().detail);
    const Result<runtime::SweepReport> swept = runtime::sweep_jobs(node_);
    if (!swept) log(LogLevel::warning, "jobs", "the sweep of overdue jobs failed: " + swept.error().detail);
    const Result<bool> anchored = runtime::anchor_root(node_);
    if (!anchored)
      log(LogLevel::warning, "mana", "the root of the accounts was not anchored: " + anchored.error().detail);
  }
}

}  // namespace icn::node
