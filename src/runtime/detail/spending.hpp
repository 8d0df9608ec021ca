// Transfers by which a member spends or reserves its own mana, within its limits (runtime/mana_limits.hpp).
#pragma once
#include <span>

#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// For a caller that does long work before it stages: whether spend() would refuse the amount now, but for the balance.
[[nodiscard]] Result<void> check_spending(const NodeState& node, const model::Scope& scope, const model::Did& member,
                                          model::Mana amount);
// Applies them and counts what members pay or reserve by them; the same transfers again count nothing. Under the writer
// lock. Errors: those of ManaLimits::check() and Ledger::apply(), with nothing changed.
[[nodiscard]] Result<void> spend(NodeState& node, std::span<const model::Transfer> linked, model::UnixMs time,
                                 Staging& staging);

}  // namespace icn::runtime::detail
