// Who compiles when: a bounded number of modules at a time, in turns by owner, each of them once, and none again for a
// while that used up what this program gives a compilation.
//
// Modules that are compiled already do not come here, so that slow ones delay only those that have to be compiled too.
// Of one profile: what it remembers is about modules under that. Thread safe.
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

// Modules that are remembered; the one that is forgotten soonest makes room.
inline constexpr std::size_t kRefusalsMax = 1'024;
// Compilations that wait, in all and of one owner; a start is not counted against them.
inline constexpr std::size_t kCompilesWaitingMax = 64;
inline constexpr std::size_t kCompilesWaitingOfOneMax = 8;

class CompileGate {
 public:
  // Whether one more may wait when as many wait as may: a start that was accepted has a thread of its own.
  enum class Entry : std::uint8_t { bounded, unbounded };
  // So many of one owner at a time, and one more of another. Without a clock nothing is remembered.
  CompileGate(std::size_t compilations_max, std::shared_ptr<ports::Clock> clock);
  // Calls `compile` when it is this module's turn, on this thread. The terms may end the wait. Errors: those of
  // `compile`, infrastructure (stopped), busy with the rule compile_queue. An error with the rule kCompileCpu or
  // kCompileMemory is remembered for the time of the terms and answered again without a call.
  using Compile = std::function<Result<void>()>;
  [[nodiscard]] Result<void> pass(const ipld::Cid& module, const ports::CompileTerms& terms, Entry entry,
                                  const Compile& compile);

 private:
  struct Refusal {
    Error error;
    std::uint64_t until_ns;
  };
  // One that waits for its turn, on its thread's stack.
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
