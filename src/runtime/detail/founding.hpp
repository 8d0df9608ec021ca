// The state that the creation of a scope writes: its members, and the opening balances that one node posts.
#pragma once
#include <vector>

#include "economy/ledger.hpp"
#include "model/genesis.hpp"
#include "ports/state_store.hpp"

namespace icn::runtime::detail {

// Returns the members in the order of the member list. Errors: invalid_argument (a duplicate DID), limit_exceeded (too
// many members).
[[nodiscard]] Result<std::vector<model::Member>> founding_members(model::Member first,
                                                                  std::vector<model::Member> others);

// The opening grant of a member, once for each DID and scope: its id derives from both.
[[nodiscard]] model::Transfer opening_grant(const ipld::Cid& scope, const model::Genesis& genesis,
                                            const model::Did& member);

// Posts the opening balances of `node`: the grant of every member whose home it is, and TREASURY's endowment if it is
// the clerk. No other node posts these, so no mana is issued twice. Writes records of at most kGrantsPerRecord
// transfers, all in one batch. Errors: limit_exceeded (the mana exceeds 64 bits); the batch must not be committed then.
inline constexpr std::size_t kGrantsPerRecord = 4'096;
[[nodiscard]] Result<void> open_accounts(economy::Ledger& ledger, const ipld::Cid& scope, const model::Genesis& genesis,
                                         const std::vector<model::Member>& members, const model::Did& node,
                                         model::UnixMs now, ports::Batch& batch);

}  // namespace icn::runtime::detail
