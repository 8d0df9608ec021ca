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
  // Delivers a stop that was asked for since the claim.
  void attach(const model::JobId& id, JobRun* run);
  [[nodiscard]] bool runs(const model::JobId& id) const;
  // Asks the run to stop; whether there was one.
  [[nodiscard]] bool stop(const model::JobId& id, ports::StopReason reason);
  // Whether the run, or the start that is under way, was asked to stop.
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

// The right to run one job, released when it goes. Belongs to one thread; the node outlives a claim that is held.
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

  // What a job accepted to start at once is run with, so that its start reads nothing back from the stores.
  std::unique_ptr<ports::ExecutionRequest> prepared;
  bool durable = true;  // false: the acceptance is staged and may not be durable yet

 private:
  Running* running_ = nullptr;
  model::JobId id_;
};

}  // namespace icn::runtime
