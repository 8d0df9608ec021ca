#include "wasm/detail/execution.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include <cxxabi.h>

#include "core/check.hpp"
#include "ipld/unixfs.hpp"

namespace icn::wasm::detail {
namespace {

// Accuracy of the fuel counter at a trap: exact before a call and at `unreachable`; elsewhere it holds the value of the
// last call or check, at most a slice ago. The profile records this for each trap.
enum class FuelAtTrap : std::uint8_t { exact, within_a_slice };

// Allow-list: engine trap → frozen code. A trap without a row is an infrastructure failure.
struct TrapRow {
  wasmtime_trap_code_t engine;
  model::TrapCode code;
  FuelAtTrap fuel = FuelAtTrap::within_a_slice;
};
constexpr std::array kTraps{
    TrapRow{WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED, model::TrapCode::unreachable, FuelAtTrap::exact},
    TrapRow{WASMTIME_TRAP_CODE_MEMORY_OUT_OF_BOUNDS, model::TrapCode::memory_out_of_bounds},
    TrapRow{WASMTIME_TRAP_CODE_TABLE_OUT_OF_BOUNDS, model::TrapCode::table_out_of_bounds},
    TrapRow{WASMTIME_TRAP_CODE_INDIRECT_CALL_TO_NULL, model::TrapCode::indirect_call_to_null, FuelAtTrap::exact},
    TrapRow{WASMTIME_TRAP_CODE_BAD_SIGNATURE, model::TrapCode::bad_signature, FuelAtTrap::exact},
    TrapRow{WASMTIME_TRAP_CODE_INTEGER_OVERFLOW, model::TrapCode::integer_overflow},
    TrapRow{WASMTIME_TRAP_CODE_INTEGER_DIVISION_BY_ZERO, model::TrapCode::integer_division_by_zero},
    TrapRow{WASMTIME_TRAP_CODE_BAD_CONVERSION_TO_INTEGER, model::TrapCode::bad_conversion_to_integer},
    TrapRow{WASMTIME_TRAP_CODE_HEAP_MISALIGNED, model::TrapCode::heap_misaligned},
};

// The engine's message as one bounded text that can be stored.
std::string brief(const std::string& words) { return clipped_utf8(words, 1'500); }

// Demangles a function name of a C++ or Rust compiler.
std::string readable(std::string_view name) {
  constexpr std::size_t bytes_max = 80;
  if (name.starts_with("_Z") && name.size() < 1'000) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> plain(
        ::abi::__cxa_demangle(std::string(name).c_str(), nullptr, nullptr, &status), &std::free);
    if (status == 0 && plain != nullptr) return clipped_utf8(plain.get(), bytes_max);
  }
  return clipped_utf8(name, bytes_max);
}

// Call stack of a trap, innermost frame first: "in abort at 0x1a2b, called by main at 0x3c4d".
std::string place_of(const wasm_trap_t* trap) {
  constexpr std::size_t frames_max = 12;
  wasm_frame_vec_t frames;
  wasm_trap_trace(trap, &frames);
  std::string text;
  for (std::size_t i = 0; i < std::min(frames.size, frames_max); ++i) {
    const wasm_name_t* name = wasmtime_frame_func_name(frames.data[i]);
    const std::string function = name != nullptr ? readable({name->data, name->size})
                                                 : "function " + std::to_string(wasm_frame_func_index(frames.data[i]));
    char offset[24];
    std::snprintf(offset, sizeof offset, "0x%zx", wasm_frame_module_offset(frames.data[i]));
    text += (i == 0 ? " in " : ", called by ") + function + " at " + offset;
  }
  wasm_frame_vec_delete(&frames);
  return text;
}

// One line: the engine's cause and the location, without its multi-line backtrace.
std::string message_of(const wasm_trap_t* trap) {
  wasm_byte_vec_t text;
  wasm_trap_message(trap, &text);
  std::string words(text.data, text.size > 0 ? text.size - 1 : 0);
  wasm_byte_vec_delete(&text);
  constexpr std::string_view cause = "wasm trap: ";
  const std::size_t at = words.rfind(cause);
  if (at != std::string::npos) words = words.substr(at + cause.size());
  words = words.substr(0, words.find('\n'));
  return brief(words + place_of(trap));
}

// A denied growth is often why a program failed, and programs rarely report it. A program that ended well coped with
// it.
void note_denied_growth(model::OutcomeKind kind, const model::WasmSecurityLimits& limits, const Limiter& limiter,
                        ports::ExecutionResult& result) {
  if (kind == model::OutcomeKind::ok) return;
  const auto note = [&result](std::string_view rule, std::string_view what, std::uint64_t denied, std::uint64_t limit) {
    if (denied == 0) return;
    result.rule = rule;
    result.message += (result.message.empty() ? "" : "; ") + std::to_string(denied) +
                      (denied == 1 ? " growth" : " growths") + " of " + std::string(what) + " beyond the limit of " +
                      std::to_string(limit) + " denied";
  };
  note(ports::kTableGrowthDenied, "a table", limiter.table_growth_denied, limits.max_table_size);
  note(ports::kMemoryGrowthDenied, "memory (in pages)", limiter.memory_growth_denied, limits.max_memory_pages);
}

// The output as a file of the DAG.
Result<ipld::Cid> cut_output(ByteView output, std::vector<ipld::Block>& blocks) {
  ipld::FileBuilder builder([&](ipld::Block block) -> Result<void> {
    blocks.push_back(std::move(block));
    return {};
  });
  ICN_TRY(builder.write(output));
  return builder.finish();
}

// The engine meters only the guest's own fuel; without this cut a loop of costly host calls would be one slice of
// minutes. The remaining fuel does not change, and the cut depends only on charges, so it is the same on every node.
void cut_slice(wasmtime_context_t* store, RunContext& context) {
  context.slice_cut = true;
  if (wasmtime_error_t* error = wasmtime_context_fuel_async_yield_interval(store, 1)) wasmtime_error_delete(error);
}

}  // namespace

wasm_trap_t* host_thunk(void* row, wasmtime_caller_t* caller, wasmtime_val_raw_t* slots, std::size_t) {
  static_assert(sizeof(abi::Raw) == sizeof(wasmtime_val_raw_t));
  wasmtime_context_t* store = wasmtime_caller_context(caller);
  auto* context = static_cast<RunContext*>(wasmtime_context_get_data(store));
  if (!context->has_memory) {
    // A start function may call the host before the instance is available. The memory is looked up once.
    wasmtime_extern_t found;
    if (wasmtime_caller_export_get(caller, "memory", 6, &found)) {
      if (found.kind == WASMTIME_EXTERN_MEMORY) {
        context->memory = found.of.memory;
        context->has_memory = true;
      } else {
        wasmtime_extern_delete(&found);
      }
    }
  }
  abi::HostCall call{*context->run, {}, 0};
  if (context->has_memory)
    call.memory = {wasmtime_memory_data(store, &context->memory), wasmtime_memory_data_size(store, &context->memory)};
  std::uint64_t left = 0;
  // Cannot fail: fuel is enabled.
  static_cast<void>(wasmtime_context_get_fuel(store, &left));
  call.wasm_fuel_used = context->fuel_limit - left;
  context->verdict = abi::invoke(*static_cast<const abi::HostFn*>(row), call, reinterpret_cast<abi::Raw*>(slots));
  if (context->verdict == abi::Verdict::resume) [[likely]] {
    if (context->run->host_fuel() - context->slice_host_fuel >= context->slice_fuel && !context->slice_cut) [[unlikely]]
      cut_slice(store, *context);
    return nullptr;
  }
  return wasmtime_trap_new_code(WASMTIME_TRAP_CODE_INTERRUPT);
}

SandboxExecution::SandboxExecution(wasm_engine_t* engine, std::shared_ptr<void> place,
                                   std::shared_ptr<const CompiledModule> module, ports::ExecutionRequest request,
                                   std::shared_ptr<ports::Clock> clock, std::uint64_t slice_fuel)
    : place_(std::move(place)), module_(std::move(module)), request_(std::move(request)), clock_(std::move(clock)) {
  const model::WasmSecurityLimits& limits = request_.order.limits;
  abi::RunInputs inputs;
  inputs.job_id = request_.job_id;
  inputs.job = request_.job;
  inputs.order = request_.order;
  inputs.observations = request_.observations;
  inputs.inputs = std::move(request_.inputs);
  inputs.blocks = request_.blocks;
  inputs.on_log = request_.on_log;
  inputs.on_progress = request_.on_progress;
  inputs.stop_at_fuel = request_.stop_at_fuel;
  run_ = std::make_unique<abi::RunState>(std::move(inputs));
  limiter_.memory_bytes_max = limits.max_memory_pages * kPageBytes;
  limiter_.table_elements_max = limits.max_table_size;
  context_.run = run_.get();
  context_.fuel_limit = limits.max_fuel;
  context_.slice_fuel = slice_fuel;
  store_.reset(wasmtime_store_new(engine, &context_, nullptr));
  store_context_ = wasmtime_store_context(store_.get());
  icn_store_limiter(store_.get(), &limiter_);
  for (wasmtime_error_t* error : {wasmtime_context_set_fuel(store_context_, limits.max_fuel),
                                  wasmtime_context_fuel_async_yield_interval(store_context_, context_.slice_fuel)}) {
    if (error != nullptr) fail_run({ErrorCode::infrastructure, "sandbox: " + words_of(error)});
  }
}

SandboxExecution::~SandboxExecution() {
  // The future borrows the store, and the store the counters.
  future_.reset();
  store_.reset();
  if (trap_ != nullptr) wasm_trap_delete(trap_);
  if (error_ != nullptr) wasmtime_error_delete(error_);
}

std::uint64_t SandboxExecution::wasm_fuel() const {
  std::uint64_t left = 0;
  static_cast<void>(wasmtime_context_get_fuel(store_context_, &left));
  return context_.fuel_limit - left;
}

void SandboxExecution::begin() {
  started_ = true;
  started_ns_ = clock_ ? clock_->monotonic_ns() : 0;
  future_.reset(
      wasmtime_instance_pre_instantiate_async(module_->pre.get(), store_context_, &instance_, &trap_, &error_));
}

void SandboxExecution::call_entry() {
  wasmtime_extern_t found;
  const std::string& entry = request_.job.entry;
  if (!wasmtime_instance_export_get(store_context_, &instance_, entry.data(), entry.size(), &found) ||
      found.kind != WASMTIME_EXTERN_FUNC) {
    fail_run({ErrorCode::infrastructure,
              "sandbox: the entry '" + entry + "' is missing from the instance although the module exports it"});
    return;
  }
  stage_ = Stage::calling;
  entry_ = found.of.func;
  const std::size_t results = entry == "_start" ? 0 : 1;
  future_.reset(wasmtime_func_call_async(store_context_, &entry_, nullptr, 0, &result_, results, &trap_, &error_));
}

bool SandboxExecution::stops_here() {
  const ports::StopReason reason = stop_reason_.load(std::memory_order_acquire);
  const std::uint64_t fuel = total_fuel();
  if (reason == ports::StopReason::shutdown) {
    fail_run({ErrorCode::infrastructure, "the node is shutting down; nothing was charged, the job will run again"});
    return true;
  }
  if (reason != ports::StopReason::none || (request_.stop_at_fuel && fuel >= *request_.stop_at_fuel)) {
    end(model::OutcomeKind::stopped, 0, std::min(fuel, context_.fuel_limit),
        reason == ports::StopReason::deadline ? "stopped at its deadline" : "stopped on request");
    return true;
  }
  if (fuel > context_.fuel_limit) {
    end_out_of_fuel();
    return true;
  }
  return false;
}

void SandboxExecution::begin_slice() {
  context_.slice_host_fuel = run_->host_fuel();
  if (!context_.slice_cut) return;
  context_.slice_cut = false;
  if (wasmtime_error_t* error = wasmtime_context_fuel_async_yield_interval(store_context_, context_.slice_fuel))
    wasmtime_error_delete(error);
}

ports::RunState SandboxExecution::poll() {
  if (stage_ == Stage::done) return ports::RunState::finished;
  if (stops_here()) return ports::RunState::finished;
  if (!started_) begin();
  ++slices_;
  begin_slice();
  // Without a start function, instantiation uses no fuel, so the entry is called in the same slice.
  bool entered = false;
  do {
    const Stage before = stage_;
    if (wasmtime_call_future_poll(future_.get())) {
      future_.reset();
      advance();
    }
    entered = before == Stage::instantiating && stage_ == Stage::calling;
  } while (entered && total_fuel() == 0);
  if (stage_ != Stage::done) fuel_seen_.store(total_fuel(), std::memory_order_relaxed);
  return stage_ == Stage::done ? ports::RunState::finished : ports::RunState::running;
}

// Called when the pending future completes: calls the entry or ends the run.
void SandboxExecution::advance() {
  if (trap_ != nullptr || error_ != nullptr) {
    end_run();
    return;
  }
  if (stage_ == Stage::instantiating) {
    call_entry();
    return;
  }
  const std::uint64_t fuel = total_fuel();
  if (fuel > context_.fuel_limit) {
    end_out_of_fuel();
    return;
  }
  if (request_.job.entry != "_start") run_->set_run_value(result_.of.i64);
  end(model::OutcomeKind::ok, 0, fuel, "");
}

void SandboxExecution::end_run() {
  if (limiter_.host_failures > 0) {
    fail_run({ErrorCode::infrastructure,
              "this machine could not serve a memory growth within the job's limit; nothing was charged"});
    return;
  }
  if (trap_ != nullptr && context_.verdict != abi::Verdict::resume) {
    end_by_verdict();
    return;
  }
  if (trap_ == nullptr) {
    wasmtime_error_t* error = std::exchange(error_, nullptr);
    fail_run({ErrorCode::infrastructure, "sandbox: " + brief(words_of(error))});
    return;
  }
  wasmtime_trap_code_t code = 255;
  const bool known = wasmtime_trap_code(trap_, &code);
  const std::string words = message_of(trap_);
  if (!known) {
    fail_run({ErrorCode::infrastructure, "sandbox: " + words});
    return;
  }
  end_with_trap(code, words);
}

void SandboxExecution::end_with_trap(wasmtime_trap_code_t code, const std::string& words) {
  if (code == WASMTIME_TRAP_CODE_OUT_OF_FUEL) {
    end_out_of_fuel();
    return;
  }
  if (code == WASMTIME_TRAP_CODE_STACK_OVERFLOW) {
    end(model::OutcomeKind::stack_overflow, 0, context_.fuel_limit, "the stack overflowed");
    return;
  }
  if (total_fuel() > context_.fuel_limit) {
    end_out_of_fuel();
    return;
  }
  for (const TrapRow& row : kTraps) {
    if (row.engine != code) continue;
    // Where fuel is not flushed, the last flush plus one slice is the bound that every code generator agrees on.
    const std::uint64_t fuel =
        std::min(context_.fuel_limit, total_fuel() + (row.fuel == FuelAtTrap::exact ? 0 : kSliceFuel));
    end(model::OutcomeKind::trap, static_cast<std::uint32_t>(row.code), fuel, words);
    return;
  }
  fail_run({ErrorCode::infrastructure,
            "sandbox: a trap that a receipt cannot record (" + std::to_string(code) + "): " + words});
}

// A host call ended the run; the fuel counter is exact here.
void SandboxExecution::end_by_verdict() {
  const std::uint64_t fuel = std::min(context_.fuel_limit, total_fuel());
  switch (context_.verdict) {
    case abi::Verdict::exited: {
      const std::int32_t status = run_->exit_code().value_or(0);
      if (status == 0) {
        end(model::OutcomeKind::ok, 0, fuel, "");
      } else {
        end(model::OutcomeKind::nonzero_exit, static_cast<std::uint32_t>(status), fuel, "");
      }
      ending_->exit_code = status;
      return;
    }
    case abi::Verdict::out_of_fuel:
      end_out_of_fuel();
      return;
    case abi::Verdict::stopped:
      // The call saw only the stop flag; the reason decides how the run ends.
      if (stop_reason_.load(std::memory_order_acquire) == ports::StopReason::shutdown) {
        fail_run({ErrorCode::infrastructure, "the node is shutting down; nothing was charged, the job will run again"});
        return;
      }
      end(model::OutcomeKind::stopped, 0, fuel,
          stop_reason_.load(std::memory_order_acquire) == ports::StopReason::deadline ? "stopped at its deadline"
                                                                                      : "stopped on request");
      return;
    case abi::Verdict::trap:
      ICN_CHECK(run_->trap().has_value());
      end(model::OutcomeKind::trap, static_cast<std::uint32_t>(*run_->trap()), fuel,
          brief(run_->trap_detail() + place_of(trap_)));
      return;
    case abi::Verdict::infrastructure:
      fail_run(run_->failure());
      return;
    case abi::Verdict::resume:
      break;
  }
  fail_run({ErrorCode::internal, "sandbox: a host call ended a run without a verdict"});
}

void SandboxExecution::end(model::OutcomeKind kind, std::uint32_t code, std::uint64_t fuel, std::string message) {
  ending_ = Ending{{kind, code}, fuel, std::move(message), 0, std::nullopt};
  stage_ = Stage::done;
  ended_ns_ = clock_ ? clock_->monotonic_ns() : 0;
  fuel_seen_.store(fuel, std::memory_order_relaxed);
}

void SandboxExecution::end_out_of_fuel() {
  end(model::OutcomeKind::out_of_fuel, 0, context_.fuel_limit,
      "the fuel limit of " + std::to_string(context_.fuel_limit) + " is used up");
}

void SandboxExecution::fail_run(Error error) {
  ending_ = Ending{};
  ending_->failure = std::move(error);
  stage_ = Stage::done;
  ended_ns_ = clock_ ? clock_->monotonic_ns() : 0;
}

void SandboxExecution::stop(ports::StopReason reason) {
  ports::StopReason none = ports::StopReason::none;
  // The first reason wins, except that a shutdown overrides a reason that has not taken effect yet.
  if (!stop_reason_.compare_exchange_strong(none, reason, std::memory_order_acq_rel) &&
      reason == ports::StopReason::shutdown) {
    stop_reason_.store(reason, std::memory_order_release);
  }
  run_->stop_flag().store(true, std::memory_order_release);
}

Result<ports::ExecutionResult> SandboxExecution::finish() {
  ICN_CHECK(ending_.has_value());
  if (ending_->failure) return fail(*ending_->failure);
  const bool overflow = ending_->outcome.kind == model::OutcomeKind::stack_overflow;
  const model::OutputRule output_rule = model::output_rule(ending_->outcome.kind);
  ports::ExecutionResult result;
  result.host_steps = run_->work().all.steps();
  result.host_steps_uninterrupted = run_->work().uninterrupted_max;
  result.host_memory_bytes = run_->memory_bytes();
  abi::RunOutputs outputs = run_->take(ending_->outcome.kind);
  result.receipt.job = request_.job_id;
  result.receipt.order = request_.order_cid;
  result.receipt.fuel = ending_->fuel;
  result.receipt.memory_pages = overflow ? request_.order.limits.max_memory_pages
                                         : static_cast<std::uint32_t>(limiter_.memory_bytes / kPageBytes);
  result.receipt.transcript = outputs.transcript.cid;
  result.receipt.outcome = ending_->outcome;
  ipld::Block effects = outputs.effects.to_block();
  result.receipt.effects = effects.cid;
  result.blocks = std::move(outputs.blocks);
  result.blocks.push_back(std::move(outputs.transcript));
  for (ipld::Block& chunk : outputs.transcript_chunks) result.blocks.push_back(std::move(chunk));
  result.blocks.push_back(std::move(effects));
  if (output_rule == model::OutputRule::always ||
      (output_rule == model::OutputRule::unless_empty && !outputs.output.empty()))
    result.receipt.output = ICN_TRY(cut_output(outputs.output, result.blocks));
  result.effects = std::move(outputs.effects);
  result.output = std::move(outputs.output);
  result.exit_code = ending_->exit_code;
  result.message = ending_->message;
  note_denied_growth(ending_->outcome.kind, request_.order.limits, limiter_, result);
  result.wall_ns = ended_ns_ - started_ns_;
  result.slices = slices_;
  result.memory_growth_denied = limiter_.memory_growth_denied;
  result.table_growth_denied = limiter_.table_growth_denied;
  result.host_calls = outputs.host_calls;
  for (std::size_t row = 0; row < outputs.calls_by_row.size(); ++row) {
    if (const std::uint64_t calls = outputs.calls_by_row[row]; calls > 0)
      result.calls_by_function.emplace_back(abi::host_table()[row].name, calls);
  }
  result.log = std::move(outputs.log);
  return result;
}

}  // namespace icn::wasm::detail
