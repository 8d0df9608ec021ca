// What a member may spend: nothing from a frozen account, and no more at once or within a sliding window than the scope
// allows (docs/PARAMETERS.md). Counts what members spend and reserve by their own act: jobs, spending through the host
// interface, deposits of proposals. Votes are not limited, nor is what was reserved before: it settles. Likewise, what
// a delegate of the treasury may credit out of it.
//
// Under the writer lock, check() and then count() in the same commit. Thread safe (sliding_windows.hpp).
#pragma once
#include "model/keys.hpp"
#include "model/mana.hpp"
#include "model/member_list.hpp"
#include "model/scope.hpp"
#include "runtime/sliding_windows.hpp"

namespace icn::runtime {

class ManaLimits {
 public:
  explicit ManaLimits(std::shared_ptr<ports::Clock> clock)
      : windows_(clock, {model::keys::kSpent, "spent mana", model::kMembersMax}),
        credited_(std::move(clock), {model::keys::kCredited, "credited mana", model::kMembersMax}) {}
  // Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] Result<void> load(const ports::StateReader& store);
  // Errors: permission_denied (frozen_accounts), limit_exceeded (spend_operation_max_mana; spend_window_max_mana for an
  // amount that no window has room for), busy (spend_window_max_mana; the message says when there is room).
  [[nodiscard]] Result<void> check(const model::Scope& scope, const model::Did& member, model::Mana amount) const;
  void count(const model::Scope& scope, const model::Did& member, model::Mana amount, ports::Batch& batch);

  // Whether the scope lets a delegate credit the amount within the window. Errors, with the rule
  // treasury_credit_window_max_mana: limit_exceeded (no window has room for it), busy (the message says when there is).
  [[nodiscard]] Result<void> check_credit(const model::Scope& scope, const model::Did& delegate,
                                          model::Mana amount) const;
  void count_credit(const model::Scope& scope, const model::Did& delegate, model::Mana amount, ports::Batch& batch);

 private:
  SlidingWindows windows_;
  SlidingWindows credited_;
};

}  // namespace icn::runtime
