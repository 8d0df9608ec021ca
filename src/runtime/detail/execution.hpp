// One execution of a job: the request that an executor takes, and the run to its end on the calling thread.
#pragma once
#include <functional>
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

// The same from blocks alone; `load_module` reads the module that a job names, of at most so many bytes. Errors: those
// of `load_module`, missing_data, corrupted, invalid_format, limit_exceeded.
using ModuleLoader = std::function<Result<Bytes>(const ipld::Cid& module, std::uint64_t bytes_max)>;
[[nodiscard]] Result<ports::ExecutionRequest> read_request(const ports::DagStore& store, const model::JobId& id,
                                                           const ipld::Cid& order, const ModuleLoader& load_module);

// The moment of the monotonic clock at which a run that starts now has used the wall time of its order.
[[nodiscard]] std::uint64_t deadline_ns(const ports::Clock& clock, const model::Order& order);

// Runs to the end; `between` is called after each slice that is not the last. Errors: as Execution::finish.
[[nodiscard]] Result<ports::ExecutionResult> run_to_end(ports::Execution& execution,
                                                        const std::function<void()>& between = {});

}  // namespace icn::runtime::detail
