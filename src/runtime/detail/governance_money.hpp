// The mana that an entry of the scope's log moves at this home, as transfers whose ids derive from its subject.
#pragma once
#include <vector>

#include "governance/governance.hpp"
#include "model/transfer.hpp"
#include "runtime/node_state.hpp"

namespace icn::runtime::detail {

// Whether the member's account is kept here. Errors: invalid_state with the rule other_home.
[[nodiscard]] Result<void> require_home(const NodeState& node, const model::Did& home, const model::Did& member);
// Of a statement that is entered: the deposit of a proposal, the fee of a vote. Nothing of a vote by a member who has
// less than the scope wants for that.
[[nodiscard]] std::vector<model::Transfer> transfers_of_statement(const NodeState& node,
                                                                  const model::Statement& statement);
// The end of a proposal's deposit.
[[nodiscard]] std::vector<model::Transfer> transfers_of_deposit(const NodeState& node, const ipld::Cid& proposal,
                                                                governance::Deposit end);
// What the effects move: budgets, and the opening grant of a member whose home this is, once for each DID. Errors:
// invalid_state with the rule other_home; storage.
[[nodiscard]] Result<std::vector<model::Transfer>> transfers_of_effects(const NodeState& node,
                                                                        const ipld::Cid& proposal,
                                                                        const std::vector<governance::Effect>& effects);

}  // namespace icn::runtime::detail
