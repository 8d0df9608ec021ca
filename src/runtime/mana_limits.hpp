// What a member may spend: nothing from a frozen account, and no more at once or within a sliding window than the scope
// allows (docs/PARAMETERS.md). Counts what members spend and reserve by their own act: jobs, spending through the host
// interface, deposits of proposals. Votes are not limited, nor is what was reserved before: it settles.
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
      : windows_(std::move(clock), {model::keys::kSpent, "spent mana", model::kMembersMax}) {}
  // Errors: corrupted, unsupported_version, storage.
  [[nodiscard]] Result<void> load(const ports::StateReader& store) { return windows_.load(store); }
  // Errors: permission_denied (frozen_accounts), limit_exceeded (spend_operation_max_mana; spend_window_max_mana for an
  // amount that no window has room for), busy (spend_window_max_mana; the message says when there is room).
  [[nodiscard]] Result<void> check(const model::Scope& scope, const model::Did& member, model::Mana amount) const;
  void count(const model::Scope& scope, const model::Did& member, model::Mana amount, ports::Batch& batch);

 private:
  SlidingWindows windows_;
};

}  // namespace icn::runtime
