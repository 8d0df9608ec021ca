// Regeneration of mana on this home: whose accounts regenerate and by which rates, and the one way by which a use case
// moves mana, so that each account accrues before it changes. Thread safe.
#pragma once
#include <span>

#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Members whose home is this node, from their admission on, by the scope's parameters and the member's reputation. By
// the scope as it is now, the reputation as it is when asked. Empty when nothing regenerates; takes constant time. The
// node outlives it.
[[nodiscard]] economy::RatesOf rates_of(const NodeState& node);

// The account with what it has regenerated up to `time`.
[[nodiscard]] economy::Standing standing(const NodeState& node, const model::AccountKey& account, model::UnixMs time);
// The same in one balance, for what asks only how much can be spent.
[[nodiscard]] economy::Balance balance_with_due(const NodeState& node, const model::AccountKey& account,
                                                model::UnixMs time);

// Applies transfers after the accounts that they name have accrued. Errors: as economy::Ledger::apply.
[[nodiscard]] Result<economy::Applied> apply_transfers(NodeState& node, std::span<const model::Transfer> linked,
                                                       model::UnixMs time, Staging& staging);
// Where the members' reputation changes, or whether they are members: posts what they regenerated until then by the
// rates of before. For a change of reputation to call before it.
void accrue_before_change(NodeState& node, std::span<const model::Did> members, model::UnixMs time,
                          const economy::RatesOf& rates_before, Staging& staging);

}  // namespace icn::runtime::detail
