// Schedules compilations: a bounded number at a time, in turns by owner, each module once. A module that exceeded a
// compilation limit is refused for a while.
//
// Compiled modules bypass the gate, so slow compilations delay only other compilations. A gate serves one profile: the
// refusals it remembers hold for that profile only. Thread safe.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/fair_queue.hpp"
#include "core/mutex.hpp"
#include "ipld/cid.hpp"
#include "ports/clock.hpp"
#include "ports/executor.hpp"

namespace icn::wasm::detail {

// Remembered refusals; when full, the one that expires first is dropped.
inline constexpr std::size_t kRefusalsMax = 1'024;
// Waiting compilations, in total and per owner; starts of accepted jobs do not count.
inline constexpr std::size_t kCompilesWaitingMax = 64;
inline constexpr std::size_t kCompilesWaitingOfOneMax = 8;

class CompileGate {
 public:
  // Whether the limits on waiting apply. A start of an accepted job is unbounded: it has its own thread.
  enum class Entry : std::uint8_t { bounded, unbounded };
  // At most `compilations_max` of one owner at a time, plus one of another owner. Without a clock nothing is
  // remembered.
  CompileGate(std::size_t compilations_max, std::shared_ptr<ports::Clock> clock);
  // Calls `compile` on this thread when it is the module's turn; `terms` can end the wait. Errors: those of `compile`,
  // infrastructure (stopped), busy with the rule compile_queue. An error with the rule kCompileCpu or kCompileMemory is
  // remembered for the duration in `terms` and returned again without calling `compile`.
  using Compile = std::function<Result<void>()>;
  [[nodiscard]] Result<void> pass(const ipld::Cid& module, const ports::CompileTerms& terms, Entry entry,
                                  const Compile& compile);

 private:
  struct Refusal {
    Error error;
    std::uint64_t until_ns;
  };
  // A waiting compilation, on its thread's stack.
  struct Waiting {
    const ipld::Cid& module;
    bool has_turn = false;
  };
  [[nodiscard]] Result<void> wait_for_turn(const ipld::Cid& module, const ports::CompileTerms& terms, Entry entry);
  void give_turns() ICN_REQUIRES(mutex_);
  [[nodiscard]] Result<void> remembered(const ipld::Cid& module) ICN_REQUIRES(mutex_);
  void remember(const ipld::Cid& module, const Error& error, std::uint64_t secs) ICN_REQUIRES(mutex_);

  const std::shared_ptr<ports::Clock> clock_;
  Mutex mutex_;
  Condition changed_;
  FairQueue<Waiting*> queue_ ICN_GUARDED_BY(mutex_);
  std::set<ipld::Cid> under_way_ ICN_GUARDED_BY(mutex_);
  std::map<ipld::Cid, Refusal> refusals_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::wasm::detail
