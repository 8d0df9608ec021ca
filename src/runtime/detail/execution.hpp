// One execution of a job: the request that an executor takes, and the run to its end on the calling thread.
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

// What a job runs with under its order. The store outlives the execution.
[[nodiscard]] ports::ExecutionRequest make_request(const ports::DagStore& store, const model::JobId& id, model::Job job,
                                                   const ipld::Cid& order_cid, model::Order order,
                                                   model::Observations observations, JobFiles files);

// The same from blocks alone; `load_module` reads a job's module, of at most that many bytes. Errors: those
// of `load_module`, missing_data, corrupted, invalid_format, limit_exceeded.
using ModuleLoader = std::function<Result<Bytes>(const ipld::Cid& module, std::uint64_t bytes_max)>;
[[nodiscard]] Result<ports::ExecutionRequest> read_request(const ports::DagStore& store, const model::JobId& id,
                                                           const ipld::Cid& order, const ModuleLoader& load_module);

// The time that a run is given on the threads that poll it, and its bound. What passes while it waits for other runs,
// or while the machine serves other programs, is not its own. Used by one thread at a time.
class RunTime {
 public:
  RunTime(const ports::Clock& clock, std::uint64_t seconds_max);
  // Calls `work` on behalf of the run.
  template <class Work>
  auto measured(Work work) {
    since_ns_ = clock_->given_ns();
    auto result = work();
    given_ns_ += clock_->given_ns() - *since_ns_;
    since_ns_.reset();
    return result;
  }
  // Also in the middle of work.
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
