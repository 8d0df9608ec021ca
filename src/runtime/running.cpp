#include "runtime/running.hpp"

#include "runtime/run.hpp"

namespace icn::runtime {

Result<RunClaim> Running::claim(const model::JobId& id) {
  Lock lock(mutex_);
  if (!runs_.try_emplace(id).second) {
    return fail(ErrorCode::busy, "The job " + id.to_text() + " is already running.");
  }
  return RunClaim(*this, id);
}

void Running::attach(const model::JobId& id, JobRun* run) {
  Lock lock(mutex_);
  Entry& entry = runs_[id];
  entry.run = run;
  if (entry.asked != ports::StopReason::none) run->stop(entry.asked);
}

void Running::release(const model::JobId& id) {
  Lock lock(mutex_);
  runs_.erase(id);
}

bool Running::runs(const model::JobId& id) const {
  Lock lock(mutex_);
  return runs_.contains(id);
}

bool Running::stop(const model::JobId& id, ports::StopReason reason) {
  Lock lock(mutex_);
  const auto at = runs_.find(id);
  if (at == runs_.end()) return false;
  at->second.asked = reason;
  if (at->second.run != nullptr) at->second.run->stop(reason);
  return true;
}

bool Running::is_asked_to_stop(const model::JobId& id) const {
  Lock lock(mutex_);
  const auto at = runs_.find(id);
  return at != runs_.end() && at->second.asked != ports::StopReason::none;
}

void Running::stop_all(ports::StopReason reason) {
  Lock lock(mutex_);
  for (auto& [id, entry] : runs_) {
    entry.asked = reason;
    if (entry.run != nullptr) entry.run->stop(reason);
  }
}

std::size_t Running::count() const {
  Lock lock(mutex_);
  std::size_t count = 0;
  for (const auto& [id, entry] : runs_) count += entry.run != nullptr ? 1 : 0;
  return count;
}

RunClaim& RunClaim::operator=(RunClaim&& other) noexcept {
  if (this == &other) return *this;
  release();
  prepared = std::move(other.prepared);
  durable = other.durable;
  running_ = std::exchange(other.running_, nullptr);
  id_ = other.id_;
  return *this;
}

void RunClaim::release() {
  if (Running* running = std::exchange(running_, nullptr); running != nullptr) running->release(id_);
}

}  // namespace icn::runtime
