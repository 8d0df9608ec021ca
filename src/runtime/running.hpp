// The running jobs of this process: at most one run of a job at a time. Thread safe; owns no run.
#pragma once
#include <map>
#include <memory>

#include "core/mutex.hpp"
#include "ports/executor.hpp"

namespace icn::runtime {

class JobRun;

class Running {
 public:
  // Errors: busy (it runs already).
  [[nodiscard]] Result<void> claim(const model::JobId& id);
  // What a job accepted to start at once will be run with, so that its start reads nothing back from the stores.
  void prepare(const model::JobId& id, ports::ExecutionRequest request);
  // Takes such a claim over; nothing when there is none or somebody took it.
  [[nodiscard]] std::unique_ptr<ports::ExecutionRequest> redeem(const model::JobId& id);
  // A stop asked for since the claim is delivered here.
  void attach(const model::JobId& id, JobRun* run);
  void release(const model::JobId& id);
  [[nodiscard]] bool runs(const model::JobId& id) const;
  // Asks the run to stop; whether there was one.
  [[nodiscard]] bool stop(const model::JobId& id, ports::StopReason reason);
  void stop_all(ports::StopReason reason);
  [[nodiscard]] std::size_t count() const;

 private:
  struct Entry {
    JobRun* run = nullptr;
    std::unique_ptr<ports::ExecutionRequest> prepared;
    ports::StopReason asked = ports::StopReason::none;
  };
  mutable Mutex mutex_;
  std::map<model::JobId, Entry> runs_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::runtime
