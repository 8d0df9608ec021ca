// The one path of every host call.
#include <algorithm>
#include <array>
#include <exception>

#include "abi/detail/call_scope.hpp"

namespace icn::abi {
namespace {

void encode_result(const HostFn& fn, Raw* slots, std::int64_t answer) {
  if (fn.results.empty()) return;
  if (fn.results[0] == WasmType::i64) {
    slots[0].i64 = answer;
  } else {
    slots[0].i32 = static_cast<std::int32_t>(answer);
  }
}

// Base and the bytes that the arguments say go in.
std::uint64_t charge_of(const HostFn& fn, const std::int64_t* args) {
  std::uint64_t charge = fn.fuel.base;
  if (fn.fuel.per_byte == 0) return charge;
  for (std::uint32_t mask = fn.length_slots; mask != 0; mask &= mask - 1) {
    charge += std::uint64_t{fn.fuel.per_byte} * static_cast<std::uint32_t>(args[std::countr_zero(mask)]);
  }
  for (std::uint32_t mask = fn.vector_slots; mask != 0; mask &= mask - 1) {
    charge += std::uint64_t{8} * fn.fuel.per_byte * static_cast<std::uint32_t>(args[std::countr_zero(mask)]);
  }
  return charge;
}

Verdict run_call(const HostFn& fn, CallScope& scope, const Raw* slots, const std::int64_t* args, std::int64_t& answer) {
  const bool granted = scope.job().grants.has(fn.needs);
  if (!scope.take_fuel(granted ? charge_of(fn, args) : fn.fuel.base)) return Verdict::out_of_fuel;
  if (fn.answer == AnswerKind::result_register) scope.data().result.clear();
  if (granted) return fn.thunk(scope, slots, answer);
  return scope.refused(Error{ErrorCode::permission_denied,
                             "the job was not granted '" + std::string(model::capability_name(fn.needs)) + "'"},
                       answer);
}

model::CallEnd end_of(Verdict verdict) {
  if (verdict == Verdict::out_of_fuel) return model::CallEnd::out_of_fuel;
  return verdict == Verdict::exited ? model::CallEnd::exited : model::CallEnd::trap;
}

}  // namespace

Verdict invoke(const HostFn& fn, HostCall& call, Raw* slots) noexcept {
  RunState& run = call.run;
  // A stopped run ends before the call is charged or recorded, so that its fuel names this very place.
  if (run.stop_.load(std::memory_order_relaxed) || call.wasm_fuel_used + run.host_fuel_ >= run.stop_at_fuel_) {
    return Verdict::stopped;
  }
  RunData& data = *run.data_;
  try {
    std::array<std::int64_t, model::kTranscriptArgsMax> args;
    const std::size_t count = fn.params.size();
    for (std::size_t i = 0; i < count; ++i) args[i] = fn.params[i] == WasmType::i32 ? slots[i].i32 : slots[i].i64;
    data.transcript.open(fn.index, {args.data(), count});
    ++data.calls;
    ++data.calls_by_row[static_cast<std::size_t>(&fn - host_table().data())];
    CallScope scope(fn, call);
    std::int64_t answer = 0;
    const Verdict verdict = run_call(fn, scope, slots, args.data(), answer);
    if (verdict == Verdict::resume) [[likely]] {
      data.transcript.close(answer);
      encode_result(fn, slots, answer);
    } else {
      data.transcript.close(end_of(verdict));
    }
    return verdict;
  } catch (const std::exception& error) {
    run.failure_ = Error{ErrorCode::infrastructure, std::string(fn.name) + ": " + error.what()};
  } catch (...) {
    run.failure_ = Error{ErrorCode::infrastructure, "a host call failed"};
  }
  return Verdict::infrastructure;
}

Result<void> CallScope::charge_bytes(std::uint64_t count) {
  if (take_fuel(count * fn_.fuel.per_byte)) [[likely]]
    return {};
  return fail(ErrorCode::out_of_fuel, "");
}

Result<std::span<std::uint8_t>> CallScope::slice(std::uint32_t address, std::uint64_t length) {
  std::uint8_t* at = reach(address, length);
  if (verdict_ != Verdict::resume) return fail(ErrorCode::guest_fault, "");
  return std::span<std::uint8_t>(at, static_cast<std::size_t>(length));
}

Result<void> CallScope::fill(const OutBytes& out, ByteView bytes) {
  ICN_TRY(charge_bytes(bytes.size()));
  if (!bytes.empty()) std::memcpy(out.room_.data(), bytes.data(), bytes.size());
  return {};
}

Result<std::span<std::uint8_t>> CallScope::room(const OutBytes& out) {
  ICN_TRY(charge_bytes(out.room_.size()));
  return out.room_;
}

Result<Register> CallScope::answer(ByteView bytes) {
  if (bytes.size() > kResultBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "result_bytes_max",
        "the answer has " + std::to_string(bytes.size()) + " bytes, at most " + std::to_string(kResultBytesMax));
  }
  ICN_TRY(charge_bytes(bytes.size()));
  data_.result.assign(bytes.begin(), bytes.end());
  return Register{bytes.size()};
}

