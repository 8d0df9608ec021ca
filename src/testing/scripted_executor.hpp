// An executor for tests: a module is a text of commands, which a run executes. Deterministic, like the sandbox.
//
// The first line is "script"; then one command per line:
//   fuel N          burn fuel               output TEXT   write output       copy        write all inputs to the output
//   pages N         use memory pages        observe KEY   write what the order's observations hold
//   exit N          end as a program does   trap N        end in a trap      overflow    overflow the stack
//   loop            never end               log TEXT      a line of log      flaky N     let the first N runs fail
//   spend DID N     an effect               credit DID N  an effect          anchor CID  an effect
//   submit HEX      a job body, an effect   put HEX       a raw block, an effect
//   state KIND HEX  a statement's body, an effect              step NAME CID   an effect
//   repeat N        do the next command N times            heavy       never compiles: takes too much CPU time
// Thread safe; an Execution is used by one thread, except stop().
#pragma once
#include <atomic>
#include <map>
#include <set>

#include "core/mutex.hpp"
#include "ports/executor.hpp"

namespace icn::testing {

class ScriptedExecutor : public ports::Executor {
 public:
  static constexpr std::uint64_t kSliceFuel = 1'000'000;
  ScriptedExecutor();
  [[nodiscard]] Result<ports::ModuleInfo> inspect(ByteView module) const override;
  [[nodiscard]] Result<model::ModuleSize> preflight(ByteView module, const model::Job& job,
                                                    const model::WasmSecurityLimits& limits) const override;
  [[nodiscard]] Result<void> compile(const ipld::Cid& module, ByteView bytes,
                                     const ports::CompileTerms& terms) override;
  [[nodiscard]] Result<std::unique_ptr<ports::Execution>> start(ports::ExecutionRequest request) override;
  [[nodiscard]] const ports::ProfileTables& tables() const override { return tables_; }
  [[nodiscard]] bool knows(const model::Order& order) const override;
  // Executions started so far.
  [[nodiscard]] std::uint64_t starts() const { return starts_.load(); }
  // Modules compiled so far.
  [[nodiscard]] std::uint64_t compilations() const { return compilations_.load(); }

 private:
  ports::ProfileTables tables_;
  std::atomic<std::uint64_t> starts_{0};
  std::atomic<std::uint64_t> compilations_{0};
  Mutex mutex_;
  std::map<model::JobId, std::uint64_t> failures_ ICN_GUARDED_BY(mutex_);
  std::set<ipld::Cid> compiled_ ICN_GUARDED_BY(mutex_);
};

}  // namespace icn::testing
