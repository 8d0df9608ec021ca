// The view of a call function: the run, the guest's memory behind bounds checks, and the meter.
//
// Bytes reach the guest only through fill(), answer() and Cell::store(), which charge for them unless already charged.
// A call function ends the run by returning the error of trap(), exit() or lost().
#pragma once
#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <string_view>

#include "abi/detail/run_data.hpp"
#include "core/check.hpp"

namespace icn::abi {

static_assert(std::endian::native == std::endian::little, "guest memory is little-endian");

struct GuestStr {
  std::string_view text;
};
struct GuestBytes {
  ByteView view;
};
// Bytes to fill; only CallScope::fill writes them.
class OutBytes {
 public:
  OutBytes() = default;
  explicit OutBytes(std::span<std::uint8_t> room) : room_(room) {}
  [[nodiscard]] std::size_t size() const { return room_.size(); }

 private:
  friend class CallScope;
  std::span<std::uint8_t> room_;
};
// A fixed-size value to write; its few bytes are included in the row's base.
template <class T>
class Cell {
 public:
  Cell() = default;
  explicit Cell(std::uint8_t* at) : at_(at) {}
  void store(T value) const { std::memcpy(at_, &value, sizeof value); }

 private:
  std::uint8_t* at_ = nullptr;
};
// WASI buffer descriptions {address u32, length u32}; the descriptions lie within the memory, the buffers are checked
// on use.
struct IoVecs {
  ByteView descriptions;
  [[nodiscard]] std::size_t count() const { return descriptions.size() / 8; }
};
// An address whose extent the call computes.
struct GuestAddress {
  std::uint32_t value = 0;
};

// The answer is in the result register; this is its length.
struct Register {
  std::uint64_t length = 0;
};
// Numbers of WASI preview 1.
enum class Errno : std::uint16_t {
  success = 0,
  bad_fd = 8,
  invalid = 28,
  not_offered = 52,
  not_supported = 58,
  illegal_seek = 70
};
// Result of a call that does not return.
struct Never {};

class CallScope {
 public:
  CallScope(const HostFn& fn, HostCall& call)
      : fn_(fn), run_(call.run), data_(*call.run.data_), memory_(call.memory), wasm_fuel_(call.wasm_fuel_used) {}

  [[nodiscard]] const HostFn& fn() const { return fn_; }
  [[nodiscard]] RunData& data() const { return data_; }
  [[nodiscard]] const model::Job& job() const { return data_.in.job; }
  [[nodiscard]] const model::WasmSecurityLimits& limits() const { return data_.in.order.limits; }
  // Returns the index of this call in the run.
  [[nodiscard]] std::uint64_t call_index() const { return data_.calls - 1; }
  [[nodiscard]] Verdict verdict() const { return verdict_; }

  // Returns whether there was enough fuel; otherwise the verdict is out_of_fuel and nothing is taken.
  [[nodiscard]] bool take_fuel(std::uint64_t fuel) {
    const std::uint64_t used = wasm_fuel_ + run_.host_fuel_;
    if (used > run_.fuel_limit_ || fuel > run_.fuel_limit_ - used) {
      verdict_ = Verdict::out_of_fuel;
      return false;
    }
    run_.host_fuel_ += fuel;
    return true;
  }
  // Counts work before it is done and checks the stop flag periodically; `steps` is at most kUninterruptedStepsMax.
  // Errors: the run is asked to stop.
  [[nodiscard]] Result<void> work(std::uint64_t steps) {
    HostSteps& done = run_.work_;
    done.all.add(steps);
    done.since_look += steps;
    done.uninterrupted_max = std::max(done.uninterrupted_max, done.since_look);
    if (done.since_look < kStepsPerLook) [[likely]]
      return {};
    done.since_look = 0;
    if (!run_.stop_.load(std::memory_order_relaxed)) return {};
    verdict_ = Verdict::stopped;
    return fail(ErrorCode::stopped, "");
  }
  // Charges bytes at the row's price. Errors: the run is out of fuel.
  [[nodiscard]] Result<void> charge_bytes(std::uint64_t count);

