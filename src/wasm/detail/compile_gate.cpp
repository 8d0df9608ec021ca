#include "wasm/detail/compile_gate.hpp"

#include <algorithm>
#include <chrono>

#include "core/check.hpp"
#include "wasm/detail/compiler.hpp"

namespace icn::wasm::detail {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr auto kLook = std::chrono::milliseconds(20);

}  // namespace

CompileGate::CompileGate(std::size_t compilations_max, std::uint64_t refusal_memory_secs,
                         std::shared_ptr<ports::Clock> clock)
    : compilations_max_(compilations_max), refusal_memory_secs_(refusal_memory_secs), clock_(std::move(clock)) {
  ICN_CHECK(compilations_max > 0);
}

Result<void> CompileGate::pass(const ipld::Cid& module, const Compile& compile, const std::function<bool()>& stopping) {
  {
    Lock lock(mutex_);
    for (;;) {
      ICN_TRY(remembered(module));
      if (under_way_.size() < compilations_max_ && !under_way_.contains(module)) break;
      if (stopping && stopping()) return fail(ErrorCode::infrastructure, "stopped before it was compiled");
      changed_.wait_for(lock, kLook);
    }
    under_way_.insert(module);
  }
  Result<void> compiled = compile();
  Lock lock(mutex_);
  under_way_.erase(module);
  if (!compiled) remember(module, compiled.error());
  changed_.notify_all();
  return compiled;
}

Result<void> CompileGate::remembered(const ipld::Cid& module) {
  const auto found = refusals_.find(module);
  if (found == refusals_.end()) return {};
  if (clock_->monotonic_ns() < found->second.until_ns) return fail(found->second.error);
  refusals_.erase(found);
  return {};
}

void CompileGate::remember(const ipld::Cid& module, const Error& error) {
  if (clock_ == nullptr || (error.rule != kCompileCpu && error.rule != kCompileMemory)) return;
  if (refusals_.size() >= kRefusalsMax) {
    refusals_.erase(std::min_element(refusals_.begin(), refusals_.end(), [](const auto& a, const auto& b) {
      return a.second.until_ns < b.second.until_ns;
    }));
  }
  refusals_[module] = {error, clock_->monotonic_ns() + refusal_memory_secs_ * kNsPerSecond};
}

}  // namespace icn::wasm::detail
