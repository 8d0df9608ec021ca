// What a running guest can see and change, and the one path of every host call.
//
// The sandbox (src/wasm) links each row of host_table() to one thunk that calls invoke(); it knows nothing about rows.
// A RunState belongs to one run and one thread; only `stop` may be touched by others. Nothing here reads a clock, a
// balance or any configuration of the executor: a run is a pure function of its order.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/work.hpp"
#include "ipld/block_reader.hpp"
#include "model/capability.hpp"
#include "model/effect.hpp"
#include "model/job.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"

namespace icn::abi {

// One slot of a wasm call, as the engine passes it.
union Raw {
  std::int32_t i32;
  std::int64_t i64;
  std::uint8_t v128[16];
};

enum class WasmType : std::uint8_t { i32, i64 };
[[nodiscard]] constexpr std::string_view wasm_type_name(WasmType type) { return type == WasmType::i32 ? "i32" : "i64"; }

// How a host call ends for the guest.
enum class Verdict : std::uint8_t {
  resume,          // results are in the slots
  out_of_fuel,     // the charge exceeds the fuel left: the run ends, fuel = limit
  trap,            // RunState::trap says which (guest_fault, output_limit, …)
  exited,          // proc_exit: RunState::exit_code
  stopped,         // the stop flag was set
  infrastructure,  // RunState::failure says what: there is no receipt
};

class RunState;

// One call: the run, the guest's memory as it is now, and the fuel the guest has burned so far (wasm only).
struct HostCall {
  RunState& run;
  std::span<std::uint8_t> memory;
  std::uint64_t wasm_fuel_used = 0;
};

class CallScope;
// Decodes the slots, runs the call and says its answer; made by host_fn.hpp, never by hand, called by invoke() only.
using Thunk = Verdict (*)(CallScope& call, const Raw* slots, std::int64_t& answer);

struct FuelCost {
  std::uint32_t base = 0;
  std::uint32_t per_byte = 0;  // of the bytes that go in or out
  std::uint32_t per_item = 0;  // of the WASI buffer descriptions given
};

// What an argument means: how it is decoded, described and attacked by the conformance tests.
enum class ArgKind : std::uint8_t {
  i32,
  u32,
  i64,
  u64,
  text,     // address and length of UTF-8 text to read
  bytes,    // address and length of bytes to read
  buffer,   // address and length of bytes to fill
  cell,     // address of one value of fixed size to write
  iovecs,   // address and count of WASI buffer descriptions
  address,  // address whose extent the call computes
};
struct ArgInfo {
  ArgKind kind = ArgKind::i32;
  std::uint8_t slots = 1;
  std::uint8_t cell_bytes = 0;  // of a cell
  // Bytes of one unit of what the second slot counts, or 0 when there is no such slot.
  [[nodiscard]] constexpr std::uint64_t unit_bytes() const { return slots != 2 ? 0 : kind == ArgKind::iovecs ? 8 : 1; }
};

// Where a call's answer is.
enum class AnswerKind : std::uint8_t {
  number,           // zero or more, or -code of the error table
  result_register,  // bytes in the result register; the number is their length, or -code
  wasi_errno,       // 0 or an errno of WASI preview 1
  never,            // the call does not come back
};

// One row of the host table.
struct HostFn {
  std::uint32_t index = 0;  // frozen; WASI rows begin at 1000
  std::string_view module;  // "icn" or "wasi_snapshot_preview1"
  std::string_view name;
  std::span<const WasmType> params;
  std::span<const WasmType> results;
  std::span<const ArgInfo> args;
  std::string_view arg_names;  // one word per argument, separated by blanks
  AnswerKind answer = AnswerKind::number;
  std::uint32_t length_slots = 0;  // bit per slot that holds the length of bytes going in
  std::uint32_t vector_slots = 0;  // bit per slot that counts WASI buffer descriptions, 8 bytes each
  FuelCost fuel;
  model::Capability needs = model::Capability::none;
  std::string_view doc;
  std::string_view request;   // JSON Schema of a JSON argument, or empty
  std::string_view response;  // JSON Schema of the result register's content, or empty
  Thunk thunk = nullptr;
};

// Every row, sorted by index.
[[nodiscard]] std::span<const HostFn> host_table();
[[nodiscard]] const HostFn* find_host_fn(std::string_view module, std::string_view name);

// Stop flag → limit → base → capability → bounds → bytes → decode → run → record → encode. Never throws, never leaves
// the guest's memory. The results replace the arguments from slots[0] on. A denied call costs its base and answers
// -permission_denied; one whose arguments name bytes outside the memory costs its base and traps. A call that is
// stopped in its middle has not happened: neither charged nor recorded, so that the run's fuel names the place before.
// Neither has a call of a run that is over its limit already.
[[nodiscard]] Verdict invoke(const HostFn& fn, HostCall& call, Raw* slots) noexcept;

// What a run is given.
struct RunInputs {
  model::JobId job_id;
  model::Job job;
  model::Order order;
  model::Observations observations;
  std::vector<Bytes> inputs;
  ipld::BlockReader blocks;
  std::function<void(std::string_view)> on_log;
  std::function<void(std::uint32_t ppm, std::string_view text)> on_progress;
  // Replay of a stopped run: the first host call at or above this fuel ends it as the stop flag did then.
  std::optional<std::uint64_t> stop_at_fuel;
};

// What a run leaves behind, complete once the guest has ended.
struct RunOutputs {
  Bytes output;
  std::string log;
  model::Effects effects;
  std::vector<ipld::Block> blocks;             // put by the guest or submitted jobs' bodies
  ipld::Block transcript;                      // the stored list of chunk hashes
  std::vector<ipld::Block> transcript_chunks;  // raw chunks kept: the first 1 MiB
  std::uint64_t host_calls = 0;
  std::vector<std::uint64_t> calls_by_row;  // in the order of host_table()
};

// What the calls of a run did for it, in steps: a byte looked at or moved, an entry visited. A step costs a fuel at
// least; between two looks at the stop flag there are at most kUninterruptedStepsMax.
inline constexpr std::uint64_t kUninterruptedStepsMax = 4 * 1024 * 1024;
struct HostSteps {
  Work all;
  std::uint64_t since_look = 0;
  std::uint64_t uninterrupted_max = 0;  // the most between two looks
};

struct RunData;

class RunState {
 public:
  explicit RunState(RunInputs inputs);
  ~RunState();
  RunState(const RunState&) = delete;
  RunState& operator=(const RunState&) = delete;

