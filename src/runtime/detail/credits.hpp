// What delegates of the treasury credit to members: who may, and how much. Under the writer lock, in the commit that
// posts it.
#pragma once
#include "runtime/detail/effects.hpp"

namespace icn::runtime::detail {

// Whether `sum`, of which `account` receives a part, may be credited now. Errors: those of
// governance::check_delegate_credit() and ManaLimits::check_credit(); invalid_state (other_home), insufficient_mana
// (balance: the treasury has less).
[[nodiscard]] Result<void> check_credit(const NodeState& node, const model::Scope& scope, const model::Did& delegate,
                                        const model::Did& account, model::Mana sum);

// Checks the credits among the effects, in call order, and drops those that are refused; in all_or_none mode one
// refused credit drops all effects.
void limit_credits(const NodeState& node, const RunEnd& run, PreparedEffects& effects);
// Counts them once they are posted.
void count_credits(NodeState& node, const RunEnd& run, const PreparedEffects& effects, ports::Batch& batch);

}  // namespace icn::runtime::detail
