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

CompileGate::CompileGate(std::size_t compilations_max, std::shared_ptr<ports::Clock> clock)
    : clock_(std::move(clock)), queue_({compilations_max, 1, kCompilesWaitingMax, kCompilesWaitingOfOneMax}) {
  ICN_CHECK(compilations_max > 0);
}

// A module that another thread is compiling is waited for, without occupying a slot.
void CompileGate::give_turns() {
  const auto may = [this](Waiting* const& one) ICN_REQUIRES(mutex_) { return !under_way_.contains(one->module); };
  while (const auto next = queue_.take(may)) {
    next->second->has_turn = true;
    under_way_.insert(next->second->module);
  }
  changed_.notify_all();
}

Result<void> CompileGate::wait_for_turn(const ipld::Cid& module, const ports::CompileTerms& terms, Entry entry) {
  Lock lock(mutex_);
  ICN_TRY(remembered(module));
  if (entry == Entry::bounded && !queue_.has_room(terms.owner)) {
    return refuse(ErrorCode::busy, "compile_queue",
                  "Too many modules are waiting to be compiled; nothing was charged. Try again later.",
                  module.to_text());
  }
  Waiting self{module};
  queue_.add(terms.owner, &self);
  give_turns();
  while (!self.has_turn) {
    Result<void> goes_on = remembered(module);
    if (goes_on && terms.stopping && terms.stopping())
      goes_on = fail(ErrorCode::infrastructure, "stopped before the module was compiled; nothing was charged");
    if (!goes_on) {
      queue_.give_up(&self);
      return goes_on;
    }
    changed_.wait_for(lock, kLook);
  }
  return {};
}

Result<void> CompileGate::pass(const ipld::Cid& module, const ports::CompileTerms& terms, Entry entry,
                               const Compile& compile) {
  ICN_TRY(wait_for_turn(module, terms, entry));
  Result<void> compiled = compile();
  Lock lock(mutex_);
  under_way_.erase(module);
  queue_.done(terms.owner);
  if (!compiled) remember(module, compiled.error(), terms.refusal_secs);
  give_turns();
  return compiled;
}

Result<void> CompileGate::remembered(const ipld::Cid& module) {
  const auto found = refusals_.find(module);
  if (found == refusals_.end()) return {};
  if (clock_->monotonic_ns() < found->second.until_ns) return fail(found->second.error);
  refusals_.erase(found);
  return {};
}

void CompileGate::remember(const ipld::Cid& module, const Error& error, std::uint64_t secs) {
  if (clock_ == nullptr || secs == 0 || !ports::is_of_the_module(error.rule)) return;
  if (refusals_.size() >= kRefusalsMax) {
    refusals_.erase(std::min_element(refusals_.begin(), refusals_.end(), [](const auto& a, const auto& b) {
      return a.second.until_ns < b.second.until_ns;
    }));
  }
  refusals_[module] = {error, clock_->monotonic_ns() + secs * kNsPerSecond};
}

}  // namespace icn::wasm::detail