Result<void> CallScope::add_effect(decltype(model::Effect::what) effect) {
  const std::uint32_t most = limits().max_effects;
  if (data_.effects.list.size() >= most) {
    return trap(model::TrapCode::effects_limit,
                std::string(fn_.name) + ": more than max_effects = " + std::to_string(most) + " effects");
  }
  data_.effects.list.push_back(model::Effect{call_index(), std::move(effect)});
  return {};
}

Result<void> CallScope::write_output(ByteView bytes) {
  const std::uint64_t most = limits().max_output_bytes;
  if (bytes.size() > most - data_.output.size()) {
    return trap(model::TrapCode::output_limit,
                std::string(fn_.name) + ": more output than max_output_bytes = " + std::to_string(most));
  }
  append(data_.output, bytes);
  return {};
}

void CallScope::write_log(std::string_view text) {
  const std::uint64_t room = limits().max_log_bytes - data_.log.size();
  const std::string_view kept = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, text.size())));
  data_.log += kept;
  if (data_.in.on_log && !kept.empty()) data_.in.on_log(kept);
  if (kept.size() == text.size() || data_.log_cut) return;
  data_.log_cut = true;
  if (data_.in.on_log)
    data_.in.on_log("\n[the log ends here: max_log_bytes = " + std::to_string(limits().max_log_bytes) + "]\n");
}

std::uint64_t CallScope::now_ns() const {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  const std::uint64_t ms = data_.in.order.time.value;
  const std::uint64_t start = ms > UINT64_MAX / kNsPerMs ? UINT64_MAX : ms * kNsPerMs;
  return data_.elapsed_ns > UINT64_MAX - start ? UINT64_MAX : start + data_.elapsed_ns;
}

tl::unexpected<Error> CallScope::trap(model::TrapCode code, std::string detail) {
  verdict_ = Verdict::trap;
  run_.trap_ = code;
  run_.trap_detail_ = std::move(detail);
  return fail(ErrorCode::trap, "");
}

tl::unexpected<Error> CallScope::exit(std::int32_t code) {
  verdict_ = Verdict::exited;
  run_.exit_code_ = code;
  return fail(ErrorCode::stopped, "");
}

tl::unexpected<Error> CallScope::lost(Error why) {
  verdict_ = Verdict::infrastructure;
  why.detail = std::string(fn_.name) + ": " + why.detail;
  why.code = ErrorCode::infrastructure;
  run_.failure_ = std::move(why);
  return fail(ErrorCode::infrastructure, "");
}

void CallScope::fault(std::uint32_t address, std::uint64_t length) {
  static_cast<void>(trap(model::TrapCode::guest_fault, std::string(fn_.module) + "." + std::string(fn_.name) + ": " +
                                                           std::to_string(length) + " bytes at address " +
                                                           std::to_string(address) + " lie outside the memory of " +
                                                           std::to_string(memory_.size()) + " bytes"));
}

Verdict CallScope::refused(Error error, std::int64_t& answer) {
  if (verdict_ != Verdict::resume) return verdict_;
  // A WASI call says its errno itself; an error here means that an argument could not be read.
  answer = fn_.answer == AnswerKind::wasi_errno ? static_cast<std::int64_t>(Errno::invalid) : abi_number(error.code);
  if (fn_.answer == AnswerKind::result_register) data_.result.clear();
  data_.refused_fn = &fn_;
  data_.refusal = std::move(error);
  return verdict_;
}

}  // namespace icn::abi