  // Host charges so far; wasm fuel + this is what the limit bounds.
  [[nodiscard]] std::uint64_t host_fuel() const { return host_fuel_; }
  [[nodiscard]] std::uint64_t fuel_limit() const { return fuel_limit_; }
  // Set from any thread; host calls and slices honour it.
  [[nodiscard]] std::atomic<bool>& stop_flag() { return stop_; }

  [[nodiscard]] const HostSteps& work() const { return work_; }
  // Bytes of this machine's memory that the run's calls hold, besides the guest's own and its inputs.
  [[nodiscard]] std::uint64_t memory_bytes() const;

  [[nodiscard]] std::optional<std::int32_t> exit_code() const { return exit_code_; }
  [[nodiscard]] std::optional<model::TrapCode> trap() const { return trap_; }
  [[nodiscard]] const std::string& trap_detail() const { return trap_detail_; }
  [[nodiscard]] const Error& failure() const { return failure_; }

  // The latest refusal a guest got, in words: "icn.host_account_spend_mana answered budget_exceeded: …"; empty if
  // there was none.
  [[nodiscard]] std::string last_refusal() const;

  // The i64 of a `run` export becomes the output (8 bytes little-endian) unless the guest wrote output.
  void set_run_value(std::int64_t value);
  // Moves everything out. Output is kept of ok and nonzero_exit, effects and blocks of ok only. For stack_overflow the
  // transcript is that of a run without calls.
  [[nodiscard]] RunOutputs take(model::OutcomeKind outcome);

 private:
  friend class CallScope;  // the call functions' view of this state (abi/detail)
  friend Verdict invoke(const HostFn& fn, HostCall& call, Raw* slots) noexcept;
  std::unique_ptr<RunData> data_;
  std::uint64_t fuel_limit_ = 0;
  std::uint64_t stop_at_fuel_ = UINT64_MAX;
  std::uint64_t host_fuel_ = 0;
  HostSteps work_;
  std::atomic<bool> stop_{false};
  std::optional<std::int32_t> exit_code_;
  std::optional<model::TrapCode> trap_;
  std::string trap_detail_;
  Error failure_;
};

// Tables for an order: the host costs and the host rows as dag-cbor blocks; their CIDs freeze both.
[[nodiscard]] ipld::Block costs_table();
[[nodiscard]] ipld::Block abi_table();

}  // namespace icn::abi
