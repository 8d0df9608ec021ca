#include "node/sweeper.hpp"

#include <chrono>

#include "core/log.hpp"
#include "node/threads.hpp"
#include "runtime/governance.hpp"
#include "runtime/mana_epoch.hpp"
#include "runtime/sweep.hpp"

namespace icn::node {
namespace {

std::int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

Sweeper::Sweeper(runtime::NodeState& node, SweepTerms terms, std::function<void()> after_sweep)
    : node_(node), after_sweep_(std::move(after_sweep)), terms_(terms) {
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

void Sweeper::set(SweepTerms terms) {
  Lock lock(mutex_);
  terms_ = terms;
  changed_.notify_all();
}

std::chrono::milliseconds Sweeper::busy_for() const {
  const std::int64_t since = busy_since_ms_.load();
  return std::chrono::milliseconds(since == 0 ? 0 : steady_ms() - since);
}

// The first sweep comes after one interval: opening the node already swept.
void Sweeper::sweep_until_stopped() {
  auto last = std::chrono::steady_clock::now();
  while (true) {
    SweepTerms terms;
    {
      Lock lock(mutex_);
      for (;;) {
        if (stopping_) return;
        const auto due = last + std::chrono::milliseconds(terms_.interval_ms);
        const auto now = std::chrono::steady_clock::now();
        if (now >= due) break;
        changed_.wait_for(lock, due - now);
      }
      terms = terms_;
    }
    busy_since_ms_.store(steady_ms());
    sweep(terms);
    busy_since_ms_.store(0);
    last = std::chrono::steady_clock::now();
  }
}

void Sweeper::sweep(const SweepTerms& terms) {
  const Result<runtime::AdvanceReport> advanced =
      terms.governs ? runtime::advance_governance(node_) : runtime::AdvanceReport{};
  if (!advanced) log(LogLevel::warning, "governance", "a due step could not be taken: " + advanced.error().detail);
  const Result<runtime::SweepReport> swept = runtime::sweep_jobs(node_);
  if (!swept) log(LogLevel::warning, "jobs", "the sweep of overdue jobs failed: " + swept.error().detail);
  const Result<bool> anchored = runtime::anchor_root(node_);
  if (!anchored)
    log(LogLevel::warning, "mana", "the root of the accounts was not anchored: " + anchored.error().detail);
  node_.metrics().add(Metric::sweeps);
  if (after_sweep_) after_sweep_();
}

}  // namespace icn::node
