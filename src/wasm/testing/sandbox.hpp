// A sandbox for tests: takes WAT and runs it to completion under an order created for it. Never linked into a product.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"

namespace icn::wasm::detail {

[[nodiscard]] inline Bytes wat_to_wasm(std::string_view wat) {
  wasm_byte_vec_t module;
  if (wasmtime_error_t* error = wasmtime_wat2wasm(wat.data(), wat.size(), &module)) {
    return bytes_of("not a module: " + words_of(error));
  }
  Bytes bytes(module.data, module.data + module.size);
  wasm_byte_vec_delete(&module);
  return bytes;
}

struct TestRun {
  model::WasmSecurityLimits limits;
  std::string entry = "run";
  std::vector<Bytes> inputs;
  std::vector<std::string> args;
  model::Grants grants;
  std::uint64_t spend_max = 0;
  std::optional<std::uint64_t> stop_at_fuel;
};

[[nodiscard]] inline ports::ExecutionRequest request_of(const ports::Executor& executor, const Bytes& module,
                                                        const TestRun& run) {
  ports::ExecutionRequest request;
  request.module = module;
  request.inputs = run.inputs;
  request.job.module = ipld::Cid::of(ipld::Codec::raw, module);
  request.job.entry = run.entry;
  request.job.args = run.args;
  request.job.grants = run.grants;
  request.job.spend_max = run.spend_max;
  request.job.nonce = Bytes{1};
  for (const Bytes& input : run.inputs) request.job.inputs.push_back(ipld::Cid::of(ipld::Codec::raw, input));
  const ipld::Block body = request.job.to_block();
  request.job_id = model::JobId{body.cid};
  request.order.job = request.job_id;
  request.order.time = model::UnixMs{1'700'000'000'000};
  request.order.limits = run.limits;
  request.order.profile = executor.tables().profile.cid;
  request.order.costs = executor.tables().costs.cid;
  request.order.abi = executor.tables().abi.cid;
  request.observations.entries = {{{model::ReadKind::account, request.job.submitter.to_text()}, std::uint64_t{100}},
                                  {{model::ReadKind::reputation, request.job.submitter.to_text()}, std::uint64_t{7}}};
  request.order.observations = request.observations.to_block().cid;
  request.order_cid = request.order.to_block().cid;
  request.stop_at_fuel = run.stop_at_fuel;
  return request;
}

// Runs to completion on this thread. `on_slice` is called between slices and may stop the run.
template <class OnSlice>
[[nodiscard]] Result<ports::ExecutionResult> run_module(ports::Executor& executor, const Bytes& module,
                                                        const TestRun& run, OnSlice on_slice) {
  const auto execution = ICN_TRY(executor.start(request_of(executor, module, run)));
  while (execution->poll() == ports::RunState::running) on_slice(*execution);
  return execution->finish();
}
[[nodiscard]] inline Result<ports::ExecutionResult> run_module(ports::Executor& executor, const Bytes& module,
                                                               const TestRun& run = {}) {
  return run_module(executor, module, run, [](ports::Execution&) {});
}

}  // namespace icn::wasm::detail