  // Null if the bytes lie outside the memory; the verdict is then a guest fault. An empty range never faults, whatever
  // its address; its pointer may be null.
  [[nodiscard]] std::uint8_t* reach(std::uint32_t address, std::uint64_t length) {
    if (std::uint64_t{address} + length <= memory_.size()) [[likely]]
      return memory_.data() + address;
    if (length == 0) return memory_.data();
    fault(address, length);
    return nullptr;
  }
  // The bytes named by an argument; invoke() has checked that they lie within the memory.
  [[nodiscard]] std::span<std::uint8_t> range(std::uint32_t address, std::uint64_t length) {
    std::uint8_t* at = reach(address, length);
    ICN_CHECK(verdict_ == Verdict::resume);
    return {at, static_cast<std::size_t>(length)};
  }
  // For addresses that a call computes. Errors: the run ended.
  [[nodiscard]] Result<std::span<std::uint8_t>> slice(std::uint32_t address, std::uint64_t length);
  // Charges and copies; `bytes` fits into `out`. Errors: the run ended.
  [[nodiscard]] Result<void> fill(const OutBytes& out, ByteView bytes);
  // Copies bytes already charged. Errors: the run is asked to stop.
  [[nodiscard]] Result<void> copy(std::span<std::uint8_t> to, ByteView bytes);
  // Charges the full size of `out` and lets `compute` fill it piece by piece. Errors: the run ended.
  template <class Compute>
  [[nodiscard]] Result<void> fill_with(const OutBytes& out, Compute compute) {
    ICN_TRY(charge_bytes(out.size()));
    return in_pieces(out.room_, compute);
  }
  // Charges the bytes beyond `charged` and puts all of them in the result register. Errors: limit_exceeded, the run
  // ended.
  [[nodiscard]] Result<Register> answer(ByteView bytes, std::uint64_t charged = 0);

  // Collects an effect. Errors: the run ended (effects_limit).
  [[nodiscard]] Result<void> add_effect(decltype(model::Effect::what) effect);
  // Collects a block, and the effect that names it. Errors: the run ended (output_limit, effects_limit).
  [[nodiscard]] Result<void> add_block(ipld::Block block, decltype(model::Effect::what) effect);
  // The same for several blocks that one effect needs.
  [[nodiscard]] Result<void> add_blocks(std::vector<ipld::Block> blocks, decltype(model::Effect::what) effect);
  // Appends to the output. Errors: the run ended (output_limit).
  [[nodiscard]] Result<void> write_output(ByteView bytes);
  // Appends to the log as much as its limit allows. Errors: the run ended.
  [[nodiscard]] Result<void> write_log(std::string_view text);
  // The run's clock in nanoseconds since 1970: order time, sleeps and readings.
  [[nodiscard]] std::uint64_t now_ns() const;

  // Ends the run; the returned error only serves to leave the call function.
  [[nodiscard]] tl::unexpected<Error> trap(model::TrapCode code, std::string detail);
  [[nodiscard]] tl::unexpected<Error> exit(std::int32_t code);
  [[nodiscard]] tl::unexpected<Error> lost(Error why);
  void fault(std::uint32_t address, std::uint64_t length);

  // Turns an error into the verdict or the guest's answer.
  [[nodiscard]] Verdict refused(Error error, std::int64_t& answer);

 private:
  static constexpr std::uint64_t kStepsPerLook = 256 * 1024;
  // Processes bytes piece by piece. Errors: the run is asked to stop; the callback's.
  template <class Span, class Piece>
  [[nodiscard]] Result<void> in_pieces(Span bytes, Piece piece) {
    while (!bytes.empty()) {
      const Span part = bytes.first(std::min<std::size_t>(bytes.size(), kStepsPerLook));
      ICN_TRY(work(part.size()));
      piece(part);
      bytes = bytes.subspan(part.size());
    }
    return {};
  }

  const HostFn& fn_;
  RunState& run_;
  RunData& data_;
  std::span<std::uint8_t> memory_;
  std::uint64_t wasm_fuel_;
  Verdict verdict_ = Verdict::resume;
};

}  // namespace icn::abi
