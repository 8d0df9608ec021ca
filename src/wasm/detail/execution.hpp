// One run: a store, an instance and the guest's state, polled slice by slice on one thread.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "abi/host_call.hpp"
#include "ports/clock.hpp"
#include "ports/executor.hpp"
#include "wasm/detail/vendor.hpp"
#include "wasm/executor.hpp"
#include "wasm/module.hpp"

namespace icn::wasm::detail {

inline constexpr std::uint64_t kPageBytes = 65'536;  // of a linear memory

// A compiled module, ready to instantiate. Shared by the cache and by runs; immutable.
struct CompiledModule {
  Module module;
  InstancePre pre;
  // Kept so that later starts check their limits without parsing the module again.
  ParsedModule parsed;
  std::uint64_t module_bytes = 0;
};

// Data of a store that the host call thunk uses.
struct RunContext {
  abi::RunState* run = nullptr;
  std::uint64_t fuel_limit = 0;
  std::uint64_t slice_fuel = kSliceFuel;
  wasmtime_memory_t memory{};
  bool has_memory = false;
  abi::Verdict verdict = abi::Verdict::resume;  // how the last host call ended the run
  std::uint64_t slice_host_fuel = 0;            // host charges at the start of this slice
  bool slice_cut = false;                       // host calls exhausted the slice: the guest yields at its next check
};

// The C callback of every host row; `row` points to an abi::HostFn.
extern "C" wasm_trap_t* host_thunk(void* row, wasmtime_caller_t* caller, wasmtime_val_raw_t* slots, std::size_t count);

class SandboxExecution : public ports::Execution {
 public:
  // `place` is released after the store is destroyed.
  SandboxExecution(wasm_engine_t* engine, std::shared_ptr<void> place, std::shared_ptr<const CompiledModule> module,
                   ports::ExecutionRequest request, std::shared_ptr<ports::Clock> clock, std::uint64_t slice_fuel);
  ~SandboxExecution() override;

  ports::RunState poll() override;
  void stop(ports::StopReason reason) override;
  [[nodiscard]] std::uint64_t fuel_used() const override { return fuel_seen_.load(std::memory_order_relaxed); }
  [[nodiscard]] Result<ports::ExecutionResult> finish() override;

 private:
  enum class Stage : std::uint8_t { instantiating, calling, done };
  // How a run ended; finish() turns it into a receipt.
  struct Ending {
    model::Outcome outcome;
    std::uint64_t fuel = 0;
    std::string message;
    std::int64_t exit_code = 0;
    std::optional<Error> failure;  // infrastructure: no receipt
  };

  void begin();
  void begin_slice();
  void call_entry();
  void advance();
  void end_run();
  void end_with_trap(wasmtime_trap_code_t code, const std::string& words);
  void end_by_verdict();
  void end(model::OutcomeKind kind, std::uint32_t code, std::uint64_t fuel, std::string message);
  void end_out_of_fuel();
  void fail_run(Error error);
  [[nodiscard]] bool stops_here();
  [[nodiscard]] std::uint64_t wasm_fuel() const;
  [[nodiscard]] std::uint64_t total_fuel() const { return wasm_fuel() + run_->host_fuel(); }

  const std::shared_ptr<void> place_;
  std::shared_ptr<const CompiledModule> module_;
  ports::ExecutionRequest request_;
  std::shared_ptr<ports::Clock> clock_;
  std::unique_ptr<abi::RunState> run_;
  Limiter limiter_;
  RunContext context_;
  Store store_;
  wasmtime_context_t* store_context_ = nullptr;
  // The engine writes these through the future, so they must not move while it is alive.
  wasmtime_instance_t instance_{};
  wasm_trap_t* trap_ = nullptr;
  wasmtime_error_t* error_ = nullptr;
  // The call's future reads the function and writes the result while it is polled.
  wasmtime_func_t entry_{};
  wasmtime_val_t result_{};
  Future future_;
  Stage stage_ = Stage::instantiating;
  bool started_ = false;
  std::optional<Ending> ending_;
  std::atomic<ports::StopReason> stop_reason_{ports::StopReason::none};
  std::atomic<std::uint64_t> fuel_seen_{0};
  std::uint64_t slices_ = 0;
  std::uint64_t started_ns_ = 0;
  std::uint64_t ended_ns_ = 0;
};

}  // namespace icn::wasm::detail
