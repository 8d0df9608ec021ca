#include "runtime/detail/execution.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "runtime/detail/files.hpp"

namespace icn::runtime::detail {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;

}  // namespace

ports::ExecutionRequest make_request(const ports::DagStore& store, const model::JobId& id, model::Job job,
                                     const ipld::Cid& order_cid, model::Order order, model::Observations observations,
                                     JobFiles files) {
  ports::ExecutionRequest request;
  request.job_id = id;
  request.job = std::move(job);
  request.order_cid = order_cid;
  request.order = std::move(order);
  request.observations = std::move(observations);
  request.module = std::move(files.module);
  request.inputs = std::move(files.inputs);
  request.blocks = {[&store](const ipld::Cid& cid) { return store.length(cid); },
                    [&store](const ipld::Cid& cid) { return store.get(cid); }};
  return request;
}

Result<ports::ExecutionRequest> read_request(const ports::DagStore& store, const model::JobId& id,
                                             const ipld::Cid& order_cid, const ModuleLoader& load_module) {
  model::Order order = ICN_TRY(read_block<model::Order>(store, order_cid, "order"));
  model::Job job = ICN_TRY(read_block<model::Job>(store, id.cid, "job"));
  auto observations = ICN_TRY(read_block<model::Observations>(store, order.observations, "observations"));
  const BlockSource source(store, {});
  JobFiles files;
  files.module = ICN_TRY(load_module(job.module, order.limits.max_module_bytes));
  for (const ipld::Cid& input : job.inputs) {
    files.inputs.push_back(ICN_TRY(load_file(source, input, order.limits.max_input_bytes, "max_input_bytes")));
  }
  return make_request(store, id, std::move(job), order_cid, std::move(order), std::move(observations),
                      std::move(files));
}

// A bound that exceeds 64 bits of nanoseconds means no bound.
RunTime::RunTime(const ports::Clock& clock, std::uint64_t seconds_max)
    : clock_(&clock),
      max_ns_(std::min(seconds_max, std::numeric_limits<std::uint64_t>::max() / kNsPerSecond / 2) * kNsPerSecond) {}

}  // namespace icn::runtime::detail
