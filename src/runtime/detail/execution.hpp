// One execution of a job: the request to the executor, and running it to completion on the calling thread.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "ports/clock.hpp"
#include "ports/dag_store.hpp"
#include "ports/executor.hpp"

namespace icn::runtime::detail {

// Module and inputs of a job as bytes.
struct JobFiles {
  Bytes module;
  std::vector<Bytes> inputs;  // in the order of job.inputs
};

// Builds the execution request of a job under its order. The store outlives the execution.
[[nodiscard]] ports::ExecutionRequest make_request(const ports::DagStore& store, const model::JobId& id, model::Job job,
                                                   const ipld::Cid& order_cid, model::Order order,
                                                   model::Observations observations, JobFiles files);

// Builds it from blocks alone; `load_module` reads the job's module, at most `bytes_max` bytes. Errors: those of
// `load_module`, missing_data, corrupted, invalid_format, limit_exceeded.
using ModuleLoader = std::function<Result<Bytes>(const ipld::Cid& module, std::uint64_t bytes_max)>;
[[nodiscard]] Result<ports::ExecutionRequest> read_request(const ports::DagStore& store, const model::JobId& id,
                                                           const ipld::Cid& order, const ModuleLoader& load_module);

// The CPU time that a run has used on the threads that poll it, and its bound. Time in which it waits for other runs or
// other programs use the machine does not count. Used by one thread at a time.
class RunTime {
 public:
  RunTime(const ports::Clock& clock, std::uint64_t seconds_max);
  // Calls `work` and counts its time.
  template <class Work>
  auto measured(Work work) {
    since_ns_ = clock_->given_ns();
    auto result = work();
    given_ns_ += clock_->given_ns() - *since_ns_;
    since_ns_.reset();
    return result;
  }
  // May be called during work.
  [[nodiscard]] bool is_used_up() const {
    return given_ns_ + (since_ns_ ? clock_->given_ns() - *since_ns_ : 0) >= max_ns_;
  }

 private:
  const ports::Clock* clock_;
  std::uint64_t max_ns_;
  std::uint64_t given_ns_ = 0;
  std::optional<std::uint64_t> since_ns_;
};

}  // namespace icn::runtime::detail
