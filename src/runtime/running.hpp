// The running jobs of this process: at most one run of a job at a time. Thread safe; owns no run.
#pragma once
#include <map>
#include <memory>
#include <utility>

#include "core/mutex.hpp"
#include "ports/executor.hpp"

namespace icn::runtime {

class JobRun;
class RunClaim;

class Running {
 public:
  // Errors: busy (already running).
  [[nodiscard]] Result<RunClaim> claim(const model::JobId& id);
  // Registers the run and delivers a stop that was requested since the claim.
  void attach(const model::JobId& id, JobRun* run);
  [[nodiscard]] bool runs(const model::JobId& id) const;
  // Asks the run to stop; returns whether there is one.
  [[nodiscard]] bool stop(const model::JobId& id, ports::StopReason reason);
  // Returns whether the run, or a start in progress, was asked to stop.
  [[nodiscard]] bool is_asked_to_stop(const model::JobId& id) const;
  void stop_all(ports::StopReason reason);
  [[nodiscard]] std::size_t count() const;

 private:
  struct Entry {
    JobRun* run = nullptr;
    ports::StopReason asked = ports::StopReason::none;
  };
  friend class RunClaim;
  void release(const model::JobId& id);

  mutable Mutex mutex_;
  std::map<model::JobId, Entry> runs_ ICN_GUARDED_BY(mutex_);
};

// The right to run one job, released on destruction. Belongs to one thread; the node outlives a held claim.
class RunClaim {
 public:
  RunClaim() = default;  // holds nothing
  RunClaim(Running& running, const model::JobId& id) : running_(&running), id_(id) {}
  RunClaim(RunClaim&& other) noexcept
      : prepared(std::move(other.prepared)),
        durable(other.durable),
        running_(std::exchange(other.running_, nullptr)),
        id_(other.id_) {}
  RunClaim& operator=(RunClaim&& other) noexcept;
  ~RunClaim() { release(); }
  [[nodiscard]] bool held() const { return running_ != nullptr; }
  void release();

  // The execution request of a job accepted with StartMode::now, so its start reads nothing back from the stores.
  std::unique_ptr<ports::ExecutionRequest> prepared;
  bool durable = true;  // false: the acceptance is staged and may not be durable yet

 private:
  Running* running_ = nullptr;
  model::JobId id_;
};

}  // namespace icn::runtime
