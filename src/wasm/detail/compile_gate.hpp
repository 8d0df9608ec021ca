// Who compiles when: a bounded number of modules at a time, each of them once, and none again for a while that used up
// what this program gives a compilation.
//
// Modules that are compiled already do not come here, so that slow ones delay only those that have to be compiled too.
// Thread safe.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "core/mutex.hpp"
#include "ipld/cid.hpp"
#include "ports/clock.hpp"

namespace icn::wasm::detail {

// Modules that are remembered; the one that is forgotten soonest makes room.
inline constexpr std::size_t kRefusalsMax = 1'024;

class CompileGate {
 public:
  // Without a clock nothing is remembered.
  CompileGate(std::size_t compilations_max, std::uint64_t refusal_memory_secs, std::shared_ptr<ports::Clock> clock);
  // Calls `compile` when it is this module's turn, on this thread. `stopping` ends the wait. Errors: those of
  // `compile`, infrastructure (stopped). An error with the rule kCompileCpu or kCompileMemory is remembered and
  // answered again without a call.
  using Compile = std::function<Result<void>()>;
  [[nodiscard]] Result<void> pass(const ipld::Cid& module, const Compile& compile,
                                  const std::function<bool()>& stopping);

 private:
  struct Refusal {
    Error error;
    std::uint64_t until_ns;
  };
  [[nodiscard]] Result<void> remembered(const ipld::Cid& module) ICN_REQUIRES(mutex_);
  void remember(const ipld::Cid& module, const Error& error) ICN_REQUIRES(mutex_);

  const std::size_t compilations_max_;
  const std::uint64_t refusal_memory_secs_;
  const std::shared_ptr<ports::Clock> clock_;
  Mutex mutex_;
  Condition changed_;
  std::set<ipld::Cid> under_way_ ICN_GUARDED_BY(mutex_);
  std::map<ipld::Cid, Refusal> refusals_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::wasm::detail
