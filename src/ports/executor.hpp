// Runs a job under an order. The sandbox (src/wasm) is the production implementation.
//
// A run advances in slices: the thread that owns the Execution calls poll() until it is finished, and may interleave
// slices of several executions, check deadlines between them or stop one. An Execution is used by one thread.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ipld/block_reader.hpp"
#include "model/effect.hpp"
#include "model/host_work.hpp"
#include "model/job.hpp"
#include "model/order.hpp"
#include "model/receipt.hpp"
#include "ports/backend.hpp"

namespace icn::ports {

// Why a run was stopped from outside.
enum class StopReason : std::uint8_t { none, deadline, cancelled, shutdown };

// Rules of errors that a module causes in compilation, each time again: it exceeded a resource, or the compiler crashed
// on it.
inline constexpr std::string_view kCompileCpuRule = "compile_cpu";
inline constexpr std::string_view kCompileMemoryRule = "compile_memory";
inline constexpr std::string_view kCompileCrashRule = "compile_crash";
[[nodiscard]] constexpr bool is_of_the_module(std::string_view rule) {
  return rule == kCompileCpuRule || rule == kCompileMemoryRule || rule == kCompileCrashRule;
}

// Rules of the error busy for a start that found no room: it can be tried again when a run has ended.
inline constexpr std::string_view kRunsRule = "max_runs";
inline constexpr std::string_view kMemoryRoomRule = "memory_room";
[[nodiscard]] inline bool is_no_room(const Error& error) {
  return error.code == ErrorCode::busy && (error.rule == kRunsRule || error.rule == kMemoryRoomRule);
}

// The owner of a compilation, and how long it may wait.
struct CompileTerms {
  std::string owner;               // whose turn it takes: a member's DID as text
  std::uint64_t refusal_secs = 0;  // how long a module that exceeded a compilation's resources is not compiled again
  // Polled while it takes its time: true ends it with an infrastructure error.
  std::function<bool()> stopping = {};
  // Called on the waiting thread when the module is not compiled here and its turn has come.
  std::function<void()> begun = {};
};

struct ExecutionRequest {
  model::JobId job_id;
  model::Job job;
  ipld::Cid order_cid;
  model::Order order;
  model::Observations observations;
  Bytes module;
  std::vector<Bytes> inputs;  // in the order of job.inputs
  // Blocks that a guest may read in addition to its inputs (declared `dag:` keys); missing_data is an infrastructure
  // failure.
  ipld::BlockReader blocks;
  // Lines and pieces of the log as they are written, for observers; never part of the receipt.
  std::function<void(std::string_view)> on_log;
  std::function<void(std::uint32_t ppm, std::string_view text)> on_progress;
  CompileTerms compiling;  // for a start whose module is not compiled here
  // Replay of a `stopped` receipt: stop once this much fuel is used, as the stopped run did.
  std::optional<std::uint64_t> stop_at_fuel;
};

// Rules of runs that failed after a growth beyond their limits was denied.
inline constexpr std::string_view kMemoryGrowthDenied = "memory_growth_denied";
inline constexpr std::string_view kTableGrowthDenied = "table_growth_denied";

// What an honest executor reproduces, and the blocks that contain it.
struct ExecutionResult {
  model::Receipt receipt;           // complete body
  std::vector<ipld::Block> blocks;  // output, transcript, effects, blocks put by the guest
  model::Effects effects;
  Bytes output;                // the bytes that receipt.output names
  std::int64_t exit_code = 0;  // of a WASI program, for display
  std::string message;         // what happened, for display: a trap with its place, a limit with its value
  std::string rule;            // the limit that may have made it fail: kMemoryGrowthDenied, kTableGrowthDenied
  // Unsigned facts about this machine.
  std::uint64_t wall_ns = 0;
  std::uint64_t slices = 0;
  std::uint64_t memory_growth_denied = 0;
  std::uint64_t table_growth_denied = 0;
  std::uint64_t host_calls = 0;
  std::uint64_t host_steps = 0;  // bytes and entries that host calls examined; each costs at least one fuel
  std::uint64_t host_steps_uninterrupted = 0;  // the most of them between two checks of the stop flag
  std::uint64_t host_memory_bytes = 0;         // allocated by host calls, in addition to the guest's memory
  std::vector<std::pair<std::string_view, std::uint64_t>> calls_by_function;  // names of the host table's rows
  std::string log;                                                            // bounded by max_log_bytes
};

enum class RunState : std::uint8_t { running, finished };

class Execution {
 public:
  virtual ~Execution() = default;
  // Runs at most one slice on the calling thread.
  virtual RunState poll() = 0;
  // Asks the run to end at the next slice or host call; may be called from any thread, repeatedly.
  virtual void stop(StopReason reason) = 0;
  [[nodiscard]] virtual std::uint64_t fuel_used() const = 0;
  // Call it once finished. Errors: infrastructure only (no receipt, nothing is charged), also after
  // StopReason::shutdown.
  [[nodiscard]] virtual Result<ExecutionResult> finish() = 0;
};

// What a module declares, found without compiling it.
struct ModuleInfo {
  model::ModuleSize size;
  std::uint64_t function_bytes_max = 0;
  std::uint32_t functions = 0;
  std::uint32_t globals = 0;
  std::uint32_t tables = 0;
  std::uint32_t table_size_max = 0;  // the largest minimum of a table
  std::uint32_t memories = 0;
  std::uint32_t memory_pages = 0;  // minimum
  std::optional<std::uint32_t> memory_pages_max;
  std::vector<std::string> entries;     // exports a job may name
  bool is_reactor = false;              // exports _initialize and no _start: a library for other programs
  std::vector<std::string> host_calls;  // imported rows, "icn.host_…" or "wasi_snapshot_preview1.…"
};

// CIDs of the tables that an order names, and the tables.
struct ProfileTables {
  ipld::Block profile;
  ipld::Block costs;
  ipld::Block abi;
};

class Executor {
 public:
  virtual ~Executor() = default;
  // Parses without compiling. Errors: invalid_module (place and reason).
  [[nodiscard]] virtual Result<ModuleInfo> inspect(ByteView module) const = 0;
  // Checks everything that can make a job refusable before anything is reserved: structure, validity, imports, entry,
  // limits (naming the rule and the bound). Does not compile.
  [[nodiscard]] virtual Result<model::ModuleSize> preflight(ByteView module, const model::Job& job,
                                                            const model::WasmSecurityLimits& limits) const = 0;
  // Compiles a module that passed preflight, unless it is already compiled here, and keeps the result for its start.
  // Waits for its turn on the calling thread. Errors: invalid_module, limit_exceeded (rule compile_cpu or
  // compile_memory: it exceeds a compilation's resources), unsupported (rule compile_crash), busy (rule compile_queue:
  // too many wait), infrastructure (this machine, or stopped).
  [[nodiscard]] virtual Result<void> compile(const ipld::Cid& module, ByteView bytes, const CompileTerms& terms) = 0;
  // Whether a run with so much memory finds room now; it may be gone at the start. Errors: busy (is_no_room()).
  [[nodiscard]] virtual Result<void> check_room(std::uint64_t memory_pages) const {
    static_cast<void>(memory_pages);
    return {};
  }
  // Compiles (or takes from the cache) and instantiates. Errors: invalid_module, limit_exceeded (refusals that the
  // home's preflight missed), unknown_profile, infrastructure, busy (is_no_room()).
  [[nodiscard]] virtual Result<std::unique_ptr<Execution>> start(ExecutionRequest request) = 0;
  [[nodiscard]] virtual const ProfileTables& tables() const = 0;
  // Whether this executor can honour an order's profile, costs and abi exactly.
  [[nodiscard]] virtual bool knows(const model::Order& order) const = 0;
  [[nodiscard]] virtual const Descriptor& descriptor() const { return kUndeclared; }

 private:
  static constexpr Descriptor kUndeclared = undeclared("executor");
};

}  // namespace icn::ports
