// The single path of every host call.
#include <algorithm>
#include <array>
#include <exception>

#include "abi/detail/call_scope.hpp"

namespace icn::abi {
namespace {

constexpr std::size_t kRefusalBytesMax = 600;

void encode_result(const HostFn& fn, Raw* slots, std::int64_t answer) {
  if (fn.results.empty()) return;
  if (fn.results[0] == WasmType::i64) {
    slots[0].i64 = answer;
  } else {
    slots[0].i32 = static_cast<std::int32_t>(answer);
  }
}

// The bytes and buffer descriptions that the arguments declare as input.
std::uint64_t charge_of(const HostFn& fn, const std::int64_t* args) {
  std::uint64_t charge = 0;
  for (std::uint32_t mask = fn.length_slots; mask != 0; mask &= mask - 1) {
    charge += std::uint64_t{fn.fuel.per_byte} * static_cast<std::uint32_t>(args[std::countr_zero(mask)]);
  }
  for (std::uint32_t mask = fn.vector_slots; mask != 0; mask &= mask - 1) {
    charge += std::uint64_t{fn.fuel.per_item} * static_cast<std::uint32_t>(args[std::countr_zero(mask)]);
  }
  return charge;
}

// Checks every range named by the arguments before charging for its length. Errors: a guest fault; limit_exceeded for a
// text that exceeds the limit.
Result<void> check_ranges(const HostFn& fn, CallScope& scope, const std::int64_t* args) {
  std::size_t slot = 0;
  for (const ArgInfo& arg : fn.args) {
    const std::uint64_t unit = arg.unit_bytes();
    if (unit != 0 || arg.kind == ArgKind::cell) {
      const std::uint64_t length = unit == 0 ? arg.cell_bytes : unit * static_cast<std::uint32_t>(args[slot + 1]);
      ICN_TRY(scope.slice(static_cast<std::uint32_t>(args[slot]), length));
      if (arg.kind == ArgKind::text && length > kTextBytesMax) {
        return refuse(ErrorCode::limit_exceeded, "text_bytes_max",
                      "a text of " + std::to_string(length) + " bytes, at most " + std::to_string(kTextBytesMax));
      }
    }
    slot += arg.slots;
  }
  return {};
}

Verdict run_call(const HostFn& fn, CallScope& scope, const Raw* slots, const std::int64_t* args, std::int64_t& answer) {
  if (!scope.take_fuel(fn.fuel.base)) return Verdict::out_of_fuel;
  if (fn.answer == AnswerKind::result_register) scope.data().result.clear();
  if (!scope.job().grants.has(fn.needs)) {
    return scope.refused(Error{ErrorCode::permission_denied,
                               "the job was not granted '" + std::string(model::capability_name(fn.needs)) + "'"},
                         answer);
  }
  if (!fn.args.empty()) {
    if (auto within = check_ranges(fn, scope, args); !within) return scope.refused(std::move(within).error(), answer);
    if (!scope.take_fuel(charge_of(fn, args))) return Verdict::out_of_fuel;
  }
  return fn.thunk(scope, slots, answer);
}

model::CallEnd end_of(Verdict verdict) {
  if (verdict == Verdict::out_of_fuel) return model::CallEnd::out_of_fuel;
  return verdict == Verdict::exited ? model::CallEnd::exited : model::CallEnd::trap;
}

}  // namespace

Verdict invoke(const HostFn& fn, HostCall& call, Raw* slots) noexcept {
  RunState& run = call.run;
  // A stopped run ends before the call is charged or recorded, so its fuel identifies exactly this point.
  if (run.stop_.load(std::memory_order_relaxed) || call.wasm_fuel_used + run.host_fuel_ >= run.stop_at_fuel_) {
    return Verdict::stopped;
  }
  // A run over its limit has ended before this call; its transcript does not depend on where the engine checks next.
  if (call.wasm_fuel_used + run.host_fuel_ > run.fuel_limit_) [[unlikely]]
    return Verdict::out_of_fuel;
  RunData& data = *run.data_;
  try {
    std::array<std::int64_t, model::kTranscriptArgsMax> args;
    const std::size_t count = fn.params.size();
    for (std::size_t i = 0; i < count; ++i) args[i] = fn.params[i] == WasmType::i32 ? slots[i].i32 : slots[i].i64;
    data.transcript.open(fn.index, {args.data(), count});
    std::uint64_t& calls_of_row = data.calls_by_row[static_cast<std::size_t>(&fn - host_table().data())];
    ++data.calls;
    ++calls_of_row;
    const std::uint64_t fuel_before = run.host_fuel_;
    CallScope scope(fn, call);
    std::int64_t answer = 0;
    const Verdict verdict = run_call(fn, scope, slots, args.data(), answer);
    if (verdict == Verdict::resume) [[likely]] {
      data.transcript.close(answer);
      encode_result(fn, slots, answer);
    } else if (verdict == Verdict::stopped) {
      // The entry is left open, which keeps it out of the transcript.
      run.host_fuel_ = fuel_before;
      --data.calls;
      --calls_of_row;
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
  return copy(out.room_, bytes);
}

Result<void> CallScope::copy(std::span<std::uint8_t> room, ByteView bytes) {
  std::uint8_t* to = room.data();
  return in_pieces(bytes, [&](ByteView part) {
    std::memcpy(to, part.data(), part.size());
    to += part.size();
  });
}

Result<Register> CallScope::answer(ByteView bytes, std::uint64_t charged) {
  ICN_TRY(charge_bytes(bytes.size() - std::min<std::uint64_t>(charged, bytes.size())));
  if (bytes.size() > kResultBytesMax) {
    return refuse(
        ErrorCode::limit_exceeded, "result_bytes_max",
        "the answer has " + std::to_string(bytes.size()) + " bytes, at most " + std::to_string(kResultBytesMax));
  }
  ICN_TRY(work(bytes.size()));
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

Result<void> CallScope::add_block(ipld::Block block, decltype(model::Effect::what) effect) {
  std::vector<ipld::Block> one;
  one.push_back(std::move(block));
  return add_blocks(std::move(one), std::move(effect));
}

Result<void> CallScope::add_blocks(std::vector<ipld::Block> blocks, decltype(model::Effect::what) effect) {
  const std::uint64_t most = limits().max_output_bytes;
  std::uint64_t bytes = 0;
  for (const ipld::Block& block : blocks) bytes += block.bytes.size();
  if (bytes > most - data_.block_bytes) {
    return trap(model::TrapCode::output_limit,
                std::string(fn_.name) + ": more bytes of blocks than max_output_bytes = " + std::to_string(most));
  }
  ICN_TRY(add_effect(std::move(effect)));
  data_.block_bytes += bytes;
  data_.blocks.insert(data_.blocks.end(), std::make_move_iterator(blocks.begin()),
                      std::make_move_iterator(blocks.end()));
  return {};
}

Result<void> CallScope::write_output(ByteView bytes) {
  const std::uint64_t most = limits().max_output_bytes;
  if (bytes.size() > most - data_.output.size()) {
    return trap(model::TrapCode::output_limit,
                std::string(fn_.name) + ": more output than max_output_bytes = " + std::to_string(most));
  }
  return in_pieces(bytes, [&](ByteView part) { append(data_.output, part); });
}

Result<void> CallScope::write_log(std::string_view text) {
  const std::uint64_t room = limits().max_log_bytes - data_.log.size();
  const std::string_view kept = text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(room, text.size())));
  ICN_TRY(in_pieces(view_of(kept), [&](ByteView part) {
    data_.log += text_of(part);
    if (data_.in.on_log) data_.in.on_log(text_of(part));
  }));
  if (kept.size() == text.size() || data_.log_cut) return {};
  data_.log_cut = true;
  if (data_.in.on_log)
    data_.in.on_log("\n[the log ends here: max_log_bytes = " + std::to_string(limits().max_log_bytes) + "]\n");
  return {};
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
  // A WASI call returns its errno itself; an error here means that an argument could not be read.
  answer = fn_.answer == AnswerKind::wasi_errno ? static_cast<std::int64_t>(Errno::invalid) : abi_number(error.code);
  if (fn_.answer == AnswerKind::result_register) data_.result.clear();
  data_.refused_fn = &fn_;
  // A refusal quotes its subject, clipped if it is long.
  if (error.detail.size() > kRefusalBytesMax) error.detail = clipped_utf8(error.detail, kRefusalBytesMax);
  data_.refusal = std::move(error);
  return verdict_;
}

}  // namespace icn::abi
